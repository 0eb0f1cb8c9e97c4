import { PipelineError } from '../core/errors.ts'
import { emptyMask, hasVoxel } from '../core/mask.ts'
import { meshAreaMm2, meshBounds } from '../core/mesh.ts'
import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Mesh, Vec3, Volume } from '../core/types.ts'
import { isoSurface } from '../surface/field.ts'
import { meshMask } from './mesh-mask.ts'
import { patchesOf } from './patches.ts'
import { together } from './pieces.ts'
import { soundCopy } from './sound-copy.ts'
import { surfaceTree } from './surface-tree.ts'

export interface FieldParams {
  /** How far a made surface may lie from the true one where that is no more curved than a ball of 1 mm. */
  readonly accuracyMm: number
  /** Most memory for the field in MB; a part too large for it gets longer steps. */
  readonly memoryMb: number
}

export const FIELD_DEFAULTS = { accuracyMm: 0.02, memoryMb: 256 } as const satisfies FieldParams

export const STORED_BAND = 32_000
/** Int16 a voxel, one bit for inside and one for the surface. */
const BYTES_PER_VOXEL = 2.25
/** Voxels outside of the surface on either side. */
const BORDER = 2

/**
 * The step between samples. Linear between samples, a distance errs by step^2 / (8 r) along an edge on a surface of radius r, and
 * a triangle within one cube of samples sags by at most 3 step^2 / (8 r): half a squared step on 1 mm. Longer where the
 * memory does not reach. Errors: app/bad-parameter; surface/too-large when it would be longer than `mostMm`.
 */
export function fieldStepMm(extentMm: Vec3, params: FieldParams, mostMm: number): number {
  if (!(params.accuracyMm > 0 && params.memoryMb > 0)) {
    throw new PipelineError('app/bad-parameter', 'Accuracy and memory must be above 0.', { ...params })
  }
  const most = (params.memoryMb * 1e6) / BYTES_PER_VOXEL
  const voxels = (step: number) => extentMm.reduce((n, mm) => n * (Math.ceil(mm / step) + 1 + 2 * BORDER), 1)
  let step = Math.min(Math.sqrt(2 * params.accuracyMm), mostMm)
  while (voxels(step) > most) step *= 1.05
  if (step <= mostMm) return step
  throw new PipelineError(
    'surface/too-large',
    'The part is too large for so fine a change. Cut it first, or choose a larger value.',
    {
      stepMm: step,
      mostMm,
    },
  )
}

/** A level makes about so many triangles a squared step of its surface. */
const TRIANGLES_A_STEP = 3
/** Every check after it takes time and memory with its triangles. */
const MOST_TRIANGLES = 2_000_000

/**
 * The accuracy that a level of this mesh can be made with: as asked for, or coarser where the memory or two million triangles do
 * not reach. To be settled before the stage runs, so that the trace says it. Errors: as fieldStepMm().
 */
export function reachedAccuracyMm(
  mesh: Mesh,
  outMm: number,
  mostMm: number,
  { accuracyMm, memoryMb }: FieldParams,
): number {
  const forTriangles = Math.sqrt((TRIANGLES_A_STEP * meshAreaMm2(mesh)) / MOST_TRIANGLES)
  const wanted = { accuracyMm: Math.max(accuracyMm, Math.min(mostMm, forTriangles) ** 2 / 2), memoryMb }
  const [stepMm = 0] = gridAround(mesh, outMm, mostMm, wanted).spacing
  // Rounded up, so that the stage is not told a little less and takes another step.
  return stepMm === Math.min(Math.sqrt(2 * accuracyMm), mostMm) ? accuracyMm : Math.ceil(500 * stepMm ** 2) / 1000
}

/**
 * The surface where the signed distance to a closed mesh (positive inside) is `depthMm`: below 0 it lies outside. A level set,
 * so closed, and nowhere crossing itself; null when there is no such place. `detailMm` is the smallest thing that must not
 * be lost: steps are at most half of it. Sharp edges are cut by up to a step. Expects a mesh without self-intersections.
 * Errors: surface/too-large; app/bad-parameter.
 */
export async function levelSurface(
  mesh: Mesh,
  depthMm: number,
  detailMm: number,
  params: FieldParams,
  ctx: Context,
): Promise<Mesh | null> {
  const grid = gridAround(mesh, Math.max(0, -depthMm), detailMm / 2, params)
  const mask = await meshMask(mesh, grid, subContext(ctx, 0, 0.2))
  return levelOf(mesh, mask, depthMm, subContext(ctx, 0.2, 1))
}

/**
 * The surface of all that lies within `radiusMm` of some triangle, closed or not: a sheet with a thickness and round rims. Null
 * without triangles. Accuracy and errors as levelSurface(), with the radius as its detail. Patches whose coats do not meet
 * have a field each, so that thin places all over a large part do not need one around the whole of it.
 */
