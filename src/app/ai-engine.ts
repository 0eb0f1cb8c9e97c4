import { planRun } from '../infer/plan.ts'
import { graphicsTest, type SelfTest } from '../infer/self-test.ts'
import type { AiEngine } from './ai.ts'
import { INFER_STEP, inferParams, type LoadedModel, SELF_TEST_STEP } from './infer-steps.ts'
import type { ComputeView } from './job-view.ts'
import type { ShelfModel } from './model-view.ts'

/** What an engine runs in. */
export interface EngineSite {
  /** Where the kernels run; null while that is not known. */
  readonly backend: () => ComputeView['backend'] | null
  /** Throws unless the network may be used here: see ModelShelf. */
  readonly require: (model: ShelfModel) => void
  /** Whether this site measured the network of this digest on its own cases. */
  readonly measured: (sha256: string) => boolean
}

/**
 * Runs the networks of the shelf: only those approved for the use of the open case and that give their known answer on this
 * device, and on the graphics card only where they give it there. That is tried once a session, before the first run.
 */
export function inferEngine(site: EngineSite): AiEngine {
  const tests = new Map<string, readonly SelfTest[]>()
  return {
    tests: ({ weights }) => tests.get(weights.sha256) ?? [],
    isEvaluated: ({ weights, evaluation }) => evaluation.length > 0 || site.measured(weights.sha256),
    plan: (card, { grid }) => planRun(grid, card),
    async run(line, volume, model, ctx) {
      site.require(model)
      const loaded: LoadedModel = { card: model.card, weights: await model.weights() }
      const { id, version, weights } = model.card
      const wanted = site.backend() === 'webgpu' ? 'webgpu' : 'wasm'
      if (!tests.has(weights.sha256)) {
        line.onStage('self-test')
        const input = { ...loaded, stored: await model.selfTestInput() }
        const params = { model: id, version, sha256: weights.sha256 }
        tests.set(weights.sha256, await line.pipeline.runStage(SELF_TEST_STEP, input, params, ctx))
      }
      const tested = graphicsTest(tests.get(weights.sha256) ?? [])
      line.onStage('infer')
      const input = { ...loaded, volume, wanted, tested } as const
      return line.pipeline.runStage(INFER_STEP, input, inferParams(model.card), ctx)
    },
  }
}
