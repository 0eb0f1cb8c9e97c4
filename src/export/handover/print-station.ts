import { bech32 } from '@scure/base'
import { collected } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { JsonValue } from '../../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../../core/shape.ts'
import { sealStream } from './age.ts'
import { keptBeside } from './kept.ts'

/** A print station as the site knows it. */
export type PrintStation = {
  /** As the site calls it. */
  readonly name: string
  /** Its public key as age writes it: `age1...`, X25519. */
  readonly recipient: string
  /** SHA-256 of the 32 bytes of that key, lower-case hex. */
  readonly fingerprint: string
}

/** One whose words were compared with the station's own. */
export type PinnedStation = PrintStation & { readonly pinnedAt: string }

/** What the vault keeps of them, in its setting `print-stations`. */
export type PinnedStations = {
  readonly format: 'proofprint-stations/1'
  readonly stations: readonly PinnedStation[]
}

export const NO_STATIONS: PinnedStations = { format: 'proofprint-stations/1', stations: [] }

const KEY_BYTES = 32
/** Enough for a site and a room. */
export const LONGEST_STATION_NAME = 40

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

/** SHA-256 of the raw key, lower-case hex. Throws 'handover/bad-recipient'. */
export const fingerprintOf = async (recipient: string): Promise<string> => sha256(rawKey(recipient))

/** A station by its address and the name the site gives it. Throws 'handover/bad-recipient', also for a key that keeps no secret. */
export async function printStation(recipient: string, name: string): Promise<PrintStation> {
  const address = recipient.trim()
  const called = name.trim()
  if (called === '' || called.length > LONGEST_STATION_NAME || /\p{Cc}/u.test(called))
    throw badRecipient(`Give the station a name of up to ${LONGEST_STATION_NAME} letters.`)
  const fingerprint = await fingerprintOf(address)
  try {
    await collected(await sealStream(address, new Blob([]).stream()))
  } catch {
    throw badRecipient('Nothing can be sealed for this address. Ask the station for its address again.')
  }
  return { name: called, recipient: address, fingerprint }
}

/**
 * With one more, in place of the one with the same key. Throws 'handover/not-compared' unless a person said that the words were
 * compared by another way than the one the address came, and 'handover/bad-recipient' when another key has that name.
 */
export function withPinned(
  kept: PinnedStations,
  station: PrintStation,
  { areCompared, at }: { readonly areCompared: boolean; readonly at: string },
): PinnedStations {
  if (!areCompared)
    throw new PipelineError(
      'handover/not-compared',
      'The words of this station were not compared yet. Until then it could be anybody.',
    )
  const others = kept.stations.filter(({ fingerprint }) => fingerprint !== station.fingerprint)
  if (others.some(({ name }) => name === station.name))
    throw badRecipient('Another station has this name, with other words. Remove that one, or choose another name.')
  return { ...kept, stations: [...others, { ...station, pinnedAt: at }] }
}

/** Without the station of that fingerprint. */
export const withoutPinned = (kept: PinnedStations, fingerprint: string): PinnedStations => ({
  ...kept,
  stations: kept.stations.filter((station) => station.fingerprint !== fingerprint),
})

const isStations = hasFields({
  format: isOneOf([NO_STATIONS.format]),
  stations: isListOf(hasFields({ name: isText, recipient: isText, fingerprint: isText, pinnedAt: isText })),
})

/** The stations that the vault kept. Throws 'vault/newer', 'vault/tampered'. */
export const readStations = (value: JsonValue): PinnedStations =>
  keptBeside(value, NO_STATIONS, isStations, 'The list of print stations')
