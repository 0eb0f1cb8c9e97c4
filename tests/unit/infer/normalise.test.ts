import { expect, test } from 'vitest'
import { LEVEL_ZERO, normalisation, quantile } from '../../../src/infer/normalise.ts'
import { levelCounts } from '../../../src/volume/histogram.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

const VALUES = [3, -7, 12, 0, 5, 5, 40, 9, 1, -2, 8, 11]
const volume = (scale = {}) => volumeOf(gridOf([12, 1, 1]), (i) => VALUES[i] as number, scale)
const at = (table: Float32Array, stored: number) => table[stored + LEVEL_ZERO]

test.each([
  // numpy.quantile([3, -7, 12, 0, 5, 5, 40, 9, 1, -2, 8, 11], q)
  [0, -7],
  [0.05, -4.25],
  [0.25, 0.75],
  [0.5, 5],
  [0.95, 24.6],
  [1, 40],
])('quantile %d is numpy’s %d', (q, expected) => {
  expect(quantile(levelCounts(volume().data), q)).toBeCloseTo(expected, 12)
})
test('min-max is 0 at the lowest and 1 at the highest value', () => {
  const table = normalisation(volume({ slope: 0.1, intercept: 3 }), { kind: 'min-max' })
  expect(at(table, -7)).toBe(0)
  expect(at(table, 40)).toBe(1)
  expect(at(table, 5)).toBeCloseTo(12 / 47, 7)
})
test('quantiles go beyond 0 and 1 unless they are cut', () => {
  const free = normalisation(volume(), { kind: 'quantiles', low: 0.05, high: 0.95, clip: false })
  expect(at(free, 40)).toBeCloseTo((40 + 4.25) / (24.6 + 4.25), 6)
  expect(at(free, -7)).toBeLessThan(0)
  const cut = normalisation(volume(), { kind: 'quantiles', low: 0.05, high: 0.95, clip: true })
  expect(at(cut, 40)).toBe(1)
  expect(at(cut, -7)).toBe(0)
})
test('a window is in real units', () => {
  const ct = volume({ slope: 2, intercept: -20 })
  const table = normalisation(ct, { kind: 'window', low: -20, high: 120, clip: true })
  expect(at(table, 0)).toBe(0)
  expect(at(table, 35)).toBeCloseTo(0.5, 7)
  expect(at(table, 1000)).toBe(1)
})
test('a negative slope turns the quantiles round with the values', () => {
  const table = normalisation(volume({ slope: -1 }), { kind: 'quantiles', low: 0.05, high: 0.95, clip: false })
  // numpy.quantile(-x, 0.05) = -24.6, numpy.quantile(-x, 0.95) = 4.25
  expect(at(table, 7)).toBeCloseTo((-7 + 24.6) / (4.25 + 24.6), 6)
})
test('a scan of one value is all zeros', () => {
  const flat = volumeOf(gridOf([3, 3, 3]), () => 9)
  expect(normalisation(flat, { kind: 'min-max' }).every((value) => value === 0)).toBe(true)
})
