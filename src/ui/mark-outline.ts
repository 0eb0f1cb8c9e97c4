import { markFrame, type OnFace } from '../app/mark-steps.ts'
import type { Params } from '../app/templates.ts'
import { codeSideMm } from '../prepare/marks/code.ts'
import { toLps } from '../prepare/marks/frame.ts'
import { HANGING_HOLE } from '../prepare/marks/hanging-hole.ts'
import type { HalfSize } from '../prepare/marks/relief.ts'

/** Half of what a mark takes up on its face, mm; null for one that is not put on a face, and for text of unknown size. */
export function markHalf(stage: string, values: Params, text: HalfSize | null): HalfSize | null {
  if (stage === 'emboss') return text
  if (stage === 'code') {
    const half = codeSideMm(Number(values.moduleMm)) / 2
    return { x: half, y: half }
  }
  if (stage !== 'hanging-hole') return null
  const around = Number(values.diameterMm) / 2 + Number(values.wallMm)
  return { x: around, y: values.how === 'ring' ? HANGING_HOLE.defaults.ringMm / 2 : around }
}

/** Above the face, so that the lines are not hidden in it, mm. */
const LIFT_MM = 0.3
/** Of the arrow head that shows where the top is, as a share of the shorter side. */
const HEAD = 0.35

/** The rectangle of a mark on a face, with an arrow head on its top: line segments x0 y0 z0 x1 y1 z1 in LPS mm. */
export function markOutline(place: OnFace, { x, y }: HalfSize): number[] {
  const frame = markFrame(place)
  const head = HEAD * Math.min(x, y)
  const at = (u: number, v: number) => toLps(frame, u, v, LIFT_MM)
  const corners = [at(-x, -y), at(x, -y), at(x, y), at(-x, y)]
  const sides = corners.flatMap((corner, n) => [...corner, ...(corners[(n + 1) % 4] ?? corner)])
  const tip = at(0, y + head)
  return [...sides, ...at(-head, y), ...tip, ...tip, ...at(head, y)]
}
