import { PipelineError } from '../core/errors.ts'
import { type Dataset, type DatasetCase, type DatasetProblem, datasetOf } from '../evidence/dataset.ts'
import { type GroupTable, groupsOfTable, NAMING_COLUMNS, readGroupTable } from '../evidence/group-table.ts'

/** A file a person chose, with its path inside the folder. */
export interface ChosenFile {
  readonly path: string
  readonly file: File
}

/** A case of a data set with all that is needed to run it. Paths and files never leave memory. */
export interface BenchCase extends DatasetCase {
  readonly scanFile: File
  readonly labelFile: File
  /** Of the table's column "age"; null without one. */
  readonly ageYears: number | null
}

/** A folder of scans with labels, as the bench holds it. */
export interface BenchData {
  readonly cases: readonly BenchCase[]
  readonly problems: readonly DatasetProblem[]
  /** Columns of the table that may be groups. */
  readonly columns: readonly string[]
  /** Columns with too many values to be groups. */
  readonly refusedColumns: readonly string[]
  /** Lines whose "age" or "slice thickness" is no number of that kind. */
  readonly badGroupLines: readonly number[]
  /** Groups of a case, by the columns asked for. */
  groupsOf(one: BenchCase, columns: readonly string[]): Readonly<Record<string, string>>
}

/**
 * Scans, labels and the table of groups among chosen files: one .csv, or none. Errors: evidence/bad-table, import/empty
 * when nothing of it is a case.
 */
export async function readBenchData(files: readonly ChosenFile[]): Promise<BenchData> {
  const tables = files.filter(({ path }) => /\.csv$/i.test(path))
  const [first] = tables
  if (tables.length > 1)
    throw new PipelineError('evidence/bad-table', 'There are several tables (.csv) in this folder. Leave one in it.')
  const table = first ? readGroupTable(await first.file.text()) : null
  const paths = files.map(({ path }) => path)
  const { cases, problems } = datasetOf(paths, table)
  if (cases.length === 0) throw nothing(table)
  return { ...groupsIn(table), cases: withFiles(cases, files, table), problems }
}

const nothing = (table: GroupTable | null) =>
  new PipelineError(
    'import/empty',
    table === null
      ? 'No scan with labels was found. Put NAME.nii.gz and NAME_label.nii.gz side by side, or the labels in a folder "labels".'
      : 'No line of the table names a scan and labels that are in this folder. Look at its columns "scan" and "label".',
  )

function withFiles(
  cases: Dataset['cases'],
  files: readonly ChosenFile[],
  table: GroupTable | null,
): readonly BenchCase[] {
  const byPath = new Map(files.map(({ path, file }) => [path, file]))
  return cases.flatMap((one) => {
    const [scanFile, labelFile] = [byPath.get(one.scan), byPath.get(one.label)]
    const age = one.tableRow === null ? undefined : table?.rows[one.tableRow]?.cells.age
    const years = Number(age?.replace(',', '.'))
    const ageYears = age !== undefined && Number.isFinite(years) ? years : null
    return scanFile && labelFile ? [{ ...one, scanFile, labelFile, ageYears }] : []
  })
}

function groupsIn(table: GroupTable | null): Omit<BenchData, 'cases' | 'problems'> {
  if (table === null) return { columns: [], refusedColumns: [], badGroupLines: [], groupsOf: () => ({}) }
  const candidates = table.columns.filter((column) => !NAMING_COLUMNS.includes(column))
  const { ofRow, refused, badLines } = groupsOfTable(table, candidates)
  const groupsOf = ({ tableRow }: BenchCase, columns: readonly string[]) => {
    const all = tableRow === null ? {} : (ofRow[tableRow] ?? {})
    return Object.fromEntries(Object.entries(all).filter(([column]) => columns.includes(column)))
  }
  return {
    columns: candidates.filter((column) => !refused.includes(column)),
    refusedColumns: refused,
    badGroupLines: badLines,
    groupsOf,
  }
}
