import { expect, test } from 'vitest'
import type { Mat3 } from '../../../../src/core/types.ts'
import {
  angleDegrees,
  IDENTITY,
  principalAxes,
  rotationBy,
  solved,
  times,
  transposed,
} from '../../../../src/export/verify/linear.ts'
import { shapeOf } from '../../../../src/export/verify/shape.ts'
import { boxMesh } from '../../../support/meshes.ts'

const close = (a: ArrayLike<number>, b: readonly number[]) => {
  for (const [n, v] of b.entries()) expect(a[n]).toBeCloseTo(v, 9)
}

test('a rotation turns by its angle, and its inverse back', () => {
  const turn = rotationBy([0.3, -0.4, 1.2])
  expect(angleDegrees(turn)).toBeCloseTo((180 / Math.PI) * 1.3, 9)
  close(times(turn, transposed(turn)), IDENTITY)
})
test('principal values and right-handed axes of a turned ellipsoid come back', () => {
  const turn = rotationBy([0.7, 0.2, -0.5])
  const { values, axes } = principalAxes(times(times(turn, [9, 0, 0, 0, 4, 0, 0, 0, 1]), transposed(turn)))
  close(values, [9, 4, 1])
  close(times(times(axes, [9, 0, 0, 0, 4, 0, 0, 0, 1]), transposed(axes)), [
    ...times(times(turn, [9, 0, 0, 0, 4, 0, 0, 0, 1]), transposed(turn)),
  ])
  const [a, b, c, d, e, f, g, h, i] = axes
  expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 9)
})
test('linear equations are solved, and refused when they are not positive', () => {
  const a = Float64Array.of(4, 2, 2, 3)
  close(solved(a, Float64Array.of(10, 8)) ?? [], [1.75, 1.5])
  expect(solved(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeNull()
})
test('the moments of a box are those of its six faces, wherever it lies', () => {
  // Of the surface of a x b x c about its centre: a^2/4 over the two end faces, a^2/12 over the other four.
  const [a, b, c] = [30, 20, 10]
  const faces = [b * c, a * c, a * b].map((area) => 2 * area) as unknown as [number, number, number]
  const area = faces[0] + faces[1] + faces[2]
  const moment = (k: 0 | 1 | 2, side: number) =>
    ((faces[k] * side ** 2) / 4 + ((area - faces[k]) * side ** 2) / 12) / area
  const shape = shapeOf(boxMesh([100, -50, 400], [130, -30, 410]))
  expect(shape.areaMm2).toBeCloseTo(area, 6)
  expect(shape.volumeMm3).toBeCloseTo(a * b * c, 6)
  close(shape.centre, [115, -40, 405])
  for (const [n, v] of [moment(0, a), moment(1, b), moment(2, c)].entries()) expect(shape.moments[n]).toBeCloseTo(v, 6)
  const axes: Mat3 = shape.axes
  expect(Math.abs(axes[0])).toBeCloseTo(1, 9)
})
