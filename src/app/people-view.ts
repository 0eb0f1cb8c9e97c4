import type { Role } from '../core/role.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { NewPerson } from '../vault/enrol.ts'
import type { ListedPerson } from '../vault/people-vault.io.ts'
import type { Validity } from '../vault/person.ts'
import type { Refusal, Verb } from '../vault/roles.ts'
import type { CasePeople } from '../vault/share.ts'

/** How a person stands now. 'looking': may still open what is there, and make nothing new. */
export type Standing = 'active' | 'looking' | Extract<Refusal, 'not-yet' | 'expired' | 'revoked'>

export interface PersonRow extends ListedPerson {
  readonly standing: Standing
}

/** The people of this device as the screen sees them. What a verb stores is refused by the vault where a role does not allow it. */
export interface PeopleView {
  /** Whether the device was looked at; before that nobody knows whether there are people. */
  readonly known: boolean
  /** Everybody, by staff number; empty in a vault without people. */
  readonly rows: readonly PersonRow[]
  /** Who is in; null where nobody is, or where there are no people. */
  readonly me: PersonRow | null
  /** Who is on which case. */
  readonly cases: readonly CasePeople[]
  /** The log of the device; null until it was read. */
  readonly log: readonly AuditRecord[] | null
  /** Whether a role of who is in allows this. A vault without people allows all of it. */
  may(verb: Verb): boolean
  /** Who is on a case. */
  peopleOn(caseId: string): CasePeople['people']
  /** What who is in is on a case; null for nothing. */
  roleOn(caseId: string): Role | null
  /** Whether this page may make passkeys. */
  readonly canHavePasskey: boolean
  /** Whether this person can come in by a passkey. */
  hasPasskey(id: string): boolean
  /** The owner of a vault without people, when they have a passkey. */
  readonly ownerWithPasskey: string | null
  /** Each of the next gives false when it was refused, and then `problem` says why. */
  add(about: NewPerson): Promise<boolean>
  /** Another time for a person. */
  extend(id: string, time: Validity): Promise<boolean>
  end(id: string, passphrase: string): Promise<boolean>
  renewCase(caseId: string, leaving: readonly string[], passphrase: string): Promise<boolean>
  renewDevice(passphrase: string): Promise<boolean>
  share(caseId: string, person: string, role: Role): Promise<boolean>
  readLog(): Promise<boolean>
}
