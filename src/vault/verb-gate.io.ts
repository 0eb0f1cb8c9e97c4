import { PipelineError } from '../core/errors.ts'
import type { AuditLine } from './case.ts'
import type { Proof } from './entry.ts'
import { Gatekeeper, type Passed } from './gatekeeper.io.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import type { Verb } from './roles.ts'
import type { SessionHolder } from './session.io.ts'
import { siteLines } from './site.ts'

export interface WithPeople extends Passed {
  readonly person: PersonKeys
}

export interface OnCase extends WithPeople {
  readonly row: CaseRow
}

export const noPeople = () =>
  new PipelineError('app/bad-parameter', 'There are no people on this device yet. Set them up first.')

/** A change of the log of this device: one line more, in the name of the person of the session. */
export async function siteLine(vault: Passed['vault'], person: PersonKeys, code: string, digests: readonly string[]) {
  const line: AuditLine = { at: vault.now().toISOString(), code, outcome: 'done', digests, ...vault.keys.who }
  const lines = await siteLines(vault.records, person.site, [line], [...person.people.values()])
  vault.assertOpen()
  return lines
}

/**
 * The gate of a verb that writes, with what it needs: people, or a case too. A verb's object keeps it private: a page may call what a
 * vault's object has, but never this.
 */
export class VerbGate {
  readonly #holder: SessionHolder
  readonly #gate: Gatekeeper

  constructor(holder: SessionHolder) {
    this.#holder = holder
    this.#gate = new Gatekeeper(holder)
  }

  /** As Gatekeeper.look. */
  look: Gatekeeper['look'] = (ask, work) => this.#gate.look(ask, work)

  /** As Gatekeeper.shared. */
  shared: Gatekeeper['shared'] = (work) => this.#gate.shared(work)

  /** Within a write, when the person may. Throws 'vault/denied', 'vault/missing', 'vault/wrong-passphrase'. */
  pass<T>(verb: Verb, ask: { caseId?: string; proof?: Proof | null }, work: (passed: Passed) => Promise<T>) {
    const { caseId, proof } = ask
    const asked = { verb, proof: proof ?? undefined, ...(caseId === undefined ? {} : { caseId }) }
    return this.#holder.write((session) => this.#gate.through(session, asked, work))
  }

  /** Throws also 'app/bad-parameter' where there are no people. */
  withPeople<T>(verb: Verb, ask: { caseId?: string; proof?: Proof }, work: (passed: WithPeople) => Promise<T>) {
    return this.pass(verb, ask, async ({ person, ...passed }) => {
      if (!person) throw noPeople()
      return work({ ...passed, person })
    })
  }

  /** Throws also 'app/bad-parameter' where there are no people. */
  onCase<T>(verb: Verb, caseId: string, ask: { proof?: Proof }, work: (passed: OnCase) => Promise<T>) {
    return this.withPeople(verb, { ...ask, caseId }, async ({ row, ...passed }) => {
      if (!row) throw noPeople()
      return work({ ...passed, row })
    })
  }
}
