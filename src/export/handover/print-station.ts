import { bech32 } from '@scure/base'
import { collected } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { JsonValue } from '../../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../../core/shape.ts'
import { sealStream } from './age.ts'
import { keptBeside } from './kept.ts'
import {
  type Compared,
  minusPinned,
  PIN_FIELDS,
  type Pinned,
  plusPinned,
  type Recipient,
  recipientName,
} from './pins.ts'

/** A print station as the site knows it; its fingerprint is that of the 32 bytes of its key. */
export type PrintStation = Recipient & {
  /** Its public key as age writes it: `age1...`, X25519. */
  readonly recipient: string
}

export type PinnedStation = Pinned<PrintStation>

/** What the vault keeps of them, in its setting `print-stations`. */
export type PinnedStations = {
  readonly format: 'proofprint-stations/1'
  readonly stations: readonly PinnedStation[]
}

export const NO_STATIONS: PinnedStations = { format: 'proofprint-stations/1', stations: [] }

const KEY_BYTES = 32

const badRecipient = (message: string) => new PipelineError('handover/bad-recipient', message)

/** The 32 bytes of an `age1...` recipient (bech32, c2sp.org/age). Throws 'handover/bad-recipient'. */
function rawKey(recipient: string): Uint8Array {
  try {
    const { prefix, bytes } = bech32.decodeToBytes(recipient)
    if (prefix === 'age' && bytes.length === KEY_BYTES && recipient === recipient.toLowerCase()) return bytes
  } catch {
    // As one that is too short.
  }
  throw badRecipient('This is no address of a print station. One starts with age1 and is copied whole.')
}

/** The address of a raw X25519 public key, as age writes it. */
export const addressOf = (publicKey: Uint8Array): string => bech32.encodeFromBytes('age', publicKey)

/** SHA-256 of the raw key, lower-case hex. Throws 'handover/bad-recipient'. */
export const fingerprintOf = async (recipient: string): Promise<string> => sha256(rawKey(recipient))

/** A station by its address and the name the site gives it. Throws 'handover/bad-recipient', also for a key that keeps no secret. */
export async function printStation(recipient: string, name: string): Promise<PrintStation> {
  const address = recipient.trim()
  const called = recipientName(name, badRecipient)
  const fingerprint = await fingerprintOf(address)
  try {
    await collected(await sealStream(address, new Blob([]).stream()))
  } catch {
    throw badRecipient('Nothing can be sealed for this address. Ask the station for its address again.')
  }
  return { name: called, recipient: address, fingerprint }
}

/** With one more: see plusPinned(). Throws 'handover/not-compared', 'handover/bad-recipient'. */
export const withPinned = (kept: PinnedStations, station: PrintStation, compared: Compared): PinnedStations => ({
  ...kept,
  stations: plusPinned(kept.stations, station, compared, badRecipient),
})

/** Without the station of that fingerprint. */
export const withoutPinned = (kept: PinnedStations, fingerprint: string): PinnedStations => ({
  ...kept,
  stations: minusPinned(kept.stations, fingerprint),
})

const isStations = hasFields({
  format: isOneOf([NO_STATIONS.format]),
  stations: isListOf(hasFields({ ...PIN_FIELDS, recipient: isText })),
})

/** The stations that the vault kept. Throws 'vault/newer', 'vault/tampered'. */
export const readStations = (value: JsonValue): PinnedStations =>
  keptBeside(value, NO_STATIONS, isStations, 'The list of print stations')
