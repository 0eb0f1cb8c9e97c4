import { wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { type ColumnSteps, columnSteps, FAR, FULL, NEAR } from './column-steps.ts'
import { type DistanceTo, type EnvelopeLine, envelopeOf } from './lower-envelope.ts'

/** Takes one axial slice of squared distances in mm2, x fastest; the array is reused after the call. */
export type SliceSink = (k: number, squareMm2: Float32Array) => void

/** A distance this fraction beyond the band still counts: 3 x 0.1 mm is 0.3 mm. */
const TOLERANCE = 1e-6

const NO_SAMPLES = new Float32Array(0)

/** The largest squared distance in mm2 that is within the band. */
export const bandSquareMm2 = (bandMm: number) => bandMm * bandMm * (1 + 2 * TOLERANCE)

/** Steps of this size within the band, at most `n`. */
export const bandSteps = (bandMm: number, stepMm: number, n: number) =>
  Math.min(n, Math.floor(bandMm / stepMm + TOLERANCE))

/**
 * Exact Euclidean distance between voxel centres, squared, from every voxel to the nearest set voxel, slice by slice
 * from k = 0 up; Infinity beyond `bandMm` (which may be Infinity). Anisotropic spacing; right to three float32 roundings, 2 in
 * 10^7. For the distance inside a part pass its complement.
 *
 * Three passes: along z from bits alone (column-steps.ts), along y and x as lower envelopes within the slice. All three look
 * only at words of 32 voxels that have an unset voxel within the band, so time follows the surface, not the volume.
 * Memory: 14 bytes a voxel of one slice and 1/32 of the mask, never a field of the whole volume (in float32, 512 x 512 x
 * 1000 is 1 GB). Reads 1/8 byte a voxel, writes the 4 of the slice that is handed out.
 */
export function distanceSlices(mask: Mask, bandMm: number, ctx: Context, sink: SliceSink): Promise<void> {
  return slices(mask, bandMm, 'centre', ctx, sink)
}

/**
 * As distanceSlices, to the nearest face of a set voxel instead of its centre: how far the surface of the voxels, taken
 * as cuboids, lies from each centre. Half a step less across a flat face, whatever the spacing.
 */
export function faceDistanceSlices(mask: Mask, bandMm: number, ctx: Context, sink: SliceSink): Promise<void> {
  return slices(mask, bandMm, 'face', ctx, sink)
}

async function slices(mask: Mask, bandMm: number, to: DistanceTo, ctx: Context, sink: SliceSink): Promise<void> {
  const [nx, ny, nz] = mask.grid.size
  // To faces, one step more can lie within the band.
  const reachMm = to === 'face' ? (mm: number) => bandMm + mm / 2 : () => bandMm
  const [bx, by, bz] = mask.grid.spacing.map((mm, axis) =>
    bandSteps(reachMm(mm), mm, mask.grid.size[axis] as number),
  ) as [number, number, number]
  const columns = columnSteps(mask, bz)
  const square = new Float32Array(nx * ny)
  const alongY = yPass(mask, columns, by, bandSquareMm2(bandMm), to)
  const alongX = xPass(mask, columns, bx, bandSquareMm2(bandMm), to)
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    if (columns.moveTo(k)) {
      const { plane, held } = alongY()
      alongX(plane, held, square)
    } else square.fill(Infinity)
    sink(k, square)
    await pace.breathe((k + 1) / nz)
  }
}

/**
 * Fills the plane along y; answers which words of it hold a distance within the band. The others hold 0 when FULL, else
 * Infinity.
 */
function yPass(mask: Mask, columns: ColumnSteps, band: number, bandMm2: number, to: DistanceTo) {
  const [nx, ny] = mask.grid.size
  const [, sy, sz] = mask.grid.spacing
  const perRow = wordsPerRow(mask.grid)
  const { kind, stride, none, firstRow, endRow } = columns
  const squares = stepSquares(none, sz, to)
  const envelope = envelopeOf(ny, sy, to, bandMm2)
  const plane = new Float32Array(columns.steps.length).fill(Infinity)
  const lane = new Float32Array(ny)
  const kinds = new Uint8Array(ny)
  const wanted = new Uint8Array(ny)
  const held = new Uint8Array(kind.length)
  const line = { f: lane, offset: 0, start: 0, stop: 0, from: 0, end: 0 }

  /** Rows [from, end) of the 32 columns of word x; a row of set voxels on either side bounds them. */
  const fillRows = (x: number, from: number, end: number) => {
    const start = Math.max(0, from - 1, firstRow[x] as number)
    const stop = Math.min(ny, end + 1, endRow[x] as number)
    line.start = start
    line.stop = stop
    line.from = from
    line.end = end
    lane.fill(Infinity, from, end)
    const last = Math.min(nx, x * 32 + 32)
    for (let i = x * 32; i < last; i++) {
      gather(columns, squares, i, start, stop, lane)
      envelope(line, plane, from * stride + i, stride)
    }
  }

  return (): { plane: Float32Array; held: Uint8Array } => {
    for (let x = 0; x < perRow; x++) {
      for (let j = 0; j < ny; j++) kinds[j] = kind[j * perRow + x] as number
      wantAround(kinds, ny, band, wanted)
      for (let j = 0, w = x; j < ny; j++, w += perRow) {
        const now = wanted[j] === 1 ? NEAR : (kinds[j] as number)
        if (now !== NEAR && now !== held[w]) {
          const at = j * stride + x * 32
          plane.fill(now === FULL ? 0 : Infinity, at, at + 32)
        }
        held[w] = now
      }
      for (let from = nextOf(1, wanted, ny, 0); from < ny; ) {
        const end = nextOf(0, wanted, ny, from)
        fillRows(x, from, end)
        from = nextOf(1, wanted, ny, end)
      }
    }
    return { plane, held }
  }
}

