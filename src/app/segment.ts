import { PipelineError } from '../core/errors.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { AIR_EDGE_HU, LOWEST_HU } from '../segment/body.ts'
import { editedMm3 } from '../segment/burden.ts'
import type { FromAi } from './ai-steps.ts'
import { enabledSteps, type Line, type Segmented, share } from './line.ts'
import { MORPHOLOGY_STEP, REMOVE_TABLE_STEP } from './mask-steps.ts'
import { type MarkingLine, markByNetwork } from './networks.ts'
import type { ScanAsked } from './promote.ts'
import { islandCount, otsuThresholds } from './queries.ts'
import { templateDigest } from './template-digest.ts'
import { AIRWAY_STEP, GROW_FROM_CORE_STEP, LUNG_STEP, TEMPLATE_STEP } from './template-steps.ts'
import {
  CHANGING,
  MARKING,
  type Params,
  PREPARING,
  type SegmentStepName,
  type StepChange,
  type Template,
} from './templates.ts'
import { DENOISE_STEP, FILL_HOLES_STEP, ISLANDS_STEP, MARGIN_STEP, THRESHOLD_STEP } from './threshold-steps.ts'

/** What the steps so far have made. */
type Marked = Omit<Segmented, 'mask' | 'changes'> & Pick<ScanAsked, 'passport'> & { readonly mask: Mask | null }
type Run = (line: MarkingLine, at: Marked, params: Params, ctx: Context) => Promise<Partial<Marked>>
type Change = (
  line: Line,
  at: Marked & { readonly mask: Mask },
  params: Params,
  ctx: Context,
) => Promise<Partial<Marked>>

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

/** Steps that need no mask. */
const FROM_SCAN: { readonly [S in (typeof PREPARING)[number] | (typeof MARKING)[number]]: Run } = {
  denoise: async ({ pipeline }, { field }, params, ctx) => ({
    field: await pipeline.runStage(DENOISE_STEP, field, params, ctx),
  }),
  threshold: async (line, { field }, params, ctx) => {
    const suggested = params.lowHu === null ? await otsuThresholds(line.workers, field, 2, ctx.signal) : []
    const lowHu = numberOr(params.lowHu, suggested[0] ?? 0)
    const highHu = numberOr(params.highHu, Number.MAX_SAFE_INTEGER)
    return { lowHu, highHu, mask: await line.pipeline.runStage(THRESHOLD_STEP, field, { lowHu, highHu }, ctx) }
  },
  airway: async ({ pipeline }, { field }, params, ctx) => ({
    lowHu: LOWEST_HU,
    highHu: AIR_EDGE_HU,
    mask: await pipeline.runStage(AIRWAY_STEP, field, params, ctx),
  }),
  lung: async ({ pipeline }, { field }, params, ctx) => ({
    lowHu: LOWEST_HU,
    highHu: numberOr(params.highHu, LUNG_STEP.spec.defaults.highHu),
    mask: await pipeline.runStage(LUNG_STEP, field, params, ctx),
  }),
  network: async (line, { field, passport }, params, ctx) => {
    const fromAi = await markByNetwork(line, { volume: field, passport }, params, ctx)
    return { fromAi, mask: fromAi.kept.mask }
  },
}

/** A radius that is not given is one voxel, at its widest: narrower does nothing between slices. */
const radiusMm = (params: Params, { grid }: Mask) => numberOr(params.radiusMm, Math.max(...grid.spacing))

const morphology =
  (op: 'open' | 'close'): Change =>
  async ({ pipeline }, { mask }, params, ctx) => ({
    mask: await pipeline.runStage(MORPHOLOGY_STEP, mask, { op, radiusMm: radiusMm(params, mask) }, ctx),
  })

