import type { TilePlan } from './plan.ts'
import { softmax, softmaxInto } from './softmax.ts'

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

  /** Adds the logits of tile (a, b, c) of the plan; they may be changed. Errors: infer/broken-output. */
  add(logits: Float32Array, a: number, b: number, c: number): void {
    const classes = this.#sums.length
    if (this.#plan.tiles === 1) {
      softmax(logits, classes)
      const n = logits.length / classes
      this.#sums = this.#sums.map((_, channel) => logits.subarray(channel * n, (channel + 1) * n))
    } else this.#addRows(logits, a, b, c)
  }

  /** Row by row, so that the probabilities of a tile never leave the processor's caches. */
  #addRows(logits: Float32Array, a: number, b: number, c: number): void {
    const { size, tile, starts } = this.#plan
    const [wx, wy, wz] = [this.#weights[0][a], this.#weights[1][b], this.#weights[2][c]] as [
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    const [width, height, depth] = tile
    const stride = width * height * depth
    const row = { values: new Float32Array(width * this.#sums.length), first: 0, stride: width }
    const weights = new Float64Array(width)
    const corner = (starts[1][b] as number) * size[0] + (starts[0][a] as number)
    for (let k = 0; k < depth; k++) {
      for (let j = 0; j < height; j++) {
        const weight = (wz[k] as number) * (wy[j] as number)
        for (let i = 0; i < width; i++) weights[i] = weight * (wx[i] as number)
        const from = { values: logits, first: (k * height + j) * width, stride }
        softmaxInto(from, row, width, this.#sums.length)
        const to = (k * size[1] + j) * size[0] + corner
        this.#sums.forEach((sums, channel) => {
          addRow(sums, to, row.values, channel * width, weights)
        })
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

function addRow(sums: Float32Array, to: number, part: Float32Array, from: number, weights: Float64Array): void {
  for (let i = 0; i < weights.length; i++) {
    sums[to + i] = (sums[to + i] as number) + (weights[i] as number) * (part[from + i] as number)
  }
}
