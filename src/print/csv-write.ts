/** A cell of a table that leaves. */
export type Cell = string | number | null

/** A spreadsheet runs a text that begins like this. */
const RUNS = /^[=+\-@\t\r]/

/**
 * Rows as comma-separated text (RFC 4180, lines end with CRLF). Text that a spreadsheet would take for a formula gets an apostrophe before it;
 * a number that is none becomes an empty cell.
 */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  const safe = RUNS.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
