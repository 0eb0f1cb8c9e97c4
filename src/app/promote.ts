import { PipelineError } from '../core/errors.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import type { Passport } from '../core/passport.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import type { Reason } from '../infer/reason.ts'
import { scanFacts, scopeBreaches } from '../infer/scope.ts'
import { type AiEngine, type AiResult, findingsOf, labelAi, labelRun, promoteParams } from './ai.ts'
import type { AiFinding } from './ai-model.ts'
import { type FromAi, PROMOTE_STEP } from './ai-steps.ts'
import { maskDigest } from './digests.ts'
import type { Line } from './line.ts'
import type { ShelfModel } from './model-view.ts'

export interface ScanAsked {
  readonly volume: Volume
  readonly passport: Pick<Passport, 'modality' | 'range' | 'notes'>
}

/** Everything by which a scan lies outside what a network was made for. Its kind is what the passport says: a person may have stated it. */
export const breachesOf = ({ card }: ShelfModel, { volume, passport }: ScanAsked): readonly Reason[] =>
  scopeBreaches(card.scope, scanFacts({ ...volume, modality: passport.modality }, null, passport.range))

/** A scan before a network, and by what it lies outside what that was made for. */
export interface Asked {
  readonly model: ShelfModel
  readonly volume: Volume
  readonly breaches: readonly Reason[]
}

/**
 * Runs a network on a scan and judges every structure of what it made. Throws 'infer/out-of-scope' and the refusal of the
 * network before anything runs, and what the engine throws.
 */
export async function runNetwork(
  line: Line,
  engine: AiEngine,
  { model, volume, breaches }: Asked,
  ctx: Context,
): Promise<AiResult> {
  if (model.refusal) throw new PipelineError(model.refusal.code, model.refusal.message)
  if (breaches.length > 0) {
    throw new PipelineError(
      'infer/out-of-scope',
      `This scan is not of the kind that ${model.card.name} was made for, so it is not run: ${listed(breaches)}. Choose another network, a template by threshold, or mark from seeds.`,
    )
  }
  const outcome = await engine.run(line, volume, model, ctx)
  return { model, volume, outcome, findings: findingsOf(model.card, outcome, breaches) }
}

/** Makes one structure of a result ready to become a label, and keeps what the AI made. Throws 'infer/red'. */
export async function promote(
  line: Line,
  engine: AiEngine,
  { model, outcome }: Pick<AiResult, 'model' | 'outcome'>,
  finding: AiFinding,
  ctx: Context,
): Promise<FromAi> {
  if (finding.band === 'red') {
    const broken = finding.reasons.filter(({ band }) => band === 'red')
    throw new PipelineError(
      'infer/red',
      `The result for ${finding.structure.anatomy} is red and cannot become a label: ${listed(broken)}. Mark it with a template by threshold, by a range of values or from seeds.`,
    )
  }
  const params = promoteParams(model, finding)
  const kept = await line.pipeline.runStage(PROMOTE_STEP, outcome, params, ctx)
  const run = labelRun(outcome.provider, engine.tests(model.card))
  const [source, mm3] = [await maskDigest(kept.mask), maskVolumeMm3(kept.mask)]
  return { kept, ai: labelAi(model, finding, kept, source, mm3, run, engine.isEvaluated(model.card)) }
}

const DIGITS = 3
const shown = (value: Reason['value']) =>
  typeof value === 'number' ? String(Number(value.toPrecision(DIGITS))) : (value ?? 'unknown')

/** "modality CT (limit MR), slices 1 (limit 2)": the rules by name, as in a report. */
const listed = (reasons: readonly Reason[]): string =>
  reasons.map(({ rule, value, limit }) => `${rule} ${shown(value)} (limit ${shown(limit)})`).join(', ')
