import { PipelineError } from '../core/errors.ts'
import type { Role } from '../core/role.ts'
import type { Signer } from '../core/signer.ts'
import { type Approved, addLine, approve, release } from './approval.ts'
import type { AuditLine, AuditRecord, NewAsset, StoredAsset } from './case.ts'
import { readCaseLog } from './case-log.ts'
import { commitChange, openById, readAudit as readWholeAudit } from './cases.ts'
import { freedFromDevice, lockedToDevice, newDeviceKey } from './device-key.ts'
import { enrol, extension, type NewPerson, revocation } from './enrol.ts'
import type { Proof } from './entry.ts'
import { Gatekeeper, type Passed } from './gatekeeper.io.ts'
import { ingest, takeIn } from './inbox.ts'
import { type Person, type Validity, validityOf } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { newRecoveryKey, recovered, recoveryKey } from './recovery.ts'
import { approvalsOf, type KnownApproval, sendBack } from './review.ts'
import { denied, type Verb } from './roles.ts'
import { casesOf, finishRotation, rotated } from './rotate.ts'
import type { Session, SessionHolder } from './session.io.ts'
import { importSignPair, signerOf, signPairOf } from './session-signer.ts'
import { type FirstPeople, setUpPeople } from './set-up.ts'
import { type CasePeople, peopleOfCases, share } from './share.ts'
import { shred } from './shred.ts'
import { readSiteLog, siteLines } from './site.ts'

/** A person as the screen shows them, for example "Staff 0142". */
export type ListedPerson = Omit<Person, 'receive' | 'sign' | 'signature' | 'by'>

interface WithPeople extends Passed {
  readonly person: PersonKeys
}

interface OnCase extends WithPeople {
  readonly row: CaseRow
}

const lineOf = ({ vault }: Passed, code: string, digests: readonly string[]) => ({
  at: vault.now().toISOString(),
  code,
  digests,
})

const noPeople = () =>
  new PipelineError('app/bad-parameter', 'There are no people on this device yet. Set them up first.')

/** Verbs of people, roles and keys. Each throws 'vault/denied' when the person may not, 'vault/locked', 'vault/busy', 'vault/quota'. */
export class PeopleVault {
  readonly #holder: SessionHolder
  readonly #gate: Gatekeeper
  #signer: { readonly of: Session; readonly signer: Promise<Signer> } | null = null

