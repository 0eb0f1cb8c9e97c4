import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasVoxel } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { distanceSlices } from '../../src/segment/distance.ts'
import { ballRows, growByDistance, growByRows, margin } from '../../src/segment/margin.ts'
import { bruteSquares } from '../support/brute-distance.ts'
import { maskText, tailIsClear } from '../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../support/phantoms.ts'

const anyStep = fc.constantFrom(0.3, 0.488, 1, 2.5)
const anyCase = fc.record({
  size: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
  spacing: fc.tuple(anyStep, anyStep, anyStep),
  seed: fc.nat(),
  chance: fc.constantFrom(0, 0.005, 0.05, 0.5, 0.98, 1),
  distanceMm: fc.oneof(fc.constantFrom(0, 0.3, 0.6, 0.9, 1, 2.5, 1000), fc.double({ min: 0, max: 8, noNaN: true })),
})

const reached = (square: number, mm: number) => square <= (mm * (1 + 1e-6)) ** 2

test('distances equal brute force within the band and are infinite beyond', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ size, spacing, seed, chance, distanceMm }) => {
      const mask = randomMask(gridOf(size, spacing), seed, chance)
      const truth = bruteSquares(mask, (at) => hasVoxel(mask, ...at))
      const found: number[] = []
      await distanceSlices(mask, distanceMm, IDLE_CONTEXT, (k, square) => {
        expect(found.length).toBe(k * size[0] * size[1])
        found.push(...square)
      })
      expect(found.length).toBe(truth.length)
      for (const [n, square] of truth.entries()) {
        if (reached(square, distanceMm)) {
          expect(Math.abs((found[n] ?? Number.NaN) - square)).toBeLessThanOrEqual(square * 2e-7)
        } else expect(found[n]).toBe(Infinity)
      }
    }),
    { numRuns: 150 },
  )
})

test('growing equals brute force, by rows and by distance', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ size, spacing, seed, chance, distanceMm }) => {
      const mask = randomMask(gridOf(size, spacing), seed, chance)
      const squares = bruteSquares(mask, (at) => hasVoxel(mask, ...at))
      let n = 0
      const truth = maskText(maskOf(mask.grid, () => reached(squares[n++] ?? Infinity, distanceMm)))
      const before = mask.words.slice()
      const byRows = await growByRows(mask, ballRows(mask.grid, distanceMm), IDLE_CONTEXT)
      const byDistance = await growByDistance(mask, distanceMm, IDLE_CONTEXT)
      const grown = await margin(mask, { distanceMm }, IDLE_CONTEXT)
      for (const result of [byRows, byDistance, grown]) {
        expect(maskText(result)).toBe(truth)
        expect(tailIsClear(result)).toBe(true)
      }
      expect(mask.words).toEqual(before)
    }),
    { numRuns: 150 },
  )
})

test('shrinking equals brute force and leaves faces on the border of the volume in place', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ size, spacing, seed, chance, distanceMm }) => {
      const mask = randomMask(gridOf(size, spacing), seed, chance)
      const squares = bruteSquares(mask, (at) => !hasVoxel(mask, ...at))
      let n = 0
      const truth = maskText(maskOf(mask.grid, () => !reached(squares[n++] ?? Infinity, distanceMm)))
      fc.pre(distanceMm > 0)
      if (!truth.includes('#')) {
        await expect(margin(mask, { distanceMm: -distanceMm }, IDLE_CONTEXT)).rejects.toMatchObject({
          code: 'segment/empty',
        })
        return
      }
      const shrunk = await margin(mask, { distanceMm: -distanceMm }, IDLE_CONTEXT)
      expect(maskText(shrunk)).toBe(truth)
      expect(tailIsClear(shrunk)).toBe(true)
    }),
    { numRuns: 150 },
  )
})
