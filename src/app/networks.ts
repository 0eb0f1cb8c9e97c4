import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import { mayStateMr, statedMr } from '../core/passport.ts'
import type { Context } from '../core/stage.ts'
import type { AiEngine } from './ai.ts'
import type { FromAi } from './ai-steps.ts'
import type { Line } from './line.ts'
import type { ShelfModel } from './model-view.ts'
import { breachesOf, promote, runNetwork, type ScanAsked } from './promote.ts'
import { completeParams, type Params } from './templates.ts'

/** The networks that recipes may call upon. */
export interface Networks {
  readonly engine: AiEngine
  /** The network of this id that may be used for the case at hand. Errors: see ModelShelf.ready(). */
  ready(id: string): Promise<ShelfModel>
}

/** What marking runs on. */
export interface MarkingLine extends Line {
  readonly networks: Networks
}

/** Values of a recipe's network step. */
export const NETWORK_DEFAULTS = { model: '', structure: '' }

/** How much of the time a run takes: what is left makes one structure of it a mask. */
const RUN_SHARE = 0.95

/**
 * One structure of a scan, found by a network of the shelf that was made for such scans; GREEN or AMBER. Throws
 * 'app/bad-parameter' for a structure it does not mark, 'infer/out-of-scope' before the run, 'infer/red' after it, and what
 * ready() and the engine throw.
 */
export async function markByNetwork(line: MarkingLine, scan: ScanAsked, params: Params, ctx: Context): Promise<FromAi> {
  const { model: id, structure } = completeParams('network', NETWORK_DEFAULTS, params)
  const { engine, ready } = line.networks
  const model = await ready(id)
  const { structures } = model.card.output
  const index = structures.findIndex(({ anatomy }) => anatomy === structure)
  if (index < 0) {
    const known = structures.map(({ anatomy }) => anatomy).join(', ')
    throw new PipelineError('app/bad-parameter', `${model.card.name} marks no "${structure}". It marks: ${known}.`)
  }
  // Who chose a recipe for MR on a file that does not say has said it.
  const passport = mayStateMr(scan.passport) ? statedMr(scan.passport) : scan.passport
  const asked = { model, volume: scan.volume, breaches: breachesOf(model, { ...scan, passport }) }
  const result = await runNetwork(line, engine, asked, subContext(ctx, 0, RUN_SHARE))
  const finding = result.findings[index]
  if (!finding) throw new Error('a structure of the card was not judged')
  return promote(line, engine, result, finding, subContext(ctx, RUN_SHARE, 1))
}
