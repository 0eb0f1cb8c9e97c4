import type { Vec3 } from '../../core/types.ts'

/** A caliper pad as designed: a cuboid on a stalk, so that its six faces can be gripped in three pairs. */
export interface LandingBlock {
  /** A, B, C and so on. */
  readonly id: string
  /** Middle of the cuboid, LPS mm. */
  readonly atLps: Vec3
  /** Unit vectors square to its pairs of faces, LPS. */
  readonly axes: readonly [Vec3, Vec3, Vec3]
  /** Between the faces of each pair, along `axes`, mm. */
  readonly sizeMm: Vec3
}

/** What goes with a part to the printer and is filled in when the part is measured. No patient data. */
export interface Ticket {
  readonly traceId: string
  /** What is written on the part. */
  readonly lines: readonly string[]
  readonly blocks: readonly LandingBlock[]
}
