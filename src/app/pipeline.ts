import type { JsonValue } from '../core/json.ts'
import type { Backend, Context, StageSpec } from '../core/stage.ts'
import type { TraceStep } from '../trace/chain.ts'
import type { AssetType } from '../vault/case.ts'
import { completeParams, type Params } from './templates.ts'
import type { Workers } from './workers.ts'

export type AssetRole = Exclude<AssetType, 'picture'>

/** What a case keeps of an output; the newest in a slot replaces the one before. */
export interface KeptAsset {
  readonly role: AssetRole
  /** Where a case keeps it, when there may be several of a role; else the role. */
  readonly slot?: string
  readonly digest: string
  readonly meta: JsonValue
  /** Its bytes, one part after the other: views of the output, not to be changed; or a file. */
  readonly parts: readonly Uint8Array[] | Blob
}

/** A step's output and where it ran. */
export interface StageRun<Out> {
  readonly output: Out
  readonly backend: Backend
  readonly adapter: string
}

/** One step of the line: its stage, which worker runs it, what identifies its input and output, what is kept. */
export interface Step<In, P extends object, Out> {
  readonly spec: StageSpec<P>
  readonly run: (workers: Workers, input: In, params: P, ctx: Context) => Promise<StageRun<Out>>
  readonly inputDigests: (input: In) => Promise<readonly string[]>
  readonly outputDigest: (output: Out) => Promise<string>
  readonly keep: (output: Out, digest: string) => KeptAsset[] | Promise<KeptAsset[]>
}

/** The same step, whose output has a place of its own in the case: for a step that is run once for each body. */
export const keptIn = <In, P extends object, Out>(
  step: Step<In, P, Out>,
  slotOf: (role: AssetRole) => string,
): Step<In, P, Out> => ({
  ...step,
  keep: async (output, digest) =>
    (await step.keep(output, digest)).map((asset) => ({ ...asset, slot: slotOf(asset.role) })),
})

/** Where steps are written down: the vault, or nothing but memory in a test. */
export interface Recorder {
  /** Stores assets, trace entry and audit line as one. Resolves when they are safe. */
  record(step: TraceStep, assets: KeptAsset[]): Promise<void>
}

export interface Pipeline {
  /**
   * Runs one step, and is the only caller of the workers: checks the parameters, hashes input and output, times,
   * stores, traces, audits. A cancelled or failed step leaves nothing behind.
   */
  runStage<In, P extends object, Out>(step: Step<In, P, Out>, input: In, given: Params, ctx: Context): Promise<Out>
}

export function createPipeline(workers: Workers, recorder: Recorder): Pipeline {
  return {
    async runStage(step, input, given, ctx) {
      const params = completeParams(step.spec.name, step.spec.defaults, given)
      const inputDigests = await step.inputDigests(input)
      const start = performance.now()
      const { output, backend, adapter } = await step.run(workers, input, params, ctx)
      const ms = Math.round(performance.now() - start)
      ctx.signal.throwIfAborted()
      const outputDigest = await step.outputDigest(output)
      const entry: TraceStep = {
        stage: step.spec.name,
        version: step.spec.version,
        params: params as JsonValue,
        inputDigests,
        outputDigest,
        backend,
        adapter,
        ms,
        at: new Date().toISOString(),
      }
      await recorder.record(entry, await step.keep(output, outputDigest))
      return output
    },
  }
}
