import type { Vec3 } from '../../src/core/types.ts'
import type { Judge, Network } from '../../src/infer/run.ts'

/** A network of two classes in plain JavaScript: `logit` of the second, given the tile; x fastest. */
export function plainNetwork(logit: (tile: Float32Array, at: number, size: Vec3) => number): Network {
  return {
    provider: { backend: 'wasm', adapter: 'a test', threads: 1 },
    async run(tile, size) {
      const logits = new Float32Array(2 * tile.length)
      for (let at = 0; at < tile.length; at++) logits[tile.length + at] = logit(tile, at, size)
      return logits
    },
  }
}

/** Sure of what lies above half of the range; looks at nothing around a voxel. */
export const aboveHalf = plainNetwork((tile, at) => 40 * ((tile[at] as number) - 0.5))

export const NO_JUDGE: Judge = { measure: () => [], features: () => [] }
