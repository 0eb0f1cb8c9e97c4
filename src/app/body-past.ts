import type { EditMade } from './part-history.ts'

const FIRST_BODY = [1]

/** The edits that led to a body, the oldest first: those made on it and on the bodies that it was made of. */
export function editsOfBody(edits: readonly EditMade[], id: number): readonly EditMade[] {
  const ids = new Set([id])
  const led: EditMade[] = []
  for (const [back, edit] of edits.toReversed().entries()) {
    const earlier = edits[edits.length - back - 2]
    const before = earlier ? earlier.after.map((body) => body.id) : FIRST_BODY
    const isNew = [...ids].some((one) => !before.includes(one))
    if (!isNew && !edit.on.some((one) => ids.has(one))) continue
    led.unshift(edit)
    // A body that is new was made of those the edit took; one that is gone was taken up by those it left.
    const after = new Set(edit.after.map((body) => body.id))
    for (const one of edit.on) if (isNew || !after.has(one)) ids.add(one)
  }
  return led
}

/** How large a body is and whether it is turned inside out, against the scan, by the edits that led to it. */
export function likenessOf(edits: readonly EditMade[]): { readonly scale: number; readonly mirrored: boolean } {
  const factors = edits.flatMap(({ stage, params }) =>
    stage === 'scale' && typeof params.factor === 'number' ? [params.factor] : [],
  )
  return {
    scale: factors.reduce((product, factor) => product * factor, 1),
    mirrored: edits.filter(({ stage }) => stage === 'mirror').length % 2 === 1,
  }
}
