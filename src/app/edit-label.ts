import type { AnatomyId, Laterality } from '../core/anatomy.ts'
import type { JsonValue } from '../core/json.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import {
  addLabel,
  changeLabel,
  editableLabel,
  type Label,
  type LabelInfo,
  type LabelSet,
  labelOf,
  noteMade,
  removeLabel,
  withMasks,
} from '../segment/label-set.ts'
import { place } from '../segment/place.ts'
import type { Desk } from './desk.svelte.ts'
import { hasRules, NO_RULES, ruleParams } from './edit-rules.ts'
import { followAi } from './follow-ai.ts'
import type { EditPoint } from './label-edits.ts'
import { PLACE_STEP, RESTORE_STEP } from './label-steps.ts'
import type { Line } from './line.ts'
import type { Step } from './pipeline.ts'
import { islandCount, previewThreshold } from './queries.ts'
import { segment } from './segment.ts'
import type { EditRules, LabelWords } from './segment-view.ts'
import type { Params, Template } from './templates.ts'
import { DENOISE_STEP, THRESHOLD_STEP } from './threshold-steps.ts'

/** What an edit makes of the active label; it reaches the labels only through the rules of PLACE_STEP. */
export interface Proposal {
  readonly mask: Mask
  readonly info?: Partial<LabelInfo>
}

type Propose = (line: Line, label: Label, field: Volume, ctx: Context) => Promise<Proposal>

/**
 * Runs an edit of the active label: proposes, places, notes it for undo, stores. `params` say how, in the label's own
 * record. Without any label one is made first, of what the template is for.
 */
export async function editActive(desk: Desk, stage: string, params: Params, propose: Propose): Promise<void> {
  const { labels } = desk.data
  if (labels) await editLabel(desk, activeOrNext(desk, labels), stage, params, propose)
}

/** The label that an edit now would act on; without any label, the number of the one it would make. */
export const activeOrNext = ({ data }: Desk, labels: LabelSet): number => data.activeLabel ?? labels.nextId

/**
 * As editActive(), for one label by its number, or for the next number when there is no label yet. False when the edit did
 * not come about: other work runs, it was cancelled, or it failed and the problem says why.
 */
export async function editLabel(
  desk: Desk,
  id: number,
  stage: string,
  params: Params,
  propose: Propose,
): Promise<boolean> {
  const before = desk.editPoint()
  if (!before) return false
  const done = await desk.jobs.run(stage, async (ctx) => {
    const labels = withLabel(desk, before.labels, id)
    const label = editableLabel(labels, id)
    const proposal = await propose(desk.line(), label, before.field, ctx)
    const placed = await putInPlace(desk, labels, label, proposal, stage, params, ctx)
    // Another label may have been chosen in the meantime: it stays chosen.
    moveOn(desk, stage, before, { labels: placed, field: before.field }, desk.data.activeLabel ?? id)
    return true
  })
  return done ?? false
}

/** The labels with the one to work on, made where there is none. */
function withLabel(desk: Desk, labels: LabelSet, id: number): LabelSet {
  if (id !== labels.nextId) return labels
  return addLabel(labels, desk.data.recipe.anatomy, sideOf(desk))
}

const sideOf = ({ data: { side } }: Desk): Laterality => (side === 'left' || side === 'right' ? side : 'none')

async function putInPlace(
  desk: Desk,
  set: LabelSet,
  label: Label,
  { mask, info = {} }: Proposal,
  stage: string,
  params: Params,
  ctx: Context,
): Promise<LabelSet> {
  const { rules: chosen } = desk
  const within = await voxelsAllowed(desk, chosen, ctx.signal)
  const rules = { label: label.id, ...ruleParams(chosen) }
  const changes = await desk.line().pipeline.runStage(PLACE_STEP, { set, proposed: mask, within }, rules, ctx)
  const placed = withMasks(set, changes)
  // What a range of values marked anew, whatever was there before, has nothing of the AI.
  const isAnew = info.limits !== undefined && info.ai === undefined && labelOf(placed, label.id).mask === mask
  return noteEdit(placed, label.id, stage, params, isAnew ? { ...info, ai: null } : info)
}

