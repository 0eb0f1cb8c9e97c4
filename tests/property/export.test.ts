import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import { writeDecimal, writeInteger } from '../../src/export/decimal.ts'
import type { ExportFormat } from '../../src/export/file-parts.ts'
import { reread } from '../../src/export/reread.io.ts'
import { writeStl } from '../../src/export/stl.ts'
import { readStl } from '../../src/export/stl-read.ts'
import { ModelReader } from '../../src/export/threemf-read.ts'
import { POLICIES } from '../../src/qa/policy.ts'
import { cornersOf, fileOf, joined, notesFor, soupOf, threeMfOf } from '../support/file-parts.ts'
import { releasedForTest } from '../support/findings.ts'
import { threeMfContent, threeMfText } from '../support/read-files.ts'

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
test('any mesh reads back from STL bit for bit, and from 3MF to half a nanometre', async () => {
  await fc.assert(
    fc.asyncProperty(mesh, async (m) => {
      const released = releasedForTest(m)
      const [stl, threeMf] = [joined(writeStl(released)), await threeMfOf(m)]
      const { corners } = await cornersOf((take) => readStl(fileOf(stl), take, IDLE_CONTEXT))
      expect(corners).toEqual(soupOf(m))
      expect(threeMfContent(threeMf).mesh.indices).toEqual(m.indices)
      expect(await against(m, stl, 'stl')).toMatchObject({ level: 'pass', value: 0 })
      expect((await against(m, threeMf, '3mf')).level).toBe('pass')
    }),
    { numRuns: 200 },
  )
})
test('a point moved beyond the limit never passes the re-read', async () => {
  await fc.assert(
    fc.asyncProperty(mesh, fc.nat(), fc.constantFrom(-0.5, -0.01, 0.01, 0.5), async (m, where, byMm) => {
      const corner = (m.indices[where % m.indices.length] ?? 0) * 3
      const near = m.positions.map((v) => Math.max(-1000, Math.min(1000, v)))
      const before = { ...m, positions: near }
      const after = { ...m, positions: near.with(corner, (near[corner] ?? 0) + byMm) }
      for (const [bytes, format] of [
        [joined(writeStl(releasedForTest(before))), 'stl'],
        [await threeMfOf(before), '3mf'],
      ] as const)
        expect((await against(after, bytes, format)).level).toBe('fail')
    }),
    { numRuns: 100 },
  )
})
test('a 3MF model reads the same however its text is cut', async () => {
  await fc.assert(
    fc.asyncProperty(mesh, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), async (m, lengths) => {
      const text = new TextEncoder().encode(threeMfText(await threeMfOf(m)))
      const read = (cut: readonly number[]) =>
        cornersOf(async (take) => {
          const reader = new ModelReader(m.positions.length / 3, take)
          for (let at = 0, n = 0; at < text.length; n++) {
            const end = at + (cut[n % cut.length] ?? 1)
            reader.push(text.subarray(at, end))
            at = end
          }
          return reader.end()
        })
      expect(await read(lengths)).toEqual(await read([text.length]))
    }),
    { numRuns: 100 },
  )
})

async function against(m: Mesh, bytes: Uint8Array, format: ExportFormat): Promise<Finding> {
  const written = { file: fileOf(bytes), format, notes: await notesFor([m]), values: null, frame: null }
  return reread([m], written, POLICIES.teaching, IDLE_CONTEXT)
}
