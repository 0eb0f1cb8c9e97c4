import type { ExportFormat } from '../export/file-parts.ts'

export interface ExportRow {
  readonly format: ExportFormat
  readonly fileName: string
  readonly digest: string
  readonly bytes: number
  /** Set when a person added who the patient is. */
  readonly isNamed?: boolean
  /** Set when it left sealed; this row is of the plain file, which the vault keeps. */
  readonly isSealed?: boolean
}
