import { PipelineError } from '../core/errors.ts'
import { emptyMask, wordsPerRow } from '../core/mask.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask, Vec3, Volume } from '../core/types.ts'
import { ballRows } from './margin.ts'
import { checkGrow, type RegionGrowParams, regionGrowWithin, seedVoxels } from './region-grow.ts'
import type { ThresholdParams } from './threshold.ts'

export interface GrowAtClickParams extends ThresholdParams {
  /** The clicked point, LPS mm. */
  readonly seedLps: Vec3 | null
  /** Null: between lowHu and highHu. Else within this much of the mean of the 27 voxels around the point. */
  readonly toleranceHu: number | null
  readonly neighbours: RegionGrowParams['neighbours']
  /** No further from the clicked voxel than this, between centres; null: anywhere. */
  readonly maxDistanceMm: number | null
}

export const GROW_AT_CLICK = {
  name: 'grow-at-click',
  version: 1,
  defaults: { seedLps: null, lowHu: 226, highHu: 3071, toleranceHu: null, neighbours: 6, maxDistanceMm: null },
} as const satisfies StageSpec<GrowAtClickParams>

/**
 * The tissue that was clicked: the voxels in range that are joined to the clicked one through such voxels, none of them
 * beyond the distance. Errors: app/bad-parameter; segment/bad-seed when the point lies outside the scan or the range.
 * Cost and memory: as regionGrow, with a distance one mask more.
 */
export function growAtClick(volume: Volume, params: GrowAtClickParams, ctx: Context): Mask {
  const { grow, within } = clickPlan(volume, params)
  return regionGrowWithin(volume, grow, within, ctx)
}

/** What a click asks of region growing, on either twin. */
export interface ClickPlan {
  readonly grow: RegionGrowParams
  readonly within: Mask | null
}

/** Range and reach of a click. Errors: as growAtClick. */
export function clickPlan(volume: Volume, params: GrowAtClickParams): ClickPlan {
  const { seedLps, toleranceHu, neighbours, maxDistanceMm } = params
  if (maxDistanceMm !== null && !(maxDistanceMm > 0 && Number.isFinite(maxDistanceMm))) {
    throw new PipelineError('app/bad-parameter', 'The distance must be a number of mm above 0.', { maxDistanceMm })
  }
  if (!seedLps?.every(Number.isFinite)) throw new PipelineError('segment/bad-seed', 'Click on the tissue to grow from.')
  const [voxel] = seedVoxels(volume.grid, [seedLps])
  if (!voxel) throw new PipelineError('segment/bad-seed', 'The point lies outside the scan. Click on the scan.')
  const limits = toleranceHu === null ? params : around(volume, voxel, toleranceHu)
  const grow = { lowHu: limits.lowHu, highHu: limits.highHu, seedsLps: [seedLps], neighbours }
  checkGrow(grow)
  requireInRange(volume, voxel, grow, toleranceHu !== null)
  return { grow, within: maxDistanceMm === null ? null : ballMask(volume.grid, voxel, maxDistanceMm) }
}

function requireInRange(volume: Volume, voxel: Vec3, { lowHu, highHu }: ThresholdParams, isTolerance: boolean): void {
  const valueHu = realAt(volume, voxel)
  if (valueHu >= lowHu && valueHu <= highHu) return
  const sentence = isTolerance
    ? 'The point lies on an edge: its value is further from those around it than allowed. Click further inside, or allow more.'
    : 'The value at this point is not between the limits. Click elsewhere, or widen the limits.'
  throw new PipelineError('segment/bad-seed', sentence, { valueHu, lowHu, highHu })
}

const realAt = ({ grid, data, slope, intercept }: Volume, [i, j, k]: Vec3) =>
  slope * (data[i + grid.size[0] * (j + grid.size[1] * k)] as number) + intercept

function around(volume: Volume, [i, j, k]: Vec3, toleranceHu: number): ThresholdParams {
  if (!(toleranceHu >= 0 && Number.isFinite(toleranceHu))) {
    throw new PipelineError('app/bad-parameter', 'The tolerance must be a number, 0 or more.', { toleranceHu })
  }
  const [nx, ny, nz] = volume.grid.size
  const near = (at: number, n: number) => [at - 1, at, at + 1].filter((x) => x >= 0 && x < n)
  let [sum, count] = [0, 0]
  for (const z of near(k, nz)) {
    for (const y of near(j, ny)) {
      for (const x of near(i, nx)) {
        sum += volume.data[x + nx * (y + ny * z)] as number
        count++
      }
    }
  }
  const meanHu = volume.slope * (sum / count) + volume.intercept
  return { lowHu: meanHu - toleranceHu, highHu: meanHu + toleranceHu }
}

/** The voxels whose centres lie within a distance of another voxel's. */
function ballMask(grid: Grid, [i, j, k]: Vec3, distanceMm: number): Mask {
  const mask = emptyMask(grid)
  const [nx, ny, nz] = grid.size
  const perRow = wordsPerRow(grid)
  for (const { dj, dk, reach } of ballRows(grid, distanceMm)) {
    if (j + dj < 0 || j + dj >= ny || k + dk < 0 || k + dk >= nz) continue
    const base = (j + dj + ny * (k + dk)) * perRow
    for (let x = Math.max(0, i - reach); x <= Math.min(nx - 1, i + reach); x++) {
      mask.words[base + (x >> 5)] = (mask.words[base + (x >> 5)] as number) | (1 << (x & 31))
    }
  }
  return mask
}
