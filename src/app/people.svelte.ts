import type * as Comlink from 'comlink'
import type { VaultApi } from '../../workers/vault.worker.ts'
import type { Role } from '../core/role.ts'
import type { Context } from '../core/stage.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { NewPerson } from '../vault/enrol.ts'
import type { ListedPasskey } from '../vault/own-keys.ts'
import { askPasskey, type PasskeyAnswer } from '../vault/passkey.io.ts'
import type { ListedPerson } from '../vault/people-vault.io.ts'
import { standing, type Validity } from '../vault/person.ts'
import { may, type Verb } from '../vault/roles.ts'
import type { FirstPeople } from '../vault/set-up.ts'
import type { CasePeople } from '../vault/share.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { PeopleView, PersonRow, Standing } from './people-view.ts'
import type { Workers } from './workers.ts'

/** How somebody stands by the clock of this computer; the vault looks at its log as well. */
export function standingOf(person: Validity & Pick<ListedPerson, 'revokedAt'>, now: Date): Standing {
  const why = standing(person, 'unlock', now, null)
  if (why === 'not-yet' || why === 'expired' || why === 'revoked') return why
  return standing(person, 'edit', now, null) === null ? 'active' : 'looking'
}

/** The people of this device, who of them is in, and what they do with each other's keys. */
export class People implements PeopleView {
  known = $state(false)
  rows = $state.raw<readonly PersonRow[]>([])
  cases = $state.raw<readonly CasePeople[]>([])
  log = $state.raw<readonly AuditRecord[] | null>(null)
  readonly #workers: Workers
  readonly #jobs: Jobs
  #in = $state<string | null>(null)
  #passkeys = $state.raw<readonly ListedPasskey[]>([])
  #onLoad: () => Promise<void> = async () => {}
  me = $derived(this.rows.find(({ id }) => id === this.#in) ?? null)

  constructor(workers: Workers, jobs: Jobs) {
    this.#workers = workers
    this.#jobs = jobs
  }

  /** What else is looked at anew whenever the device is. */
  onLoad(look: () => Promise<void>): void {
    this.#onLoad = look
  }

  /** Looks at the device anew: also when it is locked. */
  async load(): Promise<void> {
    const { vault } = this.#workers
    const listed = await vault.call((api) => api.listPeople())
    const now = new Date()
    this.rows = listed
      .map((person) => ({ ...person, standing: standingOf(person, now) }))
      .sort((a, b) => (a.staff < b.staff ? -1 : 1))
    const me = await vault.call((api) => api.whoAmI()).catch(() => null)
    this.#in = me?.id ?? null
    this.#passkeys = await vault.call((api) => api.listPasskeys())
    await this.refreshCases()
    await this.#onLoad()
    this.known = true
  }

  async refreshCases(): Promise<void> {
    this.cases = this.#in === null ? [] : await this.#workers.vault.call((api) => api.listCasePeople())
  }

  /** Nobody is in any more. */
  forget(): void {
    this.#in = null
    this.cases = []
    this.log = null
  }

  may(verb: Verb): boolean {
    return this.me === null || this.me.roles.some((role) => may(role, verb))
  }

  roleOn(caseId: string): Role | null {
    return this.peopleOn(caseId).find(({ person }) => person === this.#in)?.role ?? null
  }

  peopleOn(caseId: string): CasePeople['people'] {
    return this.cases.find(({ id }) => id === caseId)?.people ?? []
  }

  /** Whether who is in may change the case; in a vault without people its owner may. */
  mayEdit(caseId: string): boolean {
    return this.me === null || this.roleOn(caseId) === 'designer'
  }

  /** Scans of the case that Intake handed in and nobody took in. */
  waiting(caseId: string): number {
    return this.cases.find(({ id }) => id === caseId)?.waiting ?? 0
  }

  /** Whom Intake hands a scan to: designers who may work now, but who is in. */
  get designers(): readonly PersonRow[] {
    const isOther = ({ id, roles, standing }: PersonRow) =>
      id !== this.#in && standing === 'active' && roles.includes('designer')
    return this.rows.filter(isOther)
  }

  /** A passkey belongs to a name: a page that was opened by a number has none. */
  readonly canHavePasskey = typeof PublicKeyCredential !== 'undefined' && !/^[\d.]+$|^\[/.test(location.hostname)

  get ownerWithPasskey(): string | null {
    return this.rows.length === 0 ? (this.#passkeys[0]?.person ?? null) : null
  }

  hasPasskey(id: string): boolean {
    return this.#passkeysOf(id).length > 0
  }

  /** Asks this person for a passkey of theirs. Throws 'vault/no-passkey'. */
  askPasskey(id: string): Promise<PasskeyAnswer> {
    return askPasskey(this.#passkeysOf(id))
  }

  /** Makes people of a vault without; afterwards it is locked. */
  async setUp(first: FirstPeople): Promise<boolean> {
    return this.change('set-up-people', (api) => api.setUpPeople(first))
  }
  add = (about: NewPerson) => this.change('add-person', (api) => api.enrol(about))
  extend = (id: string, time: Validity) => this.change('change-time', (api) => api.extend(id, time))
  end = (id: string, passphrase: string) => this.change('end-person', (api) => api.revoke(id, { passphrase }))
  renewCase = (caseId: string, leaving: readonly string[], passphrase: string) =>
    this.change('renew-key', (api) => api.rotateCase(caseId, leaving, { passphrase }))
  renewDevice = (passphrase: string) => this.change('renew-key', (api) => api.rotateDeviceKey({ passphrase }))
  share = (caseId: string, person: string, role: Role) =>
    this.change('share-case', (api) => api.share(caseId, person, role))

  async readLog(): Promise<boolean> {
    const log = await this.#jobs.run('read-log', () => this.#workers.vault.call((api) => api.deviceLog()))
    this.log = log
    return log !== null
  }

  #passkeysOf(id: string): readonly ListedPasskey[] {
    return this.#passkeys.filter(({ person }) => person === id)
  }

  /** Does something to the device as a job, and looks at it anew; false when it was refused, and then `problem` says why. */
  async change(
    stage: string,
    work: (api: Comlink.Remote<VaultApi>, ctx: Context) => Promise<unknown>,
  ): Promise<boolean> {
    const done = await this.#jobs.run(stage, async (ctx) => {
      await this.#workers.vault.call((api) => work(api, ctx))
      await this.load()
      // What was read of it has grown by what was just done.
      if (this.log) this.log = await this.#workers.vault.call((api) => api.deviceLog())
      return true
    })
    return done ?? false
  }
}
