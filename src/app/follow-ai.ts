import { editedMm3 } from '../segment/burden.ts'
import { afterEdit } from '../segment/label-ai.ts'
import { changeLabel, type Label, type LabelSet, voxelsOf } from '../segment/label-set.ts'
import { touchedRegions } from '../segment/uncertain-regions.ts'
import type { AiSource } from './ai-steps.ts'

/** The AI masks of a case, by the source that its labels name. */
export type AiSources = ReadonlyMap<string, AiSource>

/**
 * What an edit did to labels that came from a network: how far each is from the AI's mask now, which unsure regions count
 * as edited, and that the second reader has not seen it. A label without voxels left has nothing of the AI any more.
 */
export function followAi(sources: AiSources, before: LabelSet, after: LabelSet): LabelSet {
  return after.labels.reduce((set, label) => {
    if (!label.ai) return set
    const was = before.labels.find(({ id }) => id === label.id)
    if (was?.mask === label.mask && was.ai === label.ai) return set
    return changeLabel(set, label.id, { ai: followed(sources.get(label.ai.source), was, label) })
  }, after)
}

function followed(source: AiSource | undefined, was: Label | undefined, { mask, ai }: Label): Label['ai'] {
  if (!ai || voxelsOf(mask) === 0) return null
  const edited = source ? editedMm3(source.mask, mask) : ai.editedMm3
  // Made by this very edit, or changed by a word on it: nothing of it was edited.
  if (!was || was.ai !== ai) return edited === ai.editedMm3 ? ai : { ...ai, editedMm3: edited }
  const touched = source ? touchedRegions(was.mask, mask, { regions: ai.regions, mask: source.unsure }) : []
  return afterEdit(ai, touched, edited)
}
