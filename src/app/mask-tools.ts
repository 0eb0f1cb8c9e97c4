import { PipelineError } from '../core/errors.ts'
import { emptyMask } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import { clickPlan } from '../segment/grow-at-click.ts'
import { mergedAi } from '../segment/label-ai.ts'
import {
  addLabel,
  editableLabel,
  type Label,
  type LabelSet,
  labelOf,
  openLabels,
  voxelsOf,
  withMasks,
} from '../segment/label-set.ts'
import { combine } from '../segment/logic.ts'
import { placeAll } from '../segment/place.ts'
import type { Desk } from './desk.svelte.ts'
import { editActive, editLabels, editMask, noteEdit, voxelsAllowed } from './edit-label.ts'
import {
  BETWEEN_SLICES_STEP,
  COMBINE_STEP,
  COMPLEMENT_STEP,
  GROW_AT_CLICK_STEP,
  HOLLOW_MASK_STEP,
  MORPHOLOGY_STEP,
  REMOVE_TABLE_STEP,
  SMOOTH_JOINT_STEP,
  SMOOTH_MASK_STEP,
  SPLIT_ISLANDS_STEP,
} from './mask-steps.ts'
import type { Click, MaskVerbs } from './mask-verbs.ts'
import { previewClick } from './queries.ts'
import { ISLANDS_STEP } from './threshold-steps.ts'
import type { Trial } from './trial.svelte.ts'

/** The verbs of the tools that make a mask from a mask, or from a click. */
export function maskTools(desk: Desk, trial: Trial): MaskVerbs {
  return {
    tryGrow: (click) => tryGrow(desk, trial, click),
    grow: (click) => grow(desk, click),
    fillBetween: (axis) => editMask(desk, 'between-slices', BETWEEN_SLICES_STEP, { axis }),
    removeClicked: (seedLps) => editMask(desk, 'islands', ISLANDS_STEP, { keep: 'not-clicked', seedLps }),
    split: (most, minMm3) => split(desk, most, minMm3),
    openOrClose: (op, radiusMm) => editMask(desk, 'morphology', MORPHOLOGY_STEP, { op, radiusMm }),
    hollow: (params) => editMask(desk, 'hollow-mask', HOLLOW_MASK_STEP, { ...params }),
    smooth: (params) => editMask(desk, 'smooth-mask', SMOOTH_MASK_STEP, { ...params }),
    smoothAll: (sigmaMm) => smoothAll(desk, { sigmaMm }),
    removeTable: (params) =>
      editActive(desk, 'remove-table', { ...params }, async (line, { mask: held }, volume, ctx) => {
        const mask = voxelsOf(held) > 0 ? held : null
        return { mask: await line.pipeline.runStage(REMOVE_TABLE_STEP, { volume, mask }, { ...params }, ctx) }
      }),
    combine: (op, other) =>
      editActive(desk, 'combine', { op }, async (line, { mask, ai }, _field, ctx) => {
        const { mask: b, ai: of } = labelOf(labelsOf(desk), other)
        const made = await line.pipeline.runStage(COMBINE_STEP, { a: mask, b }, { op }, ctx)
        // What is taken away brings nothing of the other label along.
        return { mask: made, info: op === 'subtract' ? {} : { ai: mergedAi(ai, of) } }
      }),
    invert: () => editMask(desk, 'complement', COMPLEMENT_STEP, {}),
    clear: () => editActive(desk, 'clear-label', {}, async (_line, { mask }) => ({ mask: emptyMask(mask.grid) })),
    copyToNew: () =>
      editLabels(
        desk,
        'copy-label',
        (labels) => {
          const { anatomy, laterality, mask, limits, shells, ai } = activeOf(desk, labels)
          const id = labels.nextId
          const added = withMasks(addLabel(labels, anatomy, laterality), [{ id, mask }])
          return noteEdit(added, id, 'copy-label', {}, { limits, shells, ai })
        },
        (labels) => labels.nextId - 1,
      ),
    copyTo: (other) =>
      editLabels(desk, 'copy-label', (labels) => {
        const { mask, limits, shells, ai } = activeOf(desk, labels)
        const { id } = editableLabel(labels, other)
        return noteEdit(withMasks(labels, [{ id, mask }]), id, 'copy-label', {}, { limits, shells, ai })
      }),
  }
}

