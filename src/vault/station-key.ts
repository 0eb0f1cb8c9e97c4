import { concatBytes, fromHex, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { ROLES } from '../core/role.ts'
import { type Guarded, hasFields, isListOf, isNullOr, isOneOf, isText } from '../core/shape.ts'
import { open, seal } from './chunked.ts'
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts'
import { importPair, newRawPair } from './key-set.ts'
import { contextOf, deriveKey } from './keys.ts'
import type { Person } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { SiteRow } from './records.ts'
import { activePeople } from './share.ts'
import type { OpenVault } from './vault-keys.ts'

/*
 * The X25519 pair by which this device is a print station. Without people its private half is sealed under the master key. Where
 * there are people it is sealed to each operator as a case key is to those on a case, and signed by the operator who gave it: nobody
 * else opens it. Around both lies the key of settings, so that the store shows nothing of it.
 */
type Bytes = Uint8Array<ArrayBuffer>
const KEY_BYTES = 32
/** Under the key of settings. */
export const STATION_PLACE = contextOf({ asset: '', case: '', epoch: 0, revision: 0, type: 'station' })
const PRIVATE_HALF = contextOf({ asset: '', case: '', epoch: 0, revision: 0, type: 'station-key' })
/** No case has this name: theirs are hex. */
const ENVELOPE = { case: 'print-station', epoch: 0 }

const isEnvelope = hasFields({
  person: isText,
  role: isOneOf(ROLES),
  notBefore: isText,
  originateUntil: isText,
  consumeUntil: isText,
  sealed: isText,
  by: isText,
  signature: isText,
})
const isKept = hasFields({
  format: isOneOf(['proofprint-station/1']),
  madeAt: isText,
  /** Hex; of a vault without people. */
  owner: isNullOr(isText),
  operators: isListOf(isEnvelope),
})
type Kept = Guarded<typeof isKept>

/** The key of this station, open. `privateKey` cannot be read back. */
export interface StationKey {
  /** Raw, 32 bytes. */
  readonly publicKey: Bytes
  readonly privateKey: CryptoKey
  readonly madeAt: string
  /** Operators of today who were not given it. */
  readonly without: readonly Person[]
}

/** Both halves, the public one first: who is given them is given what belongs together. */
const bothHalves = async (): Promise<Bytes> => {
  const { publicKey, privateKey } = await newRawPair('X25519')
  const both = concatBytes(publicKey, privateKey)
  privateKey.fill(0)
  return both
}

const textOf = ({ sealed, signature, ...rest }: Envelope) => ({
  ...rest,
  sealed: toHex(sealed),
  signature: toHex(signature),
})
const envelopeOf = ({ sealed, signature, ...rest }: Kept['operators'][number]): Envelope => ({
  ...rest,
  sealed: fromHex(sealed),
  signature: fromHex(signature),
})

const unreadable = () =>
  new PipelineError('vault/tampered', 'The key of this print station cannot be read. Make a new one.')

/** What lies under the seal of the row. Throws 'vault/tampered'. */
export function readKeptStation(plain: Uint8Array): Kept {
  const value = parsedJson(plain)
  if (isKept(value)) return value
  throw unreadable()
}

async function readKept({ records, keys }: OpenVault): Promise<Kept | null> {
  const row = await records.site('station')
  return row ? readKeptStation(await open(await keys.settings(), STATION_PLACE, row.sealed)) : null
}

const sealKept = async ({ keys }: OpenVault, kept: Kept): Promise<SiteRow> => ({
  name: 'station',
  sealed: await seal(await keys.settings(), STATION_PLACE, utf8(JSON.stringify(kept))),
})

const operatorsOf = (person: PersonKeys, now: Date) =>
  activePeople(person, now).filter(({ roles }) => roles.includes('operator'))

async function given(both: Bytes, to: readonly Person[], person: PersonKeys): Promise<Kept['operators']> {
  const all: Kept['operators'][number][] = []
  for (const one of to) all.push(textOf(await sealEnvelope(ENVELOPE, one, 'operator', both, person.giver)))
  return all
}

/** Both halves as bytes, which the caller wipes; null for who was not given them. Throws 'vault/tampered'. */
async function openHalves(kept: Kept, master: CryptoKey | undefined, person: PersonKeys | null): Promise<Bytes | null> {
  if (!person) {
    const ready = master && kept.owner !== null
    return ready ? open(await deriveKey(master, 'station'), PRIVATE_HALF, fromHex(kept.owner)) : null
  }
  const own = kept.operators.find((one) => one.person === person.me.id)
  if (!own) return null
  // Anybody of the device could seal a key of their own to an operator.
  if (!person.people.get(own.by)?.roles.includes('operator')) throw unreadable()
  return openEnvelope(ENVELOPE, envelopeOf(own), person.receive, person.people)
}

/** Who opens it: the master key of a vault without people, else a person. */
export interface StationHolder {
  readonly vault: OpenVault
  readonly master: CryptoKey | undefined
  readonly person: PersonKeys | null
}

/** A new pair in the place of the one of before, which is gone; for the operators of today, as a row to store. */
export async function newStationKey({ vault, master, person }: StationHolder): Promise<SiteRow> {
  const both = await bothHalves()
  const madeAt = vault.now().toISOString()
  const format = 'proofprint-station/1'
  const owner = master ? toHex(await seal(await deriveKey(master, 'station'), PRIVATE_HALF, both)) : null
  const operators = person ? await given(both, operatorsOf(person, vault.now()), person) : []
  both.fill(0)
  return sealKept(vault, { format, madeAt, owner, operators })
}

/** Why nothing is opened here. */
export const noStation = (state: 'none' | 'closed') =>
  new PipelineError(
    'handover/no-station',
    state === 'none'
      ? 'This device is no print station yet. Make its key first, and give its address to whoever seals for it.'
      : 'You were not given the key of this print station. An operator who has it can give it to you.',
  )

/** 'none': none was made. 'closed': there is one, which this person was not given. Throws 'vault/tampered'. */
export async function openStationKey(holder: StationHolder): Promise<StationKey | 'none' | 'closed'> {
  const { vault, master, person } = holder
  const kept = await readKept(vault)
  if (!kept) return 'none'
  const both = await openHalves(kept, master, person)
  if (!both) return 'closed'
  const [publicKey, privateHalf] = [both.slice(0, KEY_BYTES), both.slice(KEY_BYTES)]
  const pair = await importPair('X25519', { publicKey, privateKey: privateHalf }).catch(() => {
    throw unreadable()
  })
  privateHalf.fill(0)
  both.fill(0)
  const held = new Set(kept.operators.map((one) => one.person))
  const without = person ? operatorsOf(person, vault.now()).filter(({ id }) => !held.has(id)) : []
  return { publicKey, privateKey: pair.privateKey, madeAt: kept.madeAt, without }
}

/** The same pair given to every operator of today, as a row to store. Throws 'vault/missing' for who does not have it. */
export async function givenStationKey(holder: StationHolder, person: PersonKeys): Promise<SiteRow> {
  const kept = await readKept(holder.vault)
  const both = kept && (await openHalves(kept, undefined, person))
  if (!kept || !both)
    throw new PipelineError('vault/missing', 'You were not given the key of this print station. Ask another operator.')
  const operators = await given(both, operatorsOf(person, holder.vault.now()), person)
  both.fill(0)
  return sealKept(holder.vault, { ...kept, owner: null, operators })
}
