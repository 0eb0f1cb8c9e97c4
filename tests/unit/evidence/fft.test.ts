import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { type Axis, addFiltered, frequencies } from '../../../src/evidence/axis-filter.ts'
import { fourier } from '../../../src/evidence/fft.ts'
import { gridOf, randomVolume } from '../../support/phantoms.ts'

/** The definition, summed directly. */
function direct(re: Float64Array, im: Float64Array): [Float64Array, Float64Array] {
  const n = re.length
  const sum = (k: number, part: 're' | 'im') => {
    let total = 0
    for (let m = 0; m < n; m++) {
      const angle = (-2 * Math.PI * ((k * m) % n)) / n
      const [x, y] = [re[m] as number, im[m] as number]
      total += part === 're' ? x * Math.cos(angle) - y * Math.sin(angle) : x * Math.sin(angle) + y * Math.cos(angle)
    }
    return total
  }
  return [Float64Array.from(re, (_, k) => sum(k, 're')), Float64Array.from(re, (_, k) => sum(k, 'im'))]
}

const random = (length: number, seed: number) => {
  const next = seededRandom(seed)
  return Float64Array.from({ length }, () => 2000 * next() - 1000)
}
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let most = 0
  for (let n = 0; n < a.length; n++) most = Math.max(most, Math.abs((a[n] as number) - (b[n] as number)))
  return most
}

describe('Fourier transform', () => {
  test.each([1, 2, 3, 4, 5, 7, 8, 12, 31, 32, 97, 100, 128, 250, 256])('of %i values agrees with the sum', (length) => {
    const [re, im] = [random(length, length), random(length, length + 1)]
    const [expectedRe, expectedIm] = direct(re, im)
    const [a, b] = [re.slice(), im.slice()]
    const { forward, inverse } = fourier(length)
    forward(a, b)
    expect(worst(a, expectedRe)).toBeLessThan(1e-8 * length)
    expect(worst(b, expectedIm)).toBeLessThan(1e-8 * length)
    inverse(a, b)
    expect(worst(a, re)).toBeLessThan(1e-9)
    expect(worst(b, im)).toBeLessThan(1e-9)
  })
})

describe('filter along an axis', () => {
  const size: Vec3 = [9, 16, 7]
  const { data } = randomVolume(gridOf(size), 5)
  const filtered = (axis: Axis, gain: (cycles: number) => number, from = data) => {
    const to = new Float32Array(from.length)
    addFiltered(
      from,
      to,
      size,
      axis,
      Float64Array.from({ length: frequencies(size[axis]) }, (_, c) => gain(c)),
    )
    return to
  }
  test.each([0, 1, 2] as const)('gains of one along axis %i change nothing, to the stored unit', (axis) => {
    expect(
      Int16Array.from(
        filtered(axis, () => 1),
        Math.round,
      ),
    ).toEqual(data)
  })
  test('only the mean of each line passes when all other gains are nothing', () => {
    const means = filtered(2, (c) => (c === 0 ? 1 : 0))
    const area = size[0] * size[1]
    for (const at of [0, 5, area - 1]) {
      const line = Array.from({ length: size[2] }, (_, k) => data[at + k * area] as number)
      expect(means[at + area]).toBeCloseTo(line.reduce((a, b) => a + b, 0) / size[2], 2)
    }
  })
  test('a wave is weighed by its own gain', () => {
    const wave = (n: number) =>
      Math.round(10_000 * Math.cos((2 * Math.PI * 3 * Math.floor((n / size[0]) % size[1])) / size[1]))
    const from = Int16Array.from(data, (_, n) => wave(n))
    const to = filtered(1, (c) => (c === 3 ? 0.25 : 1), from)
    expect(
      worst(
        to,
        Float32Array.from(from, (v) => 0.25 * v),
      ),
    ).toBeLessThan(1)
  })
})
