import { PipelineError } from '../core/errors.ts'
import type { PolicyId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import {
  type Approval,
  type ApprovalState,
  type ApprovalWords,
  approvalState,
  approve,
  dayOf,
  type ModelDigests,
  refusalOf,
  requireApproved,
  revoke,
} from '../infer/approval.ts'
import type { ModelCard } from '../infer/card.ts'
import { checkedWeights, checkModel } from '../infer/check-weights.ts'
import { badCard, parseCard, parseCardFile } from '../infer/parse-card.ts'
import { type Approvals, approvalOf, type CardName, NO_APPROVALS, withApproval } from './approvals.ts'
import { cardDigest } from './card-digest.ts'
import { problemOf } from './jobs.svelte.ts'
import type { ShippedModel } from './listed-models.ts'
import { shippedFile, shippedModels } from './model-files.io.ts'
import type { BrokenModel, ShelfModel } from './model-view.ts'
import type { Workers } from './workers.ts'

/** What is known of a network apart from its approval. */
interface Held extends Omit<ShelfModel, 'approval' | 'refusal'> {
  /** In the vault; null for a shipped one. */
  readonly id: string | null
  readonly digests: ModelDigests
}

interface Found {
  readonly held: readonly Held[]
  readonly broken: readonly BrokenModel[]
}

const NOTHING: Found = { held: [], broken: [] }

const DAY_MS = 86_400_000
/** In whose name a session that keeps nothing approves. */
const TEACHING_SESSION = 'Teaching session'

/** The networks at hand: those shipped, and a person's own out of the open vault; and who approved which. */
export class ModelShelf {
  readonly #workers: Workers
  readonly #now: () => Date
  readonly #heldOf = new WeakMap<ShelfModel, Held>()
  #shipped: Found = NOTHING
  #own: Found = NOTHING
  #approvals: Approvals = NO_APPROVALS
  #revision = 0
  rows = $state.raw<readonly ShelfModel[]>([])
  broken = $state.raw<readonly BrokenModel[]>([])

  constructor(workers: Workers, now: () => Date = () => new Date()) {
    this.#workers = workers
    this.#now = now
  }

  /** Reads the cards that came with the app. Throws 'infer/no-file' when not even their list comes. */
  async loadShipped(): Promise<void> {
    this.#shipped = await gathered(await shippedModels(), readShipped, (model) => ({
      id: '',
      name: `${model.id} ${model.version}`,
      source: 'shipped',
    }))
    this.refresh()
  }

  /** Reads what the vault that was just opened keeps. */
  async load(): Promise<void> {
    const { revision, value } = await this.#workers.vault.call((api) => api.readSetting('approvals'))
    this.#revision = revision
    this.#approvals = value === null ? NO_APPROVALS : (value as unknown as Approvals)
    await this.#loadOwn()
  }

  /** When the vault is locked: what a person added and approved is theirs. */
  forget(): void {
    this.#revision = 0
    this.#approvals = NO_APPROVALS
    this.#own = NOTHING
    this.refresh()
  }

  /** Looks at the approvals again: time passes. */
  refresh(): void {
    this.rows = [...this.#shipped.held, ...this.#own.held].map((held) => this.#rowOf(held))
    this.broken = [...this.#shipped.broken, ...this.#own.broken]
  }

  /** Whether a network may be used, for this use of the part. */
  stateOf(row: ShelfModel, use: PolicyId | null): ApprovalState {
    return approvalState(row.approval, this.#of(row).digests, use, this.#now())
  }

  /** Throws unless it may be used, by the name of the reason: see requireApproved. */
  require(row: ShelfModel, use: PolicyId): void {
    requireApproved(row.approval, this.#of(row).digests, use, this.#now())
  }

  /**
   * The network of this id for a run, shipped or a person's own: one that may be used so, where there is. A teaching session
   * keeps no approval and is for no patient: there, to run a shipped network of which nobody has said anything approves it,
   * for teaching and for a day. Throws 'infer/no-network', and as require().
   */
  async ready(id: string, use: PolicyId): Promise<ShelfModel> {
    const all = this.rows.filter(({ card }) => card.id === id)
    const row = all.find((one) => this.stateOf(one, use) === 'approved') ?? all[0]
    if (!row) {
      throw new PipelineError(
        'infer/no-network',
        `The network ${id}, which this template needs, is not here or cannot be read. See Models, or choose a template by threshold.`,
        { id },
      )
    }
    if (use === 'teaching' && row.source === 'shipped' && row.approval === null && (await this.#isTeachingSession())) {
      const until = dayOf(new Date(this.#now().getTime() + DAY_MS))
      await this.approve(row, { who: TEACHING_SESSION, use: [use], until })
      return this.ready(id, use)
    }
    this.require(row, use)
    return row
  }

  async #isTeachingSession(): Promise<boolean> {
    return (await this.#workers.vault.call((api) => api.status())).state === 'teaching'
  }

  /**
   * Keeps a person's own network in the vault. Throws 'infer/bad-card', 'infer/changed-weights', 'infer/not-onnx' and the errors
   * of the vault; then nothing was kept.
   */
  async add(json: unknown, weights: Uint8Array): Promise<void> {
    const card = parseCard(json)
    if (this.rows.some((row) => isSame(row.card, card)))
      throw badCard({ field: 'version', wants: 'a number that no network of this id has here' })
    await checkModel(card, weights)
    await this.#workers.vault.call((api) => api.addModel(card as unknown as JsonValue, weights))
    await this.#loadOwn()
  }

  /** Takes an own network out of the vault. Its approval stays on record. */
  async remove(row: ShelfModel): Promise<void> {
    const { id } = this.#of(row)
    if (id === null) throw new PipelineError('app/bad-parameter', 'A network that came with the app cannot be removed.')
    await this.removeBroken(id)
  }

  /** As remove, for one that cannot be read. */
  async removeBroken(id: string): Promise<void> {
    await this.#workers.vault.call((api) => api.removeModel(id))
    await this.#loadOwn()
  }

  /** Throws 'app/bad-parameter' and the errors of the vault. */
  async approve(row: ShelfModel, words: ApprovalWords): Promise<void> {
    await this.#write(row.card, approve(this.#of(row).digests, words, this.#now()))
  }

  /** Throws 'app/bad-parameter' and the errors of the vault. */
  async revoke(row: ShelfModel, reason: string): Promise<void> {
    if (row.approval) await this.#write(row.card, revoke(row.approval, reason, this.#now()))
  }

  async #write(card: CardName, approval: Approval): Promise<void> {
    const kept = withApproval(this.#approvals, card, approval)
    const setting = { revision: this.#revision, value: kept as unknown as JsonValue }
    await this.#workers.vault.call((api) => api.writeSetting('approvals', setting))
    this.#revision++
    this.#approvals = kept
    this.refresh()
  }

  async #loadOwn(): Promise<void> {
    const kept = await this.#workers.vault.call((api) => api.listModels())
    this.#own = await gathered(
      kept,
      ({ id, about }) => this.#readOwn(id, about),
      ({ id }) => ({ id, name: '', source: 'own' }),
    )
    this.refresh()
  }

  async #readOwn(id: string, about: JsonValue): Promise<Held> {
    if (about === null)
      throw new PipelineError('vault/tampered', 'A network in the vault was changed and does not open. Remove it.')
    const card = parseCard(about)
    const read = () => this.#workers.vault.call((api) => api.readModel(id))
    return {
      id,
      card,
      source: 'own',
      digests: await digestsOf(card),
      weights: async () => checkedWeights(card, await read()),
      selfTestInput: async () => null,
    }
  }

  #of(row: ShelfModel): Held {
    const held = this.#heldOf.get(row)
    if (!held) throw new PipelineError('vault/missing', 'That network is no longer here. Choose another.')
    return held
  }

  #rowOf(held: Held): ShelfModel {
    const { card, source, weights, selfTestInput } = held
    const approval = approvalOf(this.#approvals, card)
    const refusal = refusalOf(approvalState(approval, held.digests, null, this.#now()))
    const row = { card, source, approval, refusal, weights, selfTestInput }
    this.#heldOf.set(row, held)
    return row
  }
}

const isSame = (a: CardName, b: CardName) => a.id === b.id && a.version === b.version

const digestsOf = async (card: ModelCard): Promise<ModelDigests> => ({
  weightsSha256: card.weights.sha256,
  cardSha256: await cardDigest(card),
})

async function readShipped(model: ShippedModel): Promise<Held> {
  const card = parseCardFile(await shippedFile(model, 'card.json'))
  if (!isSame(card, model)) throw badCard({ field: 'version', wants: `${model.version}, as the list says` })
  return {
    id: null,
    card,
    source: 'shipped',
    digests: await digestsOf(card),
    weights: async () => checkedWeights(card, await shippedFile(model, 'model.onnx')),
    selfTestInput: () => shippedFile(model, 'self-test.bin'),
  }
}

/** Reads each; one that cannot be read is listed as such and hides no other. */
async function gathered<T>(
  all: readonly T[],
  read: (one: T) => Promise<Held>,
  name: (one: T) => Omit<BrokenModel, 'problem'>,
): Promise<Found> {
  const held: Held[] = []
  const broken: BrokenModel[] = []
  for (const one of all) {
    await read(one).then(
      (fine) => held.push(fine),
      (error: unknown) => broken.push({ ...name(one), problem: problemOf(error) }),
    )
  }
  return { held, broken }
}
