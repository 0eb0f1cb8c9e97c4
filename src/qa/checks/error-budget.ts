import type { Finding, ProcessId } from '../../core/finding.ts'
import type { LabelAi } from '../../segment/label-ai.ts'
import type { Deviation } from '../deviation.ts'
import { errorBudget } from '../error-budget.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** The printer: how it prints, and how far off it was measured to print, mm; null when that is not known yet. */
export interface BudgetPrinter {
  readonly process: ProcessId
  readonly printerMm: number | null
}

/** Root-sum-square of segmentation, edits and expected print error; what is only published is told as assumed. */
export function checkErrorBudget(ai: LabelAi | null, away: Deviation, by: BudgetPrinter, policy: Policy): Finding {
  const editsP95Mm = Math.max(away.toReference.p95Mm, away.fromReference.p95Mm)
  const { parts, totalMm } = errorBudget({ ai, editsP95Mm, ...by })
  const assumed = parts.filter(({ basis }) => basis === 'published').map(({ id }) => id)
  return finding(policy, {
    check: 'error-budget',
    level: grade(totalMm, policy.errorBudgetMm),
    value: totalMm,
    limit: shownLimit(policy.errorBudgetMm),
    unit: 'mm',
    detail: { ...Object.fromEntries(parts.map(({ id, mm }) => [`${id}Mm`, mm])), assumed: assumed.join(', ') },
  })
}
