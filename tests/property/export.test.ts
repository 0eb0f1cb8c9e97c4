import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeDecimal, writeInteger } from '../../src/export/decimal.ts'
import { reread } from '../../src/export/reread.ts'
import { readStl, writeStl } from '../../src/export/stl.ts'
import { writeThreeMf } from '../../src/export/threemf.ts'
import { readThreeMf } from '../../src/export/threemf-read.ts'
import { POLICIES } from '../../src/qa/policy.ts'
import { joined } from '../support/file-parts.ts'
import { releasedForTest } from '../support/findings.ts'

const traceId = '7K3MQ-2XA9B'
const coordinate = fc.oneof(
  fc.float({ min: -2000, max: 2000, noNaN: true }),
  fc.float({ min: Math.fround(-1e-3), max: Math.fround(1e-3), noNaN: true }),
  fc.constantFrom(0, -0, 999999.5, -999999.5, 1e-7, 0.0000005),
)
const mesh = fc
  .tuple(fc.array(coordinate, { minLength: 3, maxLength: 60 }), fc.array(fc.nat(), { minLength: 3, maxLength: 90 }))
  .map(([numbers, corners]) => {
    const positions = new Float32Array(numbers.slice(0, Math.floor(numbers.length / 3) * 3))
    const indices = corners.slice(0, Math.floor(corners.length / 3) * 3).map((c) => c % (positions.length / 3))
    return { positions, indices: new Uint32Array(indices) }
  })

const written = (value: number, write: typeof writeDecimal) => {
  const bytes = new Uint8Array(32)
  return new TextDecoder().decode(bytes.subarray(0, write(bytes, 0, value)))
}

test('a decimal is the number to half a nanometre, without exponent, trailing zeros or minus zero', () => {
  fc.assert(
    fc.property(coordinate, (value) => {
      const text = written(value, writeDecimal)
      expect(text).toMatch(/^(-?\d{1,7}(\.\d{0,5}[1-9])?)$/)
      expect(text).not.toBe('-0')
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(5.1e-7)
    }),
    { numRuns: 2000 },
  )
})
test('an integer is itself', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (value) => {
      expect(written(value, writeInteger)).toBe(String(value))
    }),
  )
})
test('any mesh reads back from STL bit for bit, and from 3MF to half a nanometre', () => {
  fc.assert(
    fc.property(mesh, (m) => {
      const released = releasedForTest(m)
      const [stl, threeMf] = [joined(writeStl(released)), joined(writeThreeMf(released, { traceId }))]
      expect(readStl(stl).positions).toEqual(soup(m))
      expect(readThreeMf(threeMf).mesh.indices).toEqual(m.indices)
      expect(reread(m, stl, { format: 'stl', traceId }, POLICIES.teaching)).toMatchObject({ level: 'pass', value: 0 })
      expect(reread(m, threeMf, { format: '3mf', traceId }, POLICIES.teaching).level).toBe('pass')
    }),
    { numRuns: 200 },
  )
})
test('a point moved beyond the limit never passes the re-read', () => {
  fc.assert(
    fc.property(mesh, fc.nat(), fc.constantFrom(-0.5, -0.01, 0.01, 0.5), (m, where, byMm) => {
      const corner = (m.indices[where % m.indices.length] ?? 0) * 3
      const near = m.positions.map((v) => Math.max(-1000, Math.min(1000, v)))
      const before = { ...m, positions: near }
      const after = { ...m, positions: near.with(corner, (near[corner] ?? 0) + byMm) }
      for (const [bytes, format] of [
        [joined(writeStl(releasedForTest(before))), 'stl'],
        [joined(writeThreeMf(releasedForTest(before), { traceId })), '3mf'],
      ] as const)
        expect(reread(after, bytes, { format, traceId }, POLICIES.teaching).level).toBe('fail')
    }),
    { numRuns: 100 },
  )
})

function soup({ positions, indices }: { positions: Float32Array; indices: Uint32Array }): Float32Array {
  return Float32Array.from(
    { length: indices.length * 3 },
    (_, n) => positions[(indices[Math.floor(n / 3)] ?? 0) * 3 + (n % 3)] ?? 0,
  )
}
