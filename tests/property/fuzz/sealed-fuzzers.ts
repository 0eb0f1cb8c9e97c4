import fc from 'fast-check'
import { expect } from 'vitest'
import { concatBytes, utf8 } from '../../../src/core/bytes.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { isBound } from '../../../src/export/secure-content/binding.ts'
import { cipherContent, cipherFile } from '../../../src/export/secure-content/cipher-file.ts'
import { keystoreXml } from '../../../src/export/secure-content/keystore.ts'
import { readKeystore } from '../../../src/export/secure-content/keystore-read.ts'
import {
  NO_RECIPIENTS,
  readRecipients,
  sealRecipient,
  withRecipient,
} from '../../../src/export/secure-content/recipient.ts'
import { keptRecipients } from '../../../src/vault/release-files.ts'
import { fileOf } from '../../support/file-parts.ts'
import { openSealed, sealedMeshes, testRecipient } from '../../support/sealed-3mf.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'
import { type Fuzzers, fuzzer, mutated, mutatedJson, raw } from './fuzzer.ts'

const ours = await testRecipient('Printer-1')
const other = await testRecipient('Printer-2')
const mesh = sphereMesh(5, [1, 2, 3], 6)
const { file, store } = await sealedMeshes([mesh], ours.recipient, other.recipient)
const sealed = new Uint8Array(await file.arrayBuffer())
const keystore = utf8(keystoreXml(store))
const encrypted = concatBytes(...cipherFile(new Uint8Array(40)))
const kept = withRecipient(NO_RECIPIENTS, ours.recipient, { areCompared: true, at: '2026-06-01T08:00:00.000Z' })
const fromPem = (pem: string) => sealRecipient({ name: 'a', consumerId: 'b', keyId: '', pem })

/** What still opens is the part that was sealed. */
const opensTheSame = fuzzer(
  mutated(sealed),
  (bytes) => openSealed(fileOf(bytes), ours.holder),
  400,
  ({ models }) => {
    const [body] = [...models.values()].flatMap(({ objects }) => [...objects.values()]).filter((one) => one.mesh)
    expect(body?.mesh?.indices).toEqual(mesh.indices)
  },
)

const areTexts = (all: readonly unknown[]) => expect(all.every((one) => typeof one === 'string')).toBe(true)

export const SEALED_FUZZERS: Fuzzers = {
  'export/secure-content/cipher-file.ts': [
    fuzzer(mutated(encrypted), cipherContent, 400),
    fuzzer(raw(encrypted), cipherContent, 200),
  ],
  'export/secure-content/keystore-read.ts': [
    fuzzer(mutated(keystore), readKeystore, 800, (found) => {
      // What is read can be written, and says the same.
      expect(readKeystore(utf8(keystoreXml(withKnown(found)))).consumers).toEqual(found.consumers)
    }),
    fuzzer(raw(keystore.slice(0, 200)), readKeystore, 200),
  ],
  'export/secure-content/binding.ts': [fuzzer(raw(utf8('proofprint-sealed/1 ')), isBound, 200)],
  'export/secure-content/read.io.ts': [opensTheSame],
  'export/secure-content/recipient.ts': [
    fuzzer(mutatedJson(kept), (value) => readRecipients(value as JsonValue), 300),
    fuzzer(fc.jsonValue(), (value) => readRecipients(value as JsonValue), 100),
    fuzzer(mutated(utf8(ours.publicPem)), (bytes) => fromPem(new TextDecoder().decode(bytes)), 200),
    fuzzer(fc.string(), fromPem, 100),
  ],
  'vault/release-files.ts': [
    fuzzer(mutatedJson(kept), (value) => keptRecipients(value as JsonValue), 300, areTexts),
    fuzzer(fc.jsonValue(), (value) => keptRecipients(value as JsonValue), 100, areTexts),
  ],
}

/** With only ways to wrap that can be written. */
function withKnown(found: ReturnType<typeof readKeystore>): ReturnType<typeof readKeystore> {
  const groups = found.groups.map((group) => ({
    ...group,
    rights: group.rights.map((right) => ({ ...right, hash: right.hash ?? ('SHA-256' as const) })),
  }))
  return { ...found, groups }
}
