import type { Role } from '../core/role.ts'
import { type Approved, approve, release } from './approval.ts'
import type { AuditLine, AuditRecord, NewAsset, StoredAsset } from './case.ts'
import { caseEvidence } from './case-evidence.ts'
import { readCaseLog } from './case-log.ts'
import { commitChange, openById, readAudit as readWholeAudit } from './cases.ts'
import type { Proof } from './entry.ts'
import type { Passed } from './gatekeeper.io.ts'
import { ingest, takeIn } from './inbox.ts'
import { PeopleVault } from './people-vault.io.ts'
import type { PersonKeys } from './person-keys.ts'
import { type PrintMade, recordPrint } from './record-print.ts'
import type { CaseRow } from './records.ts'
import { recovered, recoveryKey } from './recovery.ts'
import {
  type OwnRelease,
  type ReleasedFiles,
  releaseFiles,
  releaseOwn,
  releaseRest,
  type SignedRelease,
} from './release-files.ts'
import { type ReleasedPrint, releasedPrints } from './released-prints.ts'
import { approvalsOf, type KnownApproval, sendBack } from './review.ts'
import { denied, type Verb } from './roles.ts'
import { finishRotation, rotated } from './rotate.ts'
import type { SessionHolder } from './session.io.ts'
import { type CasePeople, peopleOfCases, share } from './share.ts'
import { noPeople, siteLine, VerbGate } from './verb-gate.io.ts'
import { witness } from './witness.ts'

/** Verbs of people on one case. Each throws 'vault/denied' when the person may not, 'vault/locked', 'vault/busy', 'vault/quota'. */
export class CasePeopleVault extends PeopleVault {
  readonly #holder: SessionHolder
  readonly #gate: VerbGate

  constructor(holder: SessionHolder) {
    super(holder)
    this.#holder = holder
    this.#gate = new VerbGate(holder)
  }

  /** Designer of the case: gives a person a role on it. 'two-roles' when they had another one. */
  share(caseId: string, person: string, role: Role): Promise<void> {
    return this.#gate.onCase('edit', caseId, {}, (on) => share(on.vault, on.person, on.row, person, role))
  }

  /** Intake: stores a scan that Intake cannot read back. Returns its id in the inbox. Throws also 'vault/tampered'. */
  ingest(caseId: string, asset: NewAsset): Promise<string> {
    return this.#gate.onCase('ingest', caseId, {}, ({ vault, person, row }) => ingest(vault, person, row, asset))
  }

