import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { hasVoxel } from '../../../src/core/mask.ts'
import { seededRandom } from '../../../src/core/random.ts'
import type { Grid, Mat3, Vec3 } from '../../../src/core/types.ts'
import { PLANE_IDS, planeOf, toPicture } from '../../../src/ui/viewer/plane.ts'
import { boxAffine, boxPlane, boxSize, depthOf, extentOf } from '../../../src/ui/viewer/slice-box.ts'
import { maskSlice } from '../../../src/ui/viewer/slice-pixels.ts'
import { gridOf, randomMask } from '../../support/phantoms.ts'

const turn = (degrees: number): Mat3 => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return [c, -s * c, s * s, s, c * c, -s * c, 0, s, c]
}
const grids: Record<string, Grid> = Object.fromEntries(
  Object.entries({
    LPS: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    RAS: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
    LIA: [1, 0, 0, 0, 0, -1, 0, -1, 0],
    PSR: [0, 0, -1, 1, 0, 0, 0, 1, 0],
    oblique: turn(25),
    'turned by 45 degrees': turn(45),
    'turned by 50 degrees': turn(50),
  } satisfies Record<string, Mat3>).map(([name, direction]) => [
    name,
    gridOf([9, 7, 5], [0.7, 1.1, 2.3], { direction, origin: [12, -30, 55] }),
  ]),
)
const cases = Object.entries(grids)

/** Box mm of a voxel index, as niivue computes it from the affine it is given. */
function boxMm(grid: Grid, ijk: Vec3): Vec3 {
  const a = boxAffine(grid)
  const row = (r: number) =>
    (a[r * 4] ?? 0) * ijk[0] + (a[r * 4 + 1] ?? 0) * ijk[1] + (a[r * 4 + 2] ?? 0) * ijk[2] + (a[r * 4 + 3] ?? 0)
  return [row(0), row(1), row(2)]
}

test.each(cases)('%s: the box holds every voxel, with its corner at zero', (_name, grid) => {
  const [nx, ny, nz] = grid.size
  const sides = boxSize(grid)
  const ends = [boxMm(grid, [-0.5, -0.5, -0.5]), boxMm(grid, [nx - 0.5, ny - 0.5, nz - 0.5])]
  for (const axis of [0, 1, 2] as const) {
    const along = ends.map((p) => p[axis])
    expect(Math.min(...along)).toBeCloseTo(0, 9)
    const step = Math.max(...along) / sides[axis]
    expect(grid.spacing.some((mm) => Math.abs(mm - step) < 1e-9)).toBe(true)
  }
})

test.each(cases)('%s: a place lies at the same point of a pane in both engines', (_name, grid) => {
  const random = seededRandom(7)
  const [width, height, pixelsPerMm] = [400, 300, 3.5]
  for (const id of PLANE_IDS) {
    const plane = planeOf(grid, id)
    for (let n = 0; n < 20; n++) {
      const ijk: Vec3 = [random() * 8, random() * 6, random() * 4]
      const centre = [random() * 4, random() * 4] as const
      const [c, r, s] = toPicture(grid, plane, ijkToLps(grid, ijk))
      const own = [
        width / 2 + (c - centre[0]) * plane.columnMm * pixelsPerMm,
        height / 2 + (r - centre[1]) * plane.rowMm * pixelsPerMm,
      ] // prettier-ignore
      const { low, high } = extentOf(plane, centre, pixelsPerMm, width, height)
      const box = boxMm(grid, ijk)
      // niivue's screen axes: axial right and front, coronal right and up, sagittal front and up; all grow away from
      // the first column and row.
      const [x, y] = id === 'axial' ? [box[0], box[1]] : id === 'coronal' ? [box[0], box[2]] : [box[1], box[2]]
      expect(((high[0] - x) / (high[0] - low[0])) * width).toBeCloseTo(own[0] ?? 0, 6)
      expect(((high[1] - y) / (high[1] - low[1])) * height).toBeCloseTo(own[1] ?? 0, 6)
      const depth = depthOf(plane, s)
      const sides = boxSize(grid)
      const deepMm = grid.spacing[plane.deep.axis]
      expect(depth.fraction * sides[depth.axis] * deepMm).toBeCloseTo(box[depth.axis], 6)
    }
  }
})

test.each(cases)('%s: a mask is written in the order of the box', (_name, grid) => {
  const mask = randomMask(grid, 3)
  const sides = boxSize(grid)
  const plane = boxPlane(grid)
  const each = sides[0] * sides[1]
  const bytes = new Uint8Array(each * sides[2])
  for (let s = 0; s < sides[2]; s++) maskSlice(mask, plane, s, bytes.subarray(s * each, (s + 1) * each))
  const [nx, ny, nz] = grid.size
  const total = boxMm(grid, [0, 0, 0]).map((_, axis) => {
    const ends = [boxMm(grid, [-0.5, -0.5, -0.5]), boxMm(grid, [nx - 0.5, ny - 0.5, nz - 0.5])]
    return Math.max(...ends.map((p) => p[axis] ?? 0))
  })
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = boxMm(grid, [i, j, k]).map((mm, axis) => Math.floor((mm / (total[axis] ?? 1)) * (sides[axis] ?? 1)))
        const [x = 0, y = 0, z = 0] = at
        expect(bytes[z * each + y * sides[0] + x] === 1).toBe(hasVoxel(mask, i, j, k))
      }
    }
  }
})
