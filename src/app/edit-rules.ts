import type { Overlap } from '../segment/place.ts'
import type { EditRules } from './segment-view.ts'

/** Rules as the trace keeps them. */
export type RuleParams = {
  readonly others: Overlap
  readonly rangeLowHu: number | null
  readonly rangeHighHu: number | null
}

/** An edit goes anywhere, and other labels stay as they are. */
export const NO_RULES: EditRules = { others: 'allow', range: null }

/** Whether these rules hold anything back. */
export const hasRules = ({ others, range }: EditRules): boolean => others !== 'allow' || range !== null

export const ruleParams = ({ others, range }: EditRules): RuleParams => ({
  others,
  rangeLowHu: range?.lowHu ?? null,
  rangeHighHu: range?.highHu ?? null,
})
