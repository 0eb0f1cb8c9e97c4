import { isAbort, PipelineError } from '../core/errors.ts'
import { digestVolume, type Taken } from '../core/hash.ts'
import { emptyMask } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import type { TraceEntry } from '../trace/chain.ts'
import { replayPlan } from '../trace/replay-plan.ts'
import type { NotReplayed, ReplayedStep } from '../trace/replay-result.ts'
import { maskDigest, noteDigest } from './digests.ts'
import { type Made, NotReplayable, type ReplayAt, type Replayer, type ReplayKept } from './replay-at.ts'
import { MASK_REPLAYERS } from './replay-masks.ts'
import { MESH_REPLAYERS } from './replay-meshes.ts'
import { differenceOf, madeKind, type ReplayValue } from './replay-values.ts'
import type { Params } from './templates.ts'
import type { Workers } from './workers.ts'

export interface ReplayOrder {
  readonly trace: readonly TraceEntry[]
  /** Digests that the steps shall lead to. */
  readonly outputs: readonly string[]
  /** The scan as it is stored, and the digest that the trace knows it by. */
  readonly scan: { readonly volume: Volume; readonly digest: string; readonly taken: Taken }
  readonly kept: ReplayKept
  /** Told before each step. */
  readonly onStep: (stage: string, n: number, of: number) => void
}

const REPLAYERS: Readonly<Record<string, Replayer>> = { ...MASK_REPLAYERS, ...MESH_REPLAYERS }

/** What is not known of a step before it ran. */
const NOTHING = { digest: null, backend: null, adapter: null, reason: null, failed: null, difference: null }

/**
 * Runs the steps that lead to these outputs again, from the stored scan and with the recorded parameters, and compares each
 * result with the recorded one. Writes nothing. A step that cannot be run again is listed with the reason; where what it made is
 * still kept, the later ones go on from that. What a step fails with is a difference, unless it was cancelled.
 */
export async function replay(workers: Workers, order: ReplayOrder, ctx: Context): Promise<readonly ReplayedStep[]> {
  const plan = replayPlan(order.trace, order.scan.digest, order.outputs)
  const run = new Replay(workers, order)
  await run.begin()
  for (const [n, entry] of plan.entries()) {
    ctx.signal.throwIfAborted()
    order.onStep(entry.stage, n + 1, plan.length)
    const share = subContext(ctx, n / plan.length, (n + 1) / plan.length)
    await run.step(entry, share)
    run.forget(plan.slice(n + 1))
    share.progress(1)
  }
  return withLast(run.steps, plan)
}

/** One run, and what it has made so far. */
class Replay {
  readonly steps: ReplayedStep[] = []
  readonly #workers: Workers
  readonly #order: ReplayOrder
  /** By the digest that the trace knows it by. */
  readonly #values = new Map<string, ReplayValue>()
  readonly #scans: Volume[] = []

  constructor(workers: Workers, order: ReplayOrder) {
    this.#workers = workers
    this.#order = order
  }