/** The voxels that an edit by these rules may change; null for all. */
export async function voxelsAllowed(desk: Desk, { range }: EditRules, signal: AbortSignal): Promise<Mask | null> {
  const { field } = desk.data
  return range && field ? previewThreshold(desk.workers, field, range, signal) : null
}

/** What would be written of an edit that is tried: the active label as it would be. Throws 'segment/locked'. */
export async function asPlaced(desk: Desk, proposed: Mask, signal: AbortSignal): Promise<Mask> {
  const { rules } = desk
  const { labels } = desk.data
  if (!labels || !hasRules(rules)) return proposed
  const id = activeOrNext(desk, labels)
  const set = withLabel(desk, labels, id)
  const within = await voxelsAllowed(desk, rules, signal)
  const own = place(set, id, proposed, { others: rules.others, within }).find((change) => change.id === id)
  return own?.mask ?? labelOf(set, id).mask
}

/** Notes in a label's own record that an edit changed it. */
export function noteEdit(
  set: LabelSet,
  id: number,
  stage: string,
  params: Params,
  info: Partial<LabelInfo> = {},
): LabelSet {
  const label = labelOf(set, id)
  const status = label.status === 'not-started' ? 'in-progress' : label.status
  const made = noteMade(label.made, stage, params as Record<string, JsonValue>)
  return changeLabel(set, id, { status, made, ...info })
}

/** Runs a template's segmentation, as part of a job, into the label it is for: the one of that anatomy, else a new one. */
export async function markByTemplate(desk: Desk, volume: Volume, template: Template, ctx: Context): Promise<void> {
  const { passport } = desk.data
  if (!desk.editPoint() || !passport) return
  const line = { ...desk.line(), networks: desk.networks }
  const marked = await segment(line, { volume, passport }, template, ctx)
  const { mask, field, lowHu, highHu, declaredShells: shells, changes, fromAi } = marked
  const limits = fromAi ? null : { lowHu, highHu }
  if (limits) desk.data.draft = limits
  if (fromAi) desk.data.keepAi(fromAi)
  desk.data.changes = changes
  const info = { limits, shells, ...(fromAi && { ai: fromAi.ai }) }
  const made = { template: template.id, version: template.version }
  await markAs(desk, fromAi?.ai.structure ?? template.anatomy, { mask, field, info }, 'template', made, ctx)
}

/** Puts a mask, as part of a job, into the label of an anatomy: the unlocked one that is there, else a new one. */
export async function markAs(
  desk: Desk,
  anatomy: AnatomyId,
  { field, ...proposal }: Proposal & { readonly field: Volume },
  stage: string,
  params: Params,
  ctx: Context,
): Promise<void> {
  const before = desk.editPoint()
  if (!before) return
  const own = before.labels.labels.find((label) => label.anatomy === anatomy && !label.locked)
  const labels = own ? before.labels : addLabel(before.labels, anatomy, sideOf(desk))
  const id = own?.id ?? before.labels.nextId
  const placed = await putInPlace(desk, labels, editableLabel(labels, id), proposal, stage, params, ctx)
  moveOn(desk, stage, before, { labels: placed, field }, id)
}

/** Notes an edit for undo and makes its result the current one. */
function moveOn(desk: Desk, stage: string, before: EditPoint, made: EditPoint, active: number | null): void {
  const after = { ...made, labels: followAi(desk.data.aiSources, before.labels, made.labels) }
  desk.edits.note(stage, before, after, { from: desk.data.activeLabel, to: active })
  desk.moveTo(after, active)
}

