import { expect, test } from 'vitest'
import { seededNormal } from '../../../src/core/random.ts'
import { powerOf, softmax, softmaxInto } from '../../../src/infer/softmax.ts'

const LOST = Math.exp(-40)

/** As it is mostly written: value by value with Math.exp; what is smaller than e to the -40 of the largest is given as nothing. */
function plainSoftmax(logits: Float32Array, classes: number): Float32Array {
  const n = logits.length / classes
  const answer = new Float32Array(logits.length)
  for (let at = 0; at < n; at++) {
    const values = Array.from({ length: classes }, (_, c) => logits[c * n + at] as number)
    const most = Math.max(...values)
    const powers = values.map((value) => Math.exp(value - most))
    const total = powers.reduce((sum, power) => sum + power, 0)
    powers.forEach((power, c) => {
      answer[c * n + at] = power < LOST ? 0 : Math.fround(power) / total
    })
  }
  return answer
}

function logitsOf(spread: number, classes: number, voxels: number): Float32Array {
  const normal = seededNormal(11)
  return Float32Array.from({ length: classes * voxels }, () => spread * normal())
}

test('a power is right to 1 in 10^15', () => {
  for (let n = 0; n <= 40_000; n++) {
    const x = -n / 1000
    expect(Math.abs(powerOf(x) / Math.exp(x) - 1)).toBeLessThan(1e-15)
  }
})

test.each([
  ['alike', 0.01],
  ['as networks give them', 6],
  ['far apart', 40],
])('probabilities are those of Math.exp to the last bit: %s', (_name, spread) => {
  const logits = logitsOf(spread, 7, 5000)
  const wanted = plainSoftmax(logits, 7)
  softmax(logits, 7)
  expect(logits).toEqual(wanted)
})

test('a stretch goes where it is told, and what is around it stays', () => {
  const logits = logitsOf(6, 3, 40)
  const wanted = plainSoftmax(logits, 3)
  const before = logits.slice()
  const out = new Float32Array(3 * 12).fill(9)
  softmaxInto({ values: logits, first: 7, stride: 40 }, { values: out, first: 2, stride: 12 }, 10, 3)
  expect(logits).toEqual(before)
  for (let c = 0; c < 3; c++) {
    expect([...out.subarray(12 * c, 12 * c + 2)]).toEqual([9, 9])
    expect(out.subarray(12 * c + 2, 12 * c + 12)).toEqual(wanted.subarray(40 * c + 7, 40 * c + 17))
  }
})

test.each([
  ['NaN in the first class', 0, Number.NaN],
  ['NaN in another', 9, Number.NaN],
  ['Infinity', 4, Number.POSITIVE_INFINITY],
])('a value that is no number is refused: %s', (_name, at, value) => {
  const logits = logitsOf(6, 3, 4)
  logits[at] = value
  expect(() => softmax(logits, 3)).toThrow(expect.objectContaining({ code: 'infer/broken-output' }))
})

test('a class that is out of the question has no part', () => {
  const logits = Float32Array.of(0, Number.NEGATIVE_INFINITY, 0)
  softmax(logits, 3)
  expect([...logits]).toEqual([0.5, 0, 0.5])
})
