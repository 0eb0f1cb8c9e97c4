import type { Vec3 } from '../../src/core/types.ts'

type Matrix = readonly number[]

const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const unit = (a: Vec3): Vec3 => {
  const length = Math.sqrt(dot(a, a))
  return [a[0] / length, a[1] / length, a[2] / length]
}
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** Row-major product of two 4 x 4 matrices. */
const times = (a: Matrix, b: Matrix): number[] =>
  Array.from({ length: 16 }, (_, n) =>
    [0, 1, 2, 3].reduce((sum, m) => sum + (a[(n >> 2) * 4 + m] as number) * (b[m * 4 + (n & 3)] as number), 0),
  )

function lookAt(eye: Vec3, target: Vec3): number[] {
  const back = unit(minus(eye, target))
  const up: Vec3 = Math.abs(back[2]) > 0.9 ? [0, 1, 0] : [0, 0, 1]
  const right = unit(cross(up, back))
  const above = cross(back, right)
  return [right, above, back].flatMap((axis) => [...axis, -dot(axis, eye)]).concat([0, 0, 0, 1])
}

/** Row-major view-projection of a camera with a field of view of 40 degrees, near plane 1 mm, far plane 5 m. */
export function perspectiveView(eye: Vec3, target: Vec3): number[] {
  const f = 1 / Math.tan((20 * Math.PI) / 180)
  const [near, far] = [1, 5000]
  const [a, b] = [(far + near) / (near - far), (2 * far * near) / (near - far)]
  return times([f, 0, 0, 0, 0, f, 0, 0, 0, 0, a, b, 0, 0, -1, 0], lookAt(eye, target))
}

/** Row-major parallel view, `halfMm` from the middle to its edges, near plane at the eye. */
export function parallelView(eye: Vec3, target: Vec3, halfMm: number): number[] {
  const [near, far] = [0, 500]
  const z = [0, 0, -2 / (far - near), -(far + near) / (far - near)]
  return times([1 / halfMm, 0, 0, 0, 0, 1 / halfMm, 0, 0, ...z, 0, 0, 0, 1], lookAt(eye, target))
}
