import { ownBytes, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import type { Role } from '../core/role.ts'
import { type Info, openSealed, sealTo } from './hpke.ts'
import { type People, type Validity, validityOf } from './person.ts'

/** A share of a case key, sealed to one person. `signature` is of person `by`, who gave it: HPKE does not say who sealed. */
export interface Envelope extends Validity {
  readonly person: string
  readonly role: Role
  readonly sealed: Uint8Array<ArrayBuffer>
  readonly by: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** Where it belongs: a copy in another case or epoch does not open. */
export interface EnvelopePlace {
  readonly case: string
  readonly epoch: number
}

/** Someone to seal to. */
export interface Receiver extends Validity {
  readonly id: string
  readonly receive: Uint8Array
}

/** Who gives. */
export interface Giver {
  readonly id: string
  readonly key: CryptoKey
}

/** The id of the key in the safe among those a case key is sealed to. */
export const RECOVERY = 'recovery'

type Head = Pick<Envelope, 'person' | 'role' | keyof Validity>

const infoOf = (place: EnvelopePlace, head: Head): Info => [
  'case-key',
  place.case,
  place.epoch,
  head.person,
  head.role,
  head.notBefore,
  head.originateUntil,
  head.consumeUntil,
]
const bytesToSign = (place: EnvelopePlace, head: Head, sealed: Uint8Array, by: string) =>
  utf8(JSON.stringify(['proofprint/envelope/1', ...infoOf(place, head), toHex(sealed), by]))

/** Seals a share to someone's public key alone: they need not be there. `share` is not changed. */
export async function sealEnvelope(
  place: EnvelopePlace,
  to: Receiver,
  role: Role,
  share: Uint8Array,
  giver: Giver,
): Promise<Envelope> {
  const head = { person: to.id, role, ...validityOf(to) }
  const sealed = await sealTo(to.receive, infoOf(place, head), share)
  const signed = bytesToSign(place, head, sealed, giver.id)
  return {
    ...head,
    sealed,
    by: giver.id,
    signature: new Uint8Array(await crypto.subtle.sign('Ed25519', giver.key, signed)),
  }
}

/** The share inside. Throws 'vault/tampered' when it is not for this pair, or not given by someone of this device. */
export async function openEnvelope(
  place: EnvelopePlace,
  envelope: Envelope,
  pair: CryptoKeyPair,
  people: People,
): Promise<Uint8Array<ArrayBuffer>> {
  const giver = people.get(envelope.by)
  const signed = bytesToSign(place, envelope, envelope.sealed, envelope.by)
  if (!giver || !(await isSignedBy(giver.sign, signed, envelope.signature)))
    throw new PipelineError(
      'vault/tampered',
      'A key of this case was put there by nobody of this device. It was not used.',
    )
  return openSealed(pair, infoOf(place, envelope), ownBytes(envelope.sealed))
}
