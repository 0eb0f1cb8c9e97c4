import { identityToRecipient } from 'age-encryption'
import { collected, concatBytes, utf8 } from '../../src/core/bytes.ts'
import { isSignedBy } from '../../src/core/ed25519.ts'
import { PipelineError } from '../../src/core/errors.ts'
import { sha256, toHex } from '../../src/core/hash.ts'
import { parsedJson } from '../../src/core/json.ts'
import type { Signer } from '../../src/core/signer.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { openHeader, sealStream } from '../../src/export/handover/age.ts'
import type { StationIdentity } from '../../src/export/handover/identity.ts'
import type { OpeningStation } from '../../src/export/handover/open.ts'
import { type Parcel, parcelBytes } from '../../src/export/handover/parcel.ts'
import { type PinnedStation, printStation } from '../../src/export/handover/print-station.ts'
import { NOTHING_RECEIVED, withReceived } from '../../src/export/handover/received.ts'
import { type HandoverOrder, sealForStation } from '../../src/export/handover/seal.ts'
import { streamOf } from '../../src/export/handover/streams.ts'
import type { ReleaseTerms, StatementReader } from '../../src/export/handover/terms.ts'
import { encodeTicket, type Ticket } from '../../src/export/handover/ticket.ts'
import { type LogEnd, NO_ENTRIES, signedHead } from '../../src/trace/log-end.ts'
import { noteText } from '../../src/trace/note.ts'
import { newRawPair } from '../../src/vault/key-set.ts'
import { memorySigner } from './memory-signer.ts'

export const NOW = new Date('2026-06-01T08:00:00.000Z')
const LATER = '2026-07-01T08:00:00.000Z'
const FILE_NAME = '7K3MQ-2XA9B.stl'
const SIGNATURE_BYTES = 64

/** A station with its key, as its own vault would keep it, and as a hospital pinned it. */
export interface TestStation {
  readonly identity: StationIdentity
  readonly pinned: PinnedStation
}

/** The identity of a private key (PKCS #8) that cannot be read back from it, as the vault has it. */
export async function identityOf(pkcs8: Uint8Array<ArrayBuffer>): Promise<StationIdentity> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits'])
  return { recipient: await identityToRecipient(key), fileKey: (header) => openHeader(key, header) }
}

export async function testStation(name: string): Promise<TestStation> {
  const identity = await identityOf((await newRawPair('X25519')).privateKey)
  const station = await printStation(identity.recipient, name)
  return { identity, pinned: { ...station, pinnedAt: NOW.toISOString() } }
}

/** Who signs the releases of the tests. */
export const RELEASER = await memorySigner()
type SaidTerms = Omit<ReleaseTerms, 'signedBy'>

/** A statement in a form of the tests: an Ed25519 signature, then the terms as JSON. */
export async function signed(terms: SaidTerms): Promise<Uint8Array<ArrayBuffer>> {
  const text = utf8(JSON.stringify(terms))
  return concatBytes(await RELEASER.sign(text), text)
}

export const readSigned: StatementReader = async (statement) => {
  const own = new Uint8Array(statement)
  const text = own.slice(SIGNATURE_BYTES)
  if (await isSignedBy(RELEASER.publicKey, text, own.slice(0, SIGNATURE_BYTES)))
    return { ...(parsedJson(text) as unknown as SaidTerms), signedBy: [RELEASER.publicKey] }
  throw new PipelineError('vault/tampered', 'This is signed by nobody.')
}

/** Distinct in every place, so that a moved piece cannot look right. */
export const content = (length: number) =>
  Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8) * 7 + (n >> 16)) & 255)

export async function termsFor(file: Uint8Array, { pinned }: TestStation): Promise<SaidTerms> {
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)))
  return { files: [await sha256(file)], station: pinned.fingerprint, nonce, expires: LATER, release: 'd'.repeat(64) }
}

/** A released file with its signed terms; `other` lets the terms be wrong. */
export async function orderFor(
  file: Uint8Array<ArrayBuffer>,
  station: TestStation,
  other: Partial<SaidTerms> = {},
): Promise<HandoverOrder> {
  const statement = await signed({ ...(await termsFor(file, station)), ...other })
  return { file: new Blob([file]), fileName: FILE_NAME, statement, process: 'sla', checkpoint: null }
}

export const sealedOrder = (order: HandoverOrder, { pinned }: TestStation, now = NOW): Promise<Blob> =>
  sealForStation(order, pinned, { readStatement: readSigned, now }, IDLE_CONTEXT)

/** What a sender could seal who keeps no rule: any parcel, for any station. */
export async function sealedParcel(parcel: Parcel, { pinned }: TestStation): Promise<Blob> {
  const plain = streamOf(parcelBytes(parcel, IDLE_CONTEXT))
  return new Blob([await collected(await sealStream(pinned.recipient, plain))])
}

/** A parcel whose parts agree, but for what is given. */
export async function parcelFor(
  file: Uint8Array<ArrayBuffer>,
  terms: SaidTerms,
  other: Partial<Ticket> = {},
): Promise<Parcel> {
  const ticket: Ticket = {
    format: 'proofprint-ticket/1',
    file: { name: FILE_NAME, bytes: file.length, sha256: await sha256(file) },
    station: terms.station,
    nonce: terms.nonce,
    expires: terms.expires,
    process: 'sla',
    checkpoint: null,
    ...other,
  }
  return { ticket: encodeTicket(ticket), statement: await signed(terms), fileName: FILE_NAME, file: new Blob([file]) }
}

/** A station that opens, with its own list of what it opened. */
export function opening({ identity }: TestStation, now = NOW): OpeningStation & { readonly spent: string[] } {
  let received = NOTHING_RECEIVED
  const spent: string[] = []
  return {
    identity,
    readStatement: readSigned,
    now,
    spent,
    async spend(opened) {
      received = withReceived(received, opened)
      spent.push(opened.nonce)
    },
  }
}

/** A checkpoint over the log of some case, as its vault signs one. */
export const checkpointBy = async (signer: Signer, end: Partial<LogEnd> = {}): Promise<string> =>
  noteText(await signedHead({ ...NO_ENTRIES, size: 1, peaks: ['ab'.repeat(32)], ...end }, 'proofprint/log/0', signer))
