import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from '@cantoo/pdf-lib'

/** A4 in points. */
const PAGE: [width: number, height: number] = [595.28, 841.89]
const MARGIN = 48
const LEADING = 1.35
/** Between the columns of a table, and between pictures. */
const CELL_GAP = 8
const PICTURE_GAP = 12
const GREY = rgb(0.6, 0.6, 0.6)
const INK = rgb(0.07, 0.07, 0.07)

/** Signs that the fonts of every PDF reader lack, and what stands for them. */
const STAND_INS: Readonly<Record<string, string>> = {
  '\u2009': ' ',
  '\u202f': ' ',
  '\u2212': '-',
  '\u2264': '<=',
  '\u2265': '>=',
  '\u2192': '->',
}
const UNKNOWN = '?'

export interface TextStyle {
  readonly size: number
  readonly bold: boolean
}

/** A document that grows downwards; what does not fit goes onto the next page. All lengths in points. */
export class PdfFlow {
  readonly width = PAGE[0] - 2 * MARGIN
  readonly #pdf: PDFDocument
  readonly #fonts: Readonly<Record<'plain' | 'bold', PDFFont>>
  readonly #known: ReadonlySet<number>
  #page: PDFPage
  #top = PAGE[1] - MARGIN

  private constructor(pdf: PDFDocument, plain: PDFFont, bold: PDFFont) {
    this.#pdf = pdf
    this.#fonts = { plain, bold }
    this.#known = new Set(plain.getCharacterSet())
    this.#page = pdf.addPage(PAGE)
  }

  /** Without dates, so that the same report gives the same bytes. */
  static async start(title: string, language: string): Promise<PdfFlow> {
    const pdf = await PDFDocument.create({ updateMetadata: false })
    pdf.setTitle(title)
    pdf.setLanguage(language)
    const plain = await pdf.embedFont(StandardFonts.Helvetica)
    return new PdfFlow(pdf, plain, await pdf.embedFont(StandardFonts.HelveticaBold))
  }

  space(height: number): void {
    this.#top -= height
  }

  /** Begins a new page unless so much fits below. */
  need(height: number): void {
    if (!this.#fits(height)) this.#turn()
  }

  readonly #fits = (height: number) => this.#top - height >= MARGIN

  #turn(): void {
    this.#page = this.#pdf.addPage(PAGE)
    this.#top = PAGE[1] - MARGIN
  }

  text(words: string, style: TextStyle): void {
    for (const line of this.#lines(words, this.width, style)) {
      this.need(style.size * LEADING)
      this.#top -= style.size * LEADING
      this.#write(line, MARGIN, this.#top, style)
    }
  }

