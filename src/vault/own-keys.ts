import { PipelineError } from '../core/errors.ts'
import type { AuditLine } from './case.ts'
import { freedFromDevice, lockedToDevice } from './device-key.ts'
import { deviceKeyOf, newRoot } from './enrol.ts'
import { rootOf, slotFor } from './entry.ts'
import { resealKeySet } from './key-set.ts'
import type { PersonKeys } from './person-keys.ts'
import type { VaultRecords } from './records.ts'
import { siteLines } from './site.ts'
import { newPasskeySlot, openSlotToWrap, type PasskeyOffer, personOf } from './slot.ts'
import type { OpenVault } from './vault-keys.ts'

const KEY_BYTES = 32

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

async function ownLines({ records, now }: OpenVault, me: PersonKeys, code: string) {
  const role = me.me.roles[0]
  const line: AuditLine = { at: now().toISOString(), code, outcome: 'done', digests: [], by: me.me.id, role }
  return siteLines(records, me.site, [line], [...me.people.values()])
}

/**
 * A passkey beside the passphrase of a person, who shows that passphrase. Wipes the output of the passkey. Throws
 * 'vault/wrong-passphrase', 'vault/no-passkey' for an output that is none, 'vault/quota'.
 */
export async function addPasskey(
  vault: OpenVault,
  me: PersonKeys,
  passphrase: string,
  offer: PasskeyOffer,
  iterations: number,
): Promise<void> {
  const { records } = vault
  if (offer.output.length !== KEY_BYTES || offer.salt.length !== KEY_BYTES)
    throw new PipelineError('vault/no-passkey', 'This passkey makes no key. Use your passphrase.', { why: 'no-prf' })
  const slot = await slotFor(records, { passphrase }, me.me.id)
  const free = await freedFromDevice(slot, await records.deviceKey())
  const root = await openSlotToWrap(free, { passphrase }, iterations)
  const made = await newPasskeySlot(root, me.me.id, offer)
  offer.output.fill(0)
  const { key, change } = await deviceKeyOf(records)
  const lines = await ownLines(vault, me, 'add-passkey')
  vault.assertOpen()
  await records.apply({ ...change, ...lines, slots: [await lockedToDevice(made, key)] })
}

/** Removes a passkey of this person; the passphrase stays. Throws 'vault/missing'. */
export async function removePasskey(vault: OpenVault, me: PersonKeys, credential: Uint8Array): Promise<void> {
  const slots = await vault.records.slots()
  const own = slots.find(
    (slot) => personOf(slot) === me.me.id && slot.credential?.every((byte, n) => byte === credential[n]),
  )
  if (!own) throw new PipelineError('vault/missing', 'That passkey is not yours or is not on this device.')
  const lines = await ownLines(vault, me, 'remove-passkey')
  vault.assertOpen()
  await vault.records.apply({ ...lines, dropSlots: [own.id] })
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
  const made = await newRoot(id, next, iterations, key)
  const keys = await resealKeySet(old, made.root, id, row.keys)
  const own = (await records.slots()).filter((one) => personOf(one) === id)
  const lines = await ownLines(vault, me, 'renew-keys')
  vault.assertOpen()
  await records.apply({
    ...change,
    ...lines,
    people: [{ ...row, keys }],
    dropSlots: own.map((one) => one.id),
    slots: [made.slot],
  })
}
