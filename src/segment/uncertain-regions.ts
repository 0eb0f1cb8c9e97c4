import { ijkToLps, lpsToIjk, voxelMm3 } from '../core/affine.ts'
import { differingBox, emptyMask, hasVoxel, runBits, wordsPerRow } from '../core/mask.ts'
import { type Context, IDLE_CONTEXT } from '../core/stage.ts'
import type { Grid, Mask, Vec3 } from '../core/types.ts'
import { eachOf, grown, marked, widened, withoutFilm } from './box-bytes.ts'
import { componentOf, components, type Labelling } from './components.ts'

/** Where the AI was unsure about a structure. Plain JSON. */
export interface UncertainRegion {
  /** LPS mm of its voxel nearest to its centroid. */
  readonly at: Vec3
  readonly mm3: number
  /** Of its voxels, 0 to 1. */
  readonly meanCertainty: number
  /** Pieces it stands for: one, or the many small ones that are listed together as the last. */
  readonly pieces: number
}

export interface Uncertainty {
  readonly regions: readonly UncertainRegion[]
  /** The voxels of all regions. */
  readonly mask: Mask
}

/** Below this mean probability of the winning channel a voxel is unsure: another channel has three in ten or more. */
export const UNSURE_BELOW = 0.7
/** A region of this volume or less is not listed. */
export const LEAST_REGION_MM3 = 50
/** As many as a person can visit; smaller ones are listed together. */
export const MOST_REGIONS = 12
/** How far beyond the structure its unsure voxels may lie, along each axis. */
const NEAR_MM = 3

/**
 * The regions of a structure that the members were unsure about, the largest expected error (volume times doubt) first.
 * `certainty` is one byte a voxel of the mask's grid, 0 to 255 for 0 to 1. Every border between two tissues is unsure in
 * a film as thin as the network's voxels, `filmMm`: what is not thicker than that along all axes is left out (an opening
 * by a box), or the whole surface would be one region. Throws AbortError. Memory: four bytes a voxel of the box around
 * the structure.
 */
export function uncertainRegions(mask: Mask, certainty: Uint8Array, filmMm: number, ctx: Context): Uncertainty {
  const unsure = emptyMask(mask.grid)
  const found = differingBox(mask, unsure)
  if (!found) return { regions: [], mask: unsure }
  const reach = mask.grid.spacing.map((mm) => Math.ceil(NEAR_MM / mm))
  const box = grown(found, reach, mask.grid)
  ctx.progress(0)
  const near = widened(
    marked(box, (i, j, k) => hasVoxel(mask, i, j, k)),
    box,
    reach,
  )
  ctx.signal.throwIfAborted()
  ctx.progress(0.3)
  const [nx, ny] = mask.grid.size
  const least = UNSURE_BELOW * 255
  const low = marked(box, (i, j, k) => (certainty[i + nx * (j + ny * k)] as number) < least)
  const thick = withoutFilm(low, box, mask.grid, filmMm)
  ctx.signal.throwIfAborted()
  ctx.progress(0.8)
  const candidates = emptyMask(mask.grid)
  eachOf(box, (i, j, k, at) => {
    if ((thick[at] as number) & (near[at] as number)) setRun(candidates, j + ny * k, i, i)
  })
  return listed(components(candidates, 6, ctx), certainty)
}

/** The indices of the regions that an edit from one mask to the other changed something in. */
export function touchedRegions(
  before: Mask,
  after: Mask,
  { regions, mask }: Uncertainty,
  ctx: Context = IDLE_CONTEXT,
): readonly number[] {
  const changed = emptyMask(mask.grid)
  let any = 0
  for (let w = 0; w < changed.words.length; w++) {
    const bits = ((before.words[w] as number) ^ (after.words[w] as number)) & (mask.words[w] as number)
    changed.words[w] = bits
    any |= bits
  }
  if (any === 0) return []
  const pieces = components(mask, 6, ctx)
  const merged = regions.findIndex(({ pieces: parts }) => parts > 1)
  const regionOf = new Map(regions.map(({ at }, n) => [componentOf(pieces, nearestVoxel(mask.grid, at)), n]))
  const touched = new Set<number>()
  eachRun(components(changed, 6, ctx), (_, row, first) => {
    const ny = mask.grid.size[1]
    // The small pieces that are listed together have one region in common.
    touched.add(regionOf.get(componentOf(pieces, [first, row % ny, Math.floor(row / ny)])) ?? merged)
  })
  return [...touched].filter((n) => n >= 0).sort((a, b) => a - b)
}

