import { lpsToIjk, voxelMm3 } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { emptyMask, hasVoxel } from '../core/mask.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Vec3 } from '../core/types.ts'
import { componentOf, components, type Labelling, paintComponents } from './components.ts'

export interface IslandsParams {
  /**
   * What stays: the largest islands, the clicked one, those of a volume or more; or all but those ('not-largest',
   * 'not-clicked', 'below').
   */
  readonly keep: 'largest' | 'clicked' | 'above' | 'not-largest' | 'not-clicked' | 'below'
  /** For 'largest' and 'not-largest': how many. */
  readonly count: number
  /** For 'above' and 'below': islands of this volume or more stay or go. */
  readonly minMm3: number
  /** For 'clicked' and 'not-clicked': a point on the island, LPS mm. */
  readonly seedLps: Vec3 | null
}

export const ISLANDS = {
  name: 'islands',
  version: 1,
  defaults: { keep: 'largest', count: 1, minMm3: 100, seedLps: null },
} as const satisfies StageSpec<IslandsParams>

export interface SplitIslandsParams {
  /** Smaller islands are left out. */
  readonly minMm3: number
  /** At most this many, 1 to 255: a label map has room for no more. */
  readonly most: number
}

export const SPLIT_ISLANDS = {
  name: 'split-islands',
  version: 1,
  defaults: { minMm3: 100, most: 20 },
} as const satisfies StageSpec<SplitIslandsParams>

const MOST_LABELS = 255

/** A click this far from the island still counts: a fingertip on a thin wall. */
const SEED_REACH_MM = 3

/** Islands are joined by voxel faces: a joint over an edge or a corner has no thickness and would not hold in print. */
export const ISLAND_NEIGHBOURS = 6

/**
 * Keeps some islands of a mask and drops the rest. Equal volumes: the lower voxel index comes first.
 * Throws segment/empty when nothing is left, segment/bad-seed when no island is within 3 mm of the seed.
 * Moves 3/8 byte a voxel. Memory: one mask plus 8 bytes a run.
 */
export function islands(mask: Mask, params: IslandsParams, ctx: Context): Mask {
  return islandsFrom(components(mask, ISLAND_NEIGHBOURS, ctx), mask, params)
}

/** As islands, from the components of the mask, whoever made them. */
export function islandsFrom(labelling: Labelling, mask: Mask, params: IslandsParams): Mask {
  requireAny(labelling)
  const chosen = choose(mask, labelling, params)
  if (!chosen.includes(1)) throw nothingLeft(params)
  const kept = emptyMask(mask.grid)
  paintComponents(labelling, chosen, kept.words)
  return kept
}

function requireAny({ count }: Labelling): void {
  if (count === 0) throw new PipelineError('segment/empty', 'The mask is empty. Choose a wider range first.')
}

const noneThatLarge = (minMm3: number) =>
  new PipelineError('segment/empty', 'No island is that large. Choose a smaller volume.', { minMm3 })

function nothingLeft({ keep, minMm3 }: IslandsParams): PipelineError {
  if (keep === 'above') return noneThatLarge(minMm3)
  return new PipelineError('segment/empty', 'No island would be left. Drop fewer of them.')
}

function choose(mask: Mask, labelling: Labelling, { keep, count, minMm3, seedLps }: IslandsParams): Uint8Array {
  const named = new Uint8Array(labelling.count)
  if (keep === 'clicked' || keep === 'not-clicked') named[clickedComponent(mask, labelling, seedLps)] = 1
  else if (keep === 'largest' || keep === 'not-largest') for (const n of largest(labelling.voxels, count)) named[n] = 1
  else {
    const mm3 = voxelMm3(mask.grid)
    for (let n = 0; n < named.length; n++) if ((labelling.voxels[n] as number) * mm3 >= minMm3) named[n] = 1
  }
  return keep === 'not-clicked' || keep === 'not-largest' || keep === 'below' ? named.map((n) => 1 - n) : named
}

/**
 * Each island as a mask of its own, the largest first; of equal ones that with the lower voxel index. Errors:
 * app/bad-parameter; segment/empty when the mask is empty or no island is that large. Memory: a mask an island, and 8 bytes
 * a run.
 */
