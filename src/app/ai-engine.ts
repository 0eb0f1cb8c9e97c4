import { planRun } from '../infer/plan.ts'
import type { SelfTest } from '../infer/self-test.ts'
import type { AiEngine } from './ai.ts'
import { INFER_STEP, inferParams, type LoadedModel, SELF_TEST_STEP } from './infer-steps.ts'
import type { ShelfModel } from './model-view.ts'
import type { ComputeView } from './session-view.ts'

/** What an engine runs in. */
export interface EngineSite {
  /** Where the kernels run; null while that is not known. */
  readonly backend: () => ComputeView['backend'] | null
  /** Throws unless the network may be used here: see ModelShelf. */
  readonly require: (model: ShelfModel) => void
}

/**
 * Runs the networks of the shelf: only those approved for the use of the open case, and on the graphics card only where the
 * network gave its known answer there. That is tried once a session, before the first run.
 */
export function inferEngine(site: EngineSite): AiEngine {
  const tests = new Map<string, SelfTest | null>()
  return {
    plan: (card, { grid }) => planRun(grid, card),
    async run(line, volume, model, ctx) {
      site.require(model)
      const loaded: LoadedModel = { card: model.card, weights: await model.weights() }
      const { id, version, weights } = model.card
      const wanted = site.backend() === 'webgpu' ? 'webgpu' : 'wasm'
      if (wanted === 'webgpu' && !tests.has(weights.sha256)) {
        line.onStage('self-test')
        const input = { ...loaded, stored: await model.selfTestInput() }
        const params = { model: id, version, sha256: weights.sha256 }
        const results = await line.pipeline.runStage(SELF_TEST_STEP, input, params, ctx)
        tests.set(weights.sha256, results.find(({ provider }) => provider === 'webgpu') ?? null)
      }
      line.onStage('infer')
      const input = { ...loaded, volume, wanted, tested: tests.get(weights.sha256) ?? null } as const
      return line.pipeline.runStage(INFER_STEP, input, inferParams(model.card), ctx)
    },
  }
}
