import { utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { toHex } from '../core/hash.ts'
import type { EnvelopePlace, Giver, Receiver } from './envelope.ts'
import type { People } from './person.ts'

/** When a case key was made, and which key in the safe it was sealed to, signed by who made it. */
export interface EpochMade {
  /** ISO instant. */
  readonly at: string
  /** Public half of the recovery key, raw X25519, hex; empty for none. */
  readonly recovery: string
  readonly by: string
  readonly signature: Uint8Array<ArrayBuffer>
}

const bytesToSign = (place: EnvelopePlace, publicKey: Uint8Array, { at, recovery, by }: Omit<EpochMade, 'signature'>) =>
  utf8(JSON.stringify(['proofprint/epoch/1', place.case, place.epoch, toHex(publicKey), at, recovery, by]))

/** `publicKey` is that of the epoch: the date of one is not that of another. */
export async function signMade(
  place: EnvelopePlace,
  publicKey: Uint8Array,
  at: Date,
  recovery: Receiver | null,
  giver: Giver,
): Promise<EpochMade> {
  const made = { at: at.toISOString(), recovery: recovery ? toHex(recovery.receive) : '', by: giver.id }
  const signed = bytesToSign(place, publicKey, made)
  return { ...made, signature: new Uint8Array(await crypto.subtle.sign('Ed25519', giver.key, signed)) }
}

/** What is said of an epoch when someone of this device signed it; null when nobody did, as in what was stored before. */
export async function checkedMade(
  place: EnvelopePlace,
  { publicKey, made }: { readonly publicKey: Uint8Array; readonly made?: EpochMade | undefined },
  people: People,
): Promise<EpochMade | null> {
  const by = made && people.get(made.by)
  if (!made || !by || Number.isNaN(Date.parse(made.at))) return null
  return (await isSignedBy(by.sign, bytesToSign(place, publicKey, made), made.signature)) ? made : null
}
