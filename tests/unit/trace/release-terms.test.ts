import { expect, test } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { readReleaseTerms, teachingRelease } from '../../../src/trace/release-terms.ts'
import { statement } from '../../../src/trace/statement.ts'
import { digestOf } from '../../support/evidence-case.ts'
import { memorySigner } from '../../support/memory-signer.ts'

const [signer, stranger] = [await memorySigner(), await memorySigner()]
const keysOf = (...signers: (typeof signer)[]) =>
  new Map(signers.map(({ keyId, publicKey }) => [keyId, publicKey] as const))
const maker = { signer, role: 'designer', at: '2026-05-01T10:00:00.000Z', policy: null } as const
const [file, mesh] = [await digestOf('file'), await digestOf('mesh')]
const release = {
  files: [{ name: 'a.stl', digest: file }],
  checked: [mesh],
  traceId: '7K3MQ-2XA9B',
  station: 'f'.repeat(64),
}

test('a release says files, station, a nonce of its own and thirty days', async () => {
  const [one, two] = [await teachingRelease(maker, release), await teachingRelease(maker, release)]
  const terms = await readReleaseTerms(one, keysOf(stranger, signer))
  expect(terms).toMatchObject({ files: [file], station: release.station, expires: '2026-05-31T10:00:00.000Z' })
  expect(terms.nonce).toMatch(/^[0-9a-f]{64}$/)
  expect((await readReleaseTerms(two, keysOf(signer))).nonce).not.toBe(terms.nonce)
})

test('one that nobody known signed, a changed one and another statement are refused', async () => {
  const signed = await teachingRelease(maker, release)
  await expect(readReleaseTerms(signed, keysOf(stranger))).rejects.toMatchObject({ code: 'trace/bad-signature' })
  const text = new TextDecoder().decode(signed)
  const envelope = JSON.parse(text) as { payload: string }
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace('f'.repeat(64), 'e'.repeat(64))
  const forged = JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') })
  await expect(readReleaseTerms(utf8(forged), keysOf(signer))).rejects.toMatchObject({ code: 'trace/bad-signature' })
  for (const none of ['{}', 'null', '[]'])
    await expect(readReleaseTerms(utf8(none), keysOf(signer))).rejects.toMatchObject({ code: 'trace/bad-envelope' })
  const subjects = [{ name: 'a.stl', digest: file }]
  const other = await statement(maker, { kind: 'stage', subjects, materials: [], facts: {} })
  await expect(readReleaseTerms(utf8(JSON.stringify(other.envelope)), keysOf(signer))).rejects.toMatchObject({
    code: 'trace/bad-envelope',
  })
})
