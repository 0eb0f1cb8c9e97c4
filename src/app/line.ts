import type { PolicyId, ProcessId } from '../core/finding.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import { meshVolumeMm3 } from '../core/mesh.ts'
import { subContext } from '../core/pace.ts'
import type { Passport } from '../core/passport.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Mesh, Vec3, Volume } from '../core/types.ts'
import type { AddedMark } from '../qa/added-marks.ts'
import type { CheckInput } from '../qa/check.ts'
import { AS_SCANNED, type PartScale } from '../qa/checks/scale.ts'
import type { MarksOnPart, PartSide } from '../qa/checks/side-and-id.ts'
import type { LabelAi } from '../segment/label-ai.ts'
import type { FromAi } from './ai-steps.ts'
import type { Checked } from './check-codec.ts'
import type { LedgerRow } from './ledger-row.ts'
import { CHECK_STEP, DECIMATE_STEP, REPAIR_STEP, SMOOTH_STEP, SURFACE_STEP } from './mesh-steps.ts'
import { type KeptAsset, keptIn, type Pipeline } from './pipeline.ts'
import { measureAgainst } from './queries.ts'
import {
  MODELLING,
  type Params,
  type StepChange,
  type StepName,
  type Template,
  type TemplateStep,
} from './templates.ts'
import type { Workers } from './workers.ts'

/** What the line runs on. */
export interface Line {
  readonly pipeline: Pipeline
  readonly workers: Workers
  /** Told before each step, so that a screen can name it. */
  readonly onStage: (stage: string) => void
}

export interface Segmented {
  readonly mask: Mask
  /** The scan whose values placed the mask's edge: the denoised copy when there is one. */
  readonly field: Volume
  readonly lowHu: number
  readonly highHu: number
  /** Pieces the part is meant to have: those an islands step kept on purpose, else one. */
  readonly declaredShells: number
  readonly changes: readonly StepChange[]
  /** Set when a network marked; then no range of values did. */
  readonly fromAi: FromAi | null
}

export interface Modelled {
  /** The mask's own surface, before any edit: what the model is measured against. */
  readonly reference: Mesh
  readonly mesh: Mesh
  readonly ledger: readonly LedgerRow[]
  readonly referenceMm3: number
  readonly maskMm3: number
}

/** The stretch of progress of one of `count` equal parts. */
export const share = (ctx: Context, index: number, count: number): Context =>
  subContext(ctx, index / count, (index + 1) / count)

/** The steps of one kind that are on, in their order. */
export function enabledSteps<S extends StepName>({ steps }: Template, names: readonly S[]) {
  const known: readonly StepName[] = names
  const isOne = (step: TemplateStep): step is TemplateStep & { readonly stage: S } => known.includes(step.stage)
  return steps.filter(isOne).filter(({ enabled }) => enabled)
}

/** A mask and what places its border between voxels; without a field it lies in the middle and the limits do not count. */
export interface Markings {
  readonly mask: Mask
  readonly field: Volume | null
  readonly lowHu: number
  readonly highHu: number | null
}

/** What a model is made of; `range` null when a network marked: then its border lies in the middle between voxels. */
export const markings = (mask: Mask, field: Volume, range: Pick<Segmented, 'lowHu' | 'highHu'> | null): Markings =>
  range ? { mask, field, ...range } : { mask, field: null, lowHu: 0, highHu: null }

/** Runs the recipe's modelling on a mask; after every edit one row of the error ledger. */
export async function model(line: Line, segmented: Markings, template: Template, ctx: Context): Promise<Modelled> {
  const { mask, field, lowHu, highHu } = segmented
  const steps = enabledSteps(template, MODELLING)
  line.onStage('surface')
  const reference = await line.pipeline.runStage(
    SURFACE_STEP,
    { mask, field },
    { lowHu, highHu },
    share(ctx, 0, steps.length),
  )
  // Measured by another worker while the next edit is made.
  const ledger = [ledgerRow(line, 'surface', reference, reference, ctx)]
  let mesh = reference
  for (const [index, { stage, params }] of steps.entries()) {
    if (stage === 'surface') continue
    line.onStage(stage)
    mesh = await editMesh(line, stage, mesh, withShift(stage, params, mask), share(ctx, index, steps.length))
    ledger.push(ledgerRow(line, stage, mesh, reference, ctx))
  }
  return {
    reference,
    mesh,
    ledger: await Promise.all(ledger),
    referenceMm3: meshVolumeMm3(reference),
    maskMm3: maskVolumeMm3(mask),
  }
}

