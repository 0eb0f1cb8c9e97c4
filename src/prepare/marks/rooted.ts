import type { PrismEnds } from './prism.ts'
import type { Relief } from './relief.ts'

/** A sphere of 10 mm sags by 0.01 mm under edges of this length. */
export const FOLLOWING_EDGE_MM = 1

/**
 * The lower end of something that stands on a part: it follows the surface at `rootMm` below it, and never goes more than half
 * through the wall, so that it does not come out on the other side.
 */
export function rooted({ heightAt, wallAt }: Relief, rootMm: number): Pick<PrismEnds, 'bottom' | 'maxEdgeMm'> {
  return {
    bottom: (x, y) => heightAt(x, y) - Math.min(rootMm, wallAt(x, y) / 2),
    maxEdgeMm: FOLLOWING_EDGE_MM,
  }
}

/** The highest place of a surface, mm over its plane. */
export const highestMm = ({ samples, heightAt }: Relief): number =>
  samples.reduce((most, { x, y }) => Math.max(most, heightAt(x, y)), Number.NEGATIVE_INFINITY)
