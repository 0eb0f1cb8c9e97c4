import fc from 'fast-check'
import { expect } from 'vitest'
import { collected, utf8 } from '../../../src/core/bytes.ts'
import { toHex } from '../../../src/core/hash.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { headerOf, openStream } from '../../../src/export/handover/age.ts'
import { requireCheckpointBy } from '../../../src/export/handover/checkpoint.ts'
import { openHandover } from '../../../src/export/handover/open.ts'
import { parcelBytes, readParcel } from '../../../src/export/handover/parcel.ts'
import { NO_STATIONS, readStations, withPinned } from '../../../src/export/handover/print-station.ts'
import { signedReceipt } from '../../../src/export/handover/receipt.ts'
import { NOTHING_RECEIVED, readReceived, withReceived } from '../../../src/export/handover/received.ts'
import {
  handoverSigner,
  NO_SIGNERS,
  openSigned,
  readSigners,
  withSigner,
} from '../../../src/export/handover/signers.ts'
import { tarEntry } from '../../../src/export/handover/tar.ts'
import { readTicket } from '../../../src/export/handover/ticket.ts'
import { readReceiptTerms } from '../../../src/trace/receipt-terms.ts'
import { carriedSigners } from '../../../src/trace/statement-file.ts'
import { readKeptStation } from '../../../src/vault/station-key.ts'
import {
  checkpointBy,
  content,
  NOW,
  opening,
  orderFor,
  parcelFor,
  sealedOrder,
  termsFor,
  testStation,
} from '../../support/handover.ts'
import { memorySigner } from '../../support/memory-signer.ts'
import { type Fuzzers, fuzzer, mutated, mutatedJson, raw } from './fuzzer.ts'

type Bytes = Uint8Array<ArrayBuffer>

const station = await testStation('Print room')
const file = content(3000)
const sealed = new Uint8Array(await (await sealedOrder(await orderFor(file, station), station)).arrayBuffer())
const parcel = await parcelFor(file, await termsFor(file, station))
const plain = await collected(parcelBytes(parcel, IDLE_CONTEXT))
const pinned = withPinned(NO_STATIONS, station.pinned, { areCompared: true, at: NOW.toISOString() })
const received = withReceived(NOTHING_RECEIVED, {
  ...{ nonce: 'a', file: 'f', expires: '2026-07-01T00:00:00.000Z', fileName: '7K3MQ-2XA9B.stl', release: 'r' },
  ...{ process: 'sla', openedAt: NOW.toISOString() },
  receipt: { printer: 'Form 3', material: 'Grey', at: NOW.toISOString(), text: '{}' },
})
const signer = await memorySigner()
const maker = { signer, role: 'operator', at: NOW.toISOString(), policy: null } as const
const said = { printer: 'Form 3', material: 'Grey, lot 4' }
const [file0] = received.opened ?? []
const receipt = file0 ? await signedReceipt(maker, file0, station.identity.recipient, said) : new Uint8Array()
const who = await handoverSigner(toHex(signer.publicKey), 'Print room')
const signers = withSigner(NO_SIGNERS, who, { areCompared: true, at: NOW.toISOString() })
const { payload } = await openSigned(receipt, signers.signers)
const envelope = { person: 'p', role: 'operator', sealed: 'ab', by: 'q', signature: 'cd' }
const validity = { notBefore: 'a', originateUntil: 'b', consumeUntil: 'c' }
const stationKept = {
  format: 'proofprint-station/1',
  madeAt: 'a',
  owner: 'ef',
  operators: [{ ...envelope, ...validity }],
}
const checkpoint = await checkpointBy(signer)
/** Reads it, and gives back what was read. */
const takenCheckpoint = async (bytes: Bytes) => {
  const text = new TextDecoder().decode(bytes)
  await requireCheckpointBy(text, [signer.publicKey])
  return text
}
const fileKey = async () => new Uint8Array(16)

async function* pieces(bytes: Bytes) {
  for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997)
}
const isSame = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, n) => byte === b[n])
/** Opens it, and gives back what was opened. */
const opened = async (bytes: Bytes) => {
  await openHandover(new Blob([bytes]), opening(station), IDLE_CONTEXT)
  return bytes
}

export const HANDOVER_FUZZERS: Fuzzers = {
  'export/handover/age.ts': [
    fuzzer(mutated(sealed), (bytes) => headerOf(new Blob([bytes])), 400),
    fuzzer(mutated(sealed), opened, 400, (bytes) => expect(isSame(bytes, sealed)).toBe(true)),
    fuzzer(raw(utf8('age-encryption.org/v1\n-> ')), (bytes) => openStream(new Blob([bytes]), fileKey), 200),
  ],
  'export/handover/tar.ts': [
    fuzzer(mutated(plain, 1600), (bytes) => readParcel(pieces(bytes), bytes.length, IDLE_CONTEXT), 500),
    fuzzer(raw(plain.slice(0, 512)), (bytes) => tarEntry(bytes.subarray(0, 512)), 300),
  ],
  'export/handover/ticket.ts': [
    fuzzer(mutated(new Uint8Array(parcel.ticket)), readTicket, 500),
    fuzzer(raw(), readTicket, 100),
  ],
  'export/handover/checkpoint.ts': [
    fuzzer(mutated(utf8(checkpoint)), takenCheckpoint, 400, (text) => {
      // Signatures of others under it are passed over; what is signed is not touched.
      expect(text.slice(0, text.indexOf('\n\n'))).toBe(checkpoint.slice(0, checkpoint.indexOf('\n\n')))
    }),
    fuzzer(raw(), takenCheckpoint, 100),
  ],
  'export/handover/print-station.ts': [
    fuzzer(mutatedJson(pinned), (value) => readStations(value as JsonValue), 300),
    fuzzer(fc.jsonValue(), (value) => readStations(value as JsonValue), 100),
  ],
  'export/handover/signers.ts': [
    fuzzer(mutatedJson(signers), (value) => readSigners(value as JsonValue), 300),
    fuzzer(
      mutated(receipt),
      (bytes) => openSigned(bytes, signers.signers),
      400,
      (opened) => {
        expect(Buffer.from(opened.payload).toString()).toContain('urn:proofprint:receipt/1')
      },
    ),
  ],
  'trace/statement-file.ts': [fuzzer(mutated(receipt), carriedSigners, 400), fuzzer(raw(), carriedSigners, 100)],
  'trace/receipt-terms.ts': [fuzzer(mutated(payload), readReceiptTerms, 400), fuzzer(raw(), readReceiptTerms, 100)],
  'vault/station-key.ts': [
    fuzzer(mutated(utf8(JSON.stringify(stationKept))), readKeptStation, 400),
    fuzzer(raw(), readKeptStation, 100),
  ],
  'export/handover/received.ts': [
    fuzzer(mutatedJson(received), (value) => readReceived(value as JsonValue), 300),
    fuzzer(fc.jsonValue(), (value) => readReceived(value as JsonValue), 100),
  ],
}
