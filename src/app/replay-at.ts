import { type Context, IDLE_CONTEXT } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import type { ModelCard } from '../infer/card.ts'
import type { SelfTest } from '../infer/self-test.ts'
import type { TraceEntry, TraceStep } from '../trace/chain.ts'
import type { NotReplayed } from '../trace/replay-result.ts'
import type { CheckFacts } from './check-facts.ts'
import type { CheckedBody, ExportOrder } from './export.ts'
import type { Line } from './line.ts'
import { createPipeline, type Step } from './pipeline.ts'
import type { ReplayValue, ReplayValues } from './replay-values.ts'
import { keepNothing } from './step-parts.ts'
import type { Params } from './templates.ts'
import type { Workers } from './workers.ts'

/** Ends a step that cannot be run again, and says why. */
export class NotReplayable extends Error {
  readonly reason: NotReplayed
  constructor(reason: NotReplayed) {
    super(reason)
    this.reason = reason
  }
}

/** A network as it is run again. */
export interface ReplayNetwork {
  readonly card: ModelCard
  readonly weights: Uint8Array
  readonly wanted: 'wasm' | 'webgpu'
  readonly tested: SelfTest | null
}

/** A released part as it was handed to the exporter; each body with the digests that the trace knows it by. */
export interface ReleasedPart {
  readonly bodies: readonly {
    readonly mesh: string
    readonly check: string
    readonly named: Omit<CheckedBody, 'mesh' | 'check' | 'values'>
  }[]
  readonly order: Omit<ExportOrder, 'bodies' | 'format'>
}

/** What a case keeps, besides its trace, that steps are run again from. Digests are those of the trace. */
export interface ReplayKept {
  /** A result that is still kept; null when it is not. */
  value(digest: string): Promise<ReplayValue | null>
  /** The network of these weights, null when it is not on the shelf. */
  network(sha256: string): Promise<ReplayNetwork | null>
  /** Null when the part is not that body any more. */
  checked(mesh: string, reference: string): Promise<CheckFacts | null>
  /** Null when the part has changed since that release. */
  released(traceId: string): Promise<ReleasedPart | null>
}

/** What a step made when it was run again, and where. */
export interface Made {
  readonly value: ReplayValue
  readonly digest: string
  readonly backend: TraceStep['backend']
  readonly adapter: string
}

/** A step of the trace that is run again: its inputs as they were made now, by their place among its input digests. */
export interface ReplayAt {
  readonly entry: TraceEntry
  readonly params: Params
  readonly inputs: readonly ReplayValue[]
  /** Of other results made so far, by the digest that the trace knows them by. */
  readonly known: (digest: string) => ReplayValue | undefined
  readonly scans: () => readonly Volume[]
  readonly kept: ReplayKept
  readonly workers: Workers
  readonly ctx: Context
}

/** Runs one step of a trace again. Throws NotReplayable, and what the step throws. */
export type Replayer = (at: ReplayAt) => Promise<Made>

/** A line that writes nothing down but here. */
export function unrecorded(workers: Workers): { readonly line: Line; readonly noted: readonly TraceStep[] } {
  const noted: TraceStep[] = []
  const pipeline = createPipeline(workers, { record: async (step) => void noted.push(step) })
  const line: Line = {
    workers,
    onStage: () => {},
    pipeline: { runStage: (step, ...rest) => pipeline.runStage({ ...step, keep: keepNothing }, ...rest) },
  }
  return { line, noted }
}

/** Runs a step as it was written down. */
export const runAgain = <In, P extends object, Out>(
  at: Pick<ReplayAt, 'workers' | 'params' | 'ctx'>,
  step: Step<In, P, Out>,
  input: In,
  asValue: (output: Out) => ReplayValue,
): Promise<Made> => runNoted(at, (line, ctx) => line.pipeline.runStage(step, input, at.params, ctx), asValue)

/** What one step made, whoever runs it. */
export async function runNoted<Out>(
  { workers, ctx }: Pick<ReplayAt, 'workers' | 'ctx'>,
  run: (line: Line, ctx: Context) => Promise<Out>,
  asValue: (output: Out) => ReplayValue,
): Promise<Made> {
  const { line, noted } = unrecorded(workers)
  const output = await run(line, { ...IDLE_CONTEXT, signal: ctx.signal })
  const [ran] = noted
  if (!ran) throw new Error('a step that ran was not noted')
  return { value: asValue(output), digest: ran.outputDigest, backend: ran.backend, adapter: ran.adapter }
}

function inputOf<Kind extends keyof ReplayValues>(
  { inputs }: Pick<ReplayAt, 'inputs'>,
  n: number,
  kind: Kind,
): ReplayValues[Kind] {
  const input = inputs[n]
  if (input?.kind === kind) return input.value as ReplayValues[Kind]
  throw new NotReplayable('unknown-step')
}

export const volumeAt = (at: ReplayAt, n: number): Volume => inputOf(at, n, 'volume')
export const maskAt = (at: ReplayAt, n: number): Mask => inputOf(at, n, 'mask')
export const meshAt = (at: ReplayAt, n: number): Mesh => inputOf(at, n, 'mesh')
export const checkAt = (at: ReplayAt, n: number) => inputOf(at, n, 'check')
export const outcomeAt = (at: ReplayAt, n: number) => inputOf(at, n, 'outcome')

/** All inputs, or those from `from` on, as masks. */
export const masksAt = (at: ReplayAt, from = 0): readonly Mask[] =>
  at.inputs.slice(from).map((_, n) => maskAt(at, from + n))

/** All inputs as meshes; one that is a list gives its members. */
export const meshesAt = (at: ReplayAt): readonly Mesh[] =>
  at.inputs.flatMap((value, n) => (value.kind === 'meshes' ? value.value : [meshAt(at, n)]))
