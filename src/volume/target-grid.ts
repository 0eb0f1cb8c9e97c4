import { ijkToLps, orientationLetters } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Grid, Mat3, Vec3 } from '../core/types.ts'
import { MAX_VOXELS } from '../import/limits.ts'

/** What of a grid shall change. Sizes and spacings are by the axes of the new grid; null keeps what is there. */
export interface GridChange {
  /** Distance between voxel centres in mm; the field of view stays to within half a voxel, about the same centre. */
  readonly spacingMm: Vec3 | null
  /** Voxels by axis; the field of view stays exactly. Not together with `spacingMm`. */
  readonly size: Vec3 | null
  /** Letters that the axes shall point to, as "LPS": axes are swapped and turned round, never tilted. */
  readonly orientation: string | null
}

const badParameter = (message: string, detail: Readonly<Record<string, string>>) =>
  new PipelineError('app/bad-parameter', message, detail)

/**
 * The grid that a change asks for. Direction columns are those of `grid`, reordered and negated: exact to the bit.
 * Errors: app/bad-parameter, volume/too-large.
 */
export function targetGrid(grid: Grid, change: GridChange): Grid {
  const turned = change.orientation === null ? grid : reoriented(grid, change.orientation)
  const { spacingMm, size } = change
  if (spacingMm !== null && size !== null) {
    throw badParameter('Give the new spacing or the new size, not both.', {})
  }
  if (spacingMm !== null) return spaced(turned, spacingMm)
  if (size === null) return turned
  requireRoom(size)
  return aboutSameCentre(
    turned,
    size,
    perAxis((axis) => (turned.size[axis] * turned.spacing[axis]) / size[axis]),
  )
}

type Axis = 0 | 1 | 2

/** Three numbers, one for each axis. */
export const perAxis = (value: (axis: Axis) => number): Vec3 => [value(0), value(1), value(2)]

/** The same axes at another spacing, as many voxels as cover the field of view best. Errors as targetGrid(). */
export function spaced(grid: Grid, spacingMm: Vec3): Grid {
  if (!spacingMm.every((mm) => Number.isFinite(mm) && mm > 0)) {
    throw badParameter('Choose a voxel size above 0 mm on each axis.', { spacingMm: spacingMm.join(' x ') })
  }
  const size = perAxis((axis) => Math.max(1, Math.round((grid.size[axis] * grid.spacing[axis]) / spacingMm[axis])))
  requireRoom(size)
  return aboutSameCentre(grid, size, spacingMm)
}

function aboutSameCentre(grid: Grid, size: Vec3, spacing: Vec3): Grid {
  const shift = perAxis(
    (axis) => ((grid.size[axis] - 1) * grid.spacing[axis] - (size[axis] - 1) * spacing[axis]) / 2 / grid.spacing[axis],
  )
  return { size, spacing, origin: ijkToLps(grid, shift), direction: grid.direction }
}

/** Refuses sizes that are no counts, and results that do not fit. Errors: app/bad-parameter, volume/too-large. */
export function requireRoom(size: Vec3): void {
  if (!size.every((n) => Number.isInteger(n) && n >= 1)) {
    throw badParameter('A scan has at least one voxel on each axis.', { size: size.join(' x ') })
  }
  const voxels = size[0] * size[1] * size[2]
  if (voxels <= MAX_VOXELS) return
  throw new PipelineError(
    'volume/too-large',
    `The new grid would have ${(voxels / 1e6).toFixed(0)} million voxels; at most ${MAX_VOXELS / 1e6} million fit. Choose larger voxels.`,
    { bytes: voxels * 2, limit: MAX_VOXELS * 2 },
  )
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const

const PAIRS = ['LR', 'PA', 'SI'] as const

/** World axis of a letter, and the sign of its direction in LPS. */
function worldAxis(letter: string): { readonly axis: number; readonly sign: 1 | -1 } | null {
  const axis = PAIRS.findIndex((pair) => pair.includes(letter))
  return axis < 0 ? null : { axis, sign: PAIRS[axis]?.[0] === letter ? 1 : -1 }
}

/** Axes swapped and turned round so that they point to the letters as nearly as they can; voxels stay where they are. */
function reoriented(grid: Grid, letters: string): Grid {
  const wanted = [...letters].map(worldAxis)
  const axes = wanted.flatMap((world) => (world === null ? [] : [world]))
  if (letters.length !== 3 || new Set(axes.map((world) => world.axis)).size !== 3) {
    throw badParameter('Name the three axes by one letter each of L or R, P or A, and S or I.', {
      orientation: letters,
      now: orientationLetters(grid.direction),
    })
  }
  const component = (axis: number, column: number) => grid.direction[axis * 3 + column] as number
  const agreement = (order: readonly number[]) =>
    axes.reduce((sum, world, n) => sum + Math.abs(component(world.axis, order[n] as number)), 0)
  const order = ORDERS.reduce((best, other) => (agreement(other) > agreement(best) + 1e-9 ? other : best))
  const flipped = axes.map((world, n) => component(world.axis, order[n] as number) * world.sign < 0)
  const column = (row: number, n: number) => component(row, order[n] as number) * (flipped[n] ? -1 : 1)
  const direction = Array.from({ length: 9 }, (_, n) => column(Math.floor(n / 3), n % 3)) as unknown as Mat3
  // A flipped axis begins at what was its last voxel.
  const corner = perAxis((axis) => (flipped[order.indexOf(axis)] ? grid.size[axis] - 1 : 0))
  return {
    size: perAxis((n) => grid.size[order[n] as Axis]),
    spacing: perAxis((n) => grid.spacing[order[n] as Axis]),
    origin: ijkToLps(grid, corner),
    direction,
  }
}
