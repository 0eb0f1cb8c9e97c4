import { apartMm, determinant, orientationLetters } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import { gridFromSteps } from './affine-grid.ts'
import { checkSpacing } from './limits.ts'
import type { PlacementName, Placements, StatedPlace } from './series.ts'

/** The three ways a NIfTI header places its voxels, as stored (RAS, header units). */
export interface NiftiPlacement {
  /** pixdim[0..3]; the first is the handedness of the quaternion form. */
  readonly pixdim: readonly number[]
  readonly sformCode: number
  /** Three rows of four. */
  readonly srow: readonly number[]
  readonly qformCode: number
  /** quatern_b, c, d and qoffset_x, y, z. */
  readonly quatern: readonly number[]
  /** The low three bits of xyzt_units. */
  readonly unit: number
}

/** Sum of differences between two placements that is worth telling, as a share of a voxel. */
const SAME_PLACE_VOXELS = 0.1

/** The grid that counts, and both where the file states two that differ. */
export interface NiftiPlaces {
  readonly grid: Grid
  readonly both: Readonly<Record<PlacementName, Grid>> | null
}

/**
 * Grid (LPS mm) of a NIfTI header: the sform when it is set, else the qform, else the voxel sizes alone. What a person
 * should know is added to `notes`. Errors: import/bad-header, volume/non-orthogonal.
 */
export function placesOfNifti(size: Vec3, p: NiftiPlacement, notes: string[]): NiftiPlaces {
  const mm = mmPerUnit(p.unit, notes)
  const pixdim = p.pixdim.slice(1, 4).map((d) => d * mm)
  checkSpacing(pixdim)
  const qform = p.qformCode > 0 ? attempt(() => fromQuaternion(size, p, mm)) : null
  const sform = p.sformCode > 0 ? attempt(() => fromRows(size, p.srow, mm)) : null
  const chosen = choose(sform, qform, notes)
  if (chosen === null) {
    notes.push('orientation-unknown')
    const rows = [p.pixdim[1], 0, 0, 0, 0, p.pixdim[2], 0, 0, 0, 0, p.pixdim[3], 0].map(Number)
    return { grid: fromRows(size, rows, mm), both: null }
  }
  if (chosen.spacing.some((s, axis) => Math.abs(s / (pixdim[axis] ?? s) - 1) > 0.01))
    notes.push('spacing-fields-differ')
  const isChoice = isGrid(sform) && isGrid(qform) && notes.includes(PLACES_DIFFER)
  return { grid: chosen, both: isChoice ? { sform, qform } : null }
}

/** The note that two places are stated; it gives way to the one that was chosen. */
export const PLACES_DIFFER = 'qform-sform-differ'

/** What a person is told of two grids that differ. */
export function placementsOf({ sform, qform }: Readonly<Record<PlacementName, Grid>>): Placements {
  const told = (grid: Grid): StatedPlace => ({
    orientation: orientationLetters(grid.direction),
    spacingMm: grid.spacing,
    originMm: grid.origin,
  })
  return { sform: told(sform), qform: told(qform), apartMm: apartMm(sform, qform), turnedDeg: turnedDeg(sform, qform) }
}

/** Angle of the rotation from one direction to the other. */
function turnedDeg({ direction: a }: Grid, { direction: b }: Grid): number {
  if (determinant(a) * determinant(b) < 0) return 180
  const trace = a.reduce((sum, value, n) => sum + value * (b[n] as number), 0)
  return (Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2))) * 180) / Math.PI
}

const isGrid = (place: Attempt): place is Grid => place !== null && !(place instanceof PipelineError)

type Attempt = Grid | PipelineError | null

function attempt(make: () => Grid): Grid | PipelineError {
  try {
    return make()
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
}

/** The sform counts; a singular one gives way to a valid qform; a sheared one is refused, never silently squared. */
function choose(sform: Attempt, qform: Attempt, notes: string[]): Grid | null {
  if (sform instanceof PipelineError) {
    if (sform.code !== 'import/bad-header' || qform === null || qform instanceof PipelineError) throw sform
    notes.push('sform-singular')
    return qform
  }
  if (sform === null) {
    if (qform instanceof PipelineError) throw qform
    return qform
  }
  if (qform instanceof PipelineError || (qform !== null && differs(sform, qform))) notes.push(PLACES_DIFFER)
  return sform
}

const differs = (a: Grid, b: Grid): boolean => apartMm(a, b) > SAME_PLACE_VOXELS * Math.min(...a.spacing)

/** RAS rows to an LPS grid: the first two world axes change sign. */
function fromRows(size: Vec3, rows: readonly number[], mm: number): Grid {
  const at = (n: number) => (rows[n] ?? Number.NaN) * mm
  const column = (c: number): Vec3 => [-at(c), -at(4 + c), at(8 + c)]
  return gridFromSteps(size, [column(0), column(1), column(2)], column(3))
}

/** The quaternion form: a rotation (nifti1.h, method 2), voxel sizes, and the handedness of the third axis. */
function fromQuaternion(size: Vec3, p: NiftiPlacement, mm: number): Grid {
  const [b = Number.NaN, c = Number.NaN, d = Number.NaN, x = 0, y = 0, z = 0] = p.quatern
  const rest = 1 - b * b - c * c - d * d
  // Single precision leaves a little below zero for half turns.
  if (!(rest > -1e-4))
    throw new PipelineError('import/bad-header', 'The rotation in the NIfTI header is not a rotation.')
  const length = rest < 0 ? Math.sqrt(1 - rest) : 1
  const [i, j, k] = [b / length, c / length, d / length]
  const a = Math.sqrt(Math.max(0, rest))
  const [dx = 0, dy = 0, dz = 0] = p.pixdim.slice(1, 4)
  const third = dz * ((p.pixdim[0] ?? 1) < 0 ? -1 : 1)
  const rows = [
    [(a * a + i * i - j * j - k * k) * dx, 2 * (i * j - a * k) * dy, 2 * (i * k + a * j) * third, x],
    [2 * (i * j + a * k) * dx, (a * a + j * j - i * i - k * k) * dy, 2 * (j * k - a * i) * third, y],
    [2 * (i * k - a * j) * dx, 2 * (j * k + a * i) * dy, (a * a + k * k - i * i - j * j) * third, z],
  ]
  return fromRows(size, rows.flat(), mm)
}

/** Millimetres per spatial unit: metre, millimetre, micrometre; an unstated unit is taken as mm, as every reader does. */
function mmPerUnit(unit: number, notes: string[]): number {
  if (unit === 2) return 1
  if (unit === 1 || unit === 3) {
    notes.push('unit-converted-to-mm')
    return unit === 1 ? 1000 : 0.001
  }
  notes.push('unit-assumed-mm')
  return 1
}
