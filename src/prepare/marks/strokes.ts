import type { CrossSection } from 'manifold-3d'
import type { Solids } from '../solid.ts'
import type { Ring } from './prism.ts'

/** Sharp ends of strokes get lost below any width: up to a twentieth of the area in an X or a Y. */
const LOST_SHARE = 0.06
/** Halvings of the interval between too wide and not. */
const ROUNDS = 12

/**
 * The widest that every stroke of some outlines still holds, mm: a morphological opening by less than that loses next to nothing.
 * To 1 % of `upToMm`, which is the answer when all is wider.
 */
export function strokeWidthMm(
  rings: readonly Ring[],
  upToMm: number,
  { lib, keep }: Pick<Solids, 'lib' | 'keep'>,
): number {
  const parts = keep(new lib.CrossSection([...rings]))
    .decompose()
    .map(keep)
  const holds = (widthMm: number) => parts.every((part) => lostShare(part, widthMm, keep) <= LOST_SHARE)
  if (holds(upToMm)) return upToMm
  let [low, high] = [0, upToMm]
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

function lostShare(part: CrossSection, widthMm: number, keep: Solids['keep']): number {
  const thinner = keep(part.offset(-widthMm / 2, 'Miter'))
  const opened = keep(thinner.offset(widthMm / 2, 'Miter'))
  return keep(part.subtract(opened)).area() / part.area()
}
