import { sameGrid } from '../core/affine.ts'
import { type AnatomyId, isPaired, type Laterality } from '../core/anatomy.ts'
import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import { countVoxels, emptyMask } from '../core/mask.ts'
import type { Grid, Mask } from '../core/types.ts'
import type { LabelAi } from './label-ai.ts'
import { LABEL_HEX } from './label-colours.ts'

export type LabelStatus = 'not-started' | 'in-progress' | 'done' | 'flagged'

/** How a label came about: a step, its parameters, and how often it ran in a row. */
export interface MadeWith {
  readonly stage: string
  readonly params: Readonly<Record<string, JsonValue>>
  readonly times: number
}

/** Everything about a label but its voxels. Plain JSON. */
export interface LabelInfo {
  /** 1 to 255, for good: a number is not given twice within a case. */
  readonly id: number
  readonly anatomy: AnatomyId
  readonly laterality: Laterality
  /** 1 to LABEL_COLOURS. */
  readonly colour: number
  /** No edit touches a locked label, on purpose or by the way. */
  readonly locked: boolean
  readonly visible: boolean
  readonly status: LabelStatus
  readonly secondsSpent: number
  /** The range that marked it, by whose borders a surface is placed between voxels; null before the first. */
  readonly limits: { readonly lowHu: number; readonly highHu: number } | null
  /** Pieces the part is meant to have. */
  readonly shells: number
  readonly made: readonly MadeWith[]
  /** Where its voxels come from a network; null where they do not. */
  readonly ai: LabelAi | null
}

export interface Label extends LabelInfo {
  /** Replaced by every edit, never changed in place. */
  readonly mask: Mask
}

/** The labels of one scan, in the order they are listed. They may overlap: each has a mask of its own. */
export interface LabelSet {
  readonly grid: Grid
  readonly labels: readonly Label[]
  /** The number that the next label gets. */
  readonly nextId: number
}

/** A label's new voxels. */
export interface LabelChange {
  readonly id: number
  readonly mask: Mask
}

export const LABEL_COLOURS = LABEL_HEX.length
const MOST_LABELS = 255
/** Entries of `made` that are kept: the newest say most. */
const MOST_MADE = 40
/** Longer lists among the parameters (the points of a stroke) stay in the trace only. */
const LONGEST_LIST = 6

/** No labels yet. */
export const noLabels = (grid: Grid): LabelSet => ({ grid, labels: [], nextId: 1 })

const counts = new WeakMap<Mask, number>()

/** Set voxels of a mask that is never changed in place; counted once. */
export function voxelsOf(mask: Mask): number {
  const known = counts.get(mask)
  if (known !== undefined) return known
  const counted = countVoxels(mask)
  counts.set(mask, counted)
  return counted
}

/** The label of this number. Throws 'segment/no-label'. */
export function labelOf(set: LabelSet, id: number): Label {
  const found = set.labels.find((label) => label.id === id)
  if (!found) throw new PipelineError('segment/no-label', 'This label is not there any more. Choose another.', { id })
  return found
}

/** The label, when an edit may change it. Throws 'segment/no-label', 'segment/locked'. */
export function editableLabel(set: LabelSet, id: number): Label {
  const label = labelOf(set, id)
  if (label.locked)
    throw new PipelineError('segment/locked', 'This label is locked. Unlock it, or choose another.', { id })
  return label
}

/** The labels that an edit of several takes along: visible, not locked, not empty. */
export const openLabels = ({ labels }: LabelSet): readonly Label[] =>
  labels.filter(({ visible, locked, mask }) => visible && !locked && voxelsOf(mask) > 0)

/** A new, empty label at the end; it shares its mask with other empty ones. Throws 'segment/too-many-labels'. */
export function addLabel(set: LabelSet, anatomy: AnatomyId, laterality: Laterality): LabelSet {
  if (set.labels.length >= MOST_LABELS || set.nextId > MOST_LABELS) {
    throw new PipelineError('segment/too-many-labels', `A scan can have ${MOST_LABELS} labels. Join some of them.`)
  }
  const label: Label = {
    id: set.nextId,
    anatomy,
    laterality: isPaired(anatomy) ? laterality : 'none',
    colour: freeColour(set),
    locked: false,
    visible: true,
    status: 'not-started',
    secondsSpent: 0,
    limits: null,
    shells: 1,
    made: [],
    ai: null,
    mask: set.labels.find(({ mask }) => voxelsOf(mask) === 0)?.mask ?? emptyMask(set.grid),
  }
  return { ...set, labels: [...set.labels, label], nextId: set.nextId + 1 }
}

/** The colour used least, the lowest of those. */
function freeColour({ labels }: LabelSet): number {
  let best = 1
  const used = (colour: number) => labels.filter((label) => label.colour === colour).length
  for (let colour = 2; colour <= LABEL_COLOURS; colour++) if (used(colour) < used(best)) best = colour
  return best
}

export function removeLabel(set: LabelSet, id: number): LabelSet {
  editableLabel(set, id)
  return { ...set, labels: set.labels.filter((label) => label.id !== id) }
}

/** Changes what a label is called and how it is shown; its voxels stay. */
export function changeLabel(set: LabelSet, id: number, change: Partial<Omit<LabelInfo, 'id'>>): LabelSet {
  const label = labelOf(set, id)
  const next = { ...label, ...change }
  const laterality = isPaired(next.anatomy) ? next.laterality : 'none'
  return replaceLabel(set, { ...next, laterality })
}

/** The set with these masks in place of the labels' own. Throws 'segment/no-label', 'segment/grid-mismatch'. */
export function withMasks(set: LabelSet, changes: readonly LabelChange[]): LabelSet {
  return changes.reduce((now, { id, mask }) => {
    if (!sameGrid(mask.grid, set.grid)) {
      throw new PipelineError('segment/grid-mismatch', 'The mask does not belong to this scan.')
    }
    return replaceLabel(now, { ...labelOf(now, id), mask })
  }, set)
}

function replaceLabel(set: LabelSet, label: Label): LabelSet {
  return { ...set, labels: set.labels.map((own) => (own.id === label.id ? label : own)) }
}

/** Notes what made a label: the same step again counts up and keeps the last parameters. */
export function noteMade(made: readonly MadeWith[], stage: string, params: MadeWith['params']): readonly MadeWith[] {
  const short = Object.entries(params).filter(([, value]) => !Array.isArray(value) || value.length <= LONGEST_LIST)
  const last = made.at(-1)
  const again = last?.stage === stage
  const entry = { stage, params: Object.fromEntries(short), times: again ? last.times + 1 : 1 }
  return [...(again ? made.slice(0, -1) : made), entry].slice(-MOST_MADE)
}

/** A label without its voxels. */
export function infoOf({ mask: _, ...info }: Label): LabelInfo {
  return info
}