  constructor(holder: SessionHolder) {
    this.#holder = holder
    this.#gate = new Gatekeeper(holder)
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
    return this.#withPeople('enrol', {}, ({ vault, person }) =>
      enrol(vault.records, person, about, { now: vault.now(), iterations }),
    )
  }

  /** Custodian: another time for a person. Their cases follow with a rotation, or when a designer shares them again. Throws also 'vault/missing'. */
  extend(id: string, validity: Validity): Promise<void> {
    return this.#withPeople('enrol', {}, async ({ vault, person }) => {
      const change = await extension(vault.records, person, id, validity, vault.now())
      vault.assertOpen()
      await vault.records.apply(change)
    })
  }

  /** Custodian, with a fresh proof: ends a person's time and gives each of their cases a new key, in one transaction. */
  revoke(id: string, proof: Proof): Promise<void> {
    return this.#withPeople('rotate', { proof }, async ({ vault, person }) => {
      const change = await revocation(vault.records, person, id, vault.now())
      const cases: CaseRow[] = []
      for (const row of casesOf(await vault.records.cases(), id))
        cases.push(await rotated(row, person, new Set([id]), await recoveryKey(vault.records, person)))
      vault.assertOpen()
      await vault.records.apply({ ...change, cases })
    })
  }

  /** Custodian, with a fresh proof: a new key for a case; `leaving` keep no share. Its next change by a designer is under it. */
  rotateCase(caseId: string, leaving: readonly string[], proof: Proof): Promise<void> {
    return this.#onCase('rotate', caseId, { proof }, async ({ vault, person, row }) => {
      const next = await rotated(row, person, new Set(leaving), await recoveryKey(vault.records, person))
      await vault.records.apply({ ...(await this.#siteLine(vault, person, 'rotate', [caseId])), cases: [next] })
    })
  }

  /**
   * Custodian, with a fresh proof: a key for the safe, in the place of one of before. Returns its private half (PKCS #8), which is kept
   * nowhere. New cases and rotated ones are sealed to it too.
   */
  makeRecoveryKey(proof: Proof): Promise<Uint8Array<ArrayBuffer>> {
    return this.#withPeople('rotate', { proof }, async ({ vault, person }) => {
      const { row, privateKey } = await newRecoveryKey(person)
      const { log, site } = await this.#siteLine(vault, person, 'recovery-key', [])
      await vault.records.apply({ log, site: [...site, row] })
      return privateKey
    })
  }

  /** Custodian, with a fresh proof and the key from the safe: gives a case to a designer. Throws also 'vault/missing', 'vault/tampered'. */
  recoverCase(caseId: string, privateKey: Uint8Array<ArrayBuffer>, designer: string, proof: Proof): Promise<void> {
    return this.#onCase('rotate', caseId, { proof }, async ({ vault, person, row }) => {
      const given = await recovered(vault.records, person, row, privateKey, designer)
      await vault.records.apply({
        ...(await this.#siteLine(vault, person, 'recover', [caseId, designer])),
        cases: [given],
      })
    })
  }

  /** Custodian, with a fresh proof: another key of this device around every slot. */
  rotateDeviceKey(proof: Proof): Promise<void> {
    return this.#withPeople('rotate', { proof }, async ({ vault, person }) => {
      const [old, deviceKey] = [await vault.records.deviceKey(), await newDeviceKey()]
      const slots = await Promise.all(
        (await vault.records.slots()).map(async (slot) => lockedToDevice(await freedFromDevice(slot, old), deviceKey)),
      )
      await vault.records.apply({ ...(await this.#siteLine(vault, person, 'rotate-device', [])), deviceKey, slots })
    })
  }

  /**
   * The whole vault as a file, sealed with a passphrase of its own. Where there are people the custodian's, with a fresh proof; none
   * of a teaching session. Throws also 'vault/weak-passphrase'.
   */
  backup(passphrase: string, proof: Proof | null): Promise<Blob> {
    return this.#pass('rotate', { proof }, async ({ vault, person }) => {
      if (this.#holder.kind === 'teaching')
        throw new PipelineError('app/bad-parameter', 'A teaching session keeps nothing, so it has no backup.')
      if (person) await vault.records.apply(await this.#siteLine(vault, person, 'backup', []))
      return this.#holder.store.backup(passphrase, this.#holder.options.iterations)
    })
  }

  /** Custodian, with a fresh proof: 'asked' when a second custodian has to do the same within a week. Cannot be undone. */
  shred(caseId: string, proof: Proof): Promise<'asked' | 'done'> {
    return this.#onCase('shred', caseId, { proof }, ({ vault, person, row }) => shred(vault, person, row))
  }

  /** Designer of the case: gives a person a role on it. 'two-roles' when they had another one. */
  share(caseId: string, person: string, role: Role): Promise<void> {
    return this.#onCase('edit', caseId, {}, (on) => share(on.vault, on.person, on.row, person, role))
  }

  /** Intake: stores a scan that Intake cannot read back. Returns its id in the inbox. Throws also 'vault/tampered'. */
  ingest(caseId: string, asset: NewAsset): Promise<string> {
    return this.#onCase('ingest', caseId, {}, ({ vault, person, row }) => ingest(vault, person, row, asset))
  }

  /** Designer: takes what Intake stored into the case, and a waiting key into use. Returns the ids of the new assets. */
  takeIn(caseId: string): Promise<string[]> {
    return this.#onCase('edit', caseId, {}, async ({ vault, person }) => {
      const ids = await takeIn(vault, person, caseId)
      await finishRotation(vault, caseId)
      return ids
    })
  }

  /**
   * Reviewer, with a fresh proof: approves one file of a case as it is. Returns the token that releases it once within 30 days. In a
   * vault without people its owner accepts under the teaching policy, and the token is empty.
   */
  approve(caseId: string, what: Approved, proof: Proof | null): Promise<string> {
    return this.#pass('approve', { caseId, proof }, async ({ vault, person, row }) => {
      if (person && row) return approve(vault, person, row, what)
      await this.#alone(vault, 'approve', caseId, what.digest)
      return ''
    })
  }

  /**
   * Operator, with a fresh proof: uses up an approval; returns the file that it is for. Without people there is no release of a case
   * under another policy than teaching ('no-reviewer'), and none is needed under that one ('app/bad-parameter').
   */
  release(caseId: string, token: string, proof: Proof | null): Promise<StoredAsset> {
    return this.#pass('release', { caseId, proof }, async ({ vault, person, row }) => {
      if (person && row) return release(vault, person, row, token)
      await assertTeaching(vault, 'release', caseId)
      throw noPeople()
    })
  }

  /** What was approved of a case. Its designer, reviewer. Empty where there are no people. */
  approvals(caseId: string): Promise<KnownApproval[]> {
    return this.#gate.look({ verb: 'open', caseId }, async ({ vault, person, row }) =>
      person && row ? approvalsOf(vault, person, row) : [],
    )
  }

  /** Operator: all approvals that wait for them, of every case they are on. */
  async toRelease(): Promise<KnownApproval[]> {
    const me = this.whoAmI()?.id
    const found: KnownApproval[] = []
    for (const { id, people } of await this.listCasePeople()) {
      if (!people.some(({ person, role }) => person === me && role === 'operator')) continue
      const look = { verb: 'receipt', caseId: id } as const
      const all = await this.#gate.look(look, async ({ vault, person, row }) =>
        person && row ? approvalsOf(vault, person, row) : [],
      )
      found.push(...all.filter(({ holds }) => holds))
    }
    return found
  }

  /** Reviewer: gives a case back to its designer, with a reason of a closed list and their own words. */
  sendBack(caseId: string, reason: string, words: string): Promise<void> {
    return this.#onCase('open', caseId, {}, (on) => sendBack(on.vault, on.person, on.row, reason, words))
  }

  /** Operator: a line on what was printed. */
  receipt(caseId: string, digests: readonly string[]): Promise<void> {
    return this.#onCase('receipt', caseId, {}, (on) =>
      addLine(on.vault, on.person, on.row, lineOf(on, 'receipt', digests)),
    )
  }

  /** Auditor: a line on what was witnessed. */
  witness(caseId: string, digests: readonly string[]): Promise<void> {
    return this.#onCase('witness', caseId, {}, (on) =>
      addLine(on.vault, on.person, on.row, lineOf(on, 'witness', digests)),
    )
  }

  /** The log of a case. Owner, or auditor of the case. Throws also 'vault/missing', 'vault/tampered'. */
  async audit(caseId: string): Promise<AuditRecord[]> {
    return this.#gate.look({ verb: 'readAudit', caseId }, ({ vault, person, row }) =>
      person && row ? readCaseLog(vault.records, person, row) : readWholeAudit(vault, caseId),
    )
  }

  /** The log of this device. Auditor, custodian. */
  async deviceLog(): Promise<AuditRecord[]> {
    return this.#gate.look({ verb: 'readAudit' }, ({ vault, person }) => {
      if (!person) throw noPeople()
      return readSiteLog(vault.records, person.site)
    })
  }

  /** Who is on which case: ids and roles, nothing of what is in it. Anybody who is in. */
  async listCasePeople(): Promise<CasePeople[]> {
    return peopleOfCases(this.#holder.current().records)
  }

  /** Signs for the person of this session. Only for the worker: what a page gets of it cannot sign. Throws 'vault/locked'. */
  protected signer(): Promise<Signer> {
    const session = this.#holder.current()
    if (this.#signer?.of !== session) this.#signer = { of: session, signer: newSigner(session) }
    return this.#signer.signer
  }

  /** In a vault without people its owner is designer and accepts under the teaching policy; for another one there is no reviewer. */
  async #alone(session: Passed['vault'], verb: Verb, caseId: string, digest: string): Promise<void> {
    await assertTeaching(session, verb, caseId)
    const line: AuditLine = { at: session.now().toISOString(), code: verb, outcome: 'done', digests: [digest] }
    await commitChange(session, caseId, { assets: [], trace: [], audit: [line] })
  }

  async #siteLine(vault: Passed['vault'], person: PersonKeys, code: string, digests: readonly string[]) {
    const line: AuditLine = { at: vault.now().toISOString(), code, outcome: 'done', digests, ...vault.keys.who }
    const lines = await siteLines(vault.records, person.site, [line], [...person.people.values()])
    vault.assertOpen()
    return lines
  }

  #pass<T>(verb: Verb, ask: { caseId?: string; proof?: Proof | null }, work: (passed: Passed) => Promise<T>) {
    const { caseId, proof } = ask
    const asked = { verb, proof: proof ?? undefined, ...(caseId === undefined ? {} : { caseId }) }
    return this.#holder.write((session) => this.#gate.through(session, asked, work))
  }

  #withPeople<T>(verb: Verb, ask: { caseId?: string; proof?: Proof }, work: (passed: WithPeople) => Promise<T>) {
    return this.#pass(verb, ask, async ({ person, ...passed }) => {
      if (!person) throw noPeople()
      return work({ ...passed, person })
    })
  }

  #onCase<T>(verb: Verb, caseId: string, ask: { proof?: Proof }, work: (passed: OnCase) => Promise<T>) {
    return this.#withPeople(verb, { ...ask, caseId }, async ({ row, ...passed }) => {
      if (!row) throw noPeople()
      return work({ ...passed, row })
    })
  }
}

async function assertTeaching(vault: Passed['vault'], verb: Verb, caseId: string): Promise<void> {
  const { manifest } = await openById(vault, caseId)
  if (manifest.meta.policy !== 'teaching') throw denied(verb, 'no-reviewer')
}

async function newSigner(session: Session): Promise<Signer> {
  const { opened, records, kind, assertOpen } = session
  if (opened.person) return signerOf(opened.person.signPair, opened.strength, assertOpen)
  const pair = await importSignPair(await signPairOf(records, opened.master))
  return signerOf(pair, kind === 'teaching' ? 'memory' : 'passphrase', assertOpen)
}
