import { PdfFlow, type TextStyle } from './pdf-flow.ts'
import type { PageBlock, ReportPage } from './report-page.ts'

const TITLE: TextStyle = { size: 20, bold: true }
const HEADING: TextStyle = { size: 13, bold: true }
const BODY: TextStyle = { size: 9.5, bold: false }
const STRONG: TextStyle = { ...BODY, bold: true }
const SMALL: TextStyle = { size: 8, bold: false }
/** Room that a heading wants below it, so that it does not end a page. */
const HEADING_KEEPS = 60
/** A column is never given less than this part of an even share, and no more than so many letters count. */
const LEAST_SHARE = 0.5
const MOST_LETTERS = 60

/**
 * The report as a PDF of A4 pages in the standard Helvetica fonts; text stays text. Pictures are JPEG as they come. Same input,
 * same bytes. Of signs that those fonts lack, some have a stand-in, the others become a question mark.
 */
export async function reportPdf({ language, title, blocks }: ReportPage): Promise<Uint8Array> {
  const flow = await PdfFlow.start(title, language)
  flow.text(title, TITLE)
  for (const block of blocks) await put(flow, block)
  return flow.finish(SMALL)
}

async function put(flow: PdfFlow, block: PageBlock): Promise<void> {
  switch (block.kind) {
    case 'heading':
      flow.space(14)
      flow.need(HEADING_KEEPS)
      flow.text(block.text, HEADING)
      flow.space(4)
      return
    case 'text':
      flow.text(block.text, BODY)
      flow.space(4)
      return
    case 'facts':
      for (const row of block.rows) flow.row(row, [0.35, 0.65], [STRONG, BODY])
      return
    case 'table': {
      const shares = columnShares([block.columns, ...block.rows])
      const all = (style: TextStyle) => block.columns.map(() => style)
      flow.row(block.columns, shares, all(STRONG))
      for (const row of block.rows) flow.row(row, shares, all(BODY))
      return
    }
    case 'pictures':
      for (let at = 0; at < block.pictures.length; at += block.perRow)
        await flow.pictures(block.pictures.slice(at, at + block.perRow), block.perRow, SMALL)
  }
}

/** Shares of the width by the longest text of each column. */
function columnShares(rows: readonly (readonly string[])[]): number[] {
  const columns = rows[0]?.length ?? 0
  const letters = Array.from({ length: columns }, (_, n) =>
    Math.min(MOST_LETTERS, Math.max(...rows.map((row) => row[n]?.length ?? 0))),
  )
  const even = letters.reduce((sum, n) => sum + n, 0) / Math.max(1, columns)
  const wanted = letters.map((n) => Math.max(n, LEAST_SHARE * even, 1))
  const total = wanted.reduce((sum, n) => sum + n, 0)
  return wanted.map((n) => n / total)
}
