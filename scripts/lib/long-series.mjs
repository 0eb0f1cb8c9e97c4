// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ columns: number, rows: number, pixels: Int16Array, position: [number, number, number], instance: number, instanceUid: string }} SliceOptions */

const SPACING_MM = 0.7

/**
 * Writes a CT series a slice a file: a body with a bone that wanders through it, and noise in every voxel as a scanner makes it,
 * so that nothing on the way can be cheaper than with a real scan. Same sizes, same bytes.
 * @param {string} folder
 * @param {readonly [number, number, number]} size
 * @param {(slice: SliceOptions) => Uint8Array} dicomSlice makes the file of a slice
 */
export function writeLongSeries(folder, [columns, rows, slices], dicomSlice) {
  mkdirSync(folder, { recursive: true })
  const pixels = new Int16Array(columns * rows)
  let seed = 1
  for (let k = 0; k < slices; k++) {
    const [x, y] = [columns * (0.5 + 0.15 * Math.sin(k / 40)), rows * (0.5 + 0.1 * Math.cos(k / 55))]
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const inBody = ((i / columns - 0.5) / 0.4) ** 2 + ((j / rows - 0.5) / 0.32) ** 2 < 1
        const inBone = (i - x) ** 2 + (j - y) ** 2 < (columns / 12) ** 2
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
        const noise = (seed >>> 26) - 32
        pixels[j * columns + i] = (inBone ? 900 : inBody ? 40 : -1000) + noise
      }
    }
    /** @type {SliceOptions} */
    const slice = {
      columns,
      rows,
      pixels,
      position: [0, 0, k * SPACING_MM],
      instance: k + 1,
      instanceUid: `1.2.${k + 1}`,
    }
    writeFileSync(join(folder, `${String(k).padStart(4, '0')}.dcm`), dicomSlice(slice))
  }
}
