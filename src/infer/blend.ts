import { PipelineError } from '../core/errors.ts'
import type { TilePlan } from './plan.ts'

/** Of the tile's edge: the width of the bell (nnU-Net; Isensee et al. 2021). */
const SIGMA = 1 / 8

/**
 * Weights of tiles along one axis, by tile: a bell over its middle, where a network sees most around it, scaled so that the
 * weights of all tiles over a voxel add up to 1; nothing within `edge` voxels of a cut. A single tile weighs 1 everywhere.
 */
export function axisWeights(starts: readonly number[], tile: number, size: number, edge: number): Float32Array[] {
  const middle = (tile - 1) / 2
  const bells = starts.map((start) => {
    const [first, last] = [start === 0 ? 0 : edge, start + tile >= size ? tile : tile - edge]
    return Float64Array.from({ length: tile }, (_, n) =>
      n < first || n >= last ? 0 : Math.exp(-0.5 * ((n - middle) / (tile * SIGMA)) ** 2),
    )
  })
  const sums = new Float64Array(size)
  for (const [t, start] of starts.entries()) {
    for (const [n, weight] of bells[t]?.entries() ?? []) sums[start + n] = (sums[start + n] as number) + weight
  }
  return starts.map((start, t) =>
    Float32Array.from(bells[t] ?? [], (weight, n) => weight / (sums[start + n] as number)),
  )
}

/**
 * Turns logits, class by class, into probabilities, in place. Throws infer/broken-output when a value is no finite number: a
 * network that fails is not to look like background.
 */
export function softmax(logits: Float32Array, classes: number): void {
  const n = logits.length / classes
  for (let at = 0; at < n; at++) {
    let most = -Infinity
    for (let c = at; c < logits.length; c += n) most = Math.max(most, logits[c] as number)
    let total = 0
    for (let c = at; c < logits.length; c += n) {
      const e = Math.exp((logits[c] as number) - most)
      logits[c] = e
      total += e
    }
    if (!Number.isFinite(total)) throw brokenOutput()
    for (let c = at; c < logits.length; c += n) logits[c] = (logits[c] as number) / total
  }
}

const brokenOutput = () =>
  new PipelineError(
    'infer/broken-output',
    'The network gave values that are no numbers. Nothing was kept. Run it on the processor, or choose another network.',
  )

/**
 * Probabilities of a view while its tiles come in, layer by layer along z: only the planes that a layer covers are held, 4 bytes a
 * class and voxel. Planes before the next layer's first are final: read them, then advance().
 */
export class OpenPlanes {
  readonly #plan: TilePlan
  readonly #weights: readonly [Float32Array[], Float32Array[], Float32Array[]]
  /** By class; plane by plane from the layer's first, x fastest. */
  #sums: Float32Array[]

  constructor(plan: TilePlan, classes: number) {
    const { starts, tile, size } = plan
    this.#plan = plan
    const along = (a: 0 | 1 | 2) => axisWeights(starts[a], tile[a], size[a], plan.edgeVoxels)
    this.#weights = [along(0), along(1), along(2)]
    const voxels = plan.tiles === 1 ? 0 : size[0] * size[1] * tile[2]
    this.#sums = Array.from({ length: classes }, () => new Float32Array(voxels))
  }

  /** By class: mean probabilities of the planes from the layer's first on, x fastest. */
  get planes(): readonly Float32Array[] {
    return this.#sums
  }

  /** Adds the logits of tile (a, b, c) of the plan, which become probabilities. Errors: infer/broken-output. */
  add(logits: Float32Array, a: number, b: number, c: number): void {
    const classes = this.#sums.length
    softmax(logits, classes)
    const n = logits.length / classes
    const parts = this.#sums.map((_, channel) => logits.subarray(channel * n, (channel + 1) * n))
    if (this.#plan.tiles === 1) {
      this.#sums = parts
      return
    }
    for (const [channel, sums] of this.#sums.entries()) this.#addPart(sums, parts[channel] as Float32Array, a, b, c)
  }

  #addPart(sums: Float32Array, part: Float32Array, a: number, b: number, c: number): void {
    const { size, tile, starts } = this.#plan
    const [wx, wy, wz] = [this.#weights[0][a], this.#weights[1][b], this.#weights[2][c]] as [
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    const corner = (starts[1][b] as number) * size[0] + (starts[0][a] as number)
    let from = 0
    for (let k = 0; k < tile[2]; k++) {
      for (let j = 0; j < tile[1]; j++) {
        const weight = (wz[k] as number) * (wy[j] as number)
        let to = (k * size[1] + j) * size[0] + corner
        for (let i = 0; i < tile[0]; i++, from++, to++) {
          sums[to] = (sums[to] as number) + weight * (wx[i] as number) * (part[from] as number)
        }
      }
    }
  }

  /** Lets go of the first planes; the others become the first of the next layer. */
  advance(planes: number): void {
    const done = planes * this.#plan.size[0] * this.#plan.size[1]
    for (const sums of this.#sums) {
      sums.copyWithin(0, done)
      sums.fill(0, Math.max(0, sums.length - done))
    }
  }
}
