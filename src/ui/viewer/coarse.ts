import { popcount, wordsPerRow } from '../../core/mask.ts'
import type { Grid, Mask, Vec3, Volume } from '../../core/types.ts'

const FULL = 1000
/** Rows looked at per block and axis: a picture needs no more. */
const SAMPLES = 2

export interface CoarseField {
  readonly volume: Volume
  readonly mask: Mask
}

/**
 * How full each block of a mask is, on a grid of at most `longest` cells a side, smoothed once: a field whose
 * surface is a quick, round picture of the mask. For looking only, never for printing. Values 0..1000.
 */
export function coarseField(mask: Mask, longest: number): CoarseField {
  const { size } = mask.grid
  const block = size.map((n) => Math.max(1, Math.ceil(n / longest))) as unknown as Vec3
  const cells = size.map((n, axis) => Math.ceil(n / (block[axis] ?? 1)) + 2) as unknown as Vec3
  const sums = occupancy(mask, block, cells)
  const data = smooth(sums, cells)
  const grid = coarseGrid(mask.grid, block, cells)
  const volume: Volume = { grid, data, slope: 1, intercept: 0, modality: 'other', unit: 'a.u.' }
  return { volume, mask: aboveHalf(volume) }
}

/** One cell of air around the mask, so that the surface closes at the border of the scan. */
function coarseGrid(grid: Grid, block: Vec3, cells: Vec3): Grid {
  const spacing = grid.spacing.map((s, axis) => s * (block[axis] ?? 1)) as unknown as Vec3
  const d = grid.direction
  const shift = [0, 1, 2]
    .map((a) => ((block[a] ?? 1) - 1) / 2 - (block[a] ?? 1))
    .map((n, a) => n * (grid.spacing[a] ?? 1))
  const origin = [0, 1, 2].map(
    (r) =>
      (grid.origin[r] ?? 0) +
      (d[r * 3] ?? 0) * (shift[0] ?? 0) +
      (d[r * 3 + 1] ?? 0) * (shift[1] ?? 0) +
      (d[r * 3 + 2] ?? 0) * (shift[2] ?? 0),
  ) as unknown as Vec3
  return { size: cells, spacing, origin, direction: d }
}

function occupancy(mask: Mask, block: Vec3, cells: Vec3): Float32Array {
  const [, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const sums = new Float32Array(cells[0] * cells[1] * cells[2])
  const jStep = Math.max(1, Math.floor(block[1] / SAMPLES))
  const kStep = Math.max(1, Math.floor(block[2] / SAMPLES))
  const rowsPerBlock = Math.ceil(block[1] / jStep) * Math.ceil(block[2] / kStep)
  const share = FULL / (block[0] * rowsPerBlock)
  for (let k = 0; k < nz; k++) {
    if ((k % block[2]) % kStep !== 0) continue
    for (let j = 0; j < ny; j++) {
      if ((j % block[1]) % jStep !== 0) continue
      const row = (k * ny + j) * perRow
      const out = ((Math.floor(k / block[2]) + 1) * cells[1] + Math.floor(j / block[1]) + 1) * cells[0] + 1
      for (let w = 0; w < perRow; w++) {
        const word = mask.words[row + w] as number
        if (word === 0) continue
        // Bits of one cell at a time; a cell may go on in the next word.
        for (let bit = 0; bit < 32; ) {
          const cell = Math.floor((w * 32 + bit) / block[0])
          const end = Math.min(32, (cell + 1) * block[0] - w * 32)
          const part = (word >>> bit) & (end - bit === 32 ? -1 : (1 << (end - bit)) - 1)
          if (part !== 0) sums[out + cell] = (sums[out + cell] as number) + popcount(part) * share
          bit = end
        }
      }
    }
  }
  return sums
}

/** One pass of 1 2 1 along each axis, in place; borders count as empty. */
function smooth(field: Float32Array, [cx, cy, cz]: Vec3): Int16Array {
  for (const [count, stride] of [
    [cx, 1],
    [cy, cx],
    [cz, cx * cy],
  ] as const) {
    const lines = field.length / count
    for (let line = 0; line < lines; line++) {
      let at = Math.floor(line / stride) * stride * count + (line % stride)
      let before = 0
      let here = field[at] as number
      for (let n = 0; n < count; n++, at += stride) {
        const after = n < count - 1 ? (field[at + stride] as number) : 0
        field[at] = (before + 2 * here + after) / 4
        before = here
        here = after
      }
    }
  }
  const out = new Int16Array(field.length)
  for (let n = 0; n < out.length; n++) out[n] = Math.min(FULL, Math.round(field[n] as number))
  return out
}

/** Below one half: walls thinner than a block must not tear. */
export const SURFACE_AT = FULL * 0.22

function aboveHalf({ grid, data }: Volume): Mask {
  const perRow = wordsPerRow(grid)
  const [cx] = grid.size
  const words = new Uint32Array(perRow * grid.size[1] * grid.size[2])
  for (let n = 0; n < data.length; n++) {
    if ((data[n] as number) < SURFACE_AT) continue
    const i = n % cx
    const at = ((n - i) / cx) * perRow + (i >> 5)
    words[at] = ((words[at] as number) | (1 << (i & 31))) >>> 0
  }
  return { grid, words }
}
