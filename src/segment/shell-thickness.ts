import { emptyMask, wordsPerRow } from '../core/mask.ts'
import { pacer, subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask, Volume } from '../core/types.ts'
import { faceDistanceSlices, type SliceSink } from './distance.ts'
import { ballRows, grow } from './margin.ts'
import { depthSlices, requireBand, STORED_BAND } from './signed-distance.ts'

export interface ShellThicknessParams {
  /** Walls of this thickness or more are all the same. */
  readonly maxMm: number
}

export const SHELL_THICKNESS = {
  name: 'shell-thickness',
  version: 1,
  defaults: { maxMm: 10 },
} as const satisfies StageSpec<ShellThicknessParams>

/**
 * Local thickness in mm: of each set voxel, the diameter of the largest ball that lies within the mask, has its centre on a
 * voxel's centre and covers the voxel's centre (Hildebrand and Ruegsegger 1997, J Microsc 185:67); 0 outside, `maxMm` at most. The
 * radius is the depth below the surface of the voxels as cuboids (see signed-distance.ts), the border of the volume
 * included, so a plate of n voxels measures n steps for odd n and n - 1 for even n, where no centre lies in its middle.
 *
 * Balls go by falling radius and only ridge voxels have one: a ball within that of one of the 26 neighbours adds nothing.
 * What a ball covers is set once, 32 voxels at a time; all balls of the largest radius are one dilation.
 * Errors: app/bad-parameter. Memory: 4 bytes a voxel, two masks, 4 bytes a ridge voxel.
 */
export async function shellThickness(mask: Mask, params: ShellThicknessParams, ctx: Context): Promise<Volume> {
  requireBand(params.maxMm)
  const { grid } = mask
  const slope = params.maxMm / STORED_BAND
  const mmPerStep = slope / 2
  const radii = await storedRadii(mask, mmPerStep, subContext(ctx, 0, 0.4))
  const data = new Int16Array(radii.length)
  const covered = await coverThickest(grid, radii, data, params.maxMm / 2, subContext(ctx, 0.4, 0.5))
  await coverByBalls(ridge(grid, radii, mmPerStep), radii, covered, data, mmPerStep, subContext(ctx, 0.5, 1))
  return { grid, data, slope, intercept: 0, modality: 'other', unit: 'mm' }
}

/** Depth of each set voxel in steps, STORED_BAND at most; 0 where not set. */
async function storedRadii(mask: Mask, mmPerStep: number, ctx: Context): Promise<Int16Array> {
  const [nx, ny, nz] = mask.grid.size
  const radii = new Int16Array(nx * ny * nz)
  const store: SliceSink = (k, square) => {
    for (let n = 0, at = k * nx * ny; n < square.length; n++, at++) {
      const own = square[n] as number
      if (own !== 0) radii[at] = Math.max(1, Math.min(STORED_BAND, Math.round(Math.sqrt(own) / mmPerStep)))
    }
  }
  await depthSlices(mask, STORED_BAND * mmPerStep, ctx, store, faceDistanceSlices)
  return radii
}

/** Sets what the balls of the largest radius cover. */
async function coverThickest(grid: Grid, radii: Int16Array, data: Int16Array, mm: number, ctx: Context): Promise<Mask> {
  const deepest = emptyMask(grid)
  const perRow = wordsPerRow(grid)
  eachRow(grid, (row, at, nx) => {
    for (let i = 0; i < nx; i++) {
      if (radii[at + i] !== STORED_BAND) continue
      const word = row * perRow + (i >> 5)
      deepest.words[word] = (deepest.words[word] as number) | (1 << (i & 31))
    }
  })
  const covered = await grow(deepest, mm, ctx)
  eachRow(grid, (row, at) => {
    for (let w = 0; w < perRow; w++) fillBits(data, at + w * 32, covered.words[row * perRow + w] as number, STORED_BAND)
  })
  return covered
}

function eachRow(grid: Grid, visit: (row: number, at: number, nx: number) => void): void {
  const [nx, ny, nz] = grid.size
  for (let row = 0; row < ny * nz; row++) visit(row, row * nx, nx)
}

function fillBits(data: Int16Array, at: number, word: number, value: number): void {
  for (let bits = word; bits !== 0; bits &= bits - 1) data[at + 31 - Math.clz32(bits & -bits)] = value
}

