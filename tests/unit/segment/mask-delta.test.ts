import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyDelta, deltaBytes, deltaOf } from '../../../src/segment/mask-delta.ts'

/** Words as masks have them: long empty and full stretches, and noise. */
const masks = fc
  .array(
    fc.oneof(
      fc.record({ word: fc.constantFrom(0, 0xffffffff), times: fc.integer({ min: 1, max: 300 }) }),
      fc.record({ word: fc.nat(0xffffffff), times: fc.constant(1) }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Uint32Array.from(parts.flatMap(({ word, times }) => Array(times).fill(word))))

test('a delta turns either mask into the other', () => {
  fc.assert(
    fc.property(masks, masks, fc.integer({ min: 1, max: 400 }), (a, b, stride) => {
      const length = Math.min(a.length, b.length)
      const [from, to] = [a.slice(0, length), b.slice(0, length)]
      const copy = from.slice()
      const delta = deltaOf(from, to, stride)
      expect(applyDelta(from, delta)).toEqual(to)
      expect(applyDelta(to, delta)).toEqual(from)
      expect(from).toEqual(copy)
    }),
    { numRuns: 300 },
  )
})

test('smooth changes are packed as runs, noise as words', () => {
  const empty = new Uint32Array(4000)
  const block = empty.slice().fill(0xffffffff, 1000, 3000)
  expect(deltaOf(empty, block, 100)).toMatchObject({ kind: 'runs' })
  expect(deltaBytes(deltaOf(empty, block, 100))).toBeLessThan(20)
  const noise = empty.map((_, n) => Math.imul(n + 1, 0x9e3779b1) >>> 0)
  expect(deltaOf(empty, noise, 100).kind).toBe('words')
  expect(deltaBytes(deltaOf(empty, empty, 100))).toBe(0)
})
