import type { AuditRecord } from '../vault/case.ts'

export type LogFormat = 'json' | 'csv'

const COLUMNS = ['seq', 'at', 'staff', 'role', 'code', 'outcome', 'digests', 'words', 'prev'] as const
type Cells = Readonly<Record<(typeof COLUMNS)[number], string | number>>

const cellsOf = ({ seq, at, by, role, code, outcome, digests, words, prev }: AuditRecord, staffOf: StaffOf): Cells => ({
  ...{
    seq,
    at,
    staff: staffOf(by),
    role: role ?? '',
    code,
    outcome,
    digests: digests.join(' '),
    words: words ?? '',
    prev,
  },
})

/** The staff number of a person by their id; empty for nobody. */
type StaffOf = (id: string | undefined) => string

/** A text that begins like a formula is one to a spreadsheet: an apostrophe before it makes it text. */
const plain = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
const quoted = (cell: string | number) =>
  typeof cell === 'number' ? String(cell) : `"${plain(cell).replaceAll('"', '""')}"`

/** Lines of a log as a table (RFC 4180, UTF-8). `prev` is the SHA-256 of the line before, as the vault keeps it. */
export function logCsv(lines: readonly AuditRecord[], staffOf: StaffOf): string {
  const rows = lines.map((line) => {
    const cells = cellsOf(line, staffOf)
    return COLUMNS.map((name) => quoted(cells[name])).join(',')
  })
  return `${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`
}

/** Lines of a log of this case as JSON; with ids of people and staff numbers, and with no other name. */
export function logJson(caseId: string, lines: readonly AuditRecord[], staffOf: StaffOf): string {
  const named = lines.map((line) => ({ ...line, staff: staffOf(line.by) }))
  return `${JSON.stringify({ format: 'proofprint/case-log/1', case: caseId, lines: named }, null, 2)}\n`
}
