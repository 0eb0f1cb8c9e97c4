import type { SessionView } from '../../../app/session-view.ts'
import type { AiRegion } from '../../../segment/label-ai.ts'
import { APPROVE } from '../../approve.en.ts'
import { volume } from '../../format.ts'
import type { Pin } from '../../viewer/pin.ts'

/** All places where a network was unsure of what is printed, numbered from 1 over all labels. */
export function unsurePlaces(
  session: SessionView,
): readonly (AiRegion & { readonly n: number; readonly key: string })[] {
  return session.part.labels
    .flatMap(({ id, ai }) =>
      (ai?.regions ?? []).map((region, index) => ({ ...region, key: `${session.openCase?.id}-${id}-${index}` })),
    )
    .map((region, index) => ({ ...region, n: index + 1 }))
}

/** How many places whoever signs has not looked at; `seen` are their keys. */
export const unseenPlaces = (session: SessionView, seen: ReadonlySet<string>): number =>
  unsurePlaces(session).filter(({ key }) => !seen.has(key)).length

/** Of a ring that holds a place of this volume with room to spare, mm. */
export const ringMm = (mm3: number): number => 1.5 * Math.cbrt((3 * mm3) / (4 * Math.PI))

/** The same on the part; none once it lies elsewhere than in the scan. `here`: the number of the one that is looked at. */
export function placePins(session: SessionView, here: number | null): Pin[] {
  if (session.part.isMoved) return []
  return unsurePlaces(session).map(({ n, key, at, mm3 }) => {
    const tag = APPROVE.regionAt(n, mm3)
    return {
      key,
      at,
      level: 'warn',
      number: n,
      value: volume(mm3),
      tag: [tag[0], ` ${tag[1]}`] as const,
      here: n === here,
    }
  })
}
