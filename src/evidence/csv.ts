import { PipelineError } from '../core/errors.ts'

/** A line of a table: where it starts in the file (1 is the first), and its cells. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** Characters of a table that are read at most: two thousand cases fill a tenth. */
const MOST_CHARACTERS = 4_000_000

const badTable = (line: number, what: string) =>
  new PipelineError('evidence/bad-table', `Line ${line} of the table cannot be read: ${what}.`, { line })

/**
 * Rows of comma- or semicolon-separated text (RFC 4180): quoted cells may hold the separator, line breaks and doubled
 * quotes; lines end with LF, CRLF or CR; a byte order mark and empty lines are passed over. The separator is the one that
 * the first line has more of, outside quotes. Nothing is trimmed. Errors: evidence/bad-table, with the line and never with
 * what stands in it.
 */
export function readCsv(text: string): CsvRow[] {
  if (text.length > MOST_CHARACTERS) {
    throw new PipelineError('evidence/bad-table', 'The table is too large. Leave out what no grouping needs.')
  }
  const reader: Reader = { text, at: text.startsWith('\ufeff') ? 1 : 0, line: 1, separator: ',' }
  reader.separator = separatorOf(text)
  const rows: CsvRow[] = []
  while (reader.at < text.length) {
    const { line } = reader
    const cells = readRow(reader)
    if (cells.length > 1 || cells[0] !== '') rows.push({ line, cells })
  }
  return rows
}

interface Reader {
  readonly text: string
  at: number
  line: number
  separator: string
}

function separatorOf(text: string): string {
  let commas = 0
  let isQuoted = false
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && (character === '\n' || character === '\r')) break
    else if (!isQuoted && character === ',') commas++
    else if (!isQuoted && character === ';') commas--
  }
  return commas < 0 ? ';' : ','
}

const isBreak = (character: string | undefined) => character === '\n' || character === '\r'

function readRow(reader: Reader): string[] {
  const cells: string[] = []
  for (;;) {
    cells.push(reader.text[reader.at] === '"' ? readQuoted(reader) : readPlain(reader))
    const next = reader.text[reader.at]
    if (next === reader.separator) reader.at++
    else {
      passBreak(reader)
      return cells
    }
  }
}

/** Moves past one line break, or stays at the end. */
function passBreak(reader: Reader): void {
  if (reader.at >= reader.text.length) return
  const isPair = reader.text[reader.at] === '\r' && reader.text[reader.at + 1] === '\n'
  reader.at += isPair ? 2 : 1
  reader.line++
}

function readPlain(reader: Reader): string {
  const { text, separator } = reader
  const start = reader.at
  while (reader.at < text.length && text[reader.at] !== separator && !isBreak(text[reader.at])) {
    if (text[reader.at] === '"') throw badTable(reader.line, 'a quotation mark stands within a cell that is not quoted')
    reader.at++
  }
  return text.slice(start, reader.at)
}

function readQuoted(reader: Reader): string {
  const { text, separator } = reader
  const opened = reader.line
  let cell = ''
  reader.at++
  for (;;) {
    const character = text[reader.at]
    if (character === undefined) throw badTable(opened, 'a quotation mark is opened and never closed')
    if (character === '"' && text[reader.at + 1] === '"') {
      cell += '"'
      reader.at += 2
    } else if (character === '"') break
    else if (isBreak(character)) {
      const from = reader.at
      passBreak(reader)
      cell += text.slice(from, reader.at)
    } else {
      cell += character
      reader.at++
    }
  }
  reader.at++
  const next = text[reader.at]
  if (next !== undefined && next !== separator && !isBreak(next)) {
    throw badTable(reader.line, 'something follows the closing quotation mark')
  }
  return cell
}