export function splitIslands(mask: Mask, params: SplitIslandsParams, ctx: Context): Mask[] {
  checkSplit(params)
  return splitFrom(components(mask, ISLAND_NEIGHBOURS, ctx), params, ctx)
}

/** Throws app/bad-parameter unless the parameters can be used. */
export function checkSplit({ minMm3, most }: SplitIslandsParams): void {
  if (!(Number.isInteger(most) && most >= 1 && most <= MOST_LABELS)) {
    throw new PipelineError('app/bad-parameter', `Choose 1 to ${MOST_LABELS} islands.`, { most })
  }
  if (!(minMm3 >= 0)) {
    throw new PipelineError('app/bad-parameter', 'The smallest volume must be a number of mm3, 0 or more.', { minMm3 })
  }
}

/** As splitIslands, from the components of the mask, whoever made them. */
export function splitFrom(labelling: Labelling, { minMm3, most }: SplitIslandsParams, ctx: Context): Mask[] {
  requireAny(labelling)
  const mm3 = voxelMm3(labelling.grid)
  const numbers = [...bySize(labelling.voxels).subarray(0, most)].filter(
    (n) => (labelling.voxels[n] as number) * mm3 >= minMm3,
  )
  if (numbers.length === 0) throw noneThatLarge(minMm3)
  return numbers.map((n, at) => {
    ctx.signal.throwIfAborted()
    const chosen = new Uint8Array(labelling.count)
    chosen[n] = 1
    const island = emptyMask(labelling.grid)
    paintComponents(labelling, chosen, island.words)
    ctx.progress((at + 1) / numbers.length)
    return island
  })
}

/** Numbers of the `count` components with most voxels; the lower number wins a tie. */
function largest(voxels: Uint32Array, count: number): Uint32Array {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new PipelineError('app/bad-parameter', 'Choose at least one island.', { count })
  }
  if (count === 1) return Uint32Array.of(voxels.reduce((best, n, at) => (n > (voxels[best] as number) ? at : best), 0))
  return bySize(voxels).subarray(0, count)
}

/** Numbers of all components, the largest first. The sort is stable, so equal islands stay in voxel order. */
function bySize(voxels: Uint32Array): Uint32Array {
  return Uint32Array.from(voxels, (_, n) => n).sort((a, b) => (voxels[b] as number) - (voxels[a] as number))
}

function clickedComponent(mask: Mask, labelling: Labelling, seedLps: Vec3 | null): number {
  if (!seedLps?.every(Number.isFinite)) {
    throw new PipelineError('segment/bad-seed', 'Click on the island.')
  }
  const voxel = nearestSetVoxel(mask, lpsToIjk(mask.grid, seedLps))
  if (!voxel) {
    throw new PipelineError(
      'segment/bad-seed',
      'There is nothing selected within 3 mm of that point. Click on the coloured area.',
    )
  }
  return componentOf(labelling, voxel)
}

/** The set voxel whose centre is nearest to a fractional index; the voxel the point lies in always wins. */
function nearestSetVoxel(mask: Mask, at: Vec3): Vec3 | null {
  const home: Vec3 = [Math.round(at[0]), Math.round(at[1]), Math.round(at[2])]
  if (hasVoxel(mask, ...home)) return home
  const [sx, sy, sz] = mask.grid.spacing
  const reach = [sx, sy, sz].map((s) => Math.ceil(SEED_REACH_MM / s)) as unknown as Vec3
  let best = SEED_REACH_MM ** 2
  let found: Vec3 | null = null
  for (let k = home[2] - reach[2]; k <= home[2] + reach[2]; k++) {
    for (let j = home[1] - reach[1]; j <= home[1] + reach[1]; j++) {
      for (let i = home[0] - reach[0]; i <= home[0] + reach[0]; i++) {
        const square = ((i - at[0]) * sx) ** 2 + ((j - at[1]) * sy) ** 2 + ((k - at[2]) * sz) ** 2
        if (square > best || (square === best && found) || !hasVoxel(mask, i, j, k)) continue
        best = square
        found = [i, j, k]
      }
    }
  }
  return found
}
