import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Volume } from '../../../src/core/types.ts'
import { type AttackOrder, type AttackTarget, attackSizes } from '../../../src/evidence/attack.ts'
import { ATTACKS } from '../../../src/evidence/attacks.ts'
import type { Band } from '../../../src/infer/outcome.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

const GRID = gridOf([16, 16, 16])
const inBall = (i: number, j: number, k: number) => Math.hypot(i - 7.5, j - 7.5, k - 7.5) < 6
const CT = volumeOf(GRID, (i, j, k) => (inBall(i, j, k) ? 100 : 0))
const TRUTH = CT.data.map((v) => (v === 100 ? 1 : 0))

/** Marks what is above a threshold; `marginHu` below the ball's value, so that a change of more than that unmarks it. */
const threshold = (marginHu: number, band: Band = 'green'): AttackTarget & { asked: () => number } => {
  let asked = 0
  const dice = ({ data }: Volume) => {
    let both = 0
    let sum = 0
    for (let n = 0; n < data.length; n++) {
      const marked = (data[n] as number) > 100 - marginHu ? 1 : 0
      both += marked * (TRUTH[n] as number)
      sum += marked + (TRUTH[n] as number)
    }
    return (2 * both) / sum
  }
  return {
    query: async (volume) => {
      asked++
      return dice(volume)
    },
    band: async () => {
      asked++
      return band
    },
    asked: () => asked,
  }
}
const WIDE_GRID = gridOf([24, 24, 24])
const inWideBall = (i: number, j: number, k: number) => Math.hypot(i - 11.5, j - 11.5, k - 11.5) < 10
const WIDE = volumeOf(WIDE_GRID, (i, j, k) => (inWideBall(i, j, k) ? 100 : 0))
const BALL = [...WIDE.data.entries()].filter(([, v]) => v === 100).map(([n]) => n)

/**
 * Answers by the mean of the ball: wrong once that is 3.5 HU lower. Random changes average out (70 blocks of 5 HU move it
 * by 0.6 HU), so only a search that goes downhill gets there.
 */
const leaning: AttackTarget = {
  query: async ({ data }) => {
    const drop = BALL.reduce((sum, n) => sum + 100 - (data[n] as number), 0) / BALL.length
    return 1 - (0.15 * drop) / 3.5
  },
  band: async () => 'green',
}
const order = (change: Partial<AttackOrder> = {}) => ({
  volume: CT,
  epsilon: 5,
  queries: 2000,
  overlapBelow: 0.85,
  seed: 1,
  ...change,
})

describe.each(ATTACKS.map((a) => [a.id, a.run] as const))('%s', (_, attack) => {
  test.each([1, 2, 3])('finds a network that gives way to 4 HU (seed %i)', async (seed) => {
    const found = await attack(order({ seed }), threshold(4), IDLE_CONTEXT)
    expect(found.startOverlap).toBe(1)
    expect(found.silentSuccess).toBe(true)
    expect(found.lowestOverlap).toBeLessThan(0.85)
    const most = found.volume.data.reduce((max, v, n) => Math.max(max, Math.abs(v - (CT.data[n] as number))), 0)
    expect(most).toBeLessThanOrEqual(5)
    expect(found.volume.grid).toEqual(CT.grid)
  })
  test.each([1, 2])('finds one that only a search downhill finds (seed %i)', async (seed) => {
    const found = await attack(order({ seed, volume: WIDE }), leaning, IDLE_CONTEXT)
    expect(found.silentSuccess).toBe(true)
  })
  test('does not find one that stands 6 HU, and asks no more than it may', async () => {
    const target = threshold(6)
    const found = await attack(order({ queries: 500 }), target, IDLE_CONTEXT)
    expect(found).toMatchObject({ silentSuccess: false, lowestOverlap: 1, queries: 500 })
    expect(target.asked()).toBe(500)
  })
  test('a wrong answer that is AMBER is no silent success', async () => {
    const found = await attack(order({ queries: 700 }), threshold(4, 'amber'), IDLE_CONTEXT)
    expect(found.lowestOverlap).toBeLessThan(0.85)
    expect(found.silentSuccess).toBe(false)
  })
  test('a network that is wrong without any attack is a silent success at once', async () => {
    const found = await attack(order(), threshold(0), IDLE_CONTEXT)
    expect(found).toMatchObject({ silentSuccess: true, queries: 2 })
  })
  test('is the same for the same seed', async () => {
    const run = (seed: number) => attack(order({ seed, queries: 60, overlapBelow: 0 }), threshold(4), IDLE_CONTEXT)
    const [a, again, b] = [await run(5), await run(5), await run(6)]
    expect(a).toEqual(again)
    expect(a.volume.data).not.toEqual(b.volume.data)
  })
  test('changes a scan with another slope by no more than was allowed', async () => {
    const fine: Volume = { ...CT, slope: -0.5, intercept: 0, data: CT.data.map((v) => -2 * v) }
    const found = await attack(
      order({ volume: fine, epsilon: 3, queries: 50, overlapBelow: -1 }),
      threshold(4),
      IDLE_CONTEXT,
    )
    const most = found.volume.data.reduce((max, v, n) => Math.max(max, Math.abs(v - (fine.data[n] as number))), 0)
    expect(0.5 * most).toBeLessThanOrEqual(3)
  })
  test('tells how far it is and can be cancelled', async () => {
    const stop = new AbortController()
    const told: number[] = []
    const progress = (fraction: number) => {
      told.push(fraction)
      if (fraction >= 0.1) stop.abort()
    }
    const going = attack(order({ queries: 100 }), threshold(6), { signal: stop.signal, progress })
    await expect(going).rejects.toMatchObject({ name: 'AbortError' })
    expect(told).toHaveLength(10)
  })
})

test('sizes are HU in CT and shares of the bright end elsewhere', () => {
  expect(attackSizes(CT)).toEqual([2, 5, 10])
  const mr = volumeOf(gridOf([10, 10, 10]), (i) => (i < 5 ? 10 : 410), { modality: 'MR' })
  expect(attackSizes(mr)).toEqual([2, 4, 8])
})
