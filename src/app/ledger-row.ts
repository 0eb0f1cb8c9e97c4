import { hasFields, isNumber, isText } from '../core/shape.ts'

/** One row of the error ledger: mesh against mask after this edit. */
export interface LedgerRow {
  /** Stage name. */
  readonly stage: string
  readonly meanMm: number
  readonly p95Mm: number
  readonly maxMm: number
  readonly volumePercent: number
}

export const isLedgerRow = hasFields({
  stage: isText,
  meanMm: isNumber,
  p95Mm: isNumber,
  maxMm: isNumber,
  volumePercent: isNumber,
})
