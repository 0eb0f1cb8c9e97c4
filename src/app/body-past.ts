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

type Past = readonly Pick<EditMade, 'stage' | 'on' | 'after'>[]

/**
 * Whether a body shows the other side of the scan, by the edits that led to it: mirrored twice is as scanned, what is cut off a
 * mirrored body is mirrored, and one body joined of several is when any of them was.
 */
export function isMirrored(edits: Past, id: number): boolean {
  let known = new Map(FIRST_BODY.map((body) => [body, false]))
  for (const edit of edits) known = mirroredAfter(edit, known)
  return known.get(id) ?? false
}

function mirroredAfter({ stage, on, after }: Past[number], known: ReadonlyMap<number, boolean>): Map<number, boolean> {
  const now = new Map<number, boolean>()
  const isGone = (id: number) => after.every((body) => body.id !== id)
  const takenUp = on.some((id) => isGone(id) && known.get(id) === true)
  // New bodies stand behind the one they were made of.
  let last = false
  for (const { id } of after) {
    const before = known.get(id)
    const isNew = before === undefined
    const is: boolean = isNew ? on.length > 0 && last : before || (takenUp && on.includes(id))
    if (on.includes(id) || isNew) last = is
    now.set(id, stage === 'mirror' && on.includes(id) ? !is : is)
  }
  return now
}