/** A part must keep its size to 0.3 mm (bounding-box gate): a coarse voxel must not let smoothing eat that up. */
const MAX_SHIFT_MM = 0.25

/** Smoothing may move a vertex by half the smallest voxel side, and no more than the gate allows. */
function withShift(stage: StepName, params: Params, { grid }: Mask): Params {
  if (stage !== 'smooth' || typeof params.maxShiftMm === 'number') return params
  return { ...params, maxShiftMm: Math.min(MAX_SHIFT_MM, Math.min(...grid.spacing) / 2) }
}

function editMesh(line: Line, stage: StepName, mesh: Mesh, params: Params, ctx: Context): Promise<Mesh> {
  if (stage === 'smooth') return line.pipeline.runStage(SMOOTH_STEP, mesh, params, ctx)
  if (stage === 'decimate') return line.pipeline.runStage(DECIMATE_STEP, mesh, params, ctx)
  return line.pipeline.runStage(REPAIR_STEP, mesh, params, ctx)
}

function ledgerRow(line: Line, stage: string, mesh: Mesh, reference: Mesh, ctx: Context): Promise<LedgerRow> {
  const row = measureAgainst(line.workers, mesh, reference, ctx.signal).then((measured) => ({ stage, ...measured }))
  // When a later edit fails first, nobody waits for this any more.
  row.catch(() => {})
  return row
}

export interface CheckOrder {
  readonly mesh: Mesh
  readonly reference: Mesh
  readonly maskMm3: number
  readonly volume: Volume
  readonly passport: Passport
  readonly sideVerified: boolean
  readonly declaredShells: number
  /** What is written on the body; null for nothing. */
  readonly marks: MarksOnPart | null
  /** Which side it shows; absent while nobody signed it. */
  readonly shows?: PartSide
  /** What marks added to it; absent for nothing. */
  readonly added?: readonly AddedMark[]
  readonly ai: LabelAi | null
  readonly policy: PolicyId
  readonly process: ProcessId
  /** Room of the printer that was chosen; null for the default machine of the process. */
  readonly buildMm: Vec3 | null
  /** How far off it was measured to print, mm; absent while that is not known. */
  readonly printerMm?: number | null
  /** How large the part is meant to be; absent as scanned. */
  readonly scale?: PartScale
}

const AS_UNSIGNED: PartSide = { side: null, isMirrored: false }

/** What the check is given of a body. */
export const checkInput = (
  order: Omit<CheckOrder, 'policy' | 'process' | 'declaredShells' | 'buildMm'>,
): CheckInput => ({
  mesh: order.mesh,
  reference: order.reference,
  referenceMaskMm3: order.maskMm3,
  marks: order.marks,
  shows: order.shows ?? AS_UNSIGNED,
  added: order.added ?? [],
  scale: order.scale ?? AS_SCANNED,
  passport: order.passport,
  sideVerified: order.sideVerified,
  spacing: order.volume.grid.spacing,
  ai: order.ai,
})

/** The check of one body; `begins`: of the first of its part. */
function checkedIn(slot: string, begins: boolean): typeof CHECK_STEP {
  const step = keptIn(CHECK_STEP, () => slot)
  const said = (asset: KeptAsset) => ({ ...asset, meta: { ...(asset.meta as object), begins } })
  return { ...step, keep: async (output, digest) => (await step.keep(output, digest)).map(said) }
}

/** Measures every gate; what it finds is kept in this slot. */
export function check(line: Line, order: CheckOrder, ctx: Context, slot = 'findings', begins = true): Promise<Checked> {
  const { policy, process, declaredShells, buildMm, printerMm = null } = order
  line.onStage('check')
  return line.pipeline.runStage(
    checkedIn(slot, begins),
    checkInput(order),
    { policy, process, declaredShells, buildMm, printerMm },
    ctx,
  )
}