/** Marks the drafted range in the active label, in place of what it was. */
export function applyThreshold(desk: Desk): Promise<void> {
  const { draft } = desk.data
  return editActive(desk, 'threshold', { ...draft }, async (line, _label, field, ctx) => {
    const mask = await line.pipeline.runStage(THRESHOLD_STEP, field, { ...draft }, ctx)
    return { mask, info: { limits: draft, shells: 1 } }
  })
}

/** One step from the active label's mask to the next. */
export function editMask<P extends object>(
  desk: Desk,
  stage: string,
  step: Step<Mask, P, Mask>,
  params: Params,
): Promise<void> {
  return editActive(desk, stage, params, async (line, { mask }, _field, ctx) => {
    const edited = await line.pipeline.runStage(step, mask, params, ctx)
    if (stage !== 'islands') return { mask: edited }
    return { mask: edited, info: { shells: await islandCount(desk.workers, edited, ctx.signal) } }
  })
}

/** Changes the list of labels, or several masks at once; undone like any edit. `rules` are those that `change` heeds. */
export async function editLabels(
  desk: Desk,
  stage: string,
  change: (labels: LabelSet, ctx: Context) => LabelSet | Promise<LabelSet>,
  active: (labels: LabelSet) => number | null = () => desk.data.activeLabel,
  rules: EditRules = NO_RULES,
): Promise<void> {
  const before = desk.editPoint()
  if (!before) return
  await desk.jobs.run(stage, async (ctx) => {
    const labels = await change(before.labels, ctx)
    await restoreStep(desk, before.labels, labels, stage, ctx, rules)
    moveOn(desk, stage, before, { labels, field: before.field }, active(labels))
  })
}

/** Writes down that other masks are the current ones; nothing when they are not. */
async function restoreStep(
  desk: Desk,
  from: LabelSet,
  to: LabelSet,
  label: string,
  ctx: Context,
  rules: EditRules = NO_RULES,
): Promise<void> {
  const same =
    from.labels.length === to.labels.length && to.labels.every(({ mask }, n) => mask === from.labels[n]?.mask)
  if (!same) await desk.line().pipeline.runStage(RESTORE_STEP, { from, to }, { label, ...ruleParams(rules) }, ctx)
}

export const newLabel = (desk: Desk, anatomy: AnatomyId, laterality: Laterality): Promise<void> =>
  editLabels(
    desk,
    'add-label',
    (labels) => addLabel(labels, anatomy, laterality),
    (labels) => labels.nextId - 1,
  )

export const dropLabel = (desk: Desk, id: number): Promise<void> =>
  editLabels(desk, 'remove-label', (labels) => removeLabel(labels, id))

export const describeLabel = (desk: Desk, id: number, words: LabelWords): Promise<void> =>
  editLabels(desk, 'describe-label', (labels) => changeLabel(labels, id, words))

/** Smooths the scan the threshold acts on; the labels stay until a range is marked again. */
export async function denoise(desk: Desk, method: 'gaussian' | 'median', sigmaMm: number): Promise<void> {
  const before = desk.editPoint()
  if (!before) return
  await desk.jobs.run('denoise', async (ctx) => {
    const field = await desk.line().pipeline.runStage(DENOISE_STEP, before.field, { method, sigmaMm }, ctx)
    moveOn(desk, 'denoise', before, { labels: before.labels, field }, desk.data.activeLabel)
    await desk.loadHistogram(ctx)
  })
}

/** Takes the last edit back, or brings it again. */
export async function step(desk: Desk, way: 'undo' | 'redo'): Promise<void> {
  const now = desk.editPoint()
  const name = desk.edits.names[way]
  if (!now || name === null) return
  await desk.jobs.run(way, async (ctx) => {
    const point = desk.edits[way](now)
    if (!point) return
    await restoreStep(desk, now.labels, point.labels, `${way} ${name}`, ctx)
    desk.moveTo(point, point.active ?? desk.data.activeLabel)
    if (point.field !== now.field) await desk.loadHistogram(ctx)
  })
}
