import { expect, test } from 'vitest'
import type { AttackResult } from '../../../src/evidence/attack.ts'
import { robustness } from '../../../src/evidence/degradation.ts'
import { EDGE_CASES } from '../../../src/evidence/edge-cases.ts'
import { RELATION_IDS, type RelationResult } from '../../../src/evidence/metamorphic.ts'
import {
  judgeAttack,
  judgeEdgeCases,
  judgeRelations,
  judgeRobustness,
  type SizedRun,
} from '../../../src/evidence/red-team/judge.ts'
import type { Band } from '../../../src/infer/outcome.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

const volume = volumeOf(gridOf([1, 1, 1]), () => 0)
const run = (size: SizedRun['size'], silentSuccess = false): SizedRun => {
  const result: AttackResult = { queries: 10, startOverlap: 1, lowestOverlap: 0.5, silentSuccess, volume }
  return { size, result }
}
const runs = (silentMiddle: number) => [
  run(0),
  ...Array.from({ length: 20 }, (_, n) => run(1, n < silentMiddle)),
  run(2, true),
]

test('an attack passes with nothing silent at 2 HU and one of twenty at 5 HU', () => {
  expect(judgeAttack(runs(1))).toMatchObject({
    passed: true,
    figures: { silentMiddle: 1, silentLarge: 1, queries: 220 },
  })
  expect(judgeAttack(runs(2)).passed).toBe(false)
  expect(judgeAttack([...runs(0), run(0, true)]).passed).toBe(false)
})
test('an attack that left out a size has not passed', () => {
  expect(judgeAttack([]).passed).toBe(false)
  expect(judgeAttack(runs(0).filter((r) => r.size !== 2)).passed).toBe(false)
})

test('relations pass when all were tried and held', () => {
  const all = RELATION_IDS.map(
    (id): RelationResult => ({ id, worstDice: 0.98, meanDice: 0.99, leastDice: 0.97, held: true }),
  )
  expect(judgeRelations(all)).toMatchObject({ passed: true, figures: { worstDice: 0.98, broken: 0 } })
  expect(judgeRelations(all.slice(1)).passed).toBe(false)
  expect(judgeRelations([...all, { ...(all[0] as RelationResult), worstDice: 0.9, held: false }])).toMatchObject({
    passed: false,
    figures: { worstDice: 0.9, broken: 1, sentBack: 0 },
  })
  const sentBack = { ...(all[0] as RelationResult), worstDice: null, meanDice: null, held: false }
  expect(judgeRelations([sentBack, ...all.slice(1)])).toMatchObject({
    passed: false,
    figures: { worstDice: 0.98, broken: 0, sentBack: 1 },
  })
})

test('edge cases pass when every one was tried and is RED', () => {
  const bands = new Map(EDGE_CASES.map((c) => [c.id, c.expected]))
  expect(judgeEdgeCases(bands).passed).toBe(true)
  expect(judgeEdgeCases(new Map([...bands, ['empty', 'amber' as Band] as const])).passed).toBe(false)
  expect(judgeEdgeCases(new Map([...bands].slice(1))).passed).toBe(false)
})

test('a grid that was not run has not passed, and says no figures it does not have', () => {
  const { passed, figures } = judgeRobustness(robustness([]))
  expect(passed).toBe(false)
  expect(figures).toEqual({ trials: 0, silentByNsd: 0, silentByDice: 0, silentUpper95: 1 })
})