/** Fills the slice along x, row by row. */
function xPass(mask: Mask, columns: ColumnSteps, band: number, bandMm2: number, to: DistanceTo) {
  const [nx, ny] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const { stride, endRow } = columns
  const firstColumn = 32 * endRow.findIndex((row) => row > 0)
  const endColumn = 32 * (endRow.findLastIndex((row) => row > 0) + 1)
  const envelope = envelopeOf(perRow * 32, mask.grid.spacing[0], to, bandMm2)
  const wanted = new Uint8Array(perRow)
  const bandWords = Math.min(perRow, Math.ceil(band / 32))
  const line: EnvelopeLine = { f: NO_SAMPLES, offset: 0, start: 0, stop: 0, from: 0, end: 0 }

  /** Samples of words [from, end) of the row that starts at `row` of the slice. */
  const fillWords = (kinds: Uint8Array, from: number, end: number, square: Float32Array, row: number) => {
    // A word without a site, and with none beyond it, is wanted only as far as the band reaches into it.
    const opens = kinds[from] === FAR && kinds[from - 1] !== FULL
    const closes = kinds[end - 1] === FAR && kinds[end] !== FULL
    line.from = from * 32 + (opens ? Math.max(0, 32 - band) : 0)
    line.end = Math.min(nx, end * 32 - (closes ? Math.max(0, 32 - band) : 0))
    line.start = Math.max(0, firstColumn, line.from - 1)
    line.stop = Math.min(nx, endColumn, line.end + 1)
    envelope(line, square, row + line.from, 1)
  }

  const fillRest = (kinds: Uint8Array, square: Float32Array, row: number) => {
    square.fill(Infinity, row, row + nx)
    for (let x = 0; x < perRow; x++) {
      if (kinds[x] === FULL) square.fill(0, row + x * 32, row + Math.min(nx, x * 32 + 32))
    }
  }

  return (plane: Float32Array, held: Uint8Array, square: Float32Array): void => {
    line.f = plane
    for (let j = 0; j < ny; j++) {
      const kinds = held.subarray(j * perRow, (j + 1) * perRow)
      line.offset = j * stride
      wantAround(kinds, perRow, bandWords, wanted)
      // In a whole field nearly every row is wanted from end to end.
      const isWhole = band >= 32 && nextOf(0, wanted, perRow, 0) === perRow
      if (!isWhole) fillRest(kinds, square, j * nx)
      for (let from = nextOf(1, wanted, perRow, 0); from < perRow; ) {
        const end = nextOf(0, wanted, perRow, from)
        fillWords(kinds, from, end, square, j * nx)
        from = nextOf(1, wanted, perRow, end)
      }
    }
  }
}

/** Squares of the steps along z of rows [start, stop) of column i. */
function gather(
  { steps, stride }: ColumnSteps,
  squares: Float32Array,
  i: number,
  start: number,
  stop: number,
  lane: Float32Array,
): void {
  for (let j = start, at = start * stride + i; j < stop; j++, at += stride) {
    lane[j] = squares[steps[at] as number] as number
  }
}

/** Squared mm of 0, 1, 2 ... steps; the last entry is beyond the band. */
function stepSquares(none: number, stepMm: number, to: DistanceTo): Float32Array {
  const back = to === 'face' ? 0.5 : 0
  const squares = Float32Array.from({ length: none + 1 }, (_, n) => (Math.max(0, n - back) * stepMm) ** 2)
  squares[none] = Infinity
  return squares
}

/** Marks what is not FULL itself and lies within `reach` of something that is not FAR. */
function wantAround(kinds: Uint8Array, n: number, reach: number, wanted: Uint8Array): void {
  const [far, full] = [FAR, FULL]
  let since = reach + 1
  for (let q = 0; q < n; q++) {
    since = kinds[q] === far ? since + 1 : 0
    wanted[q] = since <= reach && kinds[q] !== full ? 1 : 0
  }
  since = reach + 1
  for (let q = n - 1; q >= 0; q--) {
    since = kinds[q] === far ? since + 1 : 0
    if (since <= reach && kinds[q] !== full) wanted[q] = 1
  }
}

/** The first of [from, n) marked so, n for none. */
function nextOf(mark: 0 | 1, wanted: Uint8Array, n: number, from: number): number {
  let q = from
  while (q < n && wanted[q] !== mark) q++
  return q
}
