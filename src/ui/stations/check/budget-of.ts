import type { SessionView } from '../../../app/session-view.ts'
import { type ErrorBudget, errorBudget } from '../../../qa/error-budget.ts'

/** The error budget of the part as it stands; null before there is one. Once it was measured point by point, that counts. */
export function budgetOf(session: SessionView): ErrorBudget | null {
  const measured = session.check?.findings.find(({ check }) => check === 'surface-p95')?.value
  const editsP95Mm = measured ?? session.ledger.at(-1)?.p95Mm
  if (editsP95Mm === undefined) return null
  const ai = session.labels.find(({ id }) => id === session.modelLabel)?.ai ?? null
  return errorBudget({ ai, editsP95Mm, process: session.openCase?.process ?? 'fdm', printerMm: null })
}
