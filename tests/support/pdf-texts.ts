import { unzlibSync } from 'fflate'

const latin1 = new TextDecoder('latin1')
const decoded = (hex: string) =>
  new TextDecoder('windows-1252').decode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))

/** What a reader that knows nothing of the writer finds in a PDF: every stream unpacked, every string shown, in order. */
export function pdfTexts(pdf: Uint8Array): string[] {
  const raw = latin1.decode(pdf)
  const texts: string[] = []
  for (const match of raw.matchAll(/(<<[\s\S]*?>>)\s*stream\r?\n/g)) {
    const from = match.index + match[0].length
    if (!/FlateDecode/.test(match[1] ?? '')) continue
    const content = latin1.decode(unzlibSync(pdf.subarray(from, raw.indexOf('endstream', from))))
    for (const [, hex = ''] of content.matchAll(/<([0-9A-Fa-f]+)>\s*Tj/g)) texts.push(decoded(hex))
  }
  return texts
}
