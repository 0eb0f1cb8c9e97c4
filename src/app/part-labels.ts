import type { Label } from '../segment/label-set.ts'
import type { Body } from './part-body.ts'
import type { PartHistory } from './part-history.ts'

/** What of the open case says which labels the part rests on. */
interface PartOfCase {
  readonly modelLabel: number | null
  readonly bodies: readonly Body[]
  readonly part: PartHistory
  readonly label: (id: number | null) => Label | null
}

/** Name of the edit that adds a body made of another label. */
export const LABEL_BODY = 'label-body'

/** Labels that the model or any moment of the part rests on. */
export function labelsOfPart({ modelLabel, part }: Pick<PartOfCase, 'modelLabel' | 'part'>): ReadonlySet<number> {
  const added = part.versions.flatMap(({ edits }) => edits.filter(({ stage }) => stage === LABEL_BODY))
  const ids = [modelLabel, ...added.map(({ params }) => params.label)]
  return new Set(ids.filter((id) => typeof id === 'number'))
}

/** The label that a body was made of; null when it is gone. */
export const labelOfBody = (
  data: Pick<PartOfCase, 'label' | 'modelLabel'>,
  { origin }: Pick<Body, 'origin'>,
): Label | null => data.label(origin?.label ?? data.modelLabel)

/** Labels of the part that its bodies show now. */
export const labelsShown = (data: Pick<PartOfCase, 'label' | 'modelLabel' | 'bodies'>): readonly Label[] => [
  ...new Set(data.bodies.flatMap((body) => labelOfBody(data, body) ?? [])),
]
