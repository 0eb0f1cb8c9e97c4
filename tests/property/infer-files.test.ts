import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { parseCard, parseCardFile } from '../../src/infer/parse-card.ts'
import { sniffOnnx } from '../../src/infer/sniff-onnx.ts'
import { plainCard } from '../support/plain-card.ts'
import { tinyOnnx } from '../support/tiny-onnx.ts'

/** Runs it; anything thrown must be the named error. True when nothing was thrown. */
function holds(code: string, work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    expect(error).toMatchObject({ name: 'PipelineError', code })
    return false
  }
}

test('any JSON gives a card or the named error', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => void holds('infer/bad-card', () => parseCard(json))),
    { numRuns: 2000, seed: 41 },
  )
  fc.assert(
    fc.property(fc.string(), (content) => void holds('infer/bad-card', () => parseCardFile(utf8(content)))),
    { numRuns: 500, seed: 42 },
  )
})

/** Every place in a value, as the names that lead to it. */
const placesOf = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, one]) => [[name], ...placesOf(one).map((rest) => [name, ...rest])])
    : []

test('a card with any one place replaced gives a card that reads the same again, or the named error', () => {
  let cards = 0
  fc.assert(
    fc.property(fc.constantFrom(...placesOf(plainCard())), fc.jsonValue(), (place, value) => {
      const json = structuredClone(plainCard()) as unknown as Record<string, unknown>
      const holder = place.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, json)
      holder[place.at(-1) ?? ''] = value
      if (!holds('infer/bad-card', () => parseCard(json))) return
      cards++
      const card = parseCard(json)
      expect(parseCardFile(utf8(JSON.stringify(card)))).toEqual(parseCard(JSON.parse(JSON.stringify(json))))
    }),
    { numRuns: 4000, seed: 43 },
  )
  expect(cards).toBeGreaterThan(0)
})

test('any bytes, and a network with any bytes changed or cut, give facts or the named error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void holds('infer/not-onnx', () => sniffOnnx(bytes))),
    { numRuns: 2000, seed: 44 },
  )
  const whole = tinyOnnx()
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 })
  fc.assert(
    fc.property(edits, fc.nat(whole.length), (changes, length) => {
      const bytes = whole.slice()
      for (const [at, value] of changes) bytes[at] = value
      holds('infer/not-onnx', () => sniffOnnx(bytes.subarray(0, length)))
    }),
    { numRuns: 4000, seed: 45 },
  )
})