function smoothAll(desk: Desk, params: { sigmaMm: number }): Promise<void> {
  const { rules } = desk
  const smoothed = async (labels: LabelSet, ctx: Context) => {
    const together = openLabels(labels)
    const masks = together.map(({ mask }) => mask)
    const smooth = await desk.line().pipeline.runStage(SMOOTH_JOINT_STEP, masks, params, ctx)
    const proposed = smooth.map((mask, n) => ({ id: (together[n] as Label).id, mask }))
    const within = await voxelsAllowed(desk, rules, ctx.signal)
    const changed = withMasks(labels, placeAll(labels, proposed, { others: rules.others, within }))
    return proposed.reduce((set, { id }) => noteEdit(set, id, 'smooth-joint', params), changed)
  }
  return editLabels(desk, 'smooth-joint', smoothed, () => desk.data.activeLabel, rules)
}

function labelsOf({ data: { labels } }: Desk): LabelSet {
  if (labels) return labels
  throw new PipelineError('segment/no-label', 'There is no label yet. Mark something first.')
}

/** The active label. Throws 'segment/no-label'. */
const activeOf = (desk: Desk, labels: LabelSet): Label => labelOf(labels, desk.data.activeLabel ?? 0)

const NEIGHBOURS = 6

function tryGrow(desk: Desk, trial: Trial, click: Click): void {
  const { isAdded, ...where } = click
  const params = { ...where, neighbours: NEIGHBOURS } as const
  trial
    .show(
      async (field, signal) => {
        const grown = await previewClick(desk.workers, field, params, signal)
        const held = desk.data.active?.mask
        return isAdded && held ? combine(held, grown, 'union') : grown
      },
      () => grow(desk, click),
    )
    .catch(desk.report)
}

function grow(desk: Desk, click: Click): Promise<void> {
  const { isAdded, ...where } = click
  const params = { ...where, neighbours: NEIGHBOURS } as const
  return editActive(desk, 'grow-at-click', params, async (line, { mask }, field, ctx) => {
    const grown = await line.pipeline.runStage(GROW_AT_CLICK_STEP, field, params, ctx)
    if (isAdded) return { mask: combine(mask, grown, 'union') }
    return { mask: grown, info: { limits: limitsOf(field, click), shells: 1 } }
  })
}

/** The range that growing there keeps to. */
function limitsOf(field: Volume, { isAdded: _, ...click }: Click): { lowHu: number; highHu: number } {
  const { lowHu, highHu } = clickPlan(field, { ...click, neighbours: NEIGHBOURS, maxDistanceMm: null }).grow
  return { lowHu, highHu }
}

function split(desk: Desk, most: number, minMm3: number): Promise<void> {
  const params = { most, minMm3 }
  return editLabels(desk, 'split-islands', async (labels, ctx) => {
    const label = editableLabel(labels, activeOf(desk, labels).id)
    const pieces = await splitOf(desk, label, params, ctx)
    return pieces.reduce((set, mask, n) => {
      const id = n === 0 ? label.id : set.nextId
      const room = n === 0 ? set : addLabel(set, label.anatomy, label.laterality)
      const placed = withMasks(room, [{ id, mask }])
      return noteEdit(placed, id, 'split-islands', params, { limits: label.limits, shells: 1, ai: label.ai })
    }, labels)
  })
}

const splitOf = (desk: Desk, { mask }: Label, params: { most: number; minMm3: number }, ctx: Context) =>
  desk.line().pipeline.runStage(SPLIT_ISLANDS_STEP, mask, params, ctx)
