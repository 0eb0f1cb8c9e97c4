import { codeLengths, codesOf } from './huffman.ts'

/*
 * One deflate block with its own codes (RFC 1951, 3.2.7). Tokens: a byte as it is, or a match as `match` makes it.
 */

const END_OF_BLOCK = 256
const LENGTH_CODES = 29
/** Matches reach no further: two rows of a file lie closer. */
export const FARTHEST = 1023
export const LONGEST_MATCH = 258
const SHORTEST_MATCH = 3
/** Short enough that any two bit fields are below 32 bits together, see BitWriter. */
const LITERAL_LIMIT = 11
const DISTANCE_LIMIT = 8
const LENGTHS_LIMIT = 7
/** In which order the lengths of the codes for code lengths come. */
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const ZEROS_SHORT = 17
const ZEROS_LONG = 18

/** For every value up to `most` its code and how many further bits tell it apart, by where the codes start. */
function ranges(starts: readonly number[], extra: readonly number[], most: number) {
  const code = new Uint8Array(most + 1)
  for (let value = 0, n = 0; value <= most; value++) {
    while (n + 1 < starts.length && value >= (starts[n + 1] as number)) n++
    code[value] = n
  }
  return { code, starts, extra }
}

const steps = (first: number, extra: readonly number[]) => {
  let at = first
  return extra.map((bits) => {
    const start = at
    at += 1 << bits
    return start
  })
}
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]
// The longest match has a code of its own, which begins one before the end of the code below it.
const LENGTHS = ranges(steps(SHORTEST_MATCH, LENGTH_EXTRA).with(-1, LONGEST_MATCH), LENGTH_EXTRA, LONGEST_MATCH)
const DISTANCES = ranges(steps(1, DISTANCE_EXTRA), DISTANCE_EXTRA, FARTHEST)

/** The token for `length` (3 to 258) bytes that came `distance` (1 to 1023) bytes before. */
export const match = (length: number, distance: number): number => (length << 16) | distance
/** The token of a match that is `more` bytes longer. */
export const longer = (token: number, more: number): number => token + (more << 16)

/** Bits, lowest first. A field has at most 16, and fewer than 16 wait: no more than 31 at any time. */
class BitWriter {
  readonly bytes: Uint8Array<ArrayBuffer>
  at = 0
  #waiting = 0
  #count = 0

