import { PipelineError } from '../core/errors.ts'
import { type CsvRow, readCsv } from './csv.ts'
import { quantileOf, sortedOf } from './statistics.ts'

/** A table of cases: the columns by name, in lower case, and a row a case. */
export interface GroupTable {
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
  /** Lines with more or fewer cells than the first: left out. */
  readonly badLines: readonly number[]
}

export interface TableRow {
  readonly line: number
  /** Trimmed; a column without a value is left out. */
  readonly cells: Readonly<Record<string, string>>
}

/** Columns that say which case it is; the others may be groups. */
export const NAMING_COLUMNS: readonly string[] = ['scan', 'label', 'patient']

/** A column with more values than this tells people apart instead of grouping them. */
const MOST_VALUES = 12

/**
 * Reads the table of a test: its first line names the columns, one of which is "scan". Errors: evidence/bad-table, with the
 * line and without its text.
 */
export function readGroupTable(text: string): GroupTable {
  const [head, ...rows] = readCsv(text)
  const columns = (head?.cells ?? []).map((name) => name.trim().toLowerCase())
  const refuse = (why: string) => new PipelineError('evidence/bad-table', why, { line: head?.line ?? 1 })
  if (columns.includes('')) throw refuse('The first line of the table must name every column, and one is empty.')
  if (new Set(columns).size < columns.length) throw refuse('Two columns of the table have the same name. Rename one.')
  if (!columns.includes('scan')) throw refuse('The table has no column "scan". Add one with the file names.')
  const isWhole = ({ cells }: CsvRow) => cells.length === columns.length
  return {
    columns,
    rows: rows.filter(isWhole).map(({ line, cells }) => ({ line, cells: namedCells(columns, cells) })),
    badLines: rows.filter((row) => !isWhole(row)).map(({ line }) => line),
  }
}

function namedCells(columns: readonly string[], cells: readonly string[]): Record<string, string> {
  const named = columns.map((column, n) => [column, (cells[n] ?? '').trim()] as const)
  // No prototype: a column may have any name.
  return Object.assign(Object.create(null), Object.fromEntries(named.filter(([, value]) => value !== '')))
}

/** Age bands of the fairness gates; null when it is no age. */
export function ageBand(years: number): string | null {
  if (!(years >= 0 && years <= 130)) return null
  if (years < 18) return '<18'
  if (years <= 40) return '18-40'
  return years <= 65 ? '41-65' : '>65'
}

/** Slice-thickness bands at the limits of the scan's own gate, mm; null when it is no thickness. */
export function thicknessBand(mm: number): string | null {
  if (!(mm > 0 && mm <= 100)) return null
  if (mm <= 1) return '<=1 mm'
  return mm <= 2 ? '1-2 mm' : '>2 mm'
}

/** Small, medium or large among these volumes, in thirds; null where there is none. */
export function volumeTertiles(volumesMm3: readonly (number | null)[]): (string | null)[] {
  const sorted = sortedOf(volumesMm3.filter((mm3) => mm3 !== null))
  const [low, high] = [quantileOf(sorted, 1 / 3), quantileOf(sorted, 2 / 3)]
  const nameOf = (mm3: number) => (mm3 <= low ? 'small' : mm3 <= high ? 'medium' : 'large')
  return volumesMm3.map((mm3) => (mm3 === null ? null : nameOf(mm3)))
}

const BANDS: Readonly<Record<string, (value: number) => string | null>> = {
  age: ageBand,
  'slice thickness': thicknessBand,
}

/** Groups of the cases of a table. */
export interface TableGroups {
  /** By row of the table. */
  readonly ofRow: readonly Readonly<Record<string, string>>[]
  /** Columns that have more than twelve values, and so are not used. */
  readonly refused: readonly string[]
  /** Lines whose "age" or "slice thickness" is no number of that kind: without that group. */
  readonly badLines: readonly number[]
}

/**
 * Groups by the columns asked for. "age" (years) and "slice thickness" (mm) become bands; of others the values stand as they
 * are, unless there are too many to be groups.
 */
export function groupsOfTable({ rows }: GroupTable, columns: readonly string[]): TableGroups {
  const asked = columns.filter((column) => !NAMING_COLUMNS.includes(column))
  const valuesOf = (column: string) => new Set(rows.map(({ cells }) => groupIn(column, cells[column])))
  const refused = asked.filter((column) => valuesOf(column).size > MOST_VALUES + 1)
  const used = asked.filter((column) => !refused.includes(column))
  const groups = rows.map(({ cells }) => used.map((column) => [column, groupIn(column, cells[column])] as const))
  const isBad = (n: number) =>
    groups[n]?.some(([column, value]) => value === null && rows[n]?.cells[column] !== undefined)
  return {
    ofRow: groups.map((row) => Object.fromEntries(row.filter(([, value]) => value !== null)) as Record<string, string>),
    refused,
    badLines: rows.filter((_, n) => isBad(n)).map(({ line }) => line),
  }
}

function groupIn(column: string, value: string | undefined): string | null {
  if (value === undefined) return null
  const bandOf = Object.hasOwn(BANDS, column) ? BANDS[column] : undefined
  // A comma for the point, as tables from many countries have it.
  return bandOf ? bandOf(Number(value.replace(',', '.'))) : value
}