/** Voxels whose ball does not lie within a neighbour's, by falling radius, then by index. The largest are done already. */
function ridge(grid: Grid, radii: Int16Array, mmPerStep: number): Uint32Array {
  const isRidge = ridgeTest(grid, radii, mmPerStep)
  const starts = new Uint32Array(STORED_BAND + 1)
  const kept = new Uint8Array(radii.length)
  for (let n = 0; n < radii.length; n++) {
    const own = radii[n] as number
    if (own === 0 || own === STORED_BAND || !isRidge(n, own)) continue
    kept[n] = 1
    starts[own] = (starts[own] as number) + 1
  }
  let total = 0
  for (let radius = STORED_BAND; radius > 0; radius--) {
    const own = starts[radius] as number
    starts[radius] = total
    total += own
  }
  const order = new Uint32Array(total)
  for (let n = 0; n < radii.length; n++) {
    if (kept[n] === 0) continue
    const radius = radii[n] as number
    const at = starts[radius] as number
    order[at] = n
    starts[radius] = at + 1
  }
  return order
}

/**
 * By how many steps a neighbour's radius must exceed a voxel's for its ball to hold that of the voxel: entry 1 for a neighbour
 * along x, 2 along y, 4 along z, sums for those across. Radii are rounded: a ball that sticks out by less than a step is
 * within the other.
 */
export function ridgeLeads({ spacing }: Grid, mmPerStep: number): number[] {
  return Array.from({ length: 8 }, (_, axes) => {
    const mm = Math.hypot(...spacing.map((step, axis) => ((axes >> axis) & 1) * step))
    return axes === 0 ? 0 : Math.ceil(mm / mmPerStep - 1)
  })
}

function ridgeTest(grid: Grid, radii: Int16Array, mmPerStep: number) {
  const [nx, ny, nz] = grid.size
  const leads = ridgeLeads(grid, mmPerStep)
  const offsets: { readonly at: number; readonly lead: number }[] = []
  for (let n = 0; n < 27; n++) {
    const [di, dj, dk] = [(n % 3) - 1, (Math.floor(n / 3) % 3) - 1, Math.floor(n / 9) - 1] as const
    const axes = Math.abs(di) + 2 * Math.abs(dj) + 4 * Math.abs(dk)
    if (axes > 0) offsets.push({ at: (dk * ny + dj) * nx + di, lead: leads[axes] as number })
  }
  return (n: number, own: number): boolean => {
    const i = n % nx
    const row = (n - i) / nx
    const j = row % ny
    const k = (row - j) / ny
    const inner = i > 0 && j > 0 && k > 0 && i < nx - 1 && j < ny - 1 && k < nz - 1
    // On the border the radius is half a step, and some neighbours do not exist.
    if (!inner) return true
    for (const { at, lead } of offsets) if ((radii[n + at] as number) >= own + lead) return false
    return true
  }
}

async function coverByBalls(
  order: Uint32Array,
  radii: Int16Array,
  covered: Mask,
  data: Int16Array,
  mmPerStep: number,
  ctx: Context,
): Promise<void> {
  const { grid, words } = covered
  const [nx, ny, nz] = grid.size
  const perRow = wordsPerRow(grid)
  const pace = pacer(ctx)
  let radius = 0
  let ball = ballRows(grid, 0)
  for (let n = 0; n < order.length; n++) {
    const centre = order[n] as number
    const own = radii[centre] as number
    if (own !== radius) {
      radius = own
      ball = ballRows(grid, own * mmPerStep)
    }
    const i = centre % nx
    const row = (centre - i) / nx
    const j = row % ny
    const k = (row - j) / ny
    for (const { dj, dk, reach } of ball) {
      if (j + dj < 0 || j + dj >= ny || k + dk < 0 || k + dk >= nz) continue
      const other = row + dj + dk * ny
      const from = Math.max(0, i - reach)
      const to = Math.min(nx - 1, i + reach)
      for (let w = from >> 5; w <= to >> 5; w++) {
        const at = other * perRow + w
        const fresh = between(from - w * 32, to - w * 32) & ~(words[at] as number)
        if (fresh === 0) continue
        words[at] = (words[at] as number) | fresh
        fillBits(data, other * nx + w * 32, fresh, own)
      }
    }
    if ((n & 1023) === 0) await pace.breathe(n / order.length)
  }
}

/** Bits from..to of a word, both inclusive, clipped to it. */
function between(from: number, to: number): number {
  const low = from <= 0 ? -1 : -1 << from
  const high = to >= 31 ? -1 : (1 << (to + 1)) - 1
  return low & high
}
