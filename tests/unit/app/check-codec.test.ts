import { expect, test } from 'vitest'
import { type Checked, checkDigest, decodeCheck, encodeCheck } from '../../../src/app/check-codec.ts'
import { isUnder } from '../../../src/qa/gate.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { passingFindings } from '../../support/findings.ts'

const check = () => ({
  findings: passingFindings(),
  meshDigest: 'ab'.repeat(32),
  thicknessMm: Float32Array.of(1.5, 10, 0.25),
  deviationMm: Float32Array.of(-0.1, 0, 0.1),
})

test('a check comes back from its bytes as it was', () => {
  expect(decodeCheck(encodeCheck(check()))).toEqual(check())
})
test('its bytes may lie anywhere in a larger buffer', () => {
  const bytes = encodeCheck(check())
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(decodeCheck(shifted.subarray(3))).toEqual(check())
})
test('the digest follows findings, mesh and maps', async () => {
  const same = await checkDigest(check())
  expect(await checkDigest(check())).toBe(same)
  const moved = { ...check(), deviationMm: Float32Array.of(-0.1, 0, 0.2) }
  const other = { ...check(), meshDigest: 'cd'.repeat(32) }
  expect(new Set([same, await checkDigest(moved), await checkDigest(other)]).size).toBe(3)
})
test('a check stored before findings said by which limits is read, and is by none of today', () => {
  const findings = passingFindings().map(({ policy: _, ...found }) => found)
  const { findings: read } = decodeCheck(encodeCheck({ ...check(), findings } as Checked))
  expect(read).toHaveLength(findings.length)
  expect(read.some((found) => Object.values(POLICIES).some((policy) => isUnder(found, policy)))).toBe(false)
})
test('bytes that are no check are refused by name', () => {
  const bytes = encodeCheck(check())
  const longer = bytes.slice()
  new DataView(longer.buffer).setUint32(0, 0x7fffffff, true)
  for (const none of [new Uint8Array(), new Uint8Array(3), bytes.slice(0, -4), bytes.slice(0, 40), longer])
    expect(() => decodeCheck(none)).toThrow(expect.objectContaining({ code: 'vault/tampered' }))
})
