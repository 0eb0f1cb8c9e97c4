import { hasVoxel } from '../core/mask.ts'
import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Mesh, Vec3, Volume } from '../core/types.ts'
import { isoSurface } from '../surface/field.ts'
import { closedDepth } from './closed-depth.ts'
import { type FieldParams, gridAround, STORED_BAND, stored } from './mesh-field.ts'
import { meshMask } from './mesh-mask.ts'
import { cross, dot, plus } from './plane.ts'
import { soundCopy } from './sound-copy.ts'
import { surfaceTree } from './surface-tree.ts'

/** Deeper is as good as that deep. */
const CAP_STEPS = 2

/**
 * What closing with a ball adds to a part (Serra 1982): the places that no ball of this radius beside the part can reach. A closed
 * surface that overlaps the part, to be joined to it; null when nothing is added. Only places where a ball that touches the
 * surface would meet it again are looked at, so a part without gaps costs one question a step of its surface. What is added
 * ends within the accuracy of the true place on a fillet, up to a step higher where a ball rests on the two rims of a wide
 * gap (closed-depth.ts); less than the accuracy is not added. The step is that of fieldStepMm(), on fillets as curved as
 * the ball. Errors: surface/too-large; app/bad-parameter.
 */
export async function closingFill(
  mesh: Mesh,
  radiusMm: number,
  { accuracyMm, memoryMb }: FieldParams,
  ctx: Context,
): Promise<Mesh | null> {
  const grid = gridAround(mesh, 2 * radiusMm, radiusMm / 2, { accuracyMm: accuracyMm * radiusMm, memoryMb })
  const mask = await meshMask(mesh, grid, subContext(ctx, 0, 0.1))
  const wanted = wantedVoxels(grid)
  await wantCovered(mesh, radiusMm, accuracyMm, wanted, subContext(ctx, 0.1, 0.4))
  const volume = await fillField(mesh, mask, wanted, { radiusMm, accuracyMm }, subContext(ctx, 0.4, 0.85))
  return volume && soundCopy(await isoSurface(volume, 0, subContext(ctx, 0.85, 1)))
}

/** Until its value is known. */
const ASKED = 1

/** Voxels that are looked at, each once, in the order they were asked for. */
interface Wanted {
  readonly grid: Grid
  readonly list: readonly number[]
  /** A field value a voxel; 0 for one that was not asked for. */
  readonly data: Int16Array
  /** Asks for the voxels of a box of indices. */
  want(from: Vec3, to: Vec3): void
}

function wantedVoxels(grid: Grid): Wanted {
  const { size } = grid
  const data = new Int16Array(size[0] * size[1] * size[2])
  const list: number[] = []
  const want = (from: Vec3, to: Vec3) => {
    for (let k = Math.max(0, from[2]); k <= Math.min(size[2] - 1, to[2]); k++)
      for (let j = Math.max(0, from[1]); j <= Math.min(size[1] - 1, to[1]); j++)
        for (let i = Math.max(0, from[0]); i <= Math.min(size[0] - 1, to[0]); i++) {
          const voxel = (k * size[1] + j) * size[0] + i
          if (data[voxel] !== 0) continue
          data[voxel] = ASKED
          list.push(voxel)
        }
  }
  return { grid, list, data, want }
}

/** Asks for what lies around each place of the surface at which a ball of the radius cannot lie free, by more than the accuracy. */
async function wantCovered(
  { positions, indices }: Mesh,
  radiusMm: number,
  accuracyMm: number,
  { grid, want }: Wanted,
  ctx: Context,
): Promise<void> {
  const step = grid.spacing[0]
  const surface = surfaceTree({ positions, indices })
  const { breathe } = pacer(ctx)
  const corner = (at: number): Vec3 => {
    const v = 3 * (indices[at] as number)
    return [positions[v] as number, positions[v + 1] as number, positions[v + 2] as number]
  }
  const look = (place: Vec3, ball: Vec3) => {
    const [x, y, z] = plus(place, ball, radiusMm)
    if (surface.distance(x, y, z) >= radiusMm - accuracyMm) return
    const [i, j, k] = place.map((mm, axis) =>
      Math.floor((mm - (grid.origin[axis] as number)) / step),
    ) as unknown as Vec3
    want([i - 1, j - 1, k - 1], [i + 2, j + 2, k + 2])
  }
  for (let t = 0; t < indices.length; t += 3) {
    await breathe(t / indices.length)
    const a = corner(t)
    const [u, v] = [plus(corner(t + 1), a, -1), plus(corner(t + 2), a, -1)]
    const across = cross(u, v)
    const area = Math.sqrt(dot(across, across))
    if (area === 0) continue
    const normal: Vec3 = [across[0] / area, across[1] / area, across[2] / area]
    const parts = Math.ceil(Math.sqrt(Math.max(dot(u, u), dot(v, v))) / step)
    for (let m = 0; m < parts; m++)
      for (let n = 0; m + n < parts; n++) look(plus(plus(a, u, (m + 1 / 3) / parts), v, (n + 1 / 3) / parts), normal)
  }
}

/**
 * How deep each wanted voxel lies in the closed part, less the accuracy; all others count as beside it. Outside of the part what is
 * added goes on as far as it is deep. Null when nothing is added.
 */
async function fillField(
  mesh: Mesh,
  mask: Mask,
  { list, data, want }: Wanted,
  { radiusMm, accuracyMm }: { readonly radiusMm: number; readonly accuracyMm: number },
  ctx: Context,
): Promise<Volume | null> {
  if (list.length === 0) return null
  const { grid } = mask
  const [nx, ny] = grid.size
  const capMm = CAP_STEPS * grid.spacing[0]
  const slope = (2 * capMm) / STORED_BAND
  const depthAt = closedDepth(mesh, mask, radiusMm, capMm)
  const { breathe } = pacer(ctx)
  let adds = false
  for (let n = 0; n < list.length; n++) {
    await breathe(n / list.length)
    const voxel = list[n] as number
    const [i, j, k] = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))]
    const depth = depthAt(i, j, k) - accuracyMm
    data[voxel] = stored(depth / slope)
    if (depth <= 0) continue
    adds = true
    if (!hasVoxel(mask, i, j, k)) want([i - 1, j - 1, k - 1], [i + 1, j + 1, k + 1])
  }
  if (!adds) return null
  const beside = stored(-grid.spacing[0] / slope)
  for (let voxel = 0; voxel < data.length; voxel++) if (data[voxel] === 0) data[voxel] = beside
  return { grid, data, slope, intercept: 0, modality: 'other', unit: 'mm' }
}
