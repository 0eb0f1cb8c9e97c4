import { encode } from 'uqr'

/** Light modules on each side (ISO/IEC 18004, 6.3.8). */
const QUIET = 4

/** A QR code of a text as one SVG path of unit squares, and the length of its side in them. */
export function codePath(text: string): { readonly size: number; readonly path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size, path: squares.join('') }
}
