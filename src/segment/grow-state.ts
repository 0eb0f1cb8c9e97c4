import type { Grid, LabelMap, Mask, Vec3, Volume } from '../core/types.ts'

export interface GrowParams {
  /** How far beyond the box around the seeds labels may grow, as a share of its size on each axis; null: anywhere. */
  readonly marginFraction: number | null
  /** Cost of one step along the finest axis, 1 to 64; the full contrast of the scan costs 1023. Higher: more compact. */
  readonly locality: number
}

/** What grows where. All on one grid. */
export interface GrowInput {
  readonly volume: Volume
  /** Painted voxels by label, 0 = not painted. */
  readonly seeds: LabelMap
  /** Voxels that may be labelled, seeds included; null: all. */
  readonly allowed: Mask | null
}

/** Voxels from `from` up to but not `end`. */
export interface Box {
  readonly from: Vec3
  readonly end: Vec3
}

/** Cost of a voxel that nothing reached, and the highest cost of one that was: longer ways cost the same. */
export const UNREACHED = 65_535
export const MOST_COST = 65_534

/**
 * Costs and labels inside a box, x fastest, with one voxel around it on all sides. Seeds: cost 0 and a label. Voxels that
 * may not be labelled, and those around the box: cost 0 and no label, so nothing is cheaper and nothing starts there.
 */
export interface GrowState {
  readonly box: Box
  readonly costs: Uint16Array
  readonly labels: Uint8Array
  readonly rule: StepRule
}

/** How a step between two voxels is priced: whole numbers, so that every order of work gives the same sums. */
export interface StepRule {
  /** By axis: from the spacing, the finest axis costing `locality`. */
  readonly lengths: Vec3
  /** Differences beyond this many stored units count as this many. */
  readonly span: number
  /** Cost of a difference d: (min(d, span) x gain) >> GAIN_BITS. */
  readonly gain: number
}

export const GAIN_BITS = 12

/** One x-row of a box: positions of its first voxel in the state and in the scan, its number in the box, and where it is. */
export interface BoxRow {
  readonly state: number
  readonly scan: number
  readonly row: number
  readonly j: number
  readonly k: number
}

/** Calls with every x-row of a box, bottom slice first. */
export function eachBoxRow(grid: Pick<Grid, 'size'>, { from, end }: Box, visit: (row: BoxRow) => void): void {
  const [px, py] = paddedSize({ from, end })
  const [nx, ny] = grid.size
  let row = 0
  for (let k = from[2]; k < end[2]; k++) {
    for (let j = from[1]; j < end[1]; j++, row++) {
      const state = 1 + px * (j - from[1] + 1 + py * (k - from[2] + 1))
      visit({ state, scan: from[0] + nx * (j + ny * k), row, j, k })
    }
  }
}

/** Voxels of a state by axis: its box and one more on each side. */
export function paddedSize({ from, end }: Box): Vec3 {
  return [end[0] - from[0] + 2, end[1] - from[1] + 2, end[2] - from[2] + 2]
}

/** Words a row of one bit a voxel of the box: its front. */
export function frontWords({ from, end }: Box): number {
  return (end[0] - from[0] + 31) >>> 5
}

/** The labels of a state on its scan's grid; outside the box nothing is labelled. */
export function labelsOf(grid: Grid, { box, labels }: GrowState): LabelMap {
  const result = new Uint8Array(grid.size[0] * grid.size[1] * grid.size[2])
  const width = box.end[0] - box.from[0]
  eachBoxRow(grid, box, ({ state, scan }) => {
    result.set(labels.subarray(state, state + width), scan)
  })
  return { grid, labels: result }
}
