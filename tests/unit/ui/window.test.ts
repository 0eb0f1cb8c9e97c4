import { expect, test } from 'vitest'
import { sliceRange, wider } from '../../../src/ui/viewer/window.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

test('the range of a slice is in real units, and of that slice alone', () => {
  const volume = { ...volumeOf(gridOf([4, 3, 3]), (i, j, k) => 100 * k + 10 * j + i), slope: -2, intercept: 5 }
  expect(sliceRange(volume, 0)).toEqual([5 - 2 * 23, 5])
  expect(sliceRange(volume, 2)).toEqual([5 - 2 * 223, 5 - 2 * 200])
})
test('ranges widen and never shrink', () => {
  expect(wider(null, [3, 4])).toEqual([3, 4])
  expect(wider([0, 10], [3, 4])).toEqual([0, 10])
  expect(wider([0, 10], [-3, 14])).toEqual([-3, 14])
})
