import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256, toHex } from '../core/hash.ts'
import { ROLES, type Role } from '../core/role.ts'
import type { Founder, PublicKeys } from './key-set.ts'
import type { Refusal, Verb } from './roles.ts'

/** When a person may do what, as ISO instants. Up to `originateUntil` something new, up to `consumeUntil` looking. */
export interface Validity {
  readonly notBefore: string
  readonly originateUntil: string
  readonly consumeUntil: string
}

/** A person of this device. Everything in it may be known; `signature` is of the custodian `by` over the rest. */
export interface Person extends Validity, PublicKeys {
  readonly id: string
  readonly roles: readonly Role[]
  /** Four digits, given by the site. */
  readonly staff: string
  readonly createdAt: string
  readonly revokedAt: string | null
  readonly by: string
  readonly signature: Uint8Array<ArrayBuffer>
}

type Unsigned = Omit<Person, 'by' | 'signature'>

const bytesToSign = (p: Unsigned, by: string) =>
  utf8(
    JSON.stringify([
      'proofprint/person/1',
      p.id,
      p.roles,
      p.staff,
      toHex(p.receive),
      toHex(p.sign),
      p.notBefore,
      p.originateUntil,
      p.consumeUntil,
      p.createdAt,
      p.revokedAt,
      by,
    ]),
  )

/** Signed with the Ed25519 key (RFC 8032) of custodian `by`. */
export async function signPerson(person: Unsigned, by: string, key: CryptoKey): Promise<Person> {
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytesToSign(person, by)))
  return { ...person, by, signature }
}

export type People = ReadonlyMap<string, Person>

const changedList = () =>
  new PipelineError('vault/tampered', 'The list of people of this vault was changed. Nobody was let in by it.')

const isWellFormed = ({ roles, staff }: Person) =>
  /^\d{4}$/.test(staff) && roles.length > 0 && roles.every((role) => ROLES.includes(role))

/**
 * All people, each signed by someone who was a custodian then, back to the first one, whose key is pinned. Throws
 * 'vault/tampered' when one is not.
 */
export async function checkedPeople(list: readonly Person[], founder: Founder): Promise<People> {
  const people = new Map(list.map((person) => [person.id, person]))
  const trusted = new Set<string>()
  /** Those whose record led here: a circle that never reaches the first custodian is nobody's word. */
  const check = async (person: Person, asked: ReadonlySet<string>): Promise<void> => {
    if (trusted.has(person.id)) return
    const signer = people.get(person.by)
    if (!signer || asked.has(person.id) || !isWellFormed(person)) throw changedList()
    const isFounder = person.by === founder.id
    if (!isFounder) await check(signer, new Set([...asked, person.id]))
    const key = isFounder ? fromHex(founder.sign) : signer.sign
    const could =
      signer.roles.includes('custodian') && (signer.revokedAt ?? '~') >= (person.revokedAt ?? person.createdAt)
    if (!could || !(await isSignedBy(key, bytesToSign(person, person.by), person.signature))) throw changedList()
    trusted.add(person.id)
  }
  for (const person of list) await check(person, new Set())
  if (toHex(people.get(founder.id)?.sign ?? new Uint8Array()) !== founder.sign) throw changedList()
  return people
}

/** Of the whole list, whatever its order: the end of the device log keeps it, so one old record in it is seen. */
export async function digestPeople(list: readonly Person[]): Promise<string> {
  return sha256(
    utf8(
      list
        .map(({ id, signature }) => `${id} ${toHex(signature)}`)
        .sort()
        .join('\n'),
    ),
  )
}

const LOOKING: readonly (Verb | 'unlock')[] = ['open', 'readAudit', 'unlock']

/**
 * Why this person may not do this now; null when they may. `written` is the newest instant in the device log: a clock behind it
 * would bring back what has ended.
 */
export function standing(
  person: Pick<Person, keyof Validity | 'revokedAt'>,
  verb: Verb | 'unlock',
  now: Date,
  written: string | null,
): Refusal | null {
  const at = now.getTime()
  if (person.revokedAt !== null) return 'revoked'
  if (written !== null && at < Date.parse(written)) return 'clock'
  if (at < Date.parse(person.notBefore)) return 'not-yet'
  const until = LOOKING.includes(verb) ? person.consumeUntil : person.originateUntil
  return at <= Date.parse(until) ? null : 'expired'
}

export const validityOf = ({ notBefore, originateUntil, consumeUntil }: Validity): Validity => ({
  notBefore,
  originateUntil,
  consumeUntil,
})

/** Throws 'app/bad-parameter' for instants that are none or in another order. */
export function checkValidity({ notBefore, originateUntil, consumeUntil }: Validity): void {
  const [from, until, last] = [notBefore, originateUntil, consumeUntil].map(Date.parse)
  if (from !== undefined && until !== undefined && last !== undefined && from <= until && until <= last) return
  throw new PipelineError('app/bad-parameter', 'Give a beginning, an end and a last day, in this order.')
}

export function checkRoles(roles: readonly Role[]): void {
  const isList = roles.length > 0 && new Set(roles).size === roles.length && roles.every((r) => ROLES.includes(r))
  if (!isList) throw new PipelineError('app/bad-parameter', 'Choose at least one role of the list.')
}

export function checkStaff(staff: string): void {
  if (!/^\d{4}$/.test(staff))
    throw new PipelineError('app/bad-parameter', 'A staff number has four digits. Type it as the site gave it.')
}