/** Steps from one mask to the next. */
const FROM_MASK: { readonly [S in (typeof CHANGING)[number]]: Change } = {
  'grow-from-core': async ({ pipeline }, { mask, field, lowHu }, params, ctx) => ({
    lowHu: Math.min(lowHu, numberOr(params.lowHu, GROW_FROM_CORE_STEP.spec.defaults.lowHu)),
    mask: await pipeline.runStage(GROW_FROM_CORE_STEP, { mask, volume: field }, params, ctx),
  }),
  'remove-table': async ({ pipeline }, { mask, field }, params, ctx) => ({
    mask: await pipeline.runStage(REMOVE_TABLE_STEP, { mask, volume: field }, params, ctx),
  }),
  open: morphology('open'),
  close: morphology('close'),
  islands: async ({ pipeline }, { mask }, params, ctx) => ({
    mask: await pipeline.runStage(ISLANDS_STEP, mask, params, ctx),
  }),
  'fill-holes': async ({ pipeline }, { mask }, params, ctx) => ({
    mask: await pipeline.runStage(FILL_HOLES_STEP, mask, params, ctx),
  }),
  margin: async ({ pipeline }, { mask }, params, ctx) => ({
    mask: await pipeline.runStage(MARGIN_STEP, mask, params, ctx),
  }),
}

const isFromScan = (stage: SegmentStepName): stage is keyof typeof FROM_SCAN => stage in FROM_SCAN

function runStep(line: MarkingLine, stage: SegmentStepName, at: Marked, params: Params, ctx: Context) {
  if (isFromScan(stage)) return FROM_SCAN[stage](line, at, params, ctx)
  const { mask } = at
  if (mask) return FROM_MASK[stage](line, { ...at, mask }, params, ctx)
  throw new PipelineError('app/bad-parameter', 'A step changes the mask before anything is marked. Mark first.')
}

/**
 * Runs the recipe's segmentation on a scan and says what each step changed; which recipe it was goes into the trace first.
 * What changes a mask that a network marked counts as editing after the AI. Throws 'segment/empty' when nothing is left,
 * 'import/wrong-modality', 'app/bad-parameter' for steps in an order that makes no sense, and as markByNetwork().
 */
export async function segment(
  line: MarkingLine,
  { volume, passport }: ScanAsked,
  template: Template,
  ctx: Context,
): Promise<Segmented> {
  if (template.modality === 'CT' && volume.unit !== 'HU') {
    const sentence = `${template.name} marks by HU, and this scan is not a CT. Choose a template for MR.`
    throw new PipelineError('import/wrong-modality', sentence)
  }
  const steps = enabledSteps(template, [...PREPARING, ...MARKING, ...CHANGING])
  const { id, version } = template
  const params = { id, version, digest: await templateDigest(template), edited: template.edited ?? false }
  await line.pipeline.runStage(TEMPLATE_STEP, volume, params, { ...ctx, progress: () => {} })
  const changes: StepChange[] = []
  let at: Marked = {
    passport,
    mask: null,
    field: volume,
    lowHu: -Infinity,
    highHu: Infinity,
    declaredShells: 1,
    fromAi: null,
  }
  for (const [index, { stage, params: given }] of steps.entries()) {
    line.onStage(stage)
    const before = at
    at = { ...at, ...(await runStep(line, stage, at, given, share(ctx, index, steps.length))) }
    if (!at.mask || at.mask === before.mask) continue
    const change = await changeOf(line, stage, before, at.mask, ctx)
    changes.push(change)
    // Pieces that a person chose to keep are meant to be there.
    if (stage === 'islands') at = { ...at, declaredShells: change.pieces }
  }
  const { mask, field, lowHu, highHu, declaredShells, fromAi } = at
  if (!mask) throw new PipelineError('app/bad-parameter', 'No step marks anything. Switch one on that does.')
  return { mask, field, lowHu, highHu, declaredShells, changes, fromAi: fromAi && edited(fromAi, mask) }
}

/** As it is after the steps behind it. */
const edited = ({ ai, kept }: FromAi, mask: Mask): FromAi => ({
  kept,
  ai: { ...ai, editedMm3: editedMm3(kept.mask, mask) },
})

async function changeOf(
  { workers }: Line,
  stage: SegmentStepName,
  { mask: from }: Marked,
  to: Mask,
  ctx: Context,
): Promise<StepChange> {
  const pieces = await islandCount(workers, to, ctx.signal)
  return { stage, fromMm3: from ? maskVolumeMm3(from) : 0, toMm3: maskVolumeMm3(to), pieces }
}
