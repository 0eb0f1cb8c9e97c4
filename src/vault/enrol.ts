import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import type { Role } from '../core/role.ts'
import { lockedToDevice, newDeviceKey } from './device-key.ts'
import { type Founder, importPair, newRawKeySet, publicKeysOf, type RawKeySet, sealKeySet } from './key-set.ts'
import { randomId } from './keys.ts'
import { checkPassphrase } from './passphrase.ts'
import { checkRoles, checkStaff, checkValidity, signPerson, type Validity } from './person.ts'
import { lineOf, listOf } from './person-change.ts'
import type { PersonKeys } from './person-keys.ts'
import type { PersonRow, SiteWrite, VaultRecords } from './records.ts'
import { sealSite, siteLines } from './site.ts'
import { siteShareOf } from './site-renewal.ts'
import { type KeySlot, newMasterKey, newPersonSlot } from './slot.ts'

const DAY_MS = 86_400_000

/** A person who is to be: what the site says of them, and the passphrase they chose. */
export interface NewPerson extends Partial<Validity> {
  readonly staff: string
  readonly roles: readonly Role[]
  readonly passphrase: string
}

/** A person without keys yet. Without a word on time: a year for something new, two for looking. */
export function described(about: Omit<NewPerson, 'passphrase'>, id: string, raw: RawKeySet, now: Date) {
  const after = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString()
  const validity: Validity = {
    notBefore: about.notBefore ?? now.toISOString(),
    originateUntil: about.originateUntil ?? after(365),
    consumeUntil: about.consumeUntil ?? after(730),
  }
  checkStaff(about.staff)
  checkRoles(about.roles)
  checkValidity(validity)
  const { staff, roles } = about
  return { id, staff, roles, ...publicKeysOf(raw), ...validity, createdAt: now.toISOString(), revokedAt: null }
}

/** A root key and its first slot, for this device. The root is readable only until it is wrapped: it is dropped here. */
export async function newRoot(
  person: string,
  passphrase: string,
  { now, iterations }: { readonly now: Date; readonly iterations: number },
  device: CryptoKey,
) {
  checkPassphrase(passphrase)
  const root = await newMasterKey(true)
  const slot = await lockedToDevice(
    await newPersonSlot(root, person, passphrase, iterations, now.toISOString()),
    device,
  )
  return { root, slot }
}

/** The key of this device, and the change that stores it when it is new. */
export async function deviceKeyOf(records: VaultRecords): Promise<{ key: CryptoKey; change: SiteWrite }> {
  const kept = await records.deviceKey()
  if (kept) return { key: kept, change: {} }
  const key = await newDeviceKey()
  return { key, change: { deviceKey: key } }
}

/** A new person's row and slot, enrolled by a custodian who holds `share`, the keys of the site. */
export async function newPersonRow(
  about: NewPerson,
  custodian: { readonly id: string; readonly sign: CryptoKey; readonly founder: Founder },
  share: Uint8Array,
  device: CryptoKey,
  at: { readonly now: Date; readonly iterations: number },
): Promise<{ row: PersonRow; slot: KeySlot }> {
  const id = randomId()
  const raw = await newRawKeySet()
  const person = await signPerson(described(about, id, raw, at.now), custodian.id, custodian.sign)
  const { root, slot } = await newRoot(id, about.passphrase, at, device)
  const keys = await sealKeySet(root, id, raw, custodian.founder)
  return { row: { id, person, keys, site: await sealSite(person, share) }, slot }
}

/** The first custodian, who signs themself and is pinned by everybody after. */
export async function firstCustodian(
  about: Omit<NewPerson, 'roles'>,
  share: Uint8Array,
  device: CryptoKey,
  at: { readonly now: Date; readonly iterations: number },
) {
  const id = randomId()
  const raw = await newRawKeySet()
  const founder: Founder = { id, sign: toHex(raw.sign.publicKey) }
  const sign = (await importPair('Ed25519', raw.sign)).privateKey
  const person = await signPerson(described({ ...about, roles: ['custodian'] }, id, raw, at.now), id, sign)
  const { root, slot } = await newRoot(id, about.passphrase, at, device)
  const keys = await sealKeySet(root, id, raw, founder)
  const row: PersonRow = { id, person, keys, site: await sealSite(person, share) }
  return { row, slot, founder, sign }
}

/** Enrols a person; returns their id. One strict transaction. Throws 'app/bad-parameter', 'vault/weak-passphrase', 'vault/quota'. */
export async function enrol(
  records: VaultRecords,
  custodian: PersonKeys,
  about: NewPerson,
  at: { readonly now: Date; readonly iterations: number },
): Promise<string> {
  if ([...custodian.people.values()].some(({ staff }) => staff === about.staff))
    throw new PipelineError('app/bad-parameter', 'Somebody has this staff number. Type another one.')
  const { key, change } = await deviceKeyOf(records)
  const share = await siteShareOf(records, custodian)
  const giver = { id: custodian.me.id, sign: custodian.giver.key, founder: custodian.founder }
  const { row, slot } = await newPersonRow(about, giver, share, key, at)
  share.fill(0)
  const list = listOf(custodian.people, row.person)
  const lines = await siteLines(records, custodian.site, [lineOf(custodian, at.now, 'enrol', row.id)], list)
  await records.apply({ ...change, ...lines, people: [row], slots: [slot] })
  return row.id
}
