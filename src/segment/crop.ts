import { lpsToIjk } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { runBits, wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask, Vec3, VoxelBox } from '../core/types.ts'
import { clipRun, formOver, type LinearForm, type Run } from './half-space.ts'

export interface CropParams {
  readonly shape: 'box' | 'plane'
  /** For 'box': the voxels that stay, both included; what lies past the scan is left out. */
  readonly minIjk: Vec3
  readonly maxIjk: Vec3
  /** For 'plane': a point on it, LPS mm, and the direction in which voxels stay; of any length. */
  readonly pointLps: Vec3
  readonly normalLps: Vec3
}

export const CROP = {
  name: 'crop',
  version: 1,
  defaults: { shape: 'box', minIjk: [0, 0, 0], maxIjk: [0, 0, 0], pointLps: [0, 0, 0], normalLps: [0, 0, 1] },
} as const satisfies StageSpec<CropParams>

/** Centres this close outside a plane count as on it: a plane through voxel centres takes them all. */
const TOLERANCE_MM = 1e-6

/**
 * Keeps the voxels of a box, or those on the positive side of a plane and on it. May be empty. Errors: app/bad-parameter.
 * Moves 1/4 byte a voxel; memory: one mask. No kernel: see scissors().
 */
export async function crop(mask: Mask, params: CropParams, ctx: Context): Promise<Mask> {
  const keep = params.shape === 'box' ? boxRuns(mask.grid, params) : planeRuns(mask.grid, params)
  const cropped: Mask = { grid: mask.grid, words: new Uint32Array(mask.words.length) }
  const [nx, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const run: Run = { first: 0, last: 0 }
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      run.first = 0
      run.last = nx - 1
      keep(run, j, k)
      if (run.first <= run.last) copyRun(mask.words, cropped.words, (j + ny * k) * perRow, run)
    }
    await pace.breathe((k + 1) / nz)
  }
  ctx.progress(1)
  return cropped
}

function copyRun(from: Uint32Array, to: Uint32Array, base: number, { first, last }: Run): void {
  for (let w = first >> 5; w <= last >> 5; w++) to[base + w] = (from[base + w] as number) & runBits(w, first, last)
}

/** Narrows a run to the voxels of row (j, k) that stay. */
type Keep = (run: Run, j: number, k: number) => void

function boxRuns({ size }: Grid, { minIjk: min, maxIjk: max }: CropParams): Keep {
  if (![...min, ...max].every(Number.isInteger) || min.some((n, axis) => n > (max[axis] as number))) throw noBox()
  if (max.some((n) => n < 0) || min.some((n, axis) => n >= (size[axis] as number))) throw noBox()
  return (run, j, k) => {
    run.first = Math.max(0, min[0])
    run.last = Math.min(run.last, max[0])
    if (j < min[1] || j > max[1] || k < min[2] || k > max[2]) run.last = -1
  }
}

const noBox = () =>
  new PipelineError(
    'app/bad-parameter',
    'The box holds no voxel of the scan. Draw it over the scan, or make it larger.',
  )

function planeRuns(grid: Grid, params: CropParams): Keep {
  const form = planeForm(grid, params)
  return (run, j, k) => clipRun(run, form, j, k)
}

function planeForm(grid: Grid, { shape, pointLps: [px, py, pz], normalLps: [nx, ny, nz] }: CropParams): LinearForm {
  if (shape !== 'plane') throw new PipelineError('app/bad-parameter', 'Crop by a box or a plane.', { shape })
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
  const [a, b, c] = [nx / length, ny / length, nz / length]
  const d = TOLERANCE_MM - (a * px + b * py + c * pz)
  if (!(length > 0 && Number.isFinite(length) && Number.isFinite(d))) {
    throw new PipelineError('app/bad-parameter', 'A plane needs a point and a direction.')
  }
  return formOver(grid, [a, b, c, d])
}

/** Whole voxels this close outside a face of a box count as in it. */
const TOLERANCE_VOXEL = 1e-6

/**
 * The voxels whose centres lie between two opposite corners (LPS mm) of a box along the voxel axes, within the scan.
 * Throws app/bad-parameter when there is none.
 */
export function boxOfCorners(grid: Grid, cornerLps: Vec3, oppositeLps: Vec3): VoxelBox {
  const [a, b] = [lpsToIjk(grid, cornerLps), lpsToIjk(grid, oppositeLps)]
  const axes = [0, 1, 2] as const
  const least = (axis: 0 | 1 | 2) => Math.ceil(Math.min(a[axis], b[axis]) - TOLERANCE_VOXEL)
  const most = (axis: 0 | 1 | 2) => Math.floor(Math.max(a[axis], b[axis]) + TOLERANCE_VOXEL)
  const min = axes.map((axis) => Math.max(0, least(axis))) as unknown as Vec3
  const max = axes.map((axis) => Math.min(grid.size[axis] - 1, most(axis))) as unknown as Vec3
  if (!axes.every((axis) => min[axis] <= max[axis])) throw noBox()
  return { min, max }
}
