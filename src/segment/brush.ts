import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { runBits, wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask, Vec3, Volume, VoxelBox } from '../core/types.ts'
import { type Capsule, capsuleOf, capsuleStretch, type Stretch } from './capsule.ts'
import { requireSlice, type SliceAxis } from './painted-slices.ts'
import { checkLimits, type StoredRange, storedRange, type ThresholdParams, thresholdRow } from './threshold.ts'

export interface Brush {
  /** A disc stays within one slice, a sphere reaches into its neighbours. */
  readonly shape: 'disc' | 'sphere'
  /** For 'disc': the voxel axis across the slice, and which slice. */
  readonly axis: SliceAxis
  readonly slice: number
  readonly radiusMm: number
  readonly mode: 'paint' | 'erase'
  /** Only voxels of the scan between these limits change; null for all. */
  readonly gate: ThresholdParams | null
}

export interface PaintParams extends Brush {
  /** The points of the stroke as fractional voxel indices, i, j, k of one after the other; used to 0.01 voxel. */
  readonly pointsIjk: readonly number[]
}

export const PAINT = {
  name: 'paint',
  version: 1,
  defaults: { shape: 'sphere', axis: 2, slice: 0, radiusMm: 5, mode: 'paint', gate: null, pointsIjk: [] },
} as const satisfies StageSpec<PaintParams>

/** Centres further from the stroke than the radius by less than this fraction still count: 3 x 0.1 mm is 0.3 mm. */
const TOLERANCE = 1e-6

/** A point of a stroke as the brush uses it and the trace keeps it: to 0.01 voxel. */
export function strokePoint([i, j, k]: Vec3): Vec3 {
  return [Math.round(i * 100) / 100, Math.round(j * 100) / 100, Math.round(k * 100) / 100]
}

/**
 * Moves the brush straight from one point to the next (fractional voxel indices; one point twice for a single touch).
 * Changes `mask.words` in place: for the working copy under a pointer, of which paint() then makes the stage's output.
 * Voxels change whose centre lies within the radius of the way, so quick strokes have no gaps; only rows in the touched
 * box are visited. Returns that box, or null when the brush is outside the scan. `volume` is for the gate.
 * Errors: app/bad-parameter, segment/grid-mismatch; nothing has changed then.
 */
export function dab(mask: Mask, from: Vec3, to: Vec3, brush: Brush, volume: Volume | null): VoxelBox | null {
  if (![...from, ...to].every(Number.isFinite)) throw badPoints()
  return sweep(mask, tipOf(mask.grid, brush, volume), from, to)
}

/**
 * The mask after a whole stroke: the same bytes as a dab on the first point and one from each point to the next, however
 * the stroke was cut into parts. Errors: as dab(), and app/bad-parameter without a point. Memory: one mask.
 */
export async function paint(mask: Mask, params: PaintParams, volume: Volume | null, ctx: Context): Promise<Mask> {
  const { pointsIjk: points } = params
  if (points.length < 3 || points.length % 3 !== 0 || !points.every(Number.isFinite)) throw badPoints()
  const tip = tipOf(mask.grid, params, volume)
  const painted: Mask = { grid: mask.grid, words: mask.words.slice() }
  const pace = pacer(ctx)
  for (let n = 0; n < points.length; n += 3) {
    sweep(painted, tip, pointAt(points, Math.max(0, n - 3)), pointAt(points, n))
    await pace.breathe((n + 3) / points.length)
  }
  ctx.progress(1)
  return painted
}

const badPoints = () => new PipelineError('app/bad-parameter', 'A stroke needs points with three numbers each.')

const pointAt = (points: readonly number[], n: number): Vec3 => [
  points[n] as number,
  points[n + 1] as number,
  points[n + 2] as number,
]

/** A brush made ready for one grid. */
interface Tip {
  readonly limitMm: number
  readonly erase: boolean
  /** The voxels it may reach. */
  readonly within: VoxelBox
  /** Points are put onto this slice. */
  readonly disc: { readonly axis: SliceAxis; readonly slice: number } | null
  readonly gate: Gate | null
}

interface Gate {
  readonly data: Int16Array
  readonly range: StoredRange
  /** Room for a row: bits of the voxels between the limits. */
  readonly open: Uint32Array
}

