import type { Thumbnail } from './series.ts'
import type { Scalars } from './to-int16.ts'

const EDGE = 96

/** A slice as a small grey picture; black and white lie at the 2nd and 98th percentile of the pixels shown. */
export function thumbnailOf(slice: Scalars, columns: number, rows: number): Thumbnail {
  const step = Math.max(1, columns / EDGE, rows / EDGE)
  const width = Math.max(1, Math.floor(columns / step))
  const height = Math.max(1, Math.floor(rows / step))
  const values = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values[x + width * y] = slice[Math.floor(x * step) + columns * Math.floor(y * step)] ?? 0
    }
  }
  const sorted = values.toSorted()
  const dark = sorted[Math.floor(sorted.length * 0.02)] ?? 0
  const bright = sorted[Math.floor(sorted.length * 0.98)] ?? 1
  const scale = bright > dark ? 255 / (bright - dark) : 0
  return { width, height, pixels: Uint8Array.from(values, (v) => Math.min(255, Math.max(0, (v - dark) * scale))) }
}
