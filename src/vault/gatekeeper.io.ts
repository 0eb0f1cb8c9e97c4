import { PipelineError } from '../core/errors.ts'
import type { Role } from '../core/role.ts'
import type { AuditLine } from './case.ts'
import { appendLines } from './case-log.ts'
import type { Recipient } from './case-seals.ts'
import { commitChange, rowOf } from './cases.ts'
import { type Proof, rootOf, slotFor } from './entry.ts'
import { passage, roleOn } from './gate.ts'
import { knocked } from './knocks.ts'
import { checkedPeople, type Person } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied, isDenied, needsProof, type Refusal, type Verb } from './roles.ts'
import type { Session, SessionHolder } from './session.io.ts'
import { checkListed, openSite, type SiteKeys, siteKeysOf, siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

/** Who was let through, as what. `person` is null where there are no people. */
export interface Passed {
  readonly vault: OpenVault
  readonly person: PersonKeys | null
  readonly role: Role
  readonly row: CaseRow | null
}

/** What is asked of a person: a verb, on which case, with which proof. */
export interface Ask {
  readonly verb: Verb
  readonly caseId?: string
  readonly proof?: Proof | undefined
  /** Whom a new case is given to. */
  readonly given?: (person: PersonKeys) => Promise<Recipient[]>
}

/** Lets a verb through or refuses it, and writes every refusal down before it is thrown. */
export class Gatekeeper {
  readonly #holder: SessionHolder

  constructor(holder: SessionHolder) {
    this.#holder = holder
  }

  /** Does `work` within a write when the person may. Throws 'vault/denied', 'vault/missing', 'vault/wrong-passphrase'. */
  async through<T>(session: Session, ask: Ask, work: (passed: Passed) => Promise<T>): Promise<T> {
    return this.#do(session, ask, work, (why) => this.#note(session, ask, why))
  }

  /** As `through`, for what only reads. */
  async look<T>(ask: Ask, work: (passed: Passed) => Promise<T>): Promise<T> {
    return this.#do(this.#holder.current(), ask, work, (why) => this.#holder.write((s) => this.#note(s, ask, why)))
  }

  /** What everybody of the device shares; refused only to who was revoked. */
  async shared<T>(work: (vault: OpenVault) => Promise<T>): Promise<T> {
    const session = this.#holder.current()
    if ((await present(session))?.me.revokedAt) {
      await this.#holder.write((s) => this.#note(s, { verb: 'open' }, 'revoked')).catch(() => {})
      throw denied('open', 'revoked')
    }
    return work(session)
  }

  async #do<T>(
    session: Session,
    ask: Ask,
    work: (passed: Passed) => Promise<T>,
    note: (why: Refusal) => Promise<void>,
  ) {
    try {
      return await work(await this.#pass(session, ask))
    } catch (error) {
      const why = whyRefused(error)
      // What cannot be written down stays refused.
      if (why) await note(why).catch(() => {})
      throw error
    }
  }

  async #pass(session: Session, { verb, caseId, proof, given }: Ask): Promise<Passed> {
    const person = await present(session)
    const { opened } = session
    if (!person || !opened.person) return { vault: session, person: null, role: 'designer', row: null }
    const row = caseId === undefined ? null : await rowOf(session.records, caseId)
    const passed = passage(person, verb, row, session.now(), opened.written)
    if ('why' in passed) throw denied(verb, passed.why)
    if (needsProof(verb)) await this.#prove(session, verb, person.me.id, proof)
    const { role } = passed
    const at = session.now().toISOString()
    const { strength } = opened
    session.opened = { person, strength, written: [opened.written ?? at, at].sort().at(-1) ?? at }
    return { vault: bound(session, person.as(role, await given?.(person))), person, role, row }
  }

  async #prove(session: Session, verb: Verb, id: string, proof: Proof | undefined): Promise<void> {
    if (!proof) throw denied(verb, 'no-proof')
    const slot = await slotFor(session.records, proof, id)
    await rootOf(session.records, slot, proof, this.#holder.options.iterations)
  }

  async #note(session: Session, { verb, caseId }: Ask, why: Refusal): Promise<void> {
    session.assertOpen()
    const { person } = session.opened
    const at = session.now().toISOString()
    const line: AuditLine = { at, code: `${verb}/${why}`, outcome: 'denied', digests: [] }
    const row = caseId === undefined ? null : ((await session.records.case(caseId)) ?? null)
    if (!person) {
      if (row) await commitChange(session, row.id, { assets: [], trace: [], audit: [line] })
      return
    }
    if (person.me.revokedAt !== null) {
      await session.records.apply(await knocked(session.records, person.giver, line))
      return
    }
    const named = { ...line, by: person.me.id, role: (row && roleOn(person, row)) ?? person.me.roles[0] }
    const maker = { signer: await session.signer(), role: named.role ?? 'designer', at, policy: null } as const
    const noted = row ? await appendLines(person, row, [named], maker) : null
    const onDevice = { ...named, digests: row ? [row.id] : [] }
    await session.records.apply(
      noted ?? (await siteLines(session.records, person.site, [onDevice], [...person.people.values()])),
    )
  }
}

/** A wrong passphrase where one was asked for again is a refusal too. */
function whyRefused(error: unknown): Refusal | null {
  if (isDenied(error)) return error.detail.why
  return error instanceof PipelineError && error.code === 'vault/wrong-passphrase' ? 'no-proof' : null
}

/**
 * The person of a session among the people, and with the site keys, as they are stored now: another tab may have revoked them, and has
 * renewed those keys then. Null where there are no people. Throws 'vault/tampered'.
 */
export async function present(session: Session): Promise<PersonKeys | null> {
  const { opened } = session
  if (!opened.person) return null
  const rows = await session.records.people()
  const list = rows.map(({ person }) => person)
  const { people, founder, me } = opened.person
  const isSame =
    list.length === people.size && list.every((one) => isEqual(people.get(one.id)?.signature, one.signature))
  if (isSame) return opened.person
  const now = await checkedPeople(list, founder)
  const site = await siteOf(opened.person, now.get(me.id), rows.find(({ id }) => id === me.id)?.site)
  if (!now.get(me.id)?.revokedAt) await checkListed(session.records, site, list)
  const person = opened.person.among(now, site)
  session.opened = { ...opened, person }
  return person
}

/** Who was revoked keeps the keys of before, which open nothing that was written since. */
async function siteOf(keys: PersonKeys, me: Person | undefined, sealed: Uint8Array | undefined): Promise<SiteKeys> {
  if (!me || me.revokedAt !== null || !sealed) return keys.site
  const share = await openSite(keys.receive, me.id, sealed)
  const site = await siteKeysOf(share)
  share.fill(0)
  return site
}

const isEqual = (a: Uint8Array | undefined, b: Uint8Array) => a?.every((byte, n) => byte === b[n]) ?? false

const bound = ({ records, now, signer, assertOpen }: Session, keys: PersonKeys): OpenVault => ({
  ...{ records, now, signer, assertOpen, keys },
})
