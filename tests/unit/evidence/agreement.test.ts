import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { LabelMap } from '../../../src/core/types.ts'
import { agreementOf } from '../../../src/evidence/agreement.ts'
import { diceOf, metricsOf } from '../../../src/evidence/metrics.ts'
import type { Structure } from '../../../src/infer/card.ts'
import type { Agreement } from '../../../src/infer/outcome.ts'
import { labelsToMask } from '../../../src/segment/labels.ts'
import { gridOf, labelsOf, randomLabels } from '../../support/phantoms.ts'

const brain: Structure = { anatomy: 'brain', of: [1, 2] }
const csf: Structure = { anatomy: 'csf', of: [3] }
const agreement = (members: LabelMap[], structures: Structure[]) => agreementOf(members, structures, IDLE_CONTEXT)
const one = async (members: LabelMap[], structure: Structure) => (await agreement(members, [structure]))[0] as Agreement

const grid = gridOf([40, 20, 20], [1, 1, 2])
/** Label 1 in a block of this many voxels along x. */
const block = (length: number) =>
  labelsOf(grid, (i, j, k) => (i >= 5 && i < 5 + length && j >= 4 && j < 16 && k >= 4 && k < 16 ? 1 : 0))
const nothing = labelsOf(grid, () => 0)

test('members that are alike agree wholly', async () => {
  const found = await agreement([block(10), block(10), block(10), block(10)], [brain, csf])
  expect(found).toEqual([
    { pairwiseDice: 1, s95Mm: 0, cvPercent: 0, meanMm3: 10 * 12 * 12 * 2 },
    { pairwiseDice: 1, s95Mm: 0, cvPercent: 0, meanMm3: 0 },
  ])
})

test('blocks of known length give known numbers', async () => {
  const found = await one([block(10), block(12), block(14)], brain)
  const dice = (a: number, b: number) => (2 * Math.min(a, b)) / (a + b)
  expect(found.pairwiseDice).toBeCloseTo((dice(10, 12) + dice(10, 14) + dice(12, 14)) / 3, 12)
  // An end face has more than a twentieth of the area: 2, 4 and 2 mm apart.
  expect(found.s95Mm).toBeCloseTo(8 / 3, 6)
  expect(found.cvPercent).toBeCloseTo((100 * 2) / 12, 9)
  expect(found.meanMm3).toBeCloseTo(12 * 288, 9)
})

test('an empty member is infinitely far from the others; two empty ones agree', async () => {
  const found = await one([block(10), nothing, nothing], brain)
  expect(found.pairwiseDice).toBeCloseTo(1 / 3, 12)
  expect(found.s95Mm).toBe(Infinity)
  expect(found.cvPercent).toBeCloseTo(100 * Math.sqrt(3), 9)
})

test('of one member agreement is not known', async () => {
  const found = await agreement([block(10)], [brain, csf])
  for (const { pairwiseDice, s95Mm, cvPercent } of found)
    expect([pairwiseDice, s95Mm, cvPercent]).toEqual([NaN, NaN, NaN])
  expect(found.map(({ meanMm3 }) => meanMm3)).toEqual([2880, 0])
})

test('results that cannot be compared are refused', async () => {
  const other = labelsOf(gridOf([4, 4, 4]), () => 1)
  await expect(agreement([block(1), other], [brain])).rejects.toMatchObject({ code: 'segment/grid-mismatch' })
  await expect(agreement([], [brain])).rejects.toMatchObject({ code: 'app/bad-parameter' })
})

test('is the mean of what the metrics say of every pair, near and far apart', async () => {
  const rough = gridOf([37, 9, 8], [1, 1.5, 0.7])
  const far = labelsOf(rough, (i) => (i === 36 ? 1 : 0))
  const near = labelsOf(rough, (i) => (i === 0 ? 1 : 0))
  for (const members of [[1, 2, 3, 4].map((seed) => randomLabels(rough, 3, seed)), [far, near, near]]) {
    const masks = members.map((member) => labelsToMask(member, brain.of, IDLE_CONTEXT))
    const pairs = masks.flatMap((a, n) => masks.slice(n + 1).map((b) => [a, b] as const))
    const hd95 = await Promise.all(pairs.map(async ([a, b]) => (await metricsOf(a, b, 1, IDLE_CONTEXT))?.hd95Mm ?? NaN))
    const found = await one(members, brain)
    expect(found.s95Mm).toBeCloseTo(hd95.reduce((sum, mm) => sum + mm, 0) / pairs.length, 9)
    expect(found.pairwiseDice).toBeCloseTo(pairs.reduce((sum, [a, b]) => sum + diceOf(a, b), 0) / pairs.length, 12)
  }
})

test('members far apart are measured across the whole distance', async () => {
  const wide = gridOf([37, 9, 8], [1, 1.5, 0.7])
  const [far, near] = [36, 0].map((x) => labelsOf(wide, (i) => (i === x ? 1 : 0))) as [LabelMap, LabelMap]
  expect(await one([far, near, near], brain)).toMatchObject({ pairwiseDice: 1 / 3, s95Mm: 24, cvPercent: 0 })
})
