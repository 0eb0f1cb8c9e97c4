import type { Solids } from '../solid.ts'
import type { Ring } from './prism.ts'

/** A rectangle around a point, counter-clockwise, mm. */
export const rectangle = (x: number, y: number, halfX: number, halfY: number): Ring => [
  [x - halfX, y - halfY],
  [x + halfX, y - halfY],
  [x + halfX, y + halfY],
  [x - halfX, y + halfY],
]

/** A chord of a circle of 10 mm is 0.01 mm off with so many. */
const SEGMENTS = 72

/** A circle around a point, counter-clockwise, mm. The library makes it: sines differ between engines in the last bit. */
export function circle(x: number, y: number, radiusMm: number, { lib, keep }: Pick<Solids, 'lib' | 'keep'>): Ring {
  const round = keep(lib.CrossSection.circle(radiusMm, SEGMENTS))
  return keep(round.translate([x, y])).toPolygons()[0] as Ring
}
