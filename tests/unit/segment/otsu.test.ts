import { expect, test } from 'vitest'
import { seededNormal } from '../../../src/core/random.ts'
import type { Volume } from '../../../src/core/types.ts'
import { otsu } from '../../../src/segment/otsu.ts'
import { histogram } from '../../../src/volume/histogram.ts'
import { gridOf } from '../../support/phantoms.ts'

function mixture(means: number[]): Volume {
  const normal = seededNormal(5)
  const data = Int16Array.from({ length: 30_000 }, (_, n) => Math.round((means[n % means.length] ?? 0) + 15 * normal()))
  return { grid: gridOf([100, 100, 3]), data, slope: 2, intercept: 7, modality: 'MR', unit: 'a.u.' }
}

test('two equal bells are parted half-way, in real units', () => {
  const [cut = Number.NaN] = otsu(histogram(mixture([100, 300]), 256), 2)
  expect(Math.abs(cut - (2 * 200 + 7))).toBeLessThan(16)
})

test('three equal bells are parted half-way between neighbours', () => {
  const cuts = otsu(histogram(mixture([100, 300, 600]), 256), 3)
  expect(cuts).toHaveLength(2)
  expect(Math.abs((cuts[0] ?? 0) - (2 * 200 + 7))).toBeLessThan(20)
  expect(Math.abs((cuts[1] ?? 0) - (2 * 450 + 7))).toBeLessThan(20)
})

test('the threshold itself belongs to the upper class', () => {
  const volume = { ...mixture([0]), data: Int16Array.from([10, 10, 20, 20]), grid: gridOf([4, 1, 1]) }
  const [cut = Number.NaN] = otsu(histogram(volume, 1024), 2)
  expect(cut).toBeGreaterThan(2 * 10 + 7)
  expect(cut).toBeLessThanOrEqual(2 * 20 + 7)
})
