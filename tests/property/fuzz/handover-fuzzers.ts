import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { headerOf, openStream, sealStream } from '../../../src/export/handover/age.ts'
import { collected, utf8 } from '../../../src/vault/bytes.ts'
import { type Fuzzers, fuzzer, mutated, raw } from './fuzzer.ts'

const recipient = await identityToRecipient(await generateX25519Identity())
const sealed = await collected(await sealStream(recipient, new Blob([utf8('plain')]).stream()))
const key = new Uint8Array(16)

export const HANDOVER_FUZZERS: Fuzzers = {
  'export/handover/age.ts': [
    fuzzer(mutated(sealed), (bytes) => headerOf(new Blob([bytes])), 400),
    fuzzer(mutated(sealed), (bytes) => openStream(new Blob([bytes]), async () => key), 400),
    fuzzer(raw(utf8('age-encryption.org/v1\n-> ')), (bytes) => openStream(new Blob([bytes]), async () => key), 200),
  ],
}