function tipOf(grid: Grid, brush: Brush, volume: Volume | null): Tip {
  const { shape, axis, slice, radiusMm, mode } = brush
  if (!(radiusMm > 0 && Number.isFinite(radiusMm))) {
    throw new PipelineError('app/bad-parameter', 'The brush needs a radius above 0 mm.', { radiusMm })
  }
  if (shape !== 'disc' && shape !== 'sphere') {
    throw new PipelineError('app/bad-parameter', 'A brush is a disc or a sphere.', { shape })
  }
  if (mode !== 'paint' && mode !== 'erase') {
    throw new PipelineError('app/bad-parameter', 'A brush paints or erases.', { mode })
  }
  if (shape === 'disc') requireSlice(grid, axis, slice)
  const min = [0, 0, 0] as [number, number, number]
  const max = grid.size.map((n) => n - 1) as [number, number, number]
  if (shape === 'disc') min[axis] = max[axis] = slice
  return {
    limitMm: radiusMm * (1 + TOLERANCE),
    erase: mode === 'erase',
    within: { min, max },
    disc: shape === 'disc' ? { axis, slice } : null,
    gate: gateOf(grid, brush.gate, volume),
  }
}

function gateOf(grid: Grid, limits: ThresholdParams | null, volume: Volume | null): Gate | null {
  if (!limits) return null
  checkLimits(limits)
  if (!volume)
    throw new PipelineError('app/bad-parameter', 'A brush with limits needs the scan. Switch the limits off.')
  if (!sameGrid(grid, volume.grid)) {
    throw new PipelineError('segment/grid-mismatch', 'The mask and the scan do not have the same grid.')
  }
  const range = storedRange(volume, limits.lowHu, limits.highHu)
  return { data: volume.data, range, open: new Uint32Array(wordsPerRow(grid)) }
}

function sweep(mask: Mask, tip: Tip, from: Vec3, to: Vec3): VoxelBox | null {
  const [a, b] = [placed(tip, from), placed(tip, to)]
  const box = touchedBox(mask.grid, tip, a, b)
  if (!box) return null
  const { spacing, size } = mask.grid
  const capsule = capsuleOf(spacing, a, b, tip.limitMm)
  const stretch: Stretch = { low: 0, high: 0 }
  for (let k = box.min[2]; k <= box.max[2]; k++) {
    for (let j = box.min[1]; j <= box.max[1]; j++) sweepRow(mask, tip, box, capsule, stretch, j + size[1] * k)
  }
  return box
}

function placed({ disc }: Tip, point: Vec3): Vec3 {
  const [i, j, k] = strokePoint(point)
  if (!disc) return [i, j, k]
  return [disc.axis === 0 ? disc.slice : i, disc.axis === 1 ? disc.slice : j, disc.axis === 2 ? disc.slice : k]
}

function touchedBox({ spacing }: Grid, { within, limitMm }: Tip, a: Vec3, b: Vec3): VoxelBox | null {
  const axes = [0, 1, 2] as const
  const least = (axis: SliceAxis) => Math.ceil(Math.min(a[axis], b[axis]) - limitMm / spacing[axis])
  const most = (axis: SliceAxis) => Math.floor(Math.max(a[axis], b[axis]) + limitMm / spacing[axis])
  const min = axes.map((axis) => Math.max(within.min[axis], least(axis))) as unknown as Vec3
  const max = axes.map((axis) => Math.min(within.max[axis], most(axis))) as unknown as Vec3
  return axes.every((axis) => min[axis] <= max[axis]) ? { min, max } : null
}

function sweepRow(mask: Mask, tip: Tip, box: VoxelBox, capsule: Capsule, stretch: Stretch, row: number): void {
  const { size, spacing } = mask.grid
  const j = row % size[1]
  capsuleStretch(capsule, j * spacing[1], ((row - j) / size[1]) * spacing[2], stretch)
  const first = Math.max(box.min[0], Math.ceil(stretch.low / spacing[0]))
  const last = Math.min(box.max[0], Math.floor(stretch.high / spacing[0]))
  if (!(first <= last)) return
  const start = first >> 5
  if (tip.gate) openGate(tip.gate, row * size[0], start * 32, Math.min(size[0], ((last >> 5) + 1) * 32))
  const base = row * wordsPerRow(mask.grid)
  for (let w = start; w <= last >> 5; w++) {
    const bits = tip.gate ? runBits(w, first, last) & (tip.gate.open[w - start] as number) : runBits(w, first, last)
    const word = mask.words[base + w] as number
    mask.words[base + w] = tip.erase ? word & ~bits : word | bits
  }
}

/** The gate's bits of voxels from .. to - 1 of the row whose data begin at `at`. */
function openGate({ data, range, open }: Gate, at: number, from: number, to: number): void {
  thresholdRow(data, at + from, to - from, range, open, 0)
}