  constructor(bytes: Uint8Array<ArrayBuffer>, { waiting, count }: Rest) {
    this.bytes = bytes
    this.#waiting = waiting
    this.#count = count
  }
  put(value: number, bits: number): void {
    this.#waiting |= value << this.#count
    this.#count += bits
    if (this.#count < 16) return
    this.bytes[this.at] = this.#waiting
    this.bytes[this.at + 1] = this.#waiting >>> 8
    this.at += 2
    this.#waiting >>>= 16
    this.#count -= 16
  }
  rest(): Rest {
    return { waiting: this.#waiting, count: this.#count }
  }
}

/** Bits that do not fill 16 yet: the next block goes on behind them. */
export interface Rest {
  readonly waiting: number
  readonly count: number
}
export const NO_REST: Rest = { waiting: 0, count: 0 }

/** Codes and lengths of one alphabet. */
interface Code {
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
}

function codeOf(counts: Uint32Array, limit: number): Code {
  const lengths = codeLengths(counts, limit)
  return { codes: codesOf(lengths), lengths }
}

/** For every value of a range the bits that are written: its code, then what tells it apart. */
function fields({ code, starts, extra }: ReturnType<typeof ranges>, { codes, lengths }: Code, first: number) {
  const bits = new Uint8Array(code.length)
  const values = new Uint32Array(code.length)
  for (let value = 0; value < code.length; value++) {
    const c = code[value] as number
    const length = lengths[first + c] as number
    bits[value] = length + (extra[c] as number)
    values[value] = (codes[first + c] as number) | ((value - (starts[c] as number)) << length)
  }
  return { values, bits }
}

function counted(tokens: Uint32Array): { literals: Uint32Array; distances: Uint32Array } {
  const literals = new Uint32Array(END_OF_BLOCK + 1 + LENGTH_CODES)
  const distances = new Uint32Array(DISTANCE_EXTRA.length)
  for (let n = 0; n < tokens.length; n++) {
    const token = tokens[n] as number
    if (token < 256) literals[token] = (literals[token] as number) + 1
    else {
      const length = END_OF_BLOCK + 1 + (LENGTHS.code[token >>> 16] as number)
      literals[length] = (literals[length] as number) + 1
      const distance = DISTANCES.code[token & 0xffff] as number
      distances[distance] = (distances[distance] as number) + 1
    }
  }
  literals[END_OF_BLOCK] = 1
  return { literals, distances }
}

/** Code lengths as the header tells them: [symbol, further bits, how many], runs of zeros shortened. */
function told(lengths: Uint8Array): [number, number, number][] {
  const said: [number, number, number][] = []
  for (let n = 0; n < lengths.length; ) {
    let zeros = 0
    while (n + zeros < lengths.length && zeros < 138 && lengths[n + zeros] === 0) zeros++
    if (zeros >= 11) said.push([ZEROS_LONG, zeros - 11, 7])
    else if (zeros >= 3) said.push([ZEROS_SHORT, zeros - 3, 3])
    else said.push([lengths[n] as number, 0, 0])
    n += zeros >= 3 ? zeros : 1
  }
  return said
}

function writeHeader(out: BitWriter, literals: Uint8Array, distances: Uint8Array, isLast: boolean): void {
  const said = told(Uint8Array.of(...literals, ...distances))
  const counts = new Uint32Array(LENGTHS_ORDER.length)
  for (const [symbol] of said) counts[symbol] = (counts[symbol] as number) + 1
  const code = codeOf(counts, LENGTHS_LIMIT)
  out.put(isLast ? 1 : 0, 1)
  out.put(2, 2)
  out.put(literals.length - 257, 5)
  out.put(distances.length - 1, 5)
  out.put(LENGTHS_ORDER.length - 4, 4)
  for (const symbol of LENGTHS_ORDER) out.put(code.lengths[symbol] as number, 3)
  for (const [symbol, value, bits] of said) {
    out.put(code.codes[symbol] as number, code.lengths[symbol] as number)
    out.put(value, bits)
  }
}

/**
 * Writes tokens as one block behind the `rest` of the block before. Returns the whole bytes and what is left of the last;
 * of the last block everything, with zeros to the end of its last byte. Deterministic. Memory: two bytes a token, and the
 * block.
 */
export function deflateBlock(
  tokens: Uint32Array,
  rest: Rest,
  isLast: boolean,
): { bytes: Uint8Array<ArrayBuffer>; rest: Rest } {
  const { literals, distances } = counted(tokens)
  const literal = codeOf(literals, LITERAL_LIMIT)
  const distance = codeOf(distances, DISTANCE_LIMIT)
  // 4 bytes for a match and 2 for a byte would be enough; the header has less than 400.
  const out = new BitWriter(new Uint8Array(4 * tokens.length + 512), rest)
  writeHeader(out, literal.lengths, distance.lengths, isLast)
  writeTokens(out, tokens, literal, distance)
  out.put(literal.codes[END_OF_BLOCK] as number, literal.lengths[END_OF_BLOCK] as number)
  if (isLast) {
    const left = out.rest().count
    out.put(0, 16 - left)
    return { bytes: out.bytes.slice(0, out.at - (left > 8 ? 0 : left > 0 ? 1 : 2)), rest: NO_REST }
  }
  return { bytes: out.bytes.slice(0, out.at), rest: out.rest() }
}

function writeTokens(out: BitWriter, tokens: Uint32Array, literal: Code, distance: Code): void {
  const { codes, lengths } = literal
  const long = fields(LENGTHS, literal, END_OF_BLOCK + 1)
  const far = fields(DISTANCES, distance, 0)
  for (let n = 0; n < tokens.length; n++) {
    const token = tokens[n] as number
    if (token < 256) out.put(codes[token] as number, lengths[token] as number)
    else {
      out.put(long.values[token >>> 16] as number, long.bits[token >>> 16] as number)
      out.put(far.values[token & 0xffff] as number, far.bits[token & 0xffff] as number)
    }
  }
}
