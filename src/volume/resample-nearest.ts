import { emptyMask, wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap, Mask } from '../core/types.ts'
import { HALF_VOXEL, PLACE_BITS, type Sampling, samplingOf } from './sampling.ts'
import { requireRoom } from './target-grid.ts'

/**
 * A label map on another grid: each voxel takes the label of the source voxel it lies in, 0 outside. Places half-way
 * between two centres take the higher index. Memory: the result. Errors: app/bad-parameter, volume/too-large.
 */
export async function resampleLabels(map: LabelMap, grid: Grid, ctx: Context): Promise<LabelMap> {
  requireRoom(grid.size)
  const [nx] = grid.size
  const labels = new Uint8Array(nx * grid.size[1] * grid.size[2])
  await eachRow(samplingOf(map.grid, grid), map.grid.size[0], ctx, (row, sources) => {
    for (let i = 0, at = row * nx; i < nx; i++, at++) {
      const source = sources[i] as number
      if (source >= 0) labels[at] = map.labels[source] as number
    }
  })
  return { grid, labels }
}

/** A mask on another grid, as resampleLabels(). Memory: the result. Errors: app/bad-parameter, volume/too-large. */
export async function resampleMask(mask: Mask, grid: Grid, ctx: Context): Promise<Mask> {
  requireRoom(grid.size)
  const resampled = emptyMask(grid)
  const { words } = resampled
  const [nx] = grid.size
  const perRow = wordsPerRow(grid)
  await eachRow(samplingOf(mask.grid, grid), wordsPerRow(mask.grid) * 32, ctx, (row, sources) => {
    for (let i = 0; i < nx; i++) {
      const bit = sources[i] as number
      if (bit < 0 || (((mask.words[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0) continue
      const word = row * perRow + (i >> 5)
      words[word] = (words[word] as number) | (1 << (i & 31))
    }
  })
  return resampled
}

/** Calls with each row of the target and, by voxel, the source position in rows of `rowLength`; -1 outside. */
async function eachRow(
  { source, target, steps }: Sampling,
  rowLength: number,
  ctx: Context,
  visit: (row: number, sources: Int32Array) => void,
): Promise<void> {
  const [mx, my, mz] = source.size
  const [nx, ny, nz] = target.size
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = steps
  const sources = new Int32Array(nx)
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const startX = (xy[j] as number) + (xz[k] as number) + HALF_VOXEL
      const startY = (yy[j] as number) + (yz[k] as number) + HALF_VOXEL
      const startZ = (zy[j] as number) + (zz[k] as number) + HALF_VOXEL
      for (let i = 0; i < nx; i++) {
        const x = (startX + (xx[i] as number)) >> PLACE_BITS
        const y = (startY + (yx[i] as number)) >> PLACE_BITS
        const z = (startZ + (zx[i] as number)) >> PLACE_BITS
        const inside = x >= 0 && y >= 0 && z >= 0 && x < mx && y < my && z < mz
        sources[i] = inside ? (z * my + y) * rowLength + x : -1
      }
      visit(k * ny + j, sources)
    }
    await pace.breathe((k + 1) / nz)
  }
}
