import { lpsToIjk } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Grid } from '../core/types.ts'

/** Places are whole numbers of 1 / 65536 source voxel: the same on every engine and on the GPU. */
export const PLACE_BITS = 16
export const ONE_VOXEL = 1 << PLACE_BITS
export const HALF_VOXEL = ONE_VOXEL >> 1
/** Three steps of this many voxels still fit an i32. */
const MOST_VOXELS = 10_000

/** By target axis: how far index n moves along one source axis. The offset of the grids is in one of the three. */
export type Steps = readonly [x: Int32Array, y: Int32Array, z: Int32Array]

/** Where the voxels of a target grid lie in a source grid: place on source axis a = sum over t of steps[a][t][index t]. */
export interface Sampling {
  readonly source: Grid
  readonly target: Grid
  readonly steps: readonly [Steps, Steps, Steps]
  /** Source voxels that one target voxel covers along each source axis. */
  readonly ratios: readonly [number, number, number]
  /** The target axis along each source axis when the axes of both grids are parallel, else null. */
  readonly along: readonly [number, number, number] | null
}

/**
 * Places of every target voxel, wrong by at most 3 / 131072 of a voxel (1 / 131072 when axes are parallel).
 * Memory: 12 bytes a row of the target along each axis. Errors: app/bad-parameter when the target reaches further than
 * 10,000 voxels from the source's first.
 */
export function samplingOf(source: Grid, target: Grid): Sampling {
  const base = lpsToIjk(source, target.origin)
  const axes = [0, 1, 2] as const
  const rows = axes.map((a) => axes.map((t) => turn(source, target, a, t)))
  const main = rows.map((row) =>
    row.reduce((best, move, t) => (Math.abs(move) > Math.abs(row[best] ?? 0) ? t : best), 0),
  )
  const steps = axes.map((a) =>
    axes.map((t) => stepsOf(rows[a]?.[t] ?? 0, t === main[a] ? base[a] : 0, target.size[t])),
  ) as unknown as Sampling['steps']
  const still = (a: number) => steps[a]?.every((step, t) => t === main[a] || step.every((n) => n === 0))
  const isParallel = new Set(main).size === 3 && axes.every(still)
  return {
    source,
    target,
    steps,
    ratios: rows.map((row) => Math.hypot(...row)) as unknown as Sampling['ratios'],
    along: isParallel ? (main as unknown as Sampling['along']) : null,
  }
}

/** Source voxels that one step along target axis t moves along source axis a. */
function turn(source: Grid, target: Grid, a: 0 | 1 | 2, t: 0 | 1 | 2): number {
  const cosine = [0, 3, 6].reduce((sum, row) => {
    return sum + (source.direction[row + a] as number) * (target.direction[row + t] as number)
  }, 0)
  return (cosine * target.spacing[t]) / source.spacing[a]
}

function stepsOf(move: number, base: number, count: number): Int32Array {
  const furthest = Math.max(Math.abs(base), Math.abs(base + move * (count - 1)))
  if (!(furthest <= MOST_VOXELS)) {
    throw new PipelineError('app/bad-parameter', 'The new grid lies too far from the scan.', { voxels: furthest })
  }
  return Int32Array.from({ length: count }, (_, n) => Math.round((base + move * n) * ONE_VOXEL))
}

/** The nine step tables one after the other, as the kernels read them: source axis by source axis. */
export function stepTables({ steps }: Sampling): Int32Array {
  return Int32Array.from(steps.flatMap((axis) => axis.flatMap((step) => [...step])))
}
