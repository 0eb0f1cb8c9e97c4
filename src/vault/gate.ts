import type { Role } from '../core/role.ts'
import { newestOf } from './case-seals.ts'
import { standing } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { may, type Refusal, type Verb } from './roles.ts'

/** What a person is on a case: by their envelope; a custodian is one on every case that they are nothing else on. */
export function roleOn(person: PersonKeys, row: CaseRow): Role | null {
  const envelope = row.seals?.epochs.map((epoch) => person.envelope(row, epoch)).find((e) => e !== undefined)
  return envelope?.role ?? (person.me.roles.includes('custodian') ? 'custodian' : null)
}

function roleFor(person: PersonKeys, verb: Verb, row: CaseRow | null): Role | null {
  if (row) return roleOn(person, row)
  return person.me.roles.find((role) => may(role, verb)) ?? null
}

/** In which role this person may do this now, or why not. `written`: the newest instant in the device log. */
export function passage(
  person: PersonKeys,
  verb: Verb,
  row: CaseRow | null,
  now: Date,
  written: string | null,
): { readonly role: Role } | { readonly why: Refusal } {
  const why = standing(person.me, verb, now, written)
  if (why) return { why }
  const role = roleFor(person, verb, row)
  if (role === null) return { why: person.me.roles.some((one) => may(one, verb)) ? 'not-on-case' : 'role' }
  if (!may(role, verb)) return { why: 'role' }
  // The newest: a rotation gives the time that a person has now.
  const envelope = row?.seals ? person.envelope(row, newestOf(row.seals)) : undefined
  const given = envelope ? standing({ ...envelope, revokedAt: null }, verb, now, null) : null
  return given ? { why: given } : { role }
}
