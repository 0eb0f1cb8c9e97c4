import type { BodyRow } from '../../../app/part-view.ts'
import type { SessionView } from '../../../app/session-view.ts'
import { PART } from '../../part.en.ts'
import { labelName } from '../../segment.en.ts'

/** What a body is called: by its own name, else by its label where there are several, else by its number. */
export const bodyName = (
  { id, name, label }: BodyRow,
  { part, labels }: Pick<SessionView, 'part' | 'labels'>,
): string =>
  name === '' && label && part.labels.length > 1 ? PART.ofLabel(id, labelName(label, labels)) : PART.body(id, name)