  /** A label begins empty, without a step. */
  async begin(): Promise<void> {
    const empty = emptyMask(this.#order.scan.volume.grid)
    this.#values.set(await maskDigest(empty), { kind: 'mask', value: empty })
  }

  async step(entry: TraceEntry, ctx: Context): Promise<void> {
    try {
      const made =
        entry.outputDigest === this.#order.scan.digest ? await this.#scan(entry) : await this.#run(entry, ctx)
      await this.#compare(entry, made, ctx)
    } catch (error) {
      if (isAbort(error) || ctx.signal.aborted) throw error
      await this.#missed(entry, error)
    }
  }

  /** Gives up what no later step takes. */
  forget(later: readonly TraceEntry[]): void {
    const wanted = new Set([...later.flatMap(({ inputDigests }) => inputDigests), ...this.#order.outputs])
    const isReleasing = later.some(({ stage }) => stage === 'export')
    for (const [digest, { kind }] of this.#values) {
      const isExported = isReleasing && (kind === 'mesh' || kind === 'check')
      if (!wanted.has(digest) && kind !== 'mask' && !isExported) this.#values.delete(digest)
    }
  }

  /** The scan is not made again: it is what is stored, hashed anew. */
  async #scan({ backend, adapter }: TraceEntry): Promise<Made> {
    const { volume, taken, digest: recorded } = this.#order.scan
    const digest = await digestVolume(volume, taken)
    // Known on by the digest that its bytes really have.
    noteDigest(volume, digest, digest === recorded ? taken : 'pieces')
    this.#scans.push(volume)
    return { value: { kind: 'volume', value: volume }, digest, backend, adapter }
  }

  async #run(entry: TraceEntry, ctx: Context): Promise<Made> {
    const replayer = REPLAYERS[entry.stage]
    if (!replayer) throw new NotReplayable('unknown-step')
    const inputs: ReplayValue[] = []
    for (const digest of entry.inputDigests) {
      // A run of a network names its weights among what it took.
      if (digest === weightsOf(entry)) continue
      inputs.push(await this.#input(digest, entry))
    }
    const at: ReplayAt = {
      ...{ entry, inputs, ctx, params: entry.params as Params, workers: this.#workers, kept: this.#order.kept },
      known: (digest) => this.#values.get(digest),
      scans: () => this.#scans,
    }
    const made = await replayer(at)
    if (made.value.kind === 'volume') this.#scans.push(made.value.value)
    return made
  }

  /** As it was made now, else as it is kept: then how it came about is not explained, and that is listed. */
  async #input(digest: string, { seq, backend }: TraceEntry): Promise<ReplayValue> {
    const known = this.#values.get(digest)
    if (known) return known
    const kept = await this.#order.kept.value(digest)
    if (!kept) throw new NotReplayable('input-not-kept')
    this.#values.set(digest, kept)
    this.steps.push({
      ...{ ...NOTHING, seq, stage: 'kept', made: madeKind(kept), isLast: false, outcome: 'not-replayed' },
      ...{ recorded: digest, recordedBackend: backend, reason: 'not-explained' },
    })
    return kept
  }

  async #compare(entry: TraceEntry, { value, digest, backend, adapter }: Made, ctx: Context): Promise<void> {
    const isEqual = digest === entry.outputDigest
    const recorded = isEqual ? null : await this.#order.kept.value(entry.outputDigest)
    const difference = recorded && (await differenceOf(this.#workers, value, recorded, ctx))
    this.#values.set(entry.outputDigest, value)
    if (value.kind === 'masks') {
      for (const mask of value.value) this.#values.set(await maskDigest(mask), { kind: 'mask', value: mask })
    }
    this.steps.push({
      ...{ ...NOTHING, seq: entry.seq, stage: entry.stage, made: madeKind(value), isLast: false },
      ...{ outcome: isEqual ? 'equal' : 'differs', recorded: entry.outputDigest, recordedBackend: entry.backend },
      ...{ digest, backend, adapter, difference },
    })
  }

  async #missed(entry: TraceEntry, error: unknown): Promise<void> {
    const kept = await this.#order.kept.value(entry.outputDigest)
    if (kept) this.#values.set(entry.outputDigest, kept)
    const reason = reasonOf(error)
    this.steps.push({
      ...{ ...NOTHING, seq: entry.seq, stage: entry.stage, made: kept ? madeKind(kept) : 'other', isLast: false },
      ...{ recorded: entry.outputDigest, recordedBackend: entry.backend, reason },
      ...(reason ? { outcome: 'not-replayed' } : { outcome: 'differs', failed: codeOf(error) }),
    })
  }
}

const weightsOf = ({ stage, params }: TraceEntry): unknown =>
  stage === 'infer' ? (params as Readonly<Record<string, unknown>>).sha256 : undefined

/** Null for a step that ran and failed: it did not give what it once gave. */
function reasonOf(error: unknown): NotReplayed | null {
  if (error instanceof NotReplayable) return error.reason
  // Parameters that this version does not know are those of another version of the step.
  return error instanceof PipelineError && error.code === 'app/bad-parameter' ? 'other-version' : null
}

function codeOf(error: unknown): string {
  if (error instanceof PipelineError) return error.code
  // A bug: its text may hold anything, so it goes to the console of this machine only.
  console.error(error)
  return 'app/bug'
}

/** Marks the steps whose result no other of its kind is made from. */
function withLast(steps: readonly ReplayedStep[], plan: readonly TraceEntry[]): readonly ReplayedStep[] {
  const taken = new Map(plan.map((entry) => [entry.seq, entry]))
  return steps.map((step) => {
    const isTaken = steps.some(
      (other) =>
        other.recorded !== step.recorded &&
        other.made === step.made &&
        taken.get(other.seq)?.inputDigests.includes(step.recorded) === true,
    )
    return { ...step, isLast: !isTaken }
  })
}
