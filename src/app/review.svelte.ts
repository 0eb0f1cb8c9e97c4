import type { Acknowledgement, CheckId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import type { Role } from '../core/role.ts'
import { MIN_REASON_LENGTH } from '../qa/gate.ts'
import type { Proof } from '../vault/entry.ts'
import type { KnownApproval } from '../vault/review.ts'
import { factsOf, type SendBackReason } from './approval.ts'
import type { Desk } from './desk.svelte.ts'
import { OperatorPrints } from './operator-prints.svelte.ts'
import { type ReleaseGroup, releaseGroup } from './release-part.ts'
import type { Leaving, Releasable, Released, ReviewView, Shown } from './review-view.ts'
import { saidNow, saidOf } from './said.ts'

/** The people around the open case and their words on it. What they may do is asked in the vault; here it is only shown. */
export class Review implements ReviewView {
  readonly #desk: Desk
  #waiting = $state.raw<readonly ReleaseGroup[]>([])
  released = $state.raw<readonly Released[]>([])

  readonly prints: OperatorPrints

  constructor(desk: Desk) {
    this.#desk = desk
    this.prints = new OperatorPrints(desk)
  }

  get role(): Role | null {
    const { store, people } = this.#desk
    return store && people.roleOn(store.id)
  }
  get hasPasskey() {
    const { people } = this.#desk
    return people.me !== null && people.hasPasskey(people.me.id)
  }
  get isReader() {
    return this.#desk.isReader
  }
  get standing() {
    return this.#desk.data.approvalStanding
  }
  get approval() {
    const { review, approval } = this.#desk.data
    return review.hasPeople ? review.approval : approval
  }
  get returned() {
    const { returned } = this.#desk.data.review
    return returned ? { ...returned, staff: this.#staffOf(returned.by) } : null
  }
  get mayAccept() {
    return this.#desk.data.gates === 'acceptable' || this.#desk.data.gates === 'held'
  }
  get digests() {
    return this.#desk.data.checks.map(({ meshDigest }) => meshDigest)
  }
  get accepted(): readonly Acknowledgement[] {
    return this.#desk.data.reviewed
  }
  get waiting() {
    return this.#waiting
  }

  /** What waits for who is in, once the vault is open. */
  async enter(): Promise<void> {
    this.#waiting = []
    if (this.#desk.people.me?.roles.includes('operator')) await this.#loadWaiting()
  }

  forget(): void {
    this.#waiting = []
    this.released = []
    this.prints.forget()
  }

  /** What was said of the open case. */
  async load(): Promise<void> {
    const { store, data, workers, people } = this.#desk
    if (!store || !people.me) return
    await people.refreshCases()
    const approvals = await workers.vault.call((api) => api.approvals(store.id))
    const { audit, revision } = await workers.vault.call((api) => api.openCase(store.id))
    store.revision = revision
    const digests = data.checks.map(({ meshDigest }) => meshDigest)
    const facts = factsOf(approvals, audit, digests, (id) => this.#staffOf(id))
    const last = approvals.at(-1)
    const said = facts.holds && last ? saidOf(last.said) : null
    data.reviewed = said?.acknowledgements.filter(({ role }) => role === 'reviewer') ?? []
    data.review = facts
  }

  accept(check: CheckId, reason: string): void {
    if (!this.isReader || reason.trim().length < MIN_REASON_LENGTH) return
    const others = this.#desk.data.reviewed.filter((own) => own.check !== check)
    this.#desk.data.reviewed = [...others, { check, reason: reason.trim(), role: 'reviewer' }]
  }
  withdraw(check: CheckId): void {
    this.#desk.data.reviewed = this.#desk.data.reviewed.filter((own) => own.check !== check)
  }

  async sign(shown: Shown): Promise<void> {
    const { store, data, workers } = this.#desk
    if (!store || data.gates !== 'held') return
    await this.#desk.jobs.run('approve', async () => {
      const proof = await this.#proof(shown)
      const said = await saidNow(data, store.trace)
      // Plain objects, which the interfaces of findings do not say.
      const signable = said as unknown as JsonValue
      for (const { meshDigest: digest } of said.bodies) {
        const what = { revision: store.revision, digest, said: signable }
        await workers.vault.call((api) => api.approve(store.id, what, proof))
      }
      await this.load()
    })
  }

  async sendBack(reason: SendBackReason, words: string): Promise<void> {
    const { store, workers } = this.#desk
    if (!store) return
    await this.#desk.jobs.run('send-back', async () => {
      await workers.vault.call((api) => api.sendBack(store.id, reason, words.trim()))
      await this.load()
    })
  }

  async give(person: string, role: Role): Promise<void> {
    const { store, people } = this.#desk
    if (!store) return
    await store.flush()
    if (await people.share(store.id, person, role)) await this.load()
  }

  async release(row: Releasable, shown: Shown, leaving: Leaving): Promise<void> {
    const group = this.#waiting.find((one) => one === row)
    if (!group) return
    const released = await this.#desk.jobs.run('release', async (ctx) =>
      releaseGroup(this.#desk, group, { leaving, proof: await this.#proof(shown) }, ctx),
    )
    if (released) this.released = [released, ...this.released]
    await this.#loadWaiting()
  }

  async #loadWaiting(): Promise<void> {
    const all = await this.#desk.workers.vault.call((api) => api.toRelease())
    this.#waiting = groupsOf(all, (id) => this.#staffOf(id) ?? '')
    await this.prints.load()
  }

  /** Throws 'vault/no-passkey'. */
  async #proof(shown: Shown): Promise<Proof> {
    const { people } = this.#desk
    return shown === 'passkey' ? people.askPasskey(people.me?.id ?? '') : shown
  }

  #staffOf(id: string): string | null {
    return this.#desk.people.rows.find((one) => one.id === id)?.staff ?? null
  }
}

/** The newest approval of each part, whole. */
function groupsOf(all: readonly KnownApproval[], staffOf: (id: string) => string): ReleaseGroup[] {
  const groups = new Map<string, ReleaseGroup>()
  for (const one of all) {
    const said = saidOf(one.said)
    if (!said || one.token === null) continue
    const { case: id, by, at, revision, digest, token } = one
    const key = `${id}/${said.traceId}`
    const before = groups.get(key)
    const others = before && !before.digests.includes(digest) ? before : { digests: [], tokens: [] }
    groups.set(key, {
      ...{ traceId: said.traceId, case: id, by: staffOf(by), at, revision, said },
      digests: [...others.digests, digest],
      tokens: [...others.tokens, token],
    })
  }
  return [...groups.values()].filter(({ said, digests }) => said.bodies.length === digests.length)
}
