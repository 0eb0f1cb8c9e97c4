import type { Role } from '../../src/core/role.ts'
import type { AuditRecord } from '../../src/vault/case.ts'
import type { Vault, VaultOptions } from '../../src/vault/vault.io.ts'
import { change, INIT, openTab, PASSPHRASE, volumeAsset } from './vault.ts'

export const CUSTODIAN = { staff: '0001', passphrase: 'five tall herons at noon' }
const STAFF = {
  intake: '0101',
  designer2: '0102',
  reviewer: '0103',
  operator: '0104',
  auditor: '0105',
  custodian2: '0106',
} as const
type Extra = keyof typeof STAFF
export type Name = Extra | 'owner' | 'custodian'

const roleOf = (name: Extra): Role => name.replace('2', '') as Role
export const passphraseOf = (name: Name): string => {
  if (name === 'owner') return PASSPHRASE
  return name === 'custodian' ? CUSTODIAN.passphrase : `${name} walks under quiet pines`
}
export const proofOf = (name: Name) => ({ passphrase: passphraseOf(name) })

/** A device with people. `as` puts one of them at its one tab. */
export interface Site {
  readonly vault: Vault
  readonly ids: Readonly<Record<Name, string>>
  as(name: Name): Promise<Vault>
}

/** The owner's vault, perhaps with cases of before, and then people: one of each role, a second designer and custodian. */
export async function site(
  options: Partial<VaultOptions> = {},
  before: (vault: Vault) => Promise<void> = async () => {},
  extras: readonly Extra[] = Object.keys(STAFF) as Extra[],
): Promise<Site> {
  const vault = openTab(options)
  await vault.create(PASSPHRASE)
  await before(vault)
  const first = await vault.setUpPeople({ owner: { staff: '0100' }, custodian: CUSTODIAN })
  await vault.unlock(CUSTODIAN.passphrase, first.custodian)
  const ids: Record<string, string> = { ...first }
  for (const name of extras)
    ids[name] = await vault.enrol({ staff: STAFF[name], roles: [roleOf(name)], passphrase: passphraseOf(name) })
  await vault.lock()
  const as = async (name: Name) => {
    await vault.unlock(passphraseOf(name), ids[name])
    return vault
  }
  return { vault, ids: ids as Record<Name, string>, as }
}

/** A case of Intake with a scan in it, taken in by the owner, who gave it to a reviewer and an operator. */
export async function sharedCase({ as, ids }: Site) {
  const intake = await as('intake')
  const id = await intake.createCase(INIT)
  const scan = await volumeAsset(3)
  await intake.ingest(id, scan)
  const designer = await as('owner')
  const [scanId = ''] = await designer.takeIn(id)
  await designer.share(id, ids.reviewer, 'reviewer')
  await designer.share(id, ids.operator, 'operator')
  const bytes = new TextEncoder().encode('a part to print')
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
  const [partId = ''] = await designer.commit(id, change([{ type: 'export-stl', digest, meta: null, bytes }]))
  const { revision } = await designer.openCase(id)
  return { id, scan, scanId, partId, bytes, digest, revision }
}

export const denials = (log: readonly AuditRecord[]) =>
  log.filter(({ outcome }) => outcome === 'denied').map(({ code, by, role }) => ({ code, by, role }))
