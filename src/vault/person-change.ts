import { PipelineError } from '../core/errors.ts'
import type { Role } from '../core/role.ts'
import type { AuditLine } from './case.ts'
import { checkRoles, checkValidity, type People, type Person, signPerson, type Validity, validityOf } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow, SiteWrite, VaultRecords } from './records.ts'
import { recoveryKey, resignedPolicy } from './recovery.ts'
import { denied, type Verb } from './roles.ts'
import { casesOf, rotated } from './rotate.ts'
import { siteLines } from './site.ts'
import { renewedSite } from './site-renewal.ts'

/** What a custodian writes into the device log about somebody. */
export const lineOf = (custodian: PersonKeys, now: Date, code: string, about: string): AuditLine => ({
  at: now.toISOString(),
  code,
  outcome: 'done',
  digests: [about],
  by: custodian.me.id,
  role: 'custodian',
})

/** Everybody, with these records in the place of those they had. */
export const listOf = (people: People, ...changed: readonly Person[]): Person[] => [
  ...[...people.values()].filter(({ id }) => !changed.some((one) => one.id === id)),
  ...changed,
]

/** This custodian and those whose word their place rests on, without the first one, who holds by a key that everybody has pinned. */
function restsOn({ people, me, founder }: PersonKeys): ReadonlySet<string> {
  const signers = new Set<string>()
  for (let one = people.get(me.id); one && one.id !== founder.id && !signers.has(one.id); one = people.get(one.by))
    signers.add(one.id)
  return signers
}

type Changed = Partial<Validity & Pick<Person, 'revokedAt' | 'roles'>>

/**
 * A person's record with something else in it, signed by this custodian. Throws 'vault/missing'; 'vault/denied' ('rests-on-them') for
 * one whose word the custodian's own place rests on: each would hold by the other, and so by nobody.
 */
async function signedAnew(custodian: PersonKeys, id: string, verb: Verb, changed: Changed): Promise<Person> {
  const known = custodian.people.get(id)
  if (!known) throw new PipelineError('vault/missing', 'That person is not on this device.')
  if (restsOn(custodian).has(id)) throw denied(verb, 'rests-on-them')
  const { by: _by, signature: _signature, ...before } = known
  return signPerson({ ...before, ...changed }, custodian.me.id, custodian.giver.key)
}

/** New keys for the cases of somebody who leaves them. */
async function without(
  records: VaultRecords,
  custodian: PersonKeys,
  rows: readonly CaseRow[],
  id: string,
  now: Date,
): Promise<CaseRow[]> {
  const terms = { leaving: new Set([id]), recovery: await recoveryKey(records, custodian), now }
  const cases: CaseRow[] = []
  for (const row of rows) cases.push(await rotated(row, custodian, terms))
  return cases
}

/**
 * The change that ends a person's time now: their cases and the site get other keys. Throws 'vault/denied' ('last-custodian',
 * 'last-designer', 'rests-on-them'), 'vault/missing'.
 */
export async function revocation(
  records: VaultRecords,
  custodian: PersonKeys,
  id: string,
  now: Date,
): Promise<SiteWrite> {
  const others = [...custodian.people.values()].filter(
    (one) => one.id !== id && one.revokedAt === null && one.roles.includes('custodian'),
  )
  if (others.length === 0) throw denied('rotate', 'last-custodian')
  const revokedAt = custodian.people.get(id)?.revokedAt ?? now.toISOString()
  const person = await signedAnew(custodian, id, 'rotate', { revokedAt })
  const cases = await without(records, custodian, casesOf(await records.cases(), id), id, now)
  const list = listOf(custodian.people, person)
  return { ...(await renewedSite(records, custodian, list, [lineOf(custodian, now, 'revoke', id)])), cases }
}

/** The change that gives a person another time. Throws 'app/bad-parameter', 'vault/missing', 'vault/denied' ('rests-on-them'). */
export async function extension(
  records: VaultRecords,
  custodian: PersonKeys,
  id: string,
  validity: Validity,
  now: Date,
): Promise<SiteWrite> {
  checkValidity(validity)
  const person = await signedAnew(custodian, id, 'enrol', validityOf(validity))
  return written(records, custodian, [person], [lineOf(custodian, now, 'extend', id)])
}

async function written(
  records: VaultRecords,
  custodian: PersonKeys,
  changed: readonly Person[],
  lines: readonly AuditLine[],
): Promise<SiteWrite> {
  const rows = await records.people()
  const people = changed.flatMap((person) => {
    const row = rows.find(({ id }) => id === person.id)
    return row ? [{ ...row, person }] : []
  })
  return { ...(await siteLines(records, custodian.site, lines, listOf(custodian.people, ...changed))), people }
}

/**
 * The change that gives a person other roles. Cases that they are on in a role which is taken get another key without them. Throws
 * 'app/bad-parameter', 'vault/missing', 'vault/denied': 'own-roles', 'rests-on-them', 'last-designer', 'scan-waits'.
 */
export async function otherRoles(
  records: VaultRecords,
  custodian: PersonKeys,
  id: string,
  roles: readonly Role[],
  now: Date,
): Promise<SiteWrite> {
  checkRoles(roles)
  if (id === custodian.me.id) throw denied('rotate', 'own-roles')
  const known = custodian.people.get(id)
  if (!known || known.revokedAt !== null)
    throw new PipelineError('vault/missing', 'That person is not on this device any more.')
  const taken = known.roles.filter((role) => !roles.includes(role))
  const given = roles.filter((role) => !known.roles.includes(role))
  const rows = await records.cases()
  assertNothingWaits(rows, id, taken)
  const person = await signedAnew(custodian, id, 'rotate', { roles })
  const on = casesOf(rows, id).filter((row) => taken.some((role) => isOnAs(row, id, role)))
  const cases = await without(records, custodian, on, id, now)
  const heirs = taken.includes('custodian') ? await inherited(custodian, id) : []
  const lines = [
    ...given.map((role) => lineOf(custodian, now, `give-role/${role}`, id)),
    ...taken.map((role) => lineOf(custodian, now, `take-role/${role}`, id)),
  ]
  const change = await written(records, custodian, [person, ...heirs], lines)
  const policy = taken.includes('custodian') ? await resignedPolicy(records, custodian, id) : []
  return { ...change, site: [...(change.site ?? []), ...policy], cases }
}

const isOnAs = ({ seals }: CaseRow, id: string, role: Role) =>
  seals?.epochs.some(({ envelopes }) => envelopes.some((one) => one.person === id && one.role === role)) ?? false

/** A scan counts as sent by Intake only while who sent it is Intake. */
function assertNothingWaits(rows: readonly CaseRow[], id: string, taken: readonly Role[]): void {
  const waits = rows.some(({ seals }) => seals?.inbox.some(({ by }) => by === id))
  if (waits && taken.includes('intake')) throw denied('rotate', 'scan-waits')
}

/**
 * Those whom a custodian signed who is none any more, signed anew. Throws 'vault/denied' ('rests-on-them') for the first custodian, whom
 * everybody's place rests on.
 */
async function inherited(custodian: PersonKeys, id: string): Promise<Person[]> {
  if (id === custodian.founder.id) throw denied('rotate', 'rests-on-them')
  const signed = [...custodian.people.values()].filter((one) => one.by === id && one.id !== id)
  const again: Person[] = []
  for (const { by: _by, signature: _signature, ...rest } of signed)
    again.push(await signPerson(rest, custodian.me.id, custodian.giver.key))
  return again
}
