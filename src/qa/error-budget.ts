import type { ProcessId } from '../core/finding.ts'
import type { LabelAi } from '../segment/label-ai.ts'

/** Where a figure is from: measured on this case, or published for others and taken for this one. */
export type BudgetBasis = 'members' | 'measured' | 'printer' | 'published'

export interface BudgetPart {
  readonly id: 'segmentation' | 'edits' | 'print'
  readonly mm: number
  readonly basis: BudgetBasis
}

/** How far the print may be from the patient, all in mm. */
export interface ErrorBudget {
  readonly parts: readonly BudgetPart[]
  /** Root-sum-square of the parts: they do not depend on each other. */
  readonly totalMm: number
}

export interface BudgetInput {
  /** Of the label; null when no network made it. */
  readonly ai: Pick<LabelAi, 'reasons'> | null
  /** Distance of the final mesh from the mask's surface that 95 % of it holds: all edits together. */
  readonly editsP95Mm: number
  readonly process: ProcessId
  /** Of the printer at hand, from its accepted prints; null when there is none yet. */
  readonly printerMm: number | null
}

/** Median over 139 papers (doi 10.1186/s41205-024-00210-5). */
export const PUBLISHED_SEGMENTATION_MM = 0.8

/**
 * Published deviation of prints of mandibles and dental models, root mean square in mm. FDM 0.16 and SLS 0.11: Msallem et al.,
 * J Clin Med 2020, 9, 817 (PMC7141211). SLA 0.345 and PolyJet 0.145: Turk J Orthod 2024, 37, 257
 * (doi 10.4274/TurkJOrthod.2024.2023.8). MJF: no figure of its own was found, so the median of prints over 139 papers, 0.26
 * (doi 10.1186/s41205-024-00210-5).
 */
export const PUBLISHED_PRINT_MM: Readonly<Record<ProcessId, number>> = {
  fdm: 0.16,
  sla: 0.345,
  sls: 0.11,
  mjf: 0.26,
  polyjet: 0.145,
}

/** How far the members of a network lie apart on this scan: mean pairwise 95 % Hausdorff distance; null when unknown. */
function membersApartMm(ai: BudgetInput['ai']): number | null {
  const value = ai?.reasons.find(({ rule }) => rule === 's95')?.value
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** What is expected to be off from scan to print. Each part says whether it was measured or assumed. */
export function errorBudget({ ai, editsP95Mm, process, printerMm }: BudgetInput): ErrorBudget {
  const apartMm = membersApartMm(ai)
  const parts: BudgetPart[] = [
    apartMm === null
      ? { id: 'segmentation', mm: PUBLISHED_SEGMENTATION_MM, basis: 'published' }
      : { id: 'segmentation', mm: apartMm, basis: 'members' },
    { id: 'edits', mm: editsP95Mm, basis: 'measured' },
    printerMm === null
      ? { id: 'print', mm: PUBLISHED_PRINT_MM[process], basis: 'published' }
      : { id: 'print', mm: printerMm, basis: 'printer' },
  ]
  return { parts, totalMm: Math.hypot(...parts.map(({ mm }) => mm)) }
}
