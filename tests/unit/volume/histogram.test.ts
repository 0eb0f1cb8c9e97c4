import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Volume } from '../../../src/core/types.ts'
import { histogram } from '../../../src/volume/histogram.ts'
import { gridOf } from '../../support/phantoms.ts'

const volumeOf = (data: number[], slope = 1, intercept = 0): Volume => ({
  grid: gridOf([data.length, 1, 1]),
  data: Int16Array.from(data),
  slope,
  intercept,
  modality: 'CT',
  unit: 'HU',
})

test.each([1, 0.5, -2])('every voxel is counted in the bin its real value lies in (slope %d)', (slope) => {
  const random = seededRandom(3)
  const volume = volumeOf(
    Array.from({ length: 5000 }, () => Math.floor(random() * 3000) - 1000),
    slope,
    100,
  )
  const found = histogram(volume, 256)
  expect(found.counts.length).toBeLessThanOrEqual(256)
  expect(found.binWidth).toBe(12 * Math.abs(slope))
  const counts = new Uint32Array(found.counts.length)
  for (const raw of volume.data) {
    const bin = Math.floor((raw * slope + 100 - found.fromValue) / found.binWidth)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  expect(found.counts).toEqual(counts)
  expect(found.counts.reduce((sum, n) => sum + n, 0)).toBe(5000)
})

test('the extreme stored values and a single value are handled', () => {
  const wide = histogram(volumeOf([-32768, 32767]), 256)
  expect(wide).toMatchObject({ fromValue: -32768, binWidth: 256 })
  expect([wide.counts[0], wide.counts[255], wide.counts.length]).toEqual([1, 1, 256])
  const one = histogram(volumeOf([7, 7, 7]), 256)
  expect(one).toEqual({ counts: Uint32Array.of(3), fromValue: 7, binWidth: 1 })
})
