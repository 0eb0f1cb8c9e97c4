import type { Role } from '../core/role.ts'
import { CasePeopleVault } from './case-people-vault.io.ts'
import { casesDue, type DueCase, type OnRenewed, renewCases } from './due.ts'
import type { Proof } from './entry.ts'
import { otherRoles } from './person-change.ts'
import { casesForKey, type SafeCase } from './safe-cases.ts'
import type { SessionHolder } from './session.io.ts'
import { type ShredRequest, shred, shredRequests, takenBack } from './shred.ts'
import { VerbGate } from './verb-gate.io.ts'

/** Verbs of a custodian on roles, on all keys of cases, and on their end. Each throws 'vault/denied', 'vault/locked', 'vault/busy', 'vault/quota'. */
export class CustodyVault extends CasePeopleVault {
  readonly #gate: VerbGate

  constructor(holder: SessionHolder) {
    super(holder)
    this.#gate = new VerbGate(holder)
  }

  /**
   * Custodian, with a fresh proof: other roles for a person. Cases they are on in a role that is taken get another key without them, in the
   * same transaction. Throws also 'vault/missing', 'app/bad-parameter'.
   */
  changeRoles(id: string, roles: readonly Role[], proof: Proof): Promise<void> {
    return this.#gate.withPeople('rotate', { proof }, async ({ vault, person }) => {
      const change = await otherRoles(vault.records, person, id, roles, vault.now())
      vault.assertOpen()
      await vault.records.apply(change)
    })
  }

  /** Custodian: the cases whose key is to be renewed. */
  casesDue(): Promise<DueCase[]> {
    return this.#gate.look({ verb: 'enrol' }, async ({ vault, person }) =>
      person ? casesDue(vault.records, person, vault.now()) : [],
    )
  }

  /** Custodian: what the key of the safe with this fingerprint can recover, and why not the others. */
  casesForKey(fingerprint: string): Promise<SafeCase[]> {
    return this.#gate.look({ verb: 'enrol' }, async ({ vault, person }) =>
      person ? casesForKey(vault.records, person, fingerprint) : [],
    )
  }

  /** Custodian, with one fresh proof: a new key for each of these cases, one after the other; see renewCases. Returns those renewed. */
  renewCases(ids: readonly string[], proof: Proof, onRenewed: OnRenewed): Promise<string[]> {
    return this.#gate.withPeople('rotate', { proof }, ({ vault, person }) => renewCases(vault, person, ids, onRenewed))
  }

  /** Custodian, with a fresh proof: 'asked' when a second custodian has to do the same within a week. Cannot be undone. */
  shred(caseId: string, proof: Proof): Promise<'asked' | 'done'> {
    return this.#gate.onCase('shred', caseId, { proof }, ({ vault, person, row }) => shred(vault, person, row))
  }

  /** Custodian: cases that a custodian asked to shred, and that wait for another one. */
  shredRequests(): Promise<ShredRequest[]> {
    return this.#gate.look({ verb: 'enrol' }, async ({ vault, person }) => (person ? shredRequests(vault, person) : []))
  }

  /** Custodian: whoever asked to shred a case, it is not wanted any more. Throws also 'vault/missing'. */
  takeBackShred(caseId: string): Promise<void> {
    return this.#gate.withPeople('enrol', {}, async ({ vault, person }) => {
      const change = await takenBack(vault, person, caseId)
      vault.assertOpen()
      await vault.records.apply(change)
    })
  }
}