export async function coatedSurface(
  sheet: Mesh,
  radiusMm: number,
  params: FieldParams,
  ctx: Context,
): Promise<Mesh | null> {
  const patches = patchesOf(sheet, APART_RADII * radiusMm)
  const coats: Mesh[] = []
  for (const [n, patch] of patches.entries()) {
    const grid = gridAround(patch, radiusMm, radiusMm / 2, params)
    const part = subContext(ctx, n / patches.length, (n + 1) / patches.length)
    const coat = await levelOf(patch, emptyMask(grid), -radiusMm, part)
    if (coat !== null) coats.push(coat)
  }
  return coats.length === 0 ? null : together(coats)
}

/** Two coats, and two steps of half a radius. */
const APART_RADII = 3

/** `inside` says which voxels count as inside of the mesh. */
async function levelOf(mesh: Mesh, inside: Mask, depthMm: number, ctx: Context): Promise<Mesh | null> {
  const { grid } = inside
  // The field is exact within a step of the level; beyond, only its sign is.
  const slope = (1.5 * grid.spacing[0]) / STORED_BAND
  const data = new Int16Array(grid.size[0] * grid.size[1] * grid.size[2])
  const reaches = await fillBlocks(mesh, inside, depthMm, data, slope, subContext(ctx, 0, 0.75))
  if (!reaches) return null
  const volume: Volume = { grid, data, slope, intercept: 0, modality: 'other', unit: 'mm' }
  return soundCopy(await isoSurface(volume, 0, subContext(ctx, 0.75, 1)))
}

/** A grid that holds a mesh and `outMm` around it, with the step of fieldStepMm(). */
export function gridAround(mesh: Mesh, outMm: number, mostMm: number, params: FieldParams): Grid {
  const { min, max } = meshBounds(mesh)
  const extent = [0, 1, 2].map((k) => (max[k] as number) - (min[k] as number) + 2 * outMm) as unknown as Vec3
  const step = fieldStepMm(extent, params, mostMm)
  return {
    size: extent.map((mm) => Math.ceil(mm / step) + 1 + 2 * BORDER) as unknown as Vec3,
    spacing: [step, step, step],
    origin: min.map((mm) => mm - outMm - BORDER * step) as unknown as Vec3,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}

const BLOCK = 8
const SQRT3 = 1.7320509

/**
 * A distance changes by no more than the way gone, so one sample in a block tells whether the level can pass through it or next to
 * it. Where it cannot, the block has one sign; else it is looked at in eighths. Whether anything lies on the inner side.
 */
async function fillBlocks(
  mesh: Mesh,
  mask: Mask,
  depthMm: number,
  data: Int16Array,
  slope: number,
  ctx: Context,
): Promise<boolean> {
  const { size, spacing, origin } = mask.grid
  const [nx, ny, nz] = size
  const step = spacing[0]
  // The tree, not the grid: the level lies too far from the surface for that one, which took five times as long 2 mm away.
  const surface = surfaceTree(mesh)
  const sample = (i: number, j: number, k: number): number => {
    const mm = surface.distance(origin[0] + i * step, origin[1] + j * step, origin[2] + k * step)
    return (hasVoxel(mask, i, j, k) ? mm : -mm) - depthMm
  }
  let reaches = false
  const fill = (i0: number, j0: number, k0: number, side: number, value: number) => {
    reaches ||= value > 0
    for (let k = k0; k < Math.min(nz, k0 + side); k++)
      for (let j = j0; j < Math.min(ny, j0 + side); j++) {
        const row = (k * ny + j) * nx
        data.fill(value, row + i0, row + Math.min(nx, i0 + side))
      }
  }
  const visit = (i: number, j: number, k: number, side: number): void => {
    if (i >= nx || j >= ny || k >= nz) return
    const half = side >> 1
    const mm = sample(Math.min(nx - 1, i + half), Math.min(ny - 1, j + half), Math.min(nz - 1, k + half))
    if (side === 1 || Math.abs(mm) > (SQRT3 * half + 1) * step) {
      fill(i, j, k, side, stored(mm / slope))
      return
    }
    for (let n = 0; n < 8; n++) visit(i + half * (n & 1), j + half * ((n >> 1) & 1), k + half * (n >> 2), half)
  }
  const { breathe } = pacer(ctx)
  for (let k = 0; k < nz; k += BLOCK)
    for (let j = 0; j < ny; j += BLOCK) {
      await breathe(k / nz)
      for (let i = 0; i < nx; i += BLOCK) visit(i, j, k, BLOCK)
    }
  return reaches
}

/** A value of a field in its own steps, never 0, so that the level has no ties. */
export function stored(value: number): number {
  const size = Math.max(1, Math.min(STORED_BAND, Math.round(Math.abs(value))))
  return value >= 0 ? size : -size
}
