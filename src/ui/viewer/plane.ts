import { ijkToLps, lpsToIjk } from '../../core/affine.ts'
import type { Grid, Mat3, Vec3, VoxelBox } from '../../core/types.ts'

export type PlaneId = 'axial' | 'coronal' | 'sagittal'
export const PLANE_IDS: readonly PlaneId[] = ['axial', 'coronal', 'sagittal']

type Axis = 0 | 1 | 2

/** One direction of a picture: which voxel axis it runs along, and whether the index grows with it. */
export interface Run {
  readonly axis: Axis
  readonly sign: 1 | -1
}

/** How voxels are laid out in one picture. Radiological: the patient's left is on the right of the picture. */
export interface Plane {
  readonly id: PlaneId
  readonly right: Run
  readonly down: Run
  /** The way slices are counted: from the feet up, from the front back, from the right to the left. */
  readonly deep: Run
  readonly columns: number
  readonly rows: number
  readonly slices: number
  readonly columnMm: number
  readonly rowMm: number
  readonly letters: { readonly left: string; readonly right: string; readonly top: string; readonly bottom: string }
  /** Patient axis (0 L, 1 P, 2 S) whose position is shown as the slice's place. */
  readonly patientAxis: Axis
}

const AXES = [0, 1, 2] as const
/** Patient axis and sense of right, down and deep: +L, +P, +S are 1. */
const SENSE: Readonly<Record<PlaneId, readonly (readonly [Axis, 1 | -1])[]>> = {
  axial: [
    [0, 1],
    [1, 1],
    [2, 1],
  ],
  coronal: [
    [0, 1],
    [2, -1],
    [1, 1],
  ],
  sagittal: [
    [1, 1],
    [2, -1],
    [0, 1],
  ],
}

/** The voxel axis nearest to each patient axis (L, P, S), each used once, best match first. */
export function nearestAxes(direction: Mat3): readonly [Run, Run, Run] {
  const pairs = AXES.flatMap((patient) =>
    AXES.map((axis) => ({ patient, axis, cosine: direction[patient * 3 + axis] ?? 0 })),
  ).sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine))
  const found: (Run | undefined)[] = [undefined, undefined, undefined]
  const used = new Set<Axis>()
  for (const { patient, axis, cosine } of pairs) {
    if (found[patient] !== undefined || used.has(axis)) continue
    found[patient] = { axis, sign: cosine < 0 ? -1 : 1 }
    used.add(axis)
  }
  const [l, p, s] = found as [Run, Run, Run]
  return [l, p, s]
}

const LETTERS = ['LR', 'PA', 'SI'] as const
/** Cosine from which a second letter is added: an edge turned by some 20 degrees or more. */
const SECOND_LETTER = 0.34

/** Anatomical letters of a direction in LPS, strongest first: "L", or "LA" on an oblique scan. */
export function lettersOf(lps: Vec3): string {
  return AXES.map((axis) => ({ axis, size: Math.abs(lps[axis]) }))
    .sort((a, b) => b.size - a.size)
    .filter((c, n) => n === 0 || (n === 1 && c.size >= SECOND_LETTER))
    .map(({ axis }) => LETTERS[axis][lps[axis] < 0 ? 1 : 0] ?? '')
    .join('')
}

const turned = (run: Run, sense: 1 | -1): Run => ({ axis: run.axis, sign: (run.sign * sense) as 1 | -1 })
const opposite = (v: Vec3): Vec3 => [-v[0], -v[1], -v[2]]

/** The picture of this orientation through a grid, in the voxel axes nearest to it (an oblique scan is not resampled). */
export function planeOf(grid: Grid, id: PlaneId): Plane {
  const nearest = nearestAxes(grid.direction)
  const [right, down, deep] = SENSE[id].map(([patient, sense]) => turned(nearest[patient], sense)) as [Run, Run, Run]
  const toward = (run: Run): Vec3 => {
    const d = grid.direction
    return [run.sign * d[run.axis], run.sign * (d[3 + run.axis] ?? 0), run.sign * (d[6 + run.axis] ?? 0)]
  }
  return {
    id,
    right,
    down,
    deep,
    columns: grid.size[right.axis],
    rows: grid.size[down.axis],
    slices: grid.size[deep.axis],
    columnMm: grid.spacing[right.axis],
    rowMm: grid.spacing[down.axis],
    letters: {
      right: lettersOf(toward(right)),
      left: lettersOf(opposite(toward(right))),
      bottom: lettersOf(toward(down)),
      top: lettersOf(opposite(toward(down))),
    },
    patientAxis: SENSE[id][2]?.[0] ?? 2,
  }
}

/** Column, row and slice of a place; fractional, voxel centres at whole numbers. */
export function toPicture(grid: Grid, plane: Plane, lps: Vec3): Vec3 {
  const ijk = lpsToIjk(grid, lps)
  const along = (run: Run) => (run.sign > 0 ? ijk[run.axis] : grid.size[run.axis] - 1 - ijk[run.axis])
  return [along(plane.right), along(plane.down), along(plane.deep)]
}

/** The voxel index of a column, row and slice; fractional like them. */
export function toVoxel(grid: Grid, plane: Plane, picture: Vec3): Vec3 {
  const ijk: [number, number, number] = [0, 0, 0]
  const set = (run: Run, v: number) => {
    ijk[run.axis] = run.sign > 0 ? v : grid.size[run.axis] - 1 - v
  }
  set(plane.right, picture[0])
  set(plane.down, picture[1])
  set(plane.deep, picture[2])
  return ijk
}

/** The place (LPS mm) of a column, row and slice. */
export function toPlace(grid: Grid, plane: Plane, picture: Vec3): Vec3 {
  return ijkToLps(grid, toVoxel(grid, plane, picture))
}

/** A box of voxels as columns, rows and slices of a picture, all included. */
export function boxInPicture(grid: Grid, plane: Plane, { min, max }: VoxelBox): VoxelBox {
  const along = ({ axis, sign }: Run, low: Vec3, high: Vec3) =>
    sign > 0 ? low[axis] : grid.size[axis] - 1 - high[axis]
  const runs = [plane.right, plane.down, plane.deep] as const
  return {
    min: runs.map((run) => along(run, min, max)) as unknown as Vec3,
    max: runs.map((run) => along(run, max, min)) as unknown as Vec3,
  }
}

/** A region of a picture (columns, rows, slices, all included) as a box of voxels. */
export function boxOfPicture(grid: Grid, plane: Plane, { min, max }: VoxelBox): VoxelBox {
  const [a, b] = [toVoxel(grid, plane, min), toVoxel(grid, plane, max)]
  const each = (pick: (m: number, n: number) => number): Vec3 => [pick(a[0], b[0]), pick(a[1], b[1]), pick(a[2], b[2])]
  return { min: each(Math.min), max: each(Math.max) }
}

/** Where a slice lies along the patient axis that its plane is named by, in LPS mm at its middle. */
export function slicePlaceMm(grid: Grid, plane: Plane, slice: number): number {
  return toPlace(grid, plane, [(plane.columns - 1) / 2, (plane.rows - 1) / 2, slice])[plane.patientAxis]
}

/** The middle of the grid in LPS mm. */
export function middleOf(grid: Grid): Vec3 {
  return ijkToLps(grid, [(grid.size[0] - 1) / 2, (grid.size[1] - 1) / 2, (grid.size[2] - 1) / 2])
}

/** The slice nearest to a place, kept inside the grid. */
export function sliceAt(grid: Grid, plane: Plane, lps: Vec3): number {
  return Math.min(plane.slices - 1, Math.max(0, Math.round(toPicture(grid, plane, lps)[2])))
}
