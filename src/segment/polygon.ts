import { PipelineError } from '../core/errors.ts'

/** Corners of a polygon in a slice count to 0.01 pixel. */
const STEPS = 100
/** Further out, in pixels, the sums below would not be exact. */
const FAR_OUT = 100_000

/** Throws app/bad-parameter unless these are x, y of three corners or more, none further out than `limit`. */
export function requireCorners(corners: readonly number[], limit: number): void {
  if (corners.length < 6 || corners.length % 2 !== 0) {
    throw new PipelineError('app/bad-parameter', 'Draw an outline with three corners or more.')
  }
  if (corners.every((n) => Math.abs(n) <= limit)) return
  throw new PipelineError('app/bad-parameter', 'A corner of the outline lies nowhere near the picture. Draw it again.')
}

/**
 * Bits of the pixels of a slice whose centre lies in a polygon (u, v of each corner in pixels, closed by itself; even-odd,
 * so where it overlaps itself twice is outside). Pixel u of row v is bit u of the row's words, as in a mask.
 *
 * Each edge flips the row from its crossing on, then one walk joins the flips (Ackland and Weste 1981, "The edge flag
 * algorithm"). Exact: corners are whole hundredths of a pixel, every product below is less than 2^53 and the quotient is
 * further from a whole number than it can be rounded. Centres on a left or upper edge are in, on a right or lower one out,
 * so polygons that share an edge share no pixel. Errors: app/bad-parameter.
 */
export function polygonBits(corners: readonly number[], width: number, height: number): Uint32Array {
  requireCorners(corners, FAR_OUT)
  const perRow = (width + 31) >>> 5
  const bits = new Uint32Array(perRow * height)
  const at = (n: number) => Math.round((corners[n % corners.length] as number) * STEPS)
  for (let n = 0; n < corners.length; n += 2) {
    const down = at(n + 1) < at(n + 3)
    const [top, bottom] = down ? [n, n + 2] : [n + 2, n]
    flipEdge(bits, width, height, at(top), at(top + 1), at(bottom), at(bottom + 1))
  }
  for (let v = 0; v < height; v++) joinFlips(bits, v * perRow, width)
  return bits
}

function flipEdge(
  bits: Uint32Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  const perRow = (width + 31) >>> 5
  const end = Math.min(height, Math.ceil(y1 / STEPS))
  for (let v = Math.max(0, Math.ceil(y0 / STEPS)); v < end; v++) {
    const crossing = x0 * (y1 - y0) + (v * STEPS - y0) * (x1 - x0)
    flipFrom(bits, v * perRow, width, Math.ceil(crossing / (STEPS * (y1 - y0))))
  }
}

/** Notes that all voxels of a row from `first` on change sides; joinFlips() then makes bits of the notes. */
export function flipFrom(bits: Uint32Array, base: number, width: number, first: number): void {
  if (!(first < width)) return
  const bit = Math.max(0, first)
  bits[base + (bit >> 5)] = (bits[base + (bit >> 5)] as number) ^ (1 << (bit & 31))
}

/** A bit becomes the parity of the flips up to it; bits past the width become 0. */
export function joinFlips(bits: Uint32Array, base: number, width: number): void {
  let carry = 0
  const words = (width + 31) >>> 5
  for (let w = 0; w < words; w++) {
    let word = bits[base + w] as number
    word ^= word << 1
    word ^= word << 2
    word ^= word << 4
    word ^= word << 8
    word ^= word << 16
    word ^= carry
    bits[base + w] = word
    carry = word >> 31
  }
  if (width & 31) bits[base + words - 1] = (bits[base + words - 1] as number) & (-1 >>> (32 - (width & 31)))
}
