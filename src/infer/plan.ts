import { voxelCount } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import type { ModelCard } from './card.ts'
import { conformedGrid, roundedUp } from './conformed-grid.ts'
import type { RunPlan } from './outcome.ts'

/** What a run may take when nobody says otherwise: a tab has 4 GiB, and the page, the scan and the mesh live beside it. */
export const DEFAULT_LIMIT_BYTES = 2 ** 30

/** A plan with all that the run needs. */
export interface TilePlan extends RunPlan {
  /** The conformed grid. */
  readonly grid: Grid
  /** Voxels of a tile along x, y and z. */
  readonly tile: Vec3
  /** Voxels of a tile next to a cut that count for nothing. */
  readonly edgeVoxels: number
  /** First voxels of tiles along x, y and z, rising: each combination is a tile. */
  readonly starts: readonly [readonly number[], readonly number[], readonly number[]]
}

/** An edge is cut into so many tiles at most. */
const MOST_TILES = 32

/**
 * How a network will go over a scan of this grid, and the memory it takes at its peak, before anything runs. Of all ways to cut
 * the conformed grid into even tiles no larger than the card's, that overlap by `overlapVoxels` or more, the one that runs the
 * fewest voxels within the limit: what overlaps is run twice. A part of a scan never needs more than the whole, so the plan
 * of a scan holds for what is left of it when it is cropped to the head. Errors: infer/too-large (how much it needs and the
 * limit), app/bad-parameter, volume/too-large.
 */
export function planRun(scan: Grid, card: ModelCard, limitBytes: number = DEFAULT_LIMIT_BYTES): TilePlan {
  const grid = conformedGrid(scan, card.input, card.tiling.multipleOf)
  const plans = tilesOf(grid.size, card).map((tile) => planOf(scan, grid, tile, card))
  const leastOf = (of: readonly TilePlan[], cost: (plan: TilePlan) => number) =>
    of.reduce<TilePlan | null>((best, plan) => (best && cost(best) <= cost(plan) ? best : plan), null)
  const found = leastOf(
    plans.filter(({ peakBytes }) => peakBytes <= limitBytes),
    ({ tiles, tile }) => tiles * tile[0] * tile[1] * tile[2],
  )
  if (found) return found
  throw tooLarge(leastOf(plans, ({ peakBytes }) => peakBytes)?.peakBytes ?? 0, limitBytes)
}

/** Every tile that is worth a look, the largest first: along each axis, edges that cut it into 1, 2, 3 ... alike. */
function tilesOf(size: Vec3, { tiling }: ModelCard): Vec3[] {
  const { tileVoxels, multipleOf, overlapVoxels } = tiling
  if (tileVoxels === null) return [size]
  const least = Math.max(2 * overlapVoxels, 2 * multipleOf)
  const edges = (a: 0 | 1 | 2) => {
    const counts = Array.from({ length: MOST_TILES }, (_, n) => n + 1)
    const wanted = counts.map((n) => roundedUp((size[a] + (n - 1) * overlapVoxels) / n, multipleOf))
    const allowed = wanted.filter(
      (edge) => edge <= Math.max(tileVoxels[a], multipleOf) && edge >= Math.min(least, size[a]),
    )
    return allowed.length > 0 ? [...new Set(allowed)] : [Math.min(size[a], roundedUp(tileVoxels[a], multipleOf))]
  }
  const [x, y, z] = [edges(0), edges(1), edges(2)]
  return x.flatMap((i) => y.flatMap((j) => z.map((k): Vec3 => [i, j, k])))
}

function planOf(scan: Grid, grid: Grid, tile: Vec3, card: ModelCard): TilePlan {
  const { size } = grid
  const { overlapVoxels, edgeVoxels } = card.tiling
  const along = (a: 0 | 1 | 2) => startsOf(size[a], tile[a], overlapVoxels)
  const starts = [along(0), along(1), along(2)] as const
  const tiles = starts[0].length * starts[1].length * starts[2].length
  const peakBytes = peakOf(scan, grid, tile, tiles, card)
  return { size, tiles, members: card.members.length, peakBytes, grid, tile, edgeVoxels, starts }
}

/** Evenly spread, so that no tile lies mostly on its neighbour. */
function startsOf(size: number, tile: number, overlap: number): number[] {
  if (tile >= size) return [0]
  const count = Math.ceil((size - tile) / Math.max(1, tile - overlap)) + 1
  return Array.from({ length: count }, (_, n) => Math.round((n * (size - tile)) / (count - 1)))
}

/**
 * All that lives at once, in bytes. While tiles run: the scan, the conformed scan, a mean of 16 bits a class, a label a
 * member, the tile with its activations and output, and the planes whose tiles are not all done. Afterwards: the scan, the
 * mean, the first and the second channel of each of the scan's voxels with their certainty, and the session, which gives
 * nothing back.
 */
function peakOf(scan: Grid, grid: Grid, tile: Vec3, tiles: number, card: ModelCard): number {
  const classes = card.output.labels.length
  const scanVoxels = voxelCount(scan)
  const voxels = voxelCount(grid)
  const tileVoxels = tile[0] * tile[1] * tile[2]
  const open = tiles === 1 ? 0 : 4 * classes * grid.size[0] * grid.size[1] * tile[2]
  const session = card.tiling.bytesPerVoxel * tileVoxels
  const held = 2 * scanVoxels + 2 * classes * voxels + session
  const running = 2 * voxels + card.members.length * voxels + 4 * (1 + classes) * tileVoxels + open
  const returning = 4 * scanVoxels
  return held + Math.max(running, returning)
}

function tooLarge(peakBytes: number, limitBytes: number): PipelineError {
  const mib = (bytes: number) => Math.ceil(bytes / 2 ** 20)
  return new PipelineError(
    'infer/too-large',
    `This network needs ${mib(peakBytes)} MiB for this scan; the limit is ${mib(limitBytes)} MiB. Crop the scan or resample it to larger voxels.`,
    { bytes: peakBytes, limit: limitBytes },
  )
}
