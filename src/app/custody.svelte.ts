import * as Comlink from 'comlink'
import type { VaultApi } from '../../workers/vault.worker.ts'
import type { Role } from '../core/role.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { DueCase } from '../vault/due.ts'
import { newestCheckpoint } from '../vault/log-checkpoints.ts'
import { may } from '../vault/roles.ts'
import type { ShredRequest } from '../vault/shred.ts'
import type { CaseLogView, CustodyView } from './custody-view.ts'
import { download } from './download.io.ts'
import type { Jobs } from './jobs.svelte.ts'
import { type LogFormat, logCsv, logJson } from './log-file.ts'
import type { People } from './people.svelte.ts'
import { SafeKey } from './safe-key.svelte.ts'
import type { Workers } from './workers.ts'

/** Roles whose share opens the log of a case, and who look at it. */
const READERS: readonly (Role | null)[] = ['auditor', 'designer', 'reviewer']

/** A custodian's work on roles, on the keys and the end of cases, and the log of one case. */
export class Custody implements CustodyView {
  due = $state.raw<readonly DueCase[]>([])
  requests = $state.raw<readonly ShredRequest[]>([])
  log = $state.raw<CaseLogView | null>(null)
  readonly safe: SafeKey
  readonly #workers: Workers
  readonly #jobs: Jobs
  readonly #people: People

  constructor(workers: Workers, jobs: Jobs, people: People) {
    this.#workers = workers
    this.#jobs = jobs
    this.#people = people
    this.safe = new SafeKey(workers, jobs, people)
    people.onLoad(() => this.load())
  }

  /** What waits for a custodian who is in; for others there is nothing. Whose time is over is not asked for it: they would be refused. */
  async load(): Promise<void> {
    const { me } = this.#people
    const isCustodian = me?.standing === 'active' && me.roles.some((role) => may(role, 'shred'))
    this.due = isCustodian ? await this.#workers.vault.call((api) => api.casesDue()) : []
    this.requests = isCustodian ? await this.#workers.vault.call((api) => api.shredRequests()) : []
  }

  mayReadLog(caseId: string): boolean {
    return READERS.includes(this.#people.roleOn(caseId))
  }

  changeRoles = (id: string, roles: readonly Role[], passphrase: string) =>
    this.#people.change('change-roles', (api) => api.changeRoles(id, roles, { passphrase }))
  shred = (caseId: string, passphrase: string) =>
    this.#people.change('shred-case', (api) => api.shred(caseId, { passphrase }))
  takeBackShred = (caseId: string) => this.#people.change('keep-case', (api) => api.takeBackShred(caseId))

  async renewDue(passphrase: string): Promise<boolean> {
    const ids = this.due.flatMap(({ id, blocked }) => (blocked === null ? [id] : []))
    return this.#people.change('renew-keys', async (api, { signal, progress }) => {
      const onRenewed = Comlink.proxy((done: number) => {
        progress(done / ids.length)
        return !signal.aborted
      })
      await api.renewCases(ids, { passphrase }, onRenewed)
    })
  }

  mayWitness(caseId: string): boolean {
    return this.#people.roleOn(caseId) === 'auditor'
  }

  async readLog(caseId: string): Promise<boolean> {
    const log = await this.#jobs.run('read-log', () =>
      this.#workers.vault.call((api) => logOf(api, caseId, this.mayWitness(caseId))),
    )
    this.log = log
    return log !== null
  }

  async witness(caseId: string): Promise<boolean> {
    return this.#people.change('witness-log', async (api) => {
      await api.witness(caseId)
      if (this.log?.id === caseId) this.log = await logOf(api, caseId, true)
    })
  }

  leaveLog(): void {
    this.log = null
  }

  saveLog(lines: readonly AuditRecord[], format: LogFormat): void {
    const { log } = this
    if (!log) return
    const staffOf = (id: string | undefined) => this.#people.rows.find((row) => row.id === id)?.staff ?? ''
    const text = format === 'csv' ? logCsv(lines, staffOf) : logJson(log.id, lines, staffOf)
    const type = format === 'csv' ? 'text/csv' : 'application/json'
    download(`case-log-${log.id.slice(0, 8)}.${format}`, new Blob([text]), type)
  }

  saveCheckpoint(): void {
    const { id, checkpoint } = this.log ?? {}
    if (id && checkpoint) download(`checkpoint-${id.slice(0, 8)}.txt`, new Blob([checkpoint.note]), 'text/plain')
  }

  /** Nobody is in any more. */
  forget(): void {
    this.due = []
    this.requests = []
    this.log = null
    this.safe.forget()
  }
}

/** An auditor has no key to the rest of a case. Throws also 'trace/bad-note'. */
async function logOf(api: Comlink.Remote<VaultApi>, id: string, isAuditor: boolean): Promise<CaseLogView> {
  const lines = isAuditor ? await api.audit(id) : (await api.openCase(id)).audit
  return { id, lines, checkpoint: newestCheckpoint(lines) }
}
