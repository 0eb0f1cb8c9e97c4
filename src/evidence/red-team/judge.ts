import type { Band } from '../../infer/outcome.ts'
import type { AttackResult } from '../attack.ts'
import type { Robustness } from '../degradation.ts'
import { EDGE_CASES, type EdgeCaseId } from '../edge-cases.ts'
import { ATTACK } from '../limits.ts'
import { RELATION_IDS, type RelationResult } from '../metamorphic.ts'
import type { RedTeamResult } from './register.ts'

/** What a run of an attack says in the register; the caller adds which, when, with what seed and on what network. */
export type Judged = Pick<RedTeamResult, 'passed' | 'figures'>

/** Of 'corruption-grid'. A grid with holes has not passed. */
export function judgeRobustness(told: Robustness): Judged {
  const { meanDegradation, worst, silentByNsd, silentByDice, caught, verdict } = told
  return {
    passed: verdict === 'passed',
    figures: {
      ...(meanDegradation === null ? {} : { meanDegradation }),
      ...(worst === null ? {} : { worstDegradation: worst.degradation }),
      ...(caught === null ? {} : { caughtShare: caught.share }),
      trials: silentByNsd.of,
      silentByNsd: silentByNsd.count,
      silentByDice: silentByDice.count,
      silentUpper95: Math.max(silentByNsd.upper95, silentByDice.upper95),
    },
  }
}

/** Of 'metamorphic', over one scan or several: every relation was tried and all held. */
export function judgeRelations(results: readonly RelationResult[]): Judged {
  const tried = new Set(results.map((r) => r.id))
  return {
    passed: RELATION_IDS.every((id) => tried.has(id)) && results.every((r) => r.held),
    figures: {
      tried: results.length,
      broken: results.filter((r) => !r.held && r.worstDice !== null).length,
      sentBack: results.filter((r) => r.worstDice === null).length,
      worstDice: results.reduce((least, r) => Math.min(least, r.worstDice ?? 1), 1),
    },
  }
}

/** One search, and which of the three sizes of change it was allowed: 0 is the smallest. */
export interface SizedRun {
  readonly size: 0 | 1 | 2
  readonly result: Omit<AttackResult, 'volume'>
}

/** Of 'spsa' and 'square': all sizes were tried, nothing was silent at the smallest and little at the middle one. */
export function judgeAttack(runs: readonly SizedRun[]): Judged {
  const of = (size: SizedRun['size']) => runs.filter((run) => run.size === size)
  const silent = (size: SizedRun['size']) => of(size).filter((run) => run.result.silentSuccess).length
  const isTried = ([0, 1, 2] as const).every((size) => of(size).length > 0)
  return {
    passed: isTried && silent(0) === 0 && silent(1) <= ATTACK.silentShareAtMiddle * of(1).length,
    figures: {
      runs: runs.length,
      silentSmall: silent(0),
      silentMiddle: silent(1),
      silentLarge: silent(2),
      queries: runs.reduce((sum, run) => sum + run.result.queries, 0),
    },
  }
}

/** Of 'edge-cases': every one was tried and got the band it must get. */
export function judgeEdgeCases(bands: ReadonlyMap<EdgeCaseId, Band>): Judged {
  const tried = EDGE_CASES.filter(({ id }) => bands.has(id))
  const wrong = tried.filter(({ id, expected }) => bands.get(id) !== expected)
  return {
    passed: tried.length === EDGE_CASES.length && wrong.length === 0,
    figures: { tried: tried.length, wrong: wrong.length },
  }
}
