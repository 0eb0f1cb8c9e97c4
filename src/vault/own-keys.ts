import { PipelineError } from '../core/errors.ts'
import type { KeyStrength } from '../core/signer.ts'
import type { AuditLine } from './case.ts'
import { freedFromDevice, lockedToDevice } from './device-key.ts'
import { deviceKeyOf, newRoot } from './enrol.ts'
import { type Proof, rootOf, sameBytes, slotFor, strengthOf } from './entry.ts'
import { resealKeySet } from './key-set.ts'
import { checkPassphrase } from './passphrase.ts'
import type { PersonKeys } from './person-keys.ts'
import type { SiteWrite, VaultRecords } from './records.ts'
import { siteLines } from './site.ts'
import {
  type KeySlot,
  newPasskeySlot,
  type OtherPassphrase,
  openSlotToWrap,
  type PasskeyOffer,
  personOf,
  rewrapSlot,
} from './slot.ts'
import type { OpenVault } from './vault-keys.ts'

const KEY_BYTES = 32

/** Whose keys they are: a person's, or those of the owner of a vault without people, who is named by their first slot. */
export interface Own {
  readonly id: string
  readonly person: PersonKeys | null
}

/** The owner of a vault without people. Throws 'app/bad-parameter' in a teaching session, which has no slot. */
export async function ownerOf(records: VaultRecords): Promise<Own> {
  const slot = (await records.slots()).find(({ version }) => version === 1)
  if (slot) return { id: slot.id, person: null }
  throw new PipelineError(
    'app/bad-parameter',
    'A teaching session has no passphrase and no passkeys. Make a vault first.',
  )
}

/** One way in. Nothing in it is secret. */
export interface OwnWay {
  readonly kind: KeySlot['kind']
  readonly strength: KeyStrength
  /** ISO instant; null when it was not noted then. */
  readonly addedAt: string | null
  /** Of a passkey. */
  readonly credential: Uint8Array<ArrayBuffer> | null
}

const slotsOf = async (records: VaultRecords, id: string) =>
  (await records.slots()).filter((slot) => personOf(slot) === id)

