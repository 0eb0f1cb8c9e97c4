import { logOf } from './audit-lines.ts'
import type { AuditLine } from './case.ts'
import { firstSeals, newEpoch, nextSeals, sealEnd } from './case-seals.ts'
import { openById } from './cases.ts'
import { freedFromDevice, lockedToDevice } from './device-key.ts'
import { described, deviceKeyOf, firstCustodian, type NewPerson } from './enrol.ts'
import type { Giver } from './envelope.ts'
import { importPair, newRawKeySet, sealKeySet } from './key-set.ts'
import { caseKeyBytes } from './keys.ts'
import { type Person, signPerson } from './person.ts'
import type { CaseRow, PersonRow } from './records.ts'
import { keptSignPair } from './session-signer.ts'
import { newSiteShare, sealSite, siteKeysOf, siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

/** Who is first: the custodian with a passphrase of their own, and the owner, who keeps theirs and becomes a designer. */
export interface FirstPeople {
  readonly owner: Omit<NewPerson, 'passphrase' | 'roles'>
  readonly custodian: Omit<NewPerson, 'roles'>
}

/**
 * Makes people of the owner of a vault and a first custodian, and seals the cases of before to the owner: all in one strict
 * transaction. Throws 'app/bad-parameter', 'vault/weak-passphrase', 'vault/quota', and what a case throws that does not open.
 */
export async function setUpPeople(
  vault: OpenVault,
  master: CryptoKey,
  { owner, custodian }: FirstPeople,
  iterations: number,
): Promise<{ owner: string; custodian: string }> {
  const { records } = vault
  const at = { now: vault.now(), iterations }
  // The owner may have passkeys too: they go on to be theirs.
  const slot = (await records.slots()).find(({ version }) => version === 1)
  if (!slot) throw new TypeError('an open vault without a slot')
  const { key: device, change } = await deviceKeyOf(records)
  const ownSlot = await lockedToDevice(await freedFromDevice(slot, await records.deviceKey()), device)
  const share = await newSiteShare(master)
  const first = await firstCustodian(custodian, share, device, at)

  const raw = await newRawKeySet(await keptSignPair(records, master))
  const roles = ['designer'] as const
  const person = await signPerson(described({ ...owner, roles }, slot.id, raw, at.now), first.row.id, first.sign)
  const keys = await sealKeySet(master, person.id, raw, first.founder)
  const row: PersonRow = { id: person.id, person, keys, site: await sealSite(person, share) }
  const site = await siteKeysOf(share)
  share.fill(0)

  const giver: Giver = { id: person.id, key: (await importPair('Ed25519', raw.sign)).privateKey }
  const cases: CaseRow[] = []
  for (const { id } of await records.cases()) cases.push(await givenTo(vault, master, id, person, giver))
  const line = (code: string, about: string): AuditLine => ({
    at: at.now.toISOString(),
    code,
    outcome: 'done',
    digests: [about],
    by: first.row.id,
    role: 'custodian',
  })
  const lines = [line('set-up', first.row.id), line('enrol', person.id)]
  const logged = await siteLines(null, site, lines, [first.row.person, person])
  vault.assertOpen()
  await records.apply({ ...change, ...logged, people: [first.row, row], slots: [ownSlot, first.slot], cases })
  return { owner: person.id, custodian: first.row.id }
}

/** A case of before, sealed to its owner under the key it has. */
async function givenTo(vault: OpenVault, master: CryptoKey, id: string, owner: Person, giver: Giver): Promise<CaseRow> {
  const { row, key, manifest } = await openById(vault, id)
  const raw = await caseKeyBytes(master, id, row.envelope)
  const to = [{ person: owner, role: 'designer' as const }]
  const seals = firstSeals(await newEpoch({ case: id, epoch: 0 }, raw, to, giver, vault.now()))
  raw.fill(0)
  const auditEnd = await sealEnd(await logOf(key, id, 0), manifest)
  return { ...row, envelope: new Uint8Array(), seals: nextSeals(seals, { auditEnd }) }
}
