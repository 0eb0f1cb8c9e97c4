import { wordsPerRow } from '../../core/mask.ts'
import type { Mask, Vec3, Volume } from '../../core/types.ts'
import type { Plane, Run } from './plane.ts'

// Slices are cut from the volume itself, one picture at a time: a few milliseconds at any scan size, and nothing is
// copied. This serves wherever niivue would have to run on a software adapter (ADR 3 has the measurements).

/** The values shown from black to white, in real units. */
export interface GreyWindow {
  readonly low: number
  readonly high: number
}

/** Index of the first pixel and the steps to the next column and row, for data with these strides. */
function walk(size: Vec3, strides: Vec3, plane: Plane, slice: number) {
  const start = (run: Run) => (run.sign > 0 ? 0 : (size[run.axis] - 1) * strides[run.axis])
  const step = (run: Run) => run.sign * strides[run.axis]
  return {
    first: start(plane.right) + start(plane.down) + start(plane.deep) + slice * step(plane.deep),
    column: step(plane.right),
    row: step(plane.down),
  }
}

/** Writes one slice as opaque grey RGBA, rows from the top; `out` holds columns x rows pixels and is overwritten. */
export function greySlice(volume: Volume, plane: Plane, slice: number, window: GreyWindow, out: Uint32Array): void {
  const { size } = volume.grid
  const { first, column, row } = walk(size, [1, size[0], size[0] * size[1]], plane, slice)
  const scale = 255 / Math.max(1e-6, window.high - window.low)
  const gain = volume.slope * scale
  const offset = (volume.intercept - window.low) * scale
  const { data } = volume
  let at = 0
  for (let r = 0; r < plane.rows; r++) {
    let from = first + r * row
    for (let c = 0; c < plane.columns; c++, from += column) {
      const value = (data[from] as number) * gain + offset
      const grey = value <= 0 ? 0 : value >= 255 ? 255 : value | 0
      out[at++] = 0xff000000 | (grey * 0x010101)
    }
  }
}

/** Columns and rows of a picture, all included. */
export interface Region {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export const wholeOf = ({ columns, rows }: Plane): Region => ({ left: 0, right: columns - 1, top: 0, bottom: rows - 1 })

/** Writes a region of one slice of a mask as 0 or 1 a pixel of a whole picture; returns how many are set there. */
export function maskSlice(
  mask: Mask,
  plane: Plane,
  slice: number,
  out: Uint8Array,
  { left, right, top, bottom }: Region = wholeOf(plane),
): number {
  const { size } = mask.grid
  const perRow = wordsPerRow(mask.grid)
  // Bit addresses: rows start at whole words.
  const { first, column, row } = walk(size, [1, perRow * 32, perRow * 32 * size[1]], plane, slice)
  const { words } = mask
  let set = 0
  for (let r = top; r <= bottom; r++) {
    let bit = first + r * row + left * column
    const end = r * plane.columns + right
    for (let at = r * plane.columns + left; at <= end; at++, bit += column) {
      const on = ((words[bit >>> 5] as number) >>> (bit & 31)) & 1
      out[at] = on
      set += on
    }
  }
  return set
}

/**
 * The outline of a picture of 0 and 1 as line segments x0 y0 x1 y1 in pixels (pixel centres at whole numbers), by
 * marching squares: corners are cut, so a round outline looks round. Everything outside the picture counts as 0.
 * Squares lie between four pixels: `fromRow` .. `toRow` - 1 are the upper rows of those looked at, -1 above the picture.
 */
export function outline(on: Uint8Array, columns: number, rows: number, fromRow = -1, toRow = rows): number[] {
  const lines: number[] = []
  for (let r = fromRow; r < toRow; r++) {
    for (let c = -1; c < columns; c++) {
      const top = r >= 0 ? r * columns : -1
      const bottom = r + 1 < rows ? (r + 1) * columns : -1
      const right = c + 1 < columns
      const a = top >= 0 && c >= 0 ? (on[top + c] as number) : 0
      const b = top >= 0 && right ? (on[top + c + 1] as number) : 0
      const d = bottom >= 0 && right ? (on[bottom + c + 1] as number) : 0
      const e = bottom >= 0 && c >= 0 ? (on[bottom + c] as number) : 0
      const square = a | (b << 1) | (d << 2) | (e << 3)
      if (square !== 0 && square !== 15) cut(square, c, r, lines)
    }
  }
  return lines
}

/** Edges of a square that each case joins: 0 top, 1 right, 2 bottom, 3 left. Diagonal pairs are kept apart. */
const CASES: readonly (readonly number[])[] = [
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [3, 0, 1, 2],
  [0, 2],
  [3, 2],
  [2, 3],
  [2, 0],
  [0, 1, 2, 3],
  [2, 1],
  [1, 3],
  [1, 0],
  [0, 3],
  [],
]
const EDGE_X = [0.5, 1, 0.5, 0]
const EDGE_Y = [0, 0.5, 1, 0.5]

function cut(square: number, c: number, r: number, lines: number[]): void {
  for (const edge of CASES[square] ?? []) lines.push(c + (EDGE_X[edge] ?? 0), r + (EDGE_Y[edge] ?? 0))
}

/** A round length in mm whose bar is at most this many pixels long. */
export function scaleBarMm(pixelsPerMm: number, longest: number): number {
  const ideal = longest / Math.max(1e-6, pixelsPerMm)
  const power = 10 ** Math.floor(Math.log10(ideal))
  const factor = [5, 2, 1].find((f) => f * power <= ideal) ?? 1
  return factor * power
}
