import type { Grid, Vec3 } from '../../core/types.ts'
import { type Plane, planeOf, type Run } from './plane.ts'

// niivue turns every scan to right, anterior, superior before it shows it, and picks the voxel axes for that by its own
// rule, which near 45 degrees differs from ours. So it is not given the patient's axes but a box: the same voxels laid
// along the axes that plane.ts chose. Both engines then show one picture, and places are converted in one file only.

const opposite = (run: Run): Run => ({ axis: run.axis, sign: run.sign > 0 ? -1 : 1 })

/**
 * The axial plane seen from the other side: columns to the right, rows to the front, slices up. Its pictures in turn are
 * the voxels in the order of niivue's textures.
 */
export function boxPlane(grid: Grid): Plane {
  const axial = planeOf(grid, 'axial')
  return { ...axial, right: opposite(axial.right), down: opposite(axial.down) }
}

/** Row-major 4 x 4 from voxel index to the box: mm from its outer corner at the right, back and bottom of the patient. */
export function boxAffine(grid: Grid): number[] {
  const { right, down, deep } = boxPlane(grid)
  const row = ({ axis, sign }: Run) => {
    const mm = grid.spacing[axis]
    const out = [0, 0, 0, sign > 0 ? mm / 2 : (grid.size[axis] - 0.5) * mm]
    out[axis] = sign * mm
    return out
  }
  return [...row(right), ...row(down), ...row(deep), 0, 0, 0, 1]
}

/** The part of a picture a pane shows, in mm of the box along niivue's screen axes, which grow to the left and upwards. */
export interface Extent {
  readonly low: readonly [number, number]
  readonly high: readonly [number, number]
}

/** Extent of a pane of this size (CSS pixels) with this column and row in its middle. */
export function extentOf(
  plane: Plane,
  centre: readonly [number, number],
  pixelsPerMm: number,
  width: number,
  height: number,
): Extent {
  const x = (plane.columns - 0.5 - centre[0]) * plane.columnMm
  const y = (plane.rows - 0.5 - centre[1]) * plane.rowMm
  const [w, h] = [width / pixelsPerMm / 2, height / pixelsPerMm / 2]
  return { low: [x - w, y - h], high: [x + w, y + h] }
}

/** Which axis of the box a plane's slices are counted along, and how far along it (0 to 1) the middle of a slice lies. */
export function depthOf(plane: Plane, slice: number): { readonly axis: 0 | 1 | 2; readonly fraction: number } {
  const along = (slice + 0.5) / plane.slices
  if (plane.id === 'axial') return { axis: 2, fraction: along }
  return { axis: plane.id === 'coronal' ? 1 : 0, fraction: 1 - along }
}

/** Sides of the box in voxels, in the order of niivue's textures. */
export function boxSize(grid: Grid): Vec3 {
  const { columns, rows, slices } = boxPlane(grid)
  return [columns, rows, slices]
}