  /** Designer: takes what Intake stored into the case, and a waiting key into use. Returns the ids of the new assets. */
  takeIn(caseId: string): Promise<string[]> {
    return this.#gate.onCase('edit', caseId, {}, async ({ vault, person }) => {
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
    return this.#gate.pass('approve', { caseId, proof }, async ({ vault, person, row }) => {
      if (person && row) return approve(vault, person, row, what)
      await acceptAlone(vault, 'approve', caseId, what.digest)
      return ''
    })
  }

  /**
   * Operator, with a fresh proof: uses up an approval; returns the file that it is for. Without people there is no release of a case
   * under another policy than teaching ('no-reviewer'), and none is needed under that one ('app/bad-parameter').
   */
  release(caseId: string, token: string, proof: Proof | null): Promise<StoredAsset> {
    return this.#gate.pass('release', { caseId, proof }, async ({ vault, person, row }) => {
      if (person && row) return release(vault, person, row, token)
      await assertTeaching(vault, 'release', caseId)
      throw noPeople()
    })
  }

  /**
   * Operator, with a fresh proof: signs which files they wrote from what was released to them, and for which station. Statement
   * and checkpoint go along in what is sealed for it. Throws 'vault/denied' ('replayed', 'stale').
   */
  releaseFiles(caseId: string, files: ReleasedFiles, proof: Proof): Promise<SignedRelease> {
    return this.#gate.onCase('release', caseId, { proof }, (on) => releaseFiles(on.vault, on.person, on.row, files))
  }

  /** What was approved of a case. Its designer, reviewer. Empty where there are no people. */
  approvals(caseId: string): Promise<KnownApproval[]> {
    return this.#gate.look({ verb: 'open', caseId }, async ({ vault, person, row }) =>
      person && row ? approvalsOf(vault, person, row) : [],
    )
  }

  /** Operator: all approvals that wait for them, of every case they are on. */
  async toRelease(): Promise<KnownApproval[]> {
    const all = await this.#asOperator(approvalsOf)
    return all.filter(({ holds }) => holds)
  }

  /** Operator: what left as plain files, and its prints, of every case they are on; see releasedPrints. */
  releasedPrints(): Promise<ReleasedPrint[]> {
    return this.#asOperator(async (vault, person, row) =>
      releasedPrints(row.id, await readCaseLog(vault.records, person, row), vault.now().toISOString()),
    )
  }

  async #asOperator<T>(of: (vault: Passed['vault'], person: PersonKeys, row: CaseRow) => Promise<T[]>): Promise<T[]> {
    const me = this.whoAmI()?.id
    const found: T[] = []
    for (const { id, people } of await this.listCasePeople()) {
      if (!people.some(({ person, role }) => person === me && role === 'operator')) continue
      const look = { verb: 'receipt', caseId: id } as const
      found.push(
        ...(await this.#gate.look(look, async ({ vault, person, row }) =>
          person && row ? of(vault, person, row) : [],
        )),
      )
    }
    return found
  }

  /** Reviewer: gives a case back to its designer, with a reason of a closed list and their own words. */
  sendBack(caseId: string, reason: string, words: string): Promise<void> {
    return this.#gate.onCase('open', caseId, {}, (on) => sendBack(on.vault, on.person, on.row, reason, words))
  }

  /** Operator, or the owner alone: signs that released files were printed. Throws also 'vault/denied' ('replayed', 'late-release'). */
  recordPrint(caseId: string, made: PrintMade): Promise<void> {
    return this.#gate.pass('receipt', { caseId }, ({ vault, person }) => recordPrint(vault, person, caseId, made))
  }

  /** Auditor: their word under the newest checkpoint of a case, which is returned. Throws also 'vault/missing', 'vault/tampered'. */
  witness(caseId: string): Promise<string> {
    return this.#gate.onCase('witness', caseId, {}, (on) => witness(on.vault, on.person, on.row))
  }

  /**
   * Signs that files of a case may be printed, by one station or by whoever has them, and writes it down: under teaching, by its one
   * designer. Throws 'vault/denied' ('role' where there are people: their operator releases; 'no-reviewer' under another policy;
   * 'not-stated'), 'trace/bad-bundle'.
   */
  releaseTo(caseId: string, release: OwnRelease): Promise<SignedRelease> {
    return this.#gate.pass('open', { caseId }, ({ vault, person }) => {
      if (person) throw denied('release', 'role')
      return releaseOwn(vault, caseId, release)
    })
  }

  /**
   * The evidence bundle of a case, of what was signed when it happened. Designer, reviewer. `files`: in a vault of one person under
   * teaching, what left without a station and is released with it. Throws also 'vault/missing', 'vault/tampered', 'trace/clock-behind'.
   */
  evidence(caseId: string, files: OwnRelease | null): Promise<string> {
    return this.#gate.pass('open', { caseId }, async ({ vault, person }) => {
      if (!person && files) await releaseRest(vault, caseId, files)
      return caseEvidence(vault, person, caseId)
    })
  }

  /** Custodian, with a fresh proof: a new key for a case; `leaving` keep no share. Its next change by a designer is under it. */
  rotateCase(caseId: string, leaving: readonly string[], proof: Proof): Promise<void> {
    return this.#gate.onCase('rotate', caseId, { proof }, async ({ vault, person, row }) => {
      const next = await rotated(row, person, {
        leaving: new Set(leaving),
        recovery: await recoveryKey(vault.records, person),
        now: vault.now(),
      })
      await vault.records.apply({ ...(await siteLine(vault, person, 'rotate', [caseId])), cases: [next] })
    })
  }

  /**
   * Custodian, with a fresh proof and a key from the safe: gives a case to a designer. Returns whether they have all of its keys. Throws
   * also 'vault/bad-key', 'vault/other-key', 'vault/not-in-safe', 'app/bad-parameter', 'vault/tampered'.
   */
  recoverCase(caseId: string, privateKey: Uint8Array<ArrayBuffer>, designer: string, proof: Proof): Promise<boolean> {
    return this.#gate.onCase('rotate', caseId, { proof }, async ({ vault, person, row }) => {
      const { row: given, whole } = await recovered(vault.records, person, row, privateKey, designer)
      await vault.records.apply({
        ...(await siteLine(vault, person, 'recover', [caseId, designer])),
        cases: [given],
      })
      return whole
    })
  }

  /** The log of a case. Owner, or auditor of the case. Throws also 'vault/missing', 'vault/tampered'. */
  async audit(caseId: string): Promise<AuditRecord[]> {
    return this.#gate.look({ verb: 'readAudit', caseId }, ({ vault, person, row }) =>
      person && row ? readCaseLog(vault.records, person, row) : readWholeAudit(vault, caseId),
    )
  }

  /** Who is on which case: ids and roles, nothing of what is in it. Anybody who is in. */
  async listCasePeople(): Promise<CasePeople[]> {
    return peopleOfCases(this.#holder.current().records)
  }
}

/** In a vault without people its owner is designer and accepts under the teaching policy; for another one there is no reviewer. */
async function acceptAlone(session: Passed['vault'], verb: Verb, caseId: string, digest: string): Promise<void> {
  await assertTeaching(session, verb, caseId)
  const line: AuditLine = { at: session.now().toISOString(), code: verb, outcome: 'done', digests: [digest] }
  await commitChange(session, caseId, { assets: [], trace: [], audit: [line] })
}

async function assertTeaching(vault: Passed['vault'], verb: Verb, caseId: string): Promise<void> {
  const { manifest } = await openById(vault, caseId)
  if (manifest.meta.policy !== 'teaching') throw denied(verb, 'no-reviewer')
}