const nearestVoxel = (grid: Grid, at: Vec3): Vec3 => {
  const [i, j, k] = lpsToIjk(grid, at)
  return [Math.round(i), Math.round(j), Math.round(k)]
}

/** Sets voxels first .. last of a row. */
function setRun(mask: Mask, row: number, first: number, last: number): void {
  const from = row * wordsPerRow(mask.grid)
  for (let w = first >> 5; w <= last >> 5; w++) {
    mask.words[from + w] = ((mask.words[from + w] as number) | runBits(w, first, last)) >>> 0
  }
}

/** Calls with each run: its component, its row and its first and last voxel. */
function eachRun(
  { rowStart, runs, labels }: Labelling,
  visit: (component: number, row: number, first: number, last: number) => void,
): void {
  for (let row = 0; row < rowStart.length - 1; row++) {
    for (let run = rowStart[row] as number; run < (rowStart[row + 1] as number); run++) {
      const span = runs[run] as number
      visit(labels[run] as number, row, span >>> 16, span & 0xffff)
    }
  }
}

interface Piece {
  voxels: number
  certainty: number
  readonly sum: [number, number, number]
  nearest: Vec3
  distance: number
}

/** The large components as regions, and a mask of them alone. */
function listed(labelling: Labelling, certainty: Uint8Array): Uncertainty {
  const { grid } = labelling
  const [nx, ny] = grid.size
  const mm3 = voxelMm3(grid)
  const isLarge = (component: number) => (labelling.voxels[component] as number) * mm3 > LEAST_REGION_MM3
  const pieces = new Map<number, Piece>()
  const mask = emptyMask(grid)
  const eachLarge = (visit: (piece: Piece, ijk: Vec3) => void) =>
    eachRun(labelling, (component, row, first, last) => {
      if (!isLarge(component)) return
      const piece = pieces.get(component) ?? {
        voxels: 0,
        certainty: 0,
        sum: [0, 0, 0],
        nearest: [0, 0, 0],
        distance: Number.POSITIVE_INFINITY,
      }
      pieces.set(component, piece)
      for (let i = first; i <= last; i++) visit(piece, [i, row % ny, Math.floor(row / ny)])
    })
  eachLarge((piece, [i, j, k]) => {
    piece.voxels++
    piece.certainty += (certainty[i + nx * (j + ny * k)] as number) / 255
    piece.sum[0] += i
    piece.sum[1] += j
    piece.sum[2] += k
    setRun(mask, j + ny * k, i, i)
  })
  eachLarge((piece, ijk) => {
    const off = ijk.map((n, axis) => (n - (piece.sum[axis] as number) / piece.voxels) * (grid.spacing[axis] as number))
    const distance = Math.hypot(...off)
    if (distance >= piece.distance) return
    piece.distance = distance
    piece.nearest = ijk
  })
  const worst = [...pieces.values()].sort((a, b) => b.voxels - b.certainty - (a.voxels - a.certainty))
  return { regions: bounded(worst, grid), mask }
}

function bounded(worst: readonly Piece[], grid: Grid): UncertainRegion[] {
  if (worst.length <= MOST_REGIONS) return worst.map((piece) => regionOf([piece], grid))
  const rest = worst.slice(MOST_REGIONS - 1)
  return [...worst.slice(0, MOST_REGIONS - 1).map((piece) => regionOf([piece], grid)), regionOf(rest, grid)]
}

/** Several pieces as one region, placed in the first. */
function regionOf(pieces: readonly Piece[], grid: Grid): UncertainRegion {
  const voxels = pieces.reduce((sum, piece) => sum + piece.voxels, 0)
  const certainty = pieces.reduce((sum, piece) => sum + piece.certainty, 0)
  const [first] = pieces
  return {
    at: ijkToLps(grid, first?.nearest ?? [0, 0, 0]),
    mm3: voxels * voxelMm3(grid),
    meanCertainty: certainty / voxels,
    pieces: pieces.length,
  }
}
