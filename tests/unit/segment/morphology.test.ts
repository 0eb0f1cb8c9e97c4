import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAbort, PipelineError } from '../../../src/core/errors.ts'
import { countVoxels, emptyMask } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask } from '../../../src/core/types.ts'
import { combine, complement } from '../../../src/segment/logic.ts'
import { margin } from '../../../src/segment/margin.ts'
import { type MorphologyOp, morphology } from '../../../src/segment/morphology.ts'
import { maskText } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

/** Nothing left is an empty mask here, so that properties can be stated. */
async function apply(mask: Mask, op: MorphologyOp, radiusMm: number): Promise<Mask> {
  try {
    return await morphology(mask, { op, radiusMm }, IDLE_CONTEXT)
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'segment/empty') return emptyMask(mask.grid)
    throw error
  }
}

const isWithin = (a: Mask, b: Mask) => countVoxels(combine(a, b, 'subtract')) === 0

const anyStep = fc.constantFrom(0.3, 0.488, 1, 2.5)
const anyCase = fc.record({
  size: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  spacing: fc.tuple(anyStep, anyStep, anyStep),
  seed: fc.nat(),
  chance: fc.constantFrom(0, 0.05, 0.5, 0.9, 1),
  radiusMm: fc.constantFrom(0, 0.3, 0.5, 1, 1.7, 2.6),
})

test('opening only takes, closing only adds, and twice changes nothing more', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ size, spacing, seed, chance, radiusMm }) => {
      const mask = randomMask(gridOf(size, spacing), seed, chance)
      const [opened, closed] = [await apply(mask, 'open', radiusMm), await apply(mask, 'close', radiusMm)]
      expect(isWithin(opened, mask)).toBe(true)
      expect(isWithin(mask, closed)).toBe(true)
      expect(maskText(await apply(opened, 'open', radiusMm))).toBe(maskText(opened))
      expect(maskText(await apply(closed, 'close', radiusMm))).toBe(maskText(closed))
    }),
    { numRuns: 120 },
  )
})

test('the complement turns opening into closing and erosion into dilation', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ size, spacing, seed, chance, radiusMm }) => {
      const mask = randomMask(gridOf(size, spacing), seed, chance)
      for (const [op, dual] of [
        ['open', 'close'],
        ['erode', 'dilate'],
      ] as const) {
        const other = complement(await apply(complement(mask), dual, radiusMm))
        expect(maskText(await apply(mask, op, radiusMm))).toBe(maskText(other))
      }
    }),
    { numRuns: 80 },
  )
})

test('opening cuts a thin bridge, closing fills a narrow gap, in mm', async () => {
  const grid = gridOf([60, 30, 20], [0.5, 0.5, 1])
  const block = (i: number, j: number, k: number, from: number, to: number) =>
    i >= from && i < to && j >= 8 && j < 22 && k >= 5 && k < 14
  const bridge = (i: number, j: number, k: number) => i >= 20 && i < 40 && j === 15 && k === 9
  const bridged = maskOf(grid, (i, j, k) => block(i, j, k, 6, 20) || block(i, j, k, 40, 54) || bridge(i, j, k))
  const opened = await morphology(bridged, { op: 'open', radiusMm: 1 }, IDLE_CONTEXT)
  // At its ends the ball of the blocks' faces bulges by a voxel.
  const middle = maskOf(grid, (i, j, k) => bridge(i, j, k) && i > 20 && i < 39)
  expect(countVoxels(combine(opened, middle, 'intersect'))).toBe(0)
  expect(countVoxels(opened)).toBeGreaterThan(0.8 * countVoxels(bridged))

  const slit = maskOf(grid, (i, j, k) => block(i, j, k, 6, 54) && i !== 30)
  const closed = await morphology(slit, { op: 'close', radiusMm: 1 }, IDLE_CONTEXT)
  // At its mouth a ball of 1 mm reaches a little way into the slit.
  const filled = maskOf(grid, (i, j, k) => i === 30 && j >= 10 && j < 20 && k >= 7 && k < 12)
  expect(isWithin(filled, closed)).toBe(true)
})

test('dilation and erosion are the margin; the border of the volume does not eat', async () => {
  const grid = gridOf([40, 20, 12], [0.7, 0.7, 1.5])
  const cut = maskOf(grid, (i) => i < 20)
  for (const [op, distanceMm] of [
    ['dilate', 2],
    ['erode', -2],
  ] as const) {
    const truth = await margin(cut, { distanceMm }, IDLE_CONTEXT)
    expect(maskText(await morphology(cut, { op, radiusMm: 2 }, IDLE_CONTEXT))).toBe(maskText(truth))
  }
  expect(maskText(await morphology(cut, { op: 'open', radiusMm: 3 }, IDLE_CONTEXT))).toBe(maskText(cut))
})

test('nothing left, a bad radius and cancelling', async () => {
  const dot = maskOf(gridOf([9, 9, 9]), (i, j, k) => i === 4 && j === 4 && k === 4)
  for (const op of ['erode', 'open'] as const) {
    await expect(morphology(dot, { op, radiusMm: 1 }, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'segment/empty' })
  }
  for (const radiusMm of [-1, Number.NaN, Infinity]) {
    await expect(morphology(dot, { op: 'open', radiusMm }, IDLE_CONTEXT)).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
  }
  const empty = emptyMask(dot.grid)
  expect((await morphology(empty, { op: 'close', radiusMm: 2 }, IDLE_CONTEXT)).words).toEqual(empty.words)
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(morphology(dot, { op: 'close', radiusMm: 2 }, ctx)).rejects.toSatisfy(isAbort)
})
