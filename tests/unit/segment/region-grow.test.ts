import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Vec3, Volume } from '../../../src/core/types.ts'
import { REGION_GROW, type RegionGrowParams, regionGrow } from '../../../src/segment/region-grow.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { floodLabels } from '../../support/flood.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { snake, spiral } from '../../support/paths.ts'
import { gridOf, maskOf, randomVolume, volumeOf } from '../../support/phantoms.ts'

const grow = (volume: Volume, params: Partial<RegionGrowParams>) =>
  regionGrow(volume, { ...REGION_GROW.defaults, ...params }, IDLE_CONTEXT)

test.each([6, 18, 26] as const)('growing over %i neighbours equals a flood from the seeds', (neighbours) => {
  const anySize = fc.tuple(
    fc.integer({ min: 1, max: 70 }),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 6 }),
  )
  const at = fc.array(fc.tuple(fc.nat(69), fc.nat(6), fc.nat(5)), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(anySize, fc.nat(), fc.constantFrom(-25000, -10000, 0, 15000), at, (size, seed, lowHu, seedsLps) => {
      const volume = randomVolume(gridOf(size), seed)
      const limits = { lowHu, highHu: 32767 }
      const mask = threshold(volume, limits, IDLE_CONTEXT)
      const { labels } = floodLabels(mask, neighbours)
      const label = ([i, j, k]: Vec3) => labels[i + size[0] * (j + size[1] * k)] ?? -1
      const inside = seedsLps.filter((s) => hasVoxel(mask, ...s))
      if (inside.length === 0) {
        expect(() => grow(volume, { ...limits, neighbours, seedsLps })).toThrow(
          expect.objectContaining({ code: 'segment/bad-seed' }),
        )
        return
      }
      const wanted = new Set(inside.map(label))
      const grown = grow(volume, { ...limits, neighbours, seedsLps })
      expect(maskText(grown)).toBe(maskText(maskOf(volume.grid, (i, j, k) => wanted.has(label([i, j, k])))))
      expect(tailIsClear(grown)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test.each([
  ['snake', snake],
  ['spiral', spiral],
])('a %s that fills the volume is followed to its end', (_, make) => {
  const path = make([65, 19, 9])
  const volume = volumeOf(path.grid, (i, j, k) => (hasVoxel(path, i, j, k) ? 400 : -1000))
  expect(maskText(grow(volume, { seedsLps: [[0, 0, 0]] }))).toBe(maskText(path))
})

test('more waiting spans than room at first', () => {
  const comb = volumeOf(gridOf([4001, 3, 1]), (i, j) => (j === 0 || i % 2 === 0 ? 300 : 0))
  expect(countVoxels(grow(comb, { seedsLps: [[7, 0, 0]] }))).toBe(4001 + 2 * 2001)
})

test('seeds are points in mm on an oblique grid; those outside the scan or the limits are left out', () => {
  const grid: Grid = {
    size: [40, 6, 5],
    spacing: [0.5, 1, 2],
    origin: [10, -20, 30],
    direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
  }
  const volume = volumeOf(grid, (i) => (i % 8 < 3 ? 500 : 0))
  const grown = grow(volume, {
    seedsLps: [[500, 0, 0], ijkToLps(grid, [12, 1, 1]), ijkToLps(grid, [17.3, 2.4, 1]), ijkToLps(grid, [-0.6, 1, 1])],
  })
  expect(maskText(grown)).toBe(maskText(maskOf(grid, (i) => i >= 16 && i < 19)))
})

const small = volumeOf(gridOf([8, 8, 8]), () => 300)

test.each([
  ['no seed', { seedsLps: [] }, 'segment/bad-seed'],
  ['a seed that is no point', { seedsLps: [[Number.NaN, 0, 0]] }, 'segment/bad-seed'],
  ['only seeds outside the scan', { seedsLps: [[-1, 0, 0]] }, 'segment/bad-seed'],
  ['only seeds outside the limits', { seedsLps: [[1, 1, 1]], lowHu: 301 }, 'segment/bad-seed'],
  ['limits out of order', { seedsLps: [[1, 1, 1]], lowHu: 5, highHu: 4 }, 'app/bad-parameter'],
  ['other neighbours', { seedsLps: [[1, 1, 1]], neighbours: 4 as 6 }, 'app/bad-parameter'],
] as const)('%s: refused', (_, params, code) => {
  expect(() => grow(small, params)).toThrow(expect.objectContaining({ code }))
})

test('the scan is untouched and a cancelled step throws', () => {
  const before = small.data.slice()
  const params = { ...REGION_GROW.defaults, seedsLps: [[1, 1, 1]] } as const
  regionGrow(small, params, IDLE_CONTEXT)
  expect(small.data).toEqual(before)
  expect(() => regionGrow(small, params, { ...IDLE_CONTEXT, signal: AbortSignal.abort() })).toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  )
})