  /** How wide a column must be for this cell on one line. */
  cellWidth(cell: string, { size, bold }: TextStyle): number {
    const font = this.#fonts[bold ? 'bold' : 'plain']
    return font.widthOfTextAtSize(this.#printable(cell), size) + CELL_GAP + 1
  }

  /** Cells beside each other, each wrapped in its share of the width; a line below. A row taller than a page is cut.
   * `head` is drawn again on top of a page that begins with this row. */
  row(cells: readonly string[], shares: readonly number[], styles: readonly TextStyle[], head?: () => void): void {
    const columns = cells.map((cell, n) => {
      const style = styles[n] ?? { size: 9, bold: false }
      return { style, lines: this.#lines(cell, (shares[n] ?? 0) * this.width - CELL_GAP, style) }
    })
    const height = Math.max(0, ...columns.map(({ lines, style }) => lines.length * style.size * LEADING)) + 6
    if (!this.#fits(height)) {
      this.#turn()
      head?.()
    }
    const tallest = Math.max(0, ...columns.map(({ style }) => style.size))
    let x = MARGIN
    for (const [n, { lines, style }] of columns.entries()) {
      for (const [k, line] of lines.entries())
        this.#write(line, x, this.#top - (tallest + k * style.size) * LEADING, style)
      x += (shares[n] ?? 0) * this.width
    }
    this.#top -= height
    const [start, end] = [MARGIN, MARGIN + this.width].map((at) => ({ x: at, y: this.#top + 1 }))
    if (start && end) this.#page.drawLine({ start, end, thickness: 0.5, color: GREY })
  }

  #pictureHeights(row: readonly PictureOnPage[], perRow: number, caption: TextStyle) {
    const width = (this.width - PICTURE_GAP * (perRow - 1)) / perRow
    const heights = row.map((one) => (width * one.height) / one.width)
    return {
      width,
      heights,
      tallest: Math.min(Math.max(...heights), PAGE[1] - 2 * MARGIN - 2 * caption.size * LEADING),
    }
  }

  /** Height of the first row of pictures with their captions. */
  picturesHeight(pictures: readonly PictureOnPage[], perRow: number, caption: TextStyle): number {
    return this.#pictureHeights(pictures.slice(0, perRow), perRow, caption).tallest + 2 * caption.size * LEADING
  }

  /** JPEG pictures beside each other, each with its caption below, all as wide. */
  async pictures(row: readonly PictureOnPage[], perRow: number, caption: TextStyle): Promise<void> {
    const { width, heights, tallest } = this.#pictureHeights(row, perRow, caption)
    this.need(tallest + 2 * caption.size * LEADING)
    for (const [n, { jpeg, caption: words }] of row.entries()) {
      const image = await this.#pdf.embedJpg(jpeg)
      const height = Math.min(tallest, heights[n] ?? 0)
      const x = MARGIN + n * (width + PICTURE_GAP)
      this.#page.drawImage(image, { x, y: this.#top - height, width: (width * height) / (heights[n] ?? 1), height })
      const [line = ''] = this.#lines(words, width, caption)
      this.#write(line, x, this.#top - height - caption.size * LEADING, caption)
    }
    this.#top -= tallest + 2 * caption.size * LEADING
  }

  /** Names and numbers the pages and gives the bytes. */
  async finish(title: string, style: TextStyle): Promise<Uint8Array> {
    const pages = this.#pdf.getPages()
    for (const [n, page] of pages.entries()) {
      this.#page = page
      if (n > 0) this.#write(this.#lines(title, this.width - 64, style)[0] ?? '', MARGIN, MARGIN / 2, style)
      this.#write(`${n + 1} / ${pages.length}`, PAGE[0] - MARGIN - 32, MARGIN / 2, style)
    }
    return this.#pdf.save()
  }

  #write(line: string, x: number, y: number, { size, bold }: TextStyle): void {
    this.#page.drawText(line, { x, y, size, font: this.#fonts[bold ? 'bold' : 'plain'], color: INK })
  }

  #lines(words: string, width: number, { size, bold }: TextStyle): string[] {
    const font = this.#fonts[bold ? 'bold' : 'plain']
    const fits = (text: string) => font.widthOfTextAtSize(text, size) <= width
    const lines = ['']
    for (const word of this.#printable(words)
      .split(' ')
      .flatMap((long) => pieces(long, fits))) {
      const last = lines.length - 1
      const longer = lines[last] === '' ? word : `${lines[last]} ${word}`
      if (fits(longer)) lines[last] = longer
      else lines.push(word)
    }
    return lines
  }

  #printable(words: string): string {
    const signs = [...words.replace(/\s/g, ' ')].map((sign) => STAND_INS[sign] ?? sign).join('')
    return [...signs].map((sign) => (this.#known.has(sign.codePointAt(0) ?? 0) ? sign : UNKNOWN)).join('')
  }
}

export interface PictureOnPage {
  readonly jpeg: Uint8Array
  readonly width: number
  readonly height: number
  readonly caption: string
}

/** A word that is wider than its line (a digest), cut where it must be. */
function pieces(word: string, fits: (text: string) => boolean): string[] {
  const out: string[] = []
  let rest = word
  while (rest.length > 1 && !fits(rest)) {
    let length = rest.length - 1
    while (length > 1 && !fits(rest.slice(0, length))) length--
    out.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return [...out, rest]
}
