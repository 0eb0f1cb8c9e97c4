import { PipelineError } from '../core/errors.ts'
import type { KeyStrength } from '../core/signer.ts'
import type { AuditLine } from './case.ts'
import { freedFromDevice } from './device-key.ts'
import { openKeySet } from './key-set.ts'
import { knocked } from './knocks.ts'
import { checkedPeople, standing } from './person.ts'
import { PersonKeys } from './person-keys.ts'
import type { PersonRow, VaultRecords } from './records.ts'
import { denied } from './roles.ts'
import { checkListed, newestOf, openSite, readSiteLog, siteKeysOf, siteLines } from './site.ts'
import { type KeySlot, openSlot, personOf, type Secret } from './slot.ts'

/** What a person shows: their passphrase, or what a passkey made (32 bytes) and which one it was. */
export type Proof =
  | { readonly passphrase: string }
  | { readonly credential: Uint8Array<ArrayBuffer>; readonly output: Uint8Array<ArrayBuffer> }

const secretOf = (proof: Proof): Secret => ('passphrase' in proof ? proof : { passkey: proof.output })
export const sameBytes = (a: Uint8Array | undefined, b: Uint8Array) =>
  a?.length === b.length && b.every((byte, n) => byte === a[n])

/** The slot that a proof is for. No person named: the owner, whose slot is the oldest kind. Throws 'vault/none'. */
export async function slotFor(records: VaultRecords, proof: Proof, person?: string): Promise<KeySlot> {
  const slots = await records.slots()
  const slot = slots.find((one) =>
    'passphrase' in proof
      ? one.kind === 'passphrase' && (person === undefined ? one.version === 1 : personOf(one) === person)
      : (person === undefined || personOf(one) === person) &&
        one.kind === 'passkey' &&
        sameBytes(one.credential, proof.credential),
  )
  if (slot) return slot
  throw slots.length === 0
    ? new PipelineError('vault/none', 'There is no vault on this device yet. Make one first.')
    : new PipelineError('vault/wrong-passphrase', 'That does not open this vault. Choose yourself in the list again.')
}

/** How the keys of this slot are kept, for what is signed with them. */
export function strengthOf({ kind, synced }: KeySlot): KeyStrength {
  if (kind === 'passphrase') return 'passphrase'
  return synced ? 'synced-passkey' : 'hardware-passkey'
}

/** The root key of a slot, not readable. Wipes the output of a passkey. Throws 'vault/wrong-passphrase', 'vault/tampered'. */
export async function rootOf(records: VaultRecords, slot: KeySlot, proof: Proof, iterations: number) {
  try {
    const free = await freedFromDevice(slot, await records.deviceKey())
    return await openSlot(free, secretOf(proof), iterations)
  } finally {
    if ('output' in proof) proof.output.fill(0)
  }
}

/** A person whose root key is open, among people who all hold back to the first custodian. Throws 'vault/tampered', 'vault/denied'. */
export async function enter(records: VaultRecords, rows: readonly PersonRow[], id: string, root: CryptoKey, now: Date) {
  const row = rows.find((one) => one.id === id)
  if (!row) throw new PipelineError('vault/tampered', 'You are not in the list of people of this vault.')
  const keys = await openKeySet(root, id, row.keys)
  const list = rows.map(({ person }) => person)
  const people = await checkedPeople(list, keys.founder)
  if (row.person.revokedAt !== null) {
    const line = { at: now.toISOString(), code: 'unlock/revoked' }
    await records.apply(await knocked(records, { id, key: keys.sign.privateKey }, line))
    throw denied('unlock', 'revoked')
  }
  const share = await openSite(keys.receive, id, row.site)
  const site = await siteKeysOf(share)
  share.fill(0)
  await checkListed(records, site, list)
  const lines = await readSiteLog(records, site)
  const written = newestOf(lines)
  const person = new PersonKeys(row.person, people, keys, site)
  const why = standing(row.person, 'unlock', now, written)
  if (!why) return { person, written, lines }
  await noteAtDoor(records, person, { at: now.toISOString(), code: `unlock/${why}`, outcome: 'denied' })
  throw denied('unlock', why)
}

/** Writes down how this person came to the door. */
export async function noteAtDoor(
  records: VaultRecords,
  { me, site, people }: PersonKeys,
  said: Pick<AuditLine, 'at' | 'code' | 'outcome'>,
): Promise<void> {
  await records.apply(await siteLines(records, site, [{ ...said, digests: [], by: me.id }], [...people.values()]))
}
