import { PdfFlow, type TextStyle } from './pdf-flow.ts'
import type { PageBlock, ReportPage } from './report-page.ts'

const TITLE: TextStyle = { size: 20, bold: true }
const HEADING: TextStyle = { size: 13, bold: true }
const BODY: TextStyle = { size: 9.5, bold: false }
const STRONG: TextStyle = { ...BODY, bold: true }
const SMALL: TextStyle = { size: 8, bold: false }
/** Digests: long words that nobody reads, kept on one line. */
const CODE: TextStyle = { size: 6.5, bold: false }
const CODE_LETTERS = 40
/** Room that a heading wants below it, so that it does not end a page. */
const HEADING_KEEPS = 60

/**
 * The report as a PDF of A4 pages in the standard Helvetica fonts; text stays text. Pictures are JPEG as they come. Same input,
 * same bytes. Of signs that those fonts lack, some have a stand-in, the others become a question mark.
 */
export async function reportPdf({ language, title, blocks }: ReportPage): Promise<Uint8Array> {
  const flow = await PdfFlow.start(title, language)
  flow.text(title, TITLE)
  flow.space(10)
  for (const [n, block] of blocks.entries()) await put(flow, block, blocks.slice(n + 1))
  return flow.finish(title, SMALL)
}

async function put(flow: PdfFlow, block: PageBlock, later: readonly PageBlock[]): Promise<void> {
  switch (block.kind) {
    case 'heading':
      flow.space(14)
      flow.need(HEADING_KEEPS + picturesBelow(flow, later))
      flow.text(block.text, HEADING)
      flow.space(7)
      return
    case 'text':
      flow.text(block.text, BODY)
      flow.space(4)
      return
    case 'facts':
      for (const [name, value] of block.rows) flow.row([name, value], [0.35, 0.65], [STRONG, styleOf(value)])
      return
    case 'table':
      putTable(flow, withoutEmpty([block.columns, ...block.rows]))
      return
    case 'pictures':
      for (let at = 0; at < block.pictures.length; at += block.perRow)
        await flow.pictures(block.pictures.slice(at, at + block.perRow), block.perRow, SMALL)
  }
}

/** Height of the first row of pictures that follows, at most after a sentence: a heading does not leave them. */
function picturesBelow(flow: PdfFlow, [first, second]: readonly PageBlock[]): number {
  const block = first?.kind === 'text' ? second : first
  return block?.kind === 'pictures' ? flow.picturesHeight(block.pictures, block.perRow, SMALL) : 0
}

const styleOf = (cell: string): TextStyle => (cell.length > CODE_LETTERS && !cell.includes(' ') ? CODE : BODY)

/** Columns that say something: one with nothing but its name is left out. */
function withoutEmpty([head = [], ...rows]: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isSaid = head.map((_, n) => rows.length === 0 || rows.some((row) => (row[n] ?? '') !== ''))
  return [head, ...rows].map((row) => row.filter((_, n) => isSaid[n]))
}

function putTable(flow: PdfFlow, [head = [], ...rows]: readonly (readonly string[])[]): void {
  const styled = [
    { cells: head, styles: head.map(() => STRONG) },
    ...rows.map((cells) => ({ cells, styles: cells.map(styleOf) })),
  ]
  const natural = head.map((_, n) =>
    Math.max(...styled.map(({ cells, styles }) => flow.cellWidth(cells[n] ?? '', styles[n] ?? BODY))),
  )
  const shares = fitted(natural, flow.width).map((width) => width / flow.width)
  const putHead = () =>
    flow.row(
      head,
      shares,
      head.map(() => STRONG),
    )
  putHead()
  for (const { cells, styles } of styled.slice(1)) flow.row(cells, shares, styles, putHead)
}

/** Widths of columns that fill a page: as wide as they are and what is left shared out alike; else the widest give way. */
function fitted(natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural]
  let left = width
  const narrowFirst = natural.map((wide, n) => ({ wide, n })).sort((a, b) => a.wide - b.wide || a.n - b.n)
  for (const [done, { wide, n }] of narrowFirst.entries()) {
    const given = Math.min(wide, left / (natural.length - done))
    widths[n] = given
    left -= given
  }
  return widths.map((given) => given + left / natural.length)
}
