import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import type { Grid, Mat3, Vec3 } from '../../../src/core/types.ts'
import {
  boxInPicture,
  boxOfPicture,
  lettersOf,
  PLANE_IDS,
  planeOf,
  sliceAt,
  toPicture,
  toPlace,
  toVoxel,
} from '../../../src/ui/viewer/plane.ts'

const grid = (direction: Mat3): Grid => ({
  size: [5, 7, 9],
  spacing: [0.5, 1, 2],
  origin: [10, -20, 30],
  direction,
})
/** Turned by 30 degrees about the S axis, as an oblique acquisition. */
const C = Math.cos(Math.PI / 6)
const S = Math.sin(Math.PI / 6)
const ORIENTATIONS: Readonly<Record<string, Mat3>> = {
  LPS: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  RAS: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  LIA: [1, 0, 0, 0, 0, -1, 0, -1, 0],
  SLP: [0, 1, 0, 0, 0, 1, 1, 0, 0],
  oblique: [C, -S, 0, S, C, 0, 0, 0, 1],
}
const AXIS = { L: 0, P: 1, S: 2 } as const
const step = (g: Grid, id: (typeof PLANE_IDS)[number], by: Vec3): Vec3 => {
  const plane = planeOf(g, id)
  const a = toPlace(g, plane, [1, 1, 1])
  const b = toPlace(g, plane, [1 + by[0], 1 + by[1], 1 + by[2]])
  return [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
}

test.each(Object.keys(ORIENTATIONS))('%s: right is the left of the patient, down is the back or the feet', (name) => {
  const g = grid(ORIENTATIONS[name] ?? [1, 0, 0, 0, 1, 0, 0, 0, 1])
  expect(step(g, 'axial', [1, 0, 0])[AXIS.L]).toBeGreaterThan(0)
  expect(step(g, 'axial', [0, 1, 0])[AXIS.P]).toBeGreaterThan(0)
  expect(step(g, 'axial', [0, 0, 1])[AXIS.S]).toBeGreaterThan(0)
  expect(step(g, 'coronal', [1, 0, 0])[AXIS.L]).toBeGreaterThan(0)
  expect(step(g, 'coronal', [0, 1, 0])[AXIS.S]).toBeLessThan(0)
  expect(step(g, 'coronal', [0, 0, 1])[AXIS.P]).toBeGreaterThan(0)
  expect(step(g, 'sagittal', [1, 0, 0])[AXIS.P]).toBeGreaterThan(0)
  expect(step(g, 'sagittal', [0, 1, 0])[AXIS.S]).toBeLessThan(0)
})

test.each(Object.keys(ORIENTATIONS))('%s: picture and place are inverse, and every voxel axis is used once', (name) => {
  const g = grid(ORIENTATIONS[name] ?? [1, 0, 0, 0, 1, 0, 0, 0, 1])
  const at = ijkToLps(g, [3, 2, 6])
  for (const id of PLANE_IDS) {
    const plane = planeOf(g, id)
    expect(new Set([plane.right.axis, plane.down.axis, plane.deep.axis]).size).toBe(3)
    const back = toPlace(g, plane, toPicture(g, plane, at))
    for (const axis of [0, 1, 2] as const) expect(back[axis]).toBeCloseTo(at[axis], 9)
    expect(plane.columns * plane.rows * plane.slices).toBe(5 * 7 * 9)
  }
})

test('the letters come from the direction matrix, two of them on an oblique scan', () => {
  const straight = planeOf(grid([-1, 0, 0, 0, -1, 0, 0, 0, 1]), 'axial').letters
  expect(straight).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  expect(planeOf(grid([-1, 0, 0, 0, -1, 0, 0, 0, 1]), 'sagittal').letters).toEqual({
    left: 'A',
    right: 'P',
    top: 'S',
    bottom: 'I',
  })
  expect(planeOf(grid(ORIENTATIONS.oblique ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]), 'axial').letters).toEqual({
    left: 'RA',
    right: 'LP',
    top: 'AL',
    bottom: 'PR',
  })
  expect(lettersOf([0, 0, -1])).toBe('I')
})

test('a place outside the scan shows the nearest slice', () => {
  const g = grid([1, 0, 0, 0, 1, 0, 0, 0, 1])
  const plane = planeOf(g, 'axial')
  expect(sliceAt(g, plane, [0, 0, -1000])).toBe(0)
  expect(sliceAt(g, plane, [0, 0, 1000])).toBe(8)
  expect(sliceAt(g, plane, ijkToLps(g, [0, 0, 4]))).toBe(4)
})

test.each(Object.entries(ORIENTATIONS))(
  '%s: a box of voxels is the same box in a picture, and back',
  (_, direction) => {
    const g = grid(direction)
    const box = { min: [1, 2, 3], max: [3, 5, 4] } as const
    for (const id of PLANE_IDS) {
      const plane = planeOf(g, id)
      const shown = boxInPicture(g, plane, box)
      const ends = [shown.min, shown.max].map((at) => toVoxel(g, plane, at))
      for (const axis of [0, 1, 2] as const) {
        expect(ends.map((at) => at[axis]).sort((a, b) => a - b)).toEqual([box.min[axis], box.max[axis]])
        expect(shown.min[axis]).toBeLessThanOrEqual(shown.max[axis])
      }
      expect(boxOfPicture(g, plane, shown)).toEqual(box)
    }
  },
)
