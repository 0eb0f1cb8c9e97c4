import type { Vec3 } from '../core/types.ts'

export type BlockAxes = readonly [Vec3, Vec3, Vec3]

/** A caliper pad on the part, as the ticket of a print tells of it. */
export interface TicketBlock {
  /** A letter or short word that stands on the ticket. */
  readonly id: string
  /** Middle of the block, LPS mm. */
  readonly atLps: Vec3
  /** Edge lengths as designed, along its own x, y and z, mm. */
  readonly sizeMm: Vec3
  /** Which way those point in the part, of length 1; absent when along the part's own. */
  readonly axes?: BlockAxes
}

/** Blocks that an acceptance takes at least (gates: print acceptance). */
export const LEAST_BLOCKS = 3
const NOMINAL_MM = 10
const NAMES = ['A', 'B', 'C'] as const

/** For a part without landing blocks: three places that a person measures and sizes by hand. */
export const blocksByHand = (): readonly TicketBlock[] =>
  NAMES.map((id) => ({ id, atLps: [0, 0, 0], sizeMm: [NOMINAL_MM, NOMINAL_MM, NOMINAL_MM] }))
