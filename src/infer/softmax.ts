import { PipelineError } from '../core/errors.ts'

/** Values of several classes, those of a class side by side: voxel n of class c lies at first + c * stride + n. */
export interface Stretch {
  readonly values: Float32Array
  readonly first: number
  readonly stride: number
}

/** Steps of the table a unit: what is left over is at most 1 / 128. */
const STEPS = 64
/** What e to the power of this adds to a sum of 1 is lost in double precision. */
const LEAST = -40

const POWERS = Float64Array.from({ length: 1 - LEAST * STEPS }, (_, n) => Math.exp(-n / STEPS))

/**
 * e to the x, for x from LEAST to 0: the nearest of a table and five terms of the series, right to 1 in 10^15, so that in single
 * precision it is that of Math.exp but once in a hundred million. Half of its time.
 */
export function powerOf(x: number): number {
  const n = (0.5 - x * STEPS) | 0
  const r = x + n / STEPS
  const r2 = r * r
  return (POWERS[n] as number) * (1 + r + r2 * (0.5 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120))))
}

/**
 * Turns the logits of `count` voxels into probabilities; `into` may be where they come from. Throws infer/broken-output when a value
 * is no finite number: a network that fails is not to look like background.
 */
export function softmaxInto(from: Stretch, into: Stretch, count: number, classes: number): void {
  const { values, first, stride } = from
  const { values: out, first: outFirst, stride: outStride } = into
  const powers = new Float64Array(classes)
  let check = 0
  for (let n = 0; n < count; n++) {
    const at = first + n
    let most = values[at] as number
    for (let c = 1, p = at + stride; c < classes; c++, p += stride) {
      const value = values[p] as number
      most = value > most ? value : most
    }
    let total = 0
    for (let c = 0, p = at; c < classes; c++, p += stride) {
      const x = (values[p] as number) - most
      const e = x < LEAST ? 0 : powerOf(x)
      powers[c] = e
      total += e
    }
    check += total
    const share = 1 / total
    for (let c = 0, p = outFirst + n; c < classes; c++, p += outStride) {
      out[p] = Math.fround(powers[c] as number) * share
    }
  }
  if (!Number.isFinite(check)) throw brokenOutput()
}

/** Turns logits, class by class, into probabilities, in place. Errors: infer/broken-output. */
export function softmax(logits: Float32Array, classes: number): void {
  const stretch = { values: logits, first: 0, stride: logits.length / classes }
  softmaxInto(stretch, stretch, stretch.stride, classes)
}

const brokenOutput = () =>
  new PipelineError(
    'infer/broken-output',
    'The network gave values that are no numbers. Nothing was kept. Run it on the processor, or choose another network.',
  )
