import type { Context } from '../core/stage.ts'
import type { LabelMap, Volume } from '../core/types.ts'
import { evidenceOf, judge } from '../infer/band.ts'
import type { ModelCard } from '../infer/card.ts'
import type { Agreement, Band } from '../infer/outcome.ts'
import { DEFAULT_LIMIT_BYTES } from '../infer/plan.ts'
import type { Reason } from '../infer/reason.ts'
import { scanFacts, scopeBreaches } from '../infer/scope.ts'
import { graphicsTest } from '../infer/self-test.ts'
import type { ShelfModel } from './model-view.ts'
import { listener } from './step-parts.ts'
import type { Workers } from './workers.ts'

/** What a network under test made of a scan. */
export interface BenchAnswer {
  /** In the grid of the scan; empty when the network was not run. */
  readonly labels: LabelMap
  /** The worst over the structures: what a person would be told of the case. */
  readonly band: Band
  /** By structure of the card; none when the network was not run. */
  readonly agreement: readonly Agreement[]
  /** Why it was not run: the scan lies outside what the network was made for. */
  readonly breaches: readonly Reason[]
}

/** A network that passed its self-test and is held by the worker. */
export interface BenchNetwork {
  readonly card: ModelCard
  /** Scope guard, run, bands. */
  answer(volume: Volume, ageYears: number | null, ctx: Context): Promise<BenchAnswer>
}

/**
 * Loads a network, approved or not: the bench is where that is found out. Its digest is checked, and its known answer on this
 * device. Errors: infer/changed-weights, infer/self-test, those of opening it.
 */
export async function readyNetwork({ infer }: Workers, row: ShelfModel, { signal }: Context): Promise<BenchNetwork> {
  const { card } = row
  const [weights, known] = [await row.weights(), await row.selfTestInput()]
  const tests = await infer.call((api) => api.selfTest(weights, card, known), signal)
  const tested = graphicsTest(tests)
  await infer.call((api) => api.load(weights, card, tested ? 'webgpu' : 'wasm', tested), signal)
  return {
    card,
    async answer(volume, ageYears, ctx) {
      const breaches = scopeBreaches(card.scope, scanFacts(volume, ageYears))
      if (breaches.length > 0) {
        const labels = { grid: volume.grid, labels: new Uint8Array(volume.data.length) }
        return { labels, band: 'red', agreement: [], breaches }
      }
      const outcome = await infer.call(
        (api) => api.run(volume, card, DEFAULT_LIMIT_BYTES, ctx.signal, listener(ctx)),
        ctx.signal,
      )
      const bands = card.output.structures.map((_, n) => judge(evidenceOf(card, outcome, n, []), card.bands).band)
      return { labels: outcome.labels, band: worstBand(bands), agreement: outcome.agreement, breaches }
    },
  }
}

const worstBand = (bands: readonly Band[]): Band =>
  (['red', 'amber'] as const).find((band) => bands.includes(band)) ?? 'green'
