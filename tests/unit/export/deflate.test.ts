import { inflateRawSync } from 'node:zlib'
import { inflateSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { seededNormal } from '../../../src/core/random.ts'
import { deflateBlock, FARTHEST, LONGEST_MATCH, longer, match, NO_REST } from '../../../src/export/deflate-block.ts'
import { codeLengths, codesOf } from '../../../src/export/huffman.ts'
import { type Marks, RowDeflate } from '../../../src/export/row-deflate.ts'
import { crc32 } from '../../../src/import/crc32.ts'

const counts = (...values: number[]) => Uint32Array.from(values)
/** Share of all bit strings that begin with a code. */
const filled = (lengths: Uint8Array) => lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0)
const bitsOf = (lengths: Uint8Array, given: Uint32Array) =>
  lengths.reduce((sum, length, n) => sum + length * (given[n] ?? 0), 0)

/** Bits of the shortest code without a limit: the sum of all joint weights (Huffman 1952). */
function shortest(given: Uint32Array): number {
  const weights = [...given].filter((w) => w > 0)
  let bits = 0
  while (weights.length > 1) {
    weights.sort((a, b) => b - a)
    const joint = (weights.pop() ?? 0) + (weights.pop() ?? 0)
    bits += joint
    weights.push(joint)
  }
  return bits
}

describe('prefix codes', () => {
  test('lengths leave nothing unused and are as short as any, where the limit does not bind', () => {
    const normal = seededNormal(7)
    for (let round = 0; round < 50; round++) {
      const given = Uint32Array.from({ length: 40 }, () => Math.max(0, Math.round(1000 * normal())))
      const lengths = codeLengths(given, 15)
      expect(filled(lengths)).toBe(1)
      expect(bitsOf(lengths, given)).toBe(shortest(given))
      expect(given.every((count, n) => count > 0 === (lengths[n] ?? 0) > 0)).toBe(true)
    }
  })
  test('a limit that binds is kept, and still nothing is unused', () => {
    const fibonacci = [1, 1]
    while (fibonacci.length < 30) fibonacci.push((fibonacci.at(-1) ?? 0) + (fibonacci.at(-2) ?? 0))
    for (const limit of [5, 7, 11]) {
      const lengths = codeLengths(Uint32Array.from(fibonacci), limit)
      expect(Math.max(...lengths)).toBe(limit)
      expect(filled(lengths)).toBe(1)
    }
  })
  test('none or one symbol still makes a code of two', () => {
    expect([...codeLengths(counts(0, 0, 0), 7)]).toEqual([1, 1, 0])
    expect([...codeLengths(counts(0, 0, 9), 7)]).toEqual([1, 0, 1])
  })
  test('the codes of RFC 1951, 3.2.2, turned round', () => {
    const codes = codesOf(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4))
    expect([...codes]).toEqual([0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111])
  })
})

/** The text that tokens stand for. */
function plainOf(tokens: readonly number[]): number[] {
  const text: number[] = []
  for (const token of tokens) {
    if (token < 256) text.push(token)
    else for (let n = token >>> 16; n > 0; n--) text.push(text[text.length - (token & 0xffff)] ?? Number.NaN)
  }
  return text
}

function deflated(blocks: readonly (readonly number[])[]): Uint8Array {
  let rest = NO_REST
  const bytes = blocks.map((tokens, n) => {
    const block = deflateBlock(Uint32Array.from(tokens), rest, n === blocks.length - 1)
    rest = block.rest
    return block.bytes
  })
  return new Uint8Array(Buffer.concat(bytes))
}

const expectInflates = (blocks: readonly (readonly number[])[]) => {
  const file = deflated(blocks)
  const plain = Uint8Array.from(plainOf(blocks.flat()))
  expect(Buffer.compare(inflateRawSync(file), plain)).toBe(0)
  expect(Buffer.compare(inflateSync(file), plain)).toBe(0)
}

describe('deflate blocks, inflated by two others', () => {
  const some = Array.from({ length: FARTHEST }, (_, n) => (n * n) % 251)
  test('every length', () => {
    const lengths = Array.from({ length: LONGEST_MATCH - 2 }, (_, n) => n + 3)
    expectInflates([[...some, ...lengths.flatMap((length) => [match(length, 7 + length), 65])]])
  })
  test('every distance', () => {
    expectInflates([[...some, ...Array.from({ length: FARTHEST }, (_, n) => match(3 + (n % 9), n + 1))]])
  })
  test('no bytes, one byte, all bytes, no match', () => {
    expectInflates([[]])
    expectInflates([[], [], []])
    expectInflates([[7]])
    expectInflates([Array.from({ length: 256 }, (_, n) => n)])
  })
  test('many blocks, which end at any bit', () => {
    expectInflates(Array.from({ length: 60 }, (_, n) => some.slice(0, 1 + ((n * 37) % 90))))
  })
  test('a match made longer', () => {
    expect(longer(match(5, 40), 200)).toBe(match(205, 40))
  })
})

describe('rows', () => {
  const ascii = (text: string) => new TextEncoder().encode(text)
  const MARKS: Marks = [ascii('<p a="'), ascii('"/>\n<p a="'), ascii('" b="'), ascii('" c="')]
  const writeText = (bytes: Uint8Array, at: number, value: number) => {
    const text = ascii(String(value))
    bytes.set(text, at)
    return at + text.length
  }
  function fileOf(values: Uint32Array): { file: Uint8Array; text: RowDeflate; blocks: number } {
    const text = new RowDeflate()
    const blocks: Uint8Array[] = []
    text.literal(ascii('<all>'))
    let at = text.rows(values, 0, MARKS, writeText)
    for (; at < values.length; at = text.rows(values, at, MARKS, writeText)) blocks.push(text.block(false))
    text.literal(ascii('"/></all>'))
    blocks.push(text.block(true))
    return { file: new Uint8Array(Buffer.concat(blocks)), text, blocks: blocks.length }
  }
  function textOf(values: Uint32Array): string {
    const rows: string[] = []
    for (let n = 0; n < values.length; n += 3) rows.push(`<p a="${values[n]}" b="${values[n + 1]}" c="${values[n + 2]}`)
    return `<all>${rows.join('"/>\n')}"/></all>`
  }
  const CASES: Readonly<Record<string, (n: number) => number>> = {
    'all the same': () => 123456,
    'all different': (n) => (n * 2654435761) % 4294967296,
    'a few, again and again': (n) => 1000 + ((n * 7919) % 13),
    'counting up': (n) => n,
    'one that never changes': (n) => (n % 3 === 1 ? 55 : n),
  }
  test.each(Object.entries(CASES))('%s: inflates to the text, with its size and checksum', (_, value) => {
    for (const rows of [1, 2, 3, 40, 30_000]) {
      const values = Uint32Array.from({ length: 3 * rows }, (_, n) => value(n))
      const { file, text, blocks } = fileOf(values)
      const plain = ascii(textOf(values))
      expect(Buffer.compare(inflateRawSync(file), plain)).toBe(0)
      expect(text.size).toBe(plain.length)
      expect(text.crc).toBe(crc32(plain))
      expect(blocks > 1).toBe(rows > 10_000)
    }
  })
  test('what rows repeat takes next to nothing', () => {
    const values = new Uint32Array(90_000).fill(123456)
    expect(fileOf(values).file.length).toBeLessThan(textOf(values).length / 150)
  })
})
