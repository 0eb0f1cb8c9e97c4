import { seededRandom } from '../../src/core/random.ts'
import type { Volume } from '../../src/core/types.ts'
import type { Network } from '../../src/infer/run.ts'
import { gridOf, volumeOf } from './phantoms.ts'

/** Stored value in the middle of an onion. */
const FULL = 1000
/** How deep each layer lies, 0 outside and 1 in the middle; air first. */
const DEPTHS = [0, 0.06, 0.12, 0.18, 0.26, 0.5, 0.9]
const NOISE = 24

/** A head-sized onion of folded layers, brighter by depth, with seeded noise; air around it. Axes as most MR scans have them. */
export function onionVolume(side: number): Volume {
  const random = seededRandom(7)
  const wave = Float64Array.from({ length: side }, (_, n) => 0.03 * Math.sin((n / side) * 60))
  const along = (radius: number) =>
    Float64Array.from({ length: side }, (_, n) => ((n - side / 2) / (radius * side)) ** 2)
  const [x, y, z] = [along(0.47), along(0.47), along(0.47)]
  const at = (table: Float64Array, n: number) => table[n] as number
  const grid = gridOf([side, side, side])
  const value = (i: number, j: number, k: number) => {
    const depth = 1 - Math.sqrt(at(x, i) + at(y, j) + at(z, k))
    const folds = at(wave, i) + at(wave, j) + at(wave, k)
    return Math.max(0, Math.round(FULL * (depth > 0 ? depth + folds * depth : 0) + NOISE * (random() - 0.5)))
  }
  return volumeOf(grid, value, { modality: 'MR', unit: 'a.u.' })
}

/**
 * As cheap as a network can be: the nearer a voxel to the depth of a layer the surer it is of it, with some doubt that hangs on the
 * place in the tile, so that views of one scan differ.
 */
export function onionNetwork(classes: number): Network {
  return {
    provider: { backend: 'wasm', adapter: 'a stand-in', threads: 1 },
    run: (tile) => Promise.resolve(onion(tile, classes)),
  }
}

function onion(tile: Float32Array, classes: number): Float32Array {
  const logits = new Float32Array(classes * tile.length)
  for (let c = 0; c < classes; c++) {
    const depth = DEPTHS[c % DEPTHS.length] as number
    const from = c * tile.length
    for (let n = 0; n < tile.length; n++) {
      const doubt = (Math.imul(n + c, 0x9e3779b1) >>> 8) / 2 ** 24
      logits[from + n] = doubt - Math.min(16, 40 * Math.abs((tile[n] as number) - depth))
    }
  }
  return logits
}
