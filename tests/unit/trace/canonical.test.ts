import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../src/core/json.ts'
import { canonicalJson } from '../../../src/trace/canonical.ts'

describe('canonical JSON (RFC 8785)', () => {
  test('keys are ordered by UTF-16 units, at every depth', () => {
    // RFC 8785 section 3.2.3: U+1F600 is two surrogates (D83D DE00) and sorts before U+FB33.
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\ud83d\ude00': 5,
      '\u0080': 6,
      '\u00f6': { b: 1, a: 2 },
    }
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7)
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":{"a":2,"b":1},"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    )
  })
  test('numbers print as ECMAScript prints them', () => {
    const numbers: [number, string][] = [
      [0, '0'],
      [-0, '0'],
      [5e-324, '5e-324'],
      [1e21, '1e+21'],
      [295147905179352830000, '295147905179352830000'],
      [333333333.3333332, '333333333.3333332'],
      [1e-7, '1e-7'],
    ]
    for (const [value, text] of numbers) expect(canonicalJson(value)).toBe(text)
  })
  test('strings escape what must be escaped and nothing else', () => {
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\/"')
  })
  test('an undefined member is left out', () => {
    expect(canonicalJson({ b: undefined, a: null })).toBe('{"a":null}')
  })
  test('what is not JSON is refused', () => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { x: '\udc00a' }, 1n, () => 1] as JsonValue[]
    for (const value of bad) expect(() => canonicalJson(value)).toThrow(TypeError)
  })
})
