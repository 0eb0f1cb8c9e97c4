import { mismatch } from './file-parts.ts'

const LESS = 0x3c
const GREATER = 0x3e
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
/** No tag, text or row of numbers of this project's files is longer. */
const LONGEST = 4096

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/**
 * The piece of an XML text that has come and is not read yet. Knows tags, attributes, text and rows of numbers; refuses
 * everything else (DTD, entities, comments, CDATA) with 'export/mismatch'. Read only what fits in 4096 bytes without asking
 * `scarce` again.
 */
export class XmlWindow {
  bytes = new Uint8Array(0)
  at = 0
  /** Bytes of the text before this window. */
  #before = 0
  #complete = false

  /** Adds the next bytes of the text, which are copied together with what is left. */
  feed(more: Uint8Array): void {
    const left = this.bytes.subarray(this.at)
    const joined = new Uint8Array(left.length + more.length)
    joined.set(left)
    joined.set(more, left.length)
    this.#before += this.at
    this.bytes = joined
    this.at = 0
  }
  /** No more bytes will come. */
  complete(): void {
    this.#complete = true
  }
  /** Whether more bytes must come before anything is read. */
  get scarce(): boolean {
    return !this.#complete && this.bytes.length - this.at < LONGEST
  }
  get atEnd(): boolean {
    return this.#complete && this.at >= this.bytes.length
  }
  /** Where in the text the next byte is, for errors. */
  get place(): { readonly byte: number } {
    return { byte: this.#before + this.at }
  }
  skipSpace(): void {
    while (isSpace(this.bytes[this.at])) this.at++
  }
  /** Whether the next bytes are these. */
  sees(literal: Uint8Array): boolean {
    const { bytes, at } = this
    for (let n = 0; n < literal.length; n++) if (bytes[at + n] !== literal[n]) return false
    return true
  }
  take(literal: Uint8Array): void {
    if (!this.sees(literal)) throw mismatch('The 3MF file has an element that does not belong there.', this.place)
    this.at += literal.length
  }
  #until(stop: number): string {
    const end = this.bytes.indexOf(stop, this.at)
    if (end < 0) throw mismatch('The 3MF file is cut off.', this.place)
    const text = this.#utf8(end)
    this.at = end
    if (text.includes('&')) throw mismatch('The 3MF file uses an XML entity.', this.place)
    return text
  }
  #utf8(end: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes.subarray(this.at, end))
    } catch {
      throw mismatch('The 3MF file holds bytes that are no text.', this.place)
    }
  }
  text(): string {
    return this.#until(LESS)
  }
  /** Takes `<name a="b" ...>` or `<name .../>` and returns its attributes. */
  tag(name: string): Record<string, string> {
    this.skipSpace()
    const inside = this.#until(GREATER)
    this.at++
    const match = /^<([A-Za-z]+)((?: [\w:]+="[^"<]*")*) ?(\/?)$/.exec(inside)
    if (match?.[1] !== name) throw mismatch(`The 3MF file lacks its <${name}> element.`, this.place)
    return Object.fromEntries([...(match[2] ?? '').matchAll(/ ([\w:]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]))
  }
  /** Takes a plain decimal (no exponent). The mantissa stays below 2^53, so one division rounds correctly. */
  decimal(): number {
    const { bytes } = this
    const negative = bytes[this.at] === MINUS
    const from = negative ? this.at + 1 : this.at
    let at = from
    let mantissa = 0
    let scale = 0
    for (; ; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        scale *= 10
      } else if (digit === POINT - ZERO && scale === 0) scale = 1
      else break
    }
    if (at === from || at - from > 16) throw mismatch('The 3MF file holds a number that cannot be read.', this.place)
    this.at = at
    const value = scale > 1 ? mantissa / scale : mantissa
    return negative ? -value : value
  }
  /**
   * Takes elements of three numbers, with the texts before each of these and after the last, until there is another element,
   * `out` is full or the window scarce. Returns how many numbers it wrote to `out`.
   */
  rows([first, second, third, close]: RowMarks, out: Float64Array): number {
    let count = 0
    for (; count < out.length && !this.scarce; count += 3) {
      this.skipSpace()
      if (!this.sees(first)) break
      this.at += first.length
      out[count] = this.decimal()
      this.take(second)
      out[count + 1] = this.decimal()
      this.take(third)
      out[count + 2] = this.decimal()
      this.take(close)
    }
    return count
  }
}

export type RowMarks = readonly [first: Uint8Array, second: Uint8Array, third: Uint8Array, close: Uint8Array]
