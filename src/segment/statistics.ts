import { ijkToLps, sameGrid, voxelMm3 } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { maskVolumeMm3, popcount, wordsPerRow } from '../core/mask.ts'
import type { Bounds } from '../core/mesh.ts'
import type { Grid, Mask, Vec3, Volume } from '../core/types.ts'

export interface MaskStatistics {
  readonly voxels: number
  readonly volumeMm3: number
  /** Around whole voxels (not their centres), LPS mm; null when the mask is empty. */
  readonly boundsLps: Bounds | null
  /** Mean real value of the set voxels; null when the mask is empty or no volume is given. */
  readonly mean: number | null
}

/** What one x-row of a mask adds to its statistics: first and last set voxel, how many, sum of their stored values. */
export interface RowTally {
  first: number
  last: number
  voxels: number
  sum: number
}

/**
 * Size, place and mean value of the set voxels. Throws segment/grid-mismatch when the volume is another scan.
 * Reads 1/8 byte a voxel, and 2 bytes a set voxel when the mean is asked for; makes nothing.
 */
export function maskStatistics(mask: Mask, volume: Volume | null): MaskStatistics {
  requireItsScan(mask, volume)
  const [nx, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const tally: RowTally = { first: 0, last: 0, voxels: 0, sum: 0 }
  const summary = new RowSummary(mask.grid)
  for (let row = 0; row < ny * nz; row++) {
    tallyRow(mask.words, row * perRow, perRow, tally)
    if (tally.voxels === 0) continue
    tally.sum = volume ? sumOfRow(mask.words, row * perRow, perRow, volume.data, row * nx) : 0
    summary.add(row, tally)
  }
  return summary.statistics(volume)
}

const MM3_PER_ML = 1000

/** Volume of the set voxels in ml, as a list of labels shows it. Reads 1/8 byte a voxel. */
export const maskMl = (mask: Mask): number => maskVolumeMm3(mask) / MM3_PER_ML

/** Throws segment/grid-mismatch unless the volume, if any, is the scan that the mask was made on. */
export function requireItsScan(mask: Mask, volume: Pick<Volume, 'grid'> | null): void {
  if (!volume || sameGrid(mask.grid, volume.grid)) return
  throw new PipelineError('segment/grid-mismatch', 'This mask belongs to another scan and cannot be measured on it.')
}

/** Voxels, first and last of one row, by whole words: four to six times the speed of a walk over the set bits. */
function tallyRow(words: Uint32Array, at: number, perRow: number, tally: RowTally): void {
  let voxels = 0
  let first = -1
  let last = -1
  for (let w = 0; w < perRow; w++) {
    const word = words[at + w] as number
    if (word === 0) continue
    voxels += popcount(word)
    if (first < 0) first = w * 32 + 31 - Math.clz32(word & -word)
    last = w * 32 + 31 - Math.clz32(word)
  }
  tally.voxels = voxels
  tally.first = first
  tally.last = last
}

function sumOfRow(words: Uint32Array, at: number, perRow: number, data: Int16Array, start: number): number {
  let sum = 0
  for (let w = 0; w < perRow; w++) {
    const base = start + w * 32
    for (let bits = words[at + w] as number; bits !== 0; bits &= bits - 1) {
      sum += data[base + 31 - Math.clz32(bits & -bits)] as number
    }
  }
  return sum
}

/** The set voxel that lies farthest one way along an LPS axis. */
interface Extreme {
  along: number
  readonly voxel: [number, number, number]
}

const extremes = (): Extreme[] => Array.from({ length: 3 }, () => ({ along: Infinity, voxel: [0, 0, 0] }))

/**
 * Statistics from rows, added in any order, by the CPU twin and by the driver. The box is taken over the rows, because
 * the box of a box is too large when the scan lies oblique.
 */
export class RowSummary {
  private readonly grid: Grid
  private readonly low = extremes()
  private readonly high = extremes()
  private voxels = 0
  private sum = 0

  constructor(grid: Grid) {
    this.grid = grid
  }

  /** Adds row j + ny * k; not for rows without set voxels. The sums stay exact: whole numbers below 2^53. */
  add(row: number, { first, last, voxels, sum }: RowTally): void {
    this.voxels += voxels
    this.sum += sum
    const ny = this.grid.size[1]
    const j = row % ny
    const k = (row - j) / ny
    for (let axis = 0; axis < 3; axis++) {
      const x = this.step(axis, 0)
      const rest = this.step(axis, 1) * j + this.step(axis, 2) * k
      const [near, far] = x < 0 ? [last, first] : [first, last]
      farther(this.low[axis] as Extreme, x * near + rest, near, j, k)
      farther(this.high[axis] as Extreme, -(x * far + rest), far, j, k)
    }
  }

  /** `scale` turns the sums into the mean; null leaves it out. */
  statistics(scale: Pick<Volume, 'slope' | 'intercept'> | null): MaskStatistics {
    const { voxels, sum, grid } = this
    return {
      voxels,
      volumeMm3: voxels * voxelMm3(grid),
      boundsLps: voxels > 0 ? { min: this.corner(this.low, -0.5), max: this.corner(this.high, 0.5) } : null,
      mean: scale && voxels > 0 ? (scale.slope * sum) / voxels + scale.intercept : null,
    }
  }

  /** LPS mm along `axis` for one voxel on along the grid's own axis. */
  private step(axis: number, along: number): number {
    return (this.grid.direction[axis * 3 + along] as number) * (this.grid.spacing[along] as number)
  }

  /** The outermost corner of each axis' extreme voxel. */
  private corner(ends: Extreme[], half: number): Vec3 {
    const place = (axis: 0 | 1 | 2) => {
      const { voxel } = ends[axis] as Extreme
      const out = (along: 0 | 1 | 2) => voxel[along] + (this.step(axis, along) < 0 ? -half : half)
      return ijkToLps(this.grid, [out(0), out(1), out(2)])[axis]
    }
    return [place(0), place(1), place(2)]
  }
}

function farther(end: Extreme, along: number, i: number, j: number, k: number): void {
  if (along >= end.along) return
  end.along = along
  end.voxel[0] = i
  end.voxel[1] = j
  end.voxel[2] = k
}
