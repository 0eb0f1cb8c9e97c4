/** A picture of a report: JPEG bytes and its size in pixels. */
export interface PagePicture {
  readonly caption: string
  readonly jpeg: Uint8Array
  readonly width: number
  readonly height: number
}

/** One thing below the other, in words that are ready to be shown. */
export type PageBlock =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  /** A name and its value a row. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'pictures'; readonly perRow: number; readonly pictures: readonly PagePicture[] }

/** A report for people, of which the HTML and the PDF are made alike. Nothing is in it that was not put there. */
export interface ReportPage {
  /** As in the lang attribute of HTML. */
  readonly language: string
  readonly title: string
  readonly blocks: readonly PageBlock[]
}
