import { expect, test } from 'vitest'
import { countVoxels, maskToBytes } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Volume } from '../../../src/core/types.ts'
import { storedRange, threshold } from '../../../src/segment/threshold.ts'
import { gridOf, randomVolume, volumeOf } from '../../support/phantoms.ts'

const inside = (volume: Volume, lowHu: number, highHu: number) =>
  [...volume.data].map((v) => {
    const real = volume.slope * v + volume.intercept
    return real >= lowHu && real <= highHu ? 1 : 0
  })

test.each([
  [1, 0, -100, 4000],
  [1, -1024, 226, 3071],
  [-1, 5, -200, 300],
  [0.1, 0, 0.3, 0.7],
  [2.5, -7.3, -9000, 12000],
  [1, 0, -1e9, 1e9],
])('slope %d, intercept %d, limits %d to %d', (slope, intercept, low, high) => {
  for (const nx of [1, 31, 32, 33, 70]) {
    const volume = { ...randomVolume(gridOf([nx, 5, 3]), nx), slope, intercept }
    const mask = threshold(volume, { lowHu: low, highHu: high }, IDLE_CONTEXT)
    expect([...maskToBytes(mask)]).toEqual(inside(volume, low, high))
  }
})

test('both limits belong to the inside, also where a division would round past them', () => {
  // 0.1 * 3 is above 0.3 in binary, and 0.3 / 0.1 is below 3.
  const scale = { slope: 0.1, intercept: 0 }
  expect(storedRange(scale, 0.1 * 3, 0.1 * 7)).toEqual({ from: 3, to: 7 })
  expect(storedRange({ slope: -2, intercept: 10 }, 0, 6)).toEqual({ from: 2, to: 5 })
  expect(storedRange(scale, null, null)).toEqual({ from: -32768, to: 32767 })
  expect(storedRange({ slope: 0, intercept: 5 }, 5, 5)).toEqual({ from: -32768, to: 32767 })
})

test.each([5, 32, 37])('voxels on a limit are inside wherever they lie in a row of %i', (nx) => {
  const volume = volumeOf(gridOf([nx, 1, 1]), (i) => i)
  for (let i = 0; i < nx; i++) {
    const mask = threshold(volume, { lowHu: i, highHu: i }, IDLE_CONTEXT)
    expect([...maskToBytes(mask)].indexOf(1)).toBe(i)
    expect(countVoxels(mask)).toBe(1)
  }
})

test('limits between two stored values, or beyond all of them, select nothing', () => {
  const volume = volumeOf(gridOf([40, 2, 2]), () => 7)
  for (const [lowHu, highHu] of [
    [7.1, 7.9],
    [40000, 50000],
    [-60000, -50000],
  ] as const) {
    expect(countVoxels(threshold(volume, { lowHu, highHu }, IDLE_CONTEXT))).toBe(0)
  }
})

test('limits the wrong way round, or none at all, are refused', () => {
  const volume = volumeOf(gridOf([4, 4, 4]), () => 0)
  for (const params of [
    { lowHu: 2, highHu: 1 },
    { lowHu: Number.NaN, highHu: 1 },
  ]) {
    expect(() => threshold(volume, params, IDLE_CONTEXT)).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  }
})

test('a cancelled run stops', () => {
  const ctx = { signal: AbortSignal.abort(), progress: () => {} }
  expect(() =>
    threshold(
      volumeOf(gridOf([4, 4, 4]), () => 0),
      { lowHu: 0, highHu: 1 },
      ctx,
    ),
  ).toThrow(expect.objectContaining({ name: 'AbortError' }))
})
