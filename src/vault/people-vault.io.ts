import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { Role } from '../core/role.ts'
import type { Signer } from '../core/signer.ts'
import { readReleaseTerms, type SignedTerms } from '../trace/release-terms.ts'
import type { AuditRecord } from './case.ts'
import { freedFromDevice, lockedToDevice, newDeviceKey } from './device-key.ts'
import { enrol, type NewPerson } from './enrol.ts'
import type { Proof } from './entry.ts'
import { type Person, type Validity, validityOf } from './person.ts'
import { extension, revocation } from './person-change.ts'
import { newRecoveryKey, recoveryKey, type SafeKeyFacts } from './recovery.ts'
import type { SessionHolder } from './session.io.ts'
import { type FirstPeople, setUpPeople } from './set-up.ts'
import { readSiteLog } from './site.ts'
import { noPeople, siteLine, VerbGate } from './verb-gate.io.ts'

/** A person as the screen shows them, for example "Staff 0142". */
export type ListedPerson = Omit<Person, 'receive' | 'sign' | 'signature' | 'by'>

/**
 * Verbs of people, roles and the keys of this device. Each throws 'vault/denied' when the person may not, 'vault/locked', 'vault/busy',
 * 'vault/quota'.
 */
export class PeopleVault {
  readonly #holder: SessionHolder
  readonly #gate: VerbGate

  constructor(holder: SessionHolder) {
    this.#holder = holder
    this.#gate = new VerbGate(holder)
  }

  /** Everybody of this device, also while it is locked; empty where there are no people. What it says is checked at the unlock. */
  async listPeople(): Promise<ListedPerson[]> {
    const rows = await this.#holder.store.people()
    return rows.map(({ person }) => {
      const { id, roles, staff, createdAt, revokedAt } = person
      return { id, roles, staff, createdAt, revokedAt, ...validityOf(person) }
    })
  }

  /** Who is at the vault; null where there are no people. Throws 'vault/locked'. */
  whoAmI(): { readonly id: string; readonly roles: readonly Role[] } | null {
    const me = this.#holder.current().opened.person?.me
    return me ? { id: me.id, roles: me.roles } : null
  }

  /** Makes people of a vault that has none, and locks it. Only in an open vault. Throws also 'vault/weak-passphrase'. */
  async setUpPeople(first: FirstPeople): Promise<{ owner: string; custodian: string }> {
    const made = await this.#holder.write(async (session) => {
      const { master } = session.opened
      if (session.kind !== 'open' || !master)
        throw new PipelineError('app/bad-parameter', 'People are set up once, in a vault that is kept on this device.')
      return setUpPeople(session, master, first, this.#holder.options.iterations)
    })
    await this.#holder.lock()
    return made
  }

  /** Custodian. Returns the id of the new person. Throws also 'vault/weak-passphrase', 'app/bad-parameter'. */
  enrol(about: NewPerson): Promise<string> {
    const { iterations } = this.#holder.options
    return this.#gate.withPeople('enrol', {}, ({ vault, person }) =>
      enrol(vault.records, person, about, { now: vault.now(), iterations }),
    )
  }

  /** Custodian: another time for a person. Their cases follow with a rotation, or when a designer shares them again. Throws also 'vault/missing'. */
  extend(id: string, validity: Validity): Promise<void> {
    return this.#gate.withPeople('enrol', {}, async ({ vault, person }) => {
      const change = await extension(vault.records, person, id, validity, vault.now())
      vault.assertOpen()
      await vault.records.apply(change)
    })
  }

  /** Custodian, with a fresh proof: ends a person's time and gives each of their cases, and the site, other keys: in one transaction. */
  revoke(id: string, proof: Proof): Promise<void> {
    return this.#gate.withPeople('rotate', { proof }, async ({ vault, person }) => {
      const change = await revocation(vault.records, person, id, vault.now())
      vault.assertOpen()
      await vault.records.apply(change)
    })
  }

  /**
   * Custodian, with a fresh proof: a key for the safe, in the place of one of before. Returns its private half (PKCS #8), which is kept
   * nowhere. New cases and rotated ones are sealed to it too.
   */
  makeRecoveryKey(proof: Proof): Promise<Uint8Array<ArrayBuffer>> {
    return this.#gate.withPeople('rotate', { proof }, async ({ vault, person }) => {
      const { row, privateKey } = await newRecoveryKey(person)
      const { log, site } = await siteLine(vault, person, 'recovery-key', [])
      await vault.records.apply({ log, site: [...site, row] })
      return privateKey
    })
  }

  /** The recovery key that new cases are sealed to; null for none. Custodian, auditor. Throws also 'vault/tampered'. */
  safeKey(): Promise<SafeKeyFacts | null> {
    return this.#gate.look({ verb: 'readAudit' }, async ({ vault, person }) => {
      const safe = person && (await recoveryKey(vault.records, person))
      if (!person || !safe) return null
      const made = (await readSiteLog(vault.records, person.site)).findLast(({ code }) => code === 'recovery-key')
      return { fingerprint: await sha256(safe.receive), madeAt: made?.at ?? null }
    })
  }

  /** Custodian, with a fresh proof: another key of this device around every slot. */
  rotateDeviceKey(proof: Proof): Promise<void> {
    return this.#gate.withPeople('rotate', { proof }, async ({ vault, person }) => {
      const [old, deviceKey] = [await vault.records.deviceKey(), await newDeviceKey()]
      const slots = await Promise.all(
        (await vault.records.slots()).map(async (slot) => lockedToDevice(await freedFromDevice(slot, old), deviceKey)),
      )
      await vault.records.apply({ ...(await siteLine(vault, person, 'rotate-device', [])), deviceKey, slots })
    })
  }

  /** The log of this device. Auditor, custodian. */
  async deviceLog(): Promise<AuditRecord[]> {
    return this.#gate.look({ verb: 'readAudit' }, ({ vault, person }) => {
      if (!person) throw noPeople()
      return readSiteLog(vault.records, person.site)
    })
  }

  /**
   * The terms of a release that whoever is at the vault signed, or an operator or designer of it. Throws 'trace/bad-signature',
   * 'trace/bad-envelope'.
   */
  async releaseTerms(statement: Uint8Array): Promise<SignedTerms> {
    const { opened, signer } = this.#holder.current()
    const own = await signer()
    const releasing = [...(opened.person?.people.values() ?? [])].filter(({ roles }) => roles.some(mayRelease))
    const others = await Promise.all(releasing.map(async ({ sign }) => [await sha256(sign), sign] as const))
    return readReleaseTerms(statement, new Map([...others, [own.keyId, own.publicKey]]))
  }

  /** Signs for the person of this session. Only for the worker: what a page gets of it cannot sign. Throws 'vault/locked'. */
  protected signer(): Promise<Signer> {
    return this.#holder.current().signer()
  }
}

const mayRelease = (role: Role) => role === 'operator' || role === 'designer'
