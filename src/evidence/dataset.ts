import type { AnatomyId } from '../core/anatomy.ts'
import type { FoundLabel } from '../import/label-values.ts'
import type { GroupTable, TableRow } from './group-table.ts'

/** A scan with the labels that are its truth. Paths are within the chosen folder and go nowhere but to the reader. */
export interface DatasetCase {
  /** From 1: all that a result says of which case it is. */
  readonly row: number
  /** The row of the table, from 0; null without one. */
  readonly tableRow: number | null
  /** Cases of one person share it. */
  readonly patient: number
  readonly scan: string
  readonly label: string
}

/** What keeps a file or a line from being a case. `path` is for the screen, and is never stored. */
export interface DatasetProblem {
  readonly kind: 'bad-line' | 'no-scan' | 'no-label' | 'twice' | 'not-listed'
  readonly line: number | null
  readonly path: string | null
}

export interface Dataset {
  readonly cases: readonly DatasetCase[]
  readonly problems: readonly DatasetProblem[]
}

const READABLE = /\.(nii|nii\.gz|nrrd|mha)$/i
const LABEL_NAME = /[_-](label|labels|seg)$/i
const LABEL_FOLDER = /^labels(t[rs])?$/i
/** The channel number that some collections append to the names of scans. */
const CHANNEL = /_0000$/

interface Listed {
  readonly path: string
  readonly file: string
  /** The file name without its ending. */
  readonly bare: string
  /** And without what marks it as labels, or the channel. */
  readonly stem: string
  readonly isLabel: boolean
}

function listedOf(path: string): Listed {
  const parts = path.normalize('NFC').split('/')
  const file = parts.at(-1) as string
  const bare = file.replace(READABLE, '')
  const isLabel = LABEL_NAME.test(bare) || parts.slice(0, -1).some((folder) => LABEL_FOLDER.test(folder))
  const stem = isLabel ? bare.replace(LABEL_NAME, '') : bare.replace(CHANNEL, '')
  return { path, file, bare, stem, isLabel }
}

/** The value for a name that is there once; 'twice' for one that is there more often. */
type Once = ReadonlyMap<string, Listed | 'twice'>

function onceBy(files: readonly Listed[], keyOf: (file: Listed) => string): Once {
  const found = new Map<string, Listed | 'twice'>()
  for (const file of files) found.set(keyOf(file), found.has(keyOf(file)) ? 'twice' : file)
  return found
}

/**
 * Scans and labels of a folder that belong together: NAME with NAME_label (or -label, _seg) beside it or with NAME in a
 * folder "labels"; endings .nii, .nii.gz, .nrrd and .mha. With a table, its rows are the cases: "scan" names a file by its
 * path, its file name or its name without ending, and so does "label", where the table has it. What does not fit is listed
 * as a problem, and the rest goes on.
 */
export function datasetOf(paths: readonly string[], table: GroupTable | null): Dataset {
  const files = paths
    .filter((path) => READABLE.test(path))
    .sort()
    .map(listedOf)
  const scans = files.filter(({ isLabel }) => !isLabel)
  const labels = files.filter(({ isLabel }) => isLabel)
  const labelByStem = onceBy(labels, ({ stem }) => stem)
  return table ? fromTable(table, files, scans, labelByStem) : fromFolder(scans, labelByStem)
}

function fromFolder(scans: readonly Listed[], labelByStem: Once): Dataset {
  const byStem = onceBy(scans, ({ stem }) => stem)
  const cases: DatasetCase[] = []
  const problems: DatasetProblem[] = []
  for (const { path, stem } of scans) {
    const label = labelByStem.get(stem)
    const isTwice = label === 'twice' || byStem.get(stem) === 'twice'
    if (isTwice || !label) problems.push({ kind: isTwice ? 'twice' : 'no-label', line: null, path })
    else {
      const row = cases.length + 1
      cases.push({ row, tableRow: null, patient: row, scan: path, label: label.path })
    }
  }
  return { cases, problems }
}

function fromTable(table: GroupTable, files: readonly Listed[], scans: readonly Listed[], labelByStem: Once): Dataset {
  const scanNames = namesOf(scans)
  const labelNames = [...namesOf(files.filter(({ isLabel }) => isLabel)), ...namesOf(files)]
  const patients = new Map<string, number>()
  const taken = new Set<string>()
  const cases: DatasetCase[] = []
  const problems: DatasetProblem[] = table.badLines.map((line) => ({ kind: 'bad-line', line, path: null }))
  for (const [tableRow, { line, cells }] of table.rows.entries()) {
    const refuse = (kind: DatasetProblem['kind']) => problems.push({ kind, line, path: null })
    const scan = byName(scanNames, cells.scan)
    if (!scan) refuse('no-scan')
    else if (scan === 'twice' || taken.has(scan.path)) refuse('twice')
    else {
      taken.add(scan.path)
      const label = cells.label === undefined ? labelByStem.get(scan.stem) : byName(labelNames, cells.label)
      if (!label || label === 'twice') refuse(label ? 'twice' : 'no-label')
      else {
        const row = cases.length + 1
        const patient = patientOf(cells, row, patients)
        cases.push({ row, tableRow, patient, scan: scan.path, label: label.path })
      }
    }
  }
  const unlisted = scans.filter(({ path }) => !taken.has(path))
  const rest = unlisted.map(({ path }): DatasetProblem => ({ kind: 'not-listed', line: null, path }))
  return { cases, problems: [...problems, ...rest].sort((a, b) => lineOf(a) - lineOf(b)) }
}

/** Those without a line come last. */
const lineOf = ({ line }: DatasetProblem) => line ?? Number.MAX_SAFE_INTEGER

/** Files by path, by file name, by name without ending, and without what marks them. */
function namesOf(files: readonly Listed[]): Once[] {
  return [
    onceBy(files, ({ path }) => path.normalize('NFC')),
    onceBy(files, ({ file }) => file),
    onceBy(files, ({ bare }) => bare),
    onceBy(files, ({ stem }) => stem),
  ]
}

/** By path first, then by file name, then by name without ending. */
function byName(names: readonly Once[], name: string | undefined): Listed | 'twice' | undefined {
  if (name === undefined) return undefined
  const key = name.replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC')
  return names.map((files) => files.get(key)).find((file) => file !== undefined)
}

/** A number for whoever the table names; each case its own without a name. */
function patientOf(cells: TableRow['cells'], row: number, patients: Map<string, number>): number {
  if (cells.patient === undefined) return row
  const number = patients.get(cells.patient) ?? row
  patients.set(cells.patient, number)
  return number
}

/** What a person says that a number of the label files means. */
export interface LabelMeaning {
  readonly value: number
  readonly anatomy: AnatomyId
}

/** The labels of a map (see labelsToMask) that mean a structure; none when the file does not hold it. */
export function labelsMeaning(
  meanings: readonly LabelMeaning[],
  found: readonly FoundLabel[],
  anatomy: AnatomyId,
): number[] {
  const values = new Set(meanings.filter((meaning) => meaning.anatomy === anatomy).map(({ value }) => value))
  return found.filter(({ value }) => values.has(value)).map(({ label }) => label)
}
