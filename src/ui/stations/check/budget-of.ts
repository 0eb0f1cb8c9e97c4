import type { SessionView } from '../../../app/session-view.ts'
import { type ErrorBudget, errorBudget } from '../../../qa/error-budget.ts'

/**
 * The error budget of the part as it stands, that of its least sure label; null before there is one. Once it was measured point
 * by point, that counts.
 */
export function budgetOf(session: SessionView): ErrorBudget | null {
  const measured = session.check?.findings.find(({ check }) => check === 'surface-p95')?.value
  const editsP95Mm = measured ?? session.ledger.at(-1)?.p95Mm
  if (editsP95Mm === undefined) return null
  const process = session.openCase?.process ?? 'fdm'
  const printerMm = session.print.errorMm
  const budgets = session.part.labels.map(({ ai }) => errorBudget({ ai, editsP95Mm, process, printerMm }))
  return budgets.toSorted((a, b) => b.totalMm - a.totalMm)[0] ?? null
}