/** All ways in of one person: the passphrase first, then their passkeys, the oldest first. */
export async function waysOf(records: VaultRecords, id: string): Promise<OwnWay[]> {
  const ways = (await slotsOf(records, id)).map((slot): OwnWay => {
    const { kind, addedAt = null, credential = null } = slot
    return { kind, strength: strengthOf(slot), addedAt, credential }
  })
  const order = ({ kind, addedAt }: OwnWay) => `${kind === 'passphrase' ? 0 : 1}${addedAt ?? ''}`
  return ways.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** Where a person is asked for a passkey: nothing in it is secret. */
export interface ListedPasskey {
  readonly person: string
  readonly credential: Uint8Array<ArrayBuffer>
  readonly salt: Uint8Array<ArrayBuffer>
}

/** Every passkey of this device. */
export async function listPasskeys(records: VaultRecords): Promise<ListedPasskey[]> {
  const slots = await records.slots()
  return slots.flatMap((slot) =>
    slot.credential ? [{ person: personOf(slot), credential: slot.credential, salt: slot.salt }] : [],
  )
}

/** The line of the device log on this; there is no such log without people. */
async function ownLines({ records, now }: Pick<OpenVault, 'records' | 'now'>, { person }: Own, code: string) {
  if (!person) return {}
  const { id, roles } = person.me
  const line: AuditLine = { at: now().toISOString(), code, outcome: 'done', digests: [], by: id, role: roles[0] }
  return siteLines(records, person.site, [line], [...person.people.values()])
}

/**
 * The change that puts another passphrase in the place of one. `own` is null while nobody is in, and then no line is written. Throws
 * 'vault/weak-passphrase', 'vault/none', 'vault/wrong-passphrase'.
 */
export async function passphraseChange(
  at: Pick<OpenVault, 'records' | 'now'>,
  own: Own | null,
  whose: string | undefined,
  words: Omit<OtherPassphrase, 'at'>,
  iterations: number,
): Promise<SiteWrite> {
  checkPassphrase(words.to)
  const { records, now } = at
  const slot = await slotFor(records, { passphrase: words.from }, whose)
  const free = await freedFromDevice(slot, await records.deviceKey())
  const next = await rewrapSlot(free, { ...words, at: now().toISOString() }, iterations)
  const { key, change } = await deviceKeyOf(records)
  const lines = own ? await ownLines(at, own, 'change-passphrase') : {}
  return { ...change, ...lines, slots: [await lockedToDevice(next, key)] }
}

/**
 * A passkey beside the passphrase of a person, who shows that passphrase. Wipes the output of the passkey. Throws
 * 'vault/wrong-passphrase', 'vault/no-passkey' for an output that is none, 'vault/quota'.
 */
export async function addPasskey(
  vault: OpenVault,
  own: Own,
  passphrase: string,
  offer: PasskeyOffer,
  iterations: number,
): Promise<void> {
  const { records } = vault
  if (offer.output.length !== KEY_BYTES || offer.salt.length !== KEY_BYTES)
    throw new PipelineError('vault/no-passkey', 'This passkey makes no key. Use your passphrase.', { why: 'no-prf' })
  const slot = await slotFor(records, { passphrase }, own.id)
  const free = await freedFromDevice(slot, await records.deviceKey())
  const root = await openSlotToWrap(free, { passphrase }, iterations)
  const made = await newPasskeySlot(root, own.id, offer, vault.now().toISOString())
  offer.output.fill(0)
  const { key, change } = await deviceKeyOf(records)
  const lines = await ownLines(vault, own, 'add-passkey')
  vault.assertOpen()
  await records.apply({ ...change, ...lines, slots: [await lockedToDevice(made, key)] })
}

/**
 * Removes a passkey of this person, who shows another way in or this one; never the last way in. Throws 'vault/missing',
 * 'vault/wrong-passphrase', 'app/bad-parameter' for the last way in.
 */
export async function removePasskey(
  vault: OpenVault,
  own: Own,
  credential: Uint8Array,
  proof: Proof,
  iterations: number,
): Promise<void> {
  const { records } = vault
  const slots = await slotsOf(records, own.id)
  const leaving = slots.find((slot) => sameBytes(slot.credential, credential))
  if (!leaving) throw new PipelineError('vault/missing', 'That passkey is not yours or is not on this device.')
  await rootOf(records, await slotFor(records, proof, own.id), proof, iterations)
  if (slots.length === 1)
    throw new PipelineError('app/bad-parameter', 'That is your only way in. Add another one before you remove it.')
  const lines = await ownLines(vault, own, 'remove-passkey')
  vault.assertOpen()
  await records.apply({ ...lines, dropSlots: [leaving.id] })
}

/**
 * A new root key and passphrase for a person: their pairs stay, so no case is touched; their passkeys have to be added again. One
 * strict transaction. Throws 'vault/wrong-passphrase', 'vault/weak-passphrase', 'vault/quota'.
 */
export async function renewRoot(
  vault: OpenVault,
  me: PersonKeys,
  passphrase: string,
  next: string,
  iterations: number,
): Promise<void> {
  const { records } = vault
  const { id } = me.me
  const slot = await slotFor(records, { passphrase }, id)
  const old = await rootOf(records, slot, { passphrase }, iterations)
  const row = (await records.people()).find((one) => one.id === id)
  if (!row) throw new PipelineError('vault/missing', 'You are not in the list of people of this vault.')
  const { key, change } = await deviceKeyOf(records)
  const made = await newRoot(id, next, { now: vault.now(), iterations }, key)
  const keys = await resealKeySet(old, made.root, id, row.keys)
  const lines = await ownLines(vault, { id, person: me }, 'renew-keys')
  const dropSlots = (await slotsOf(records, id)).map((one) => one.id)
  vault.assertOpen()
  await records.apply({ ...change, ...lines, people: [{ ...row, keys }], dropSlots, slots: [made.slot] })
}
