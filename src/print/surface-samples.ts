import { seededRandom } from '../core/random.ts'
import { triangleAreaMm2 } from '../core/triangle.ts'
import type { Mat3, Mesh, Vec3 } from '../core/types.ts'

/** Middle of a surface, and its second moments about it, by area. */
export interface Moments {
  readonly middle: Vec3
  readonly second: Mat3
  readonly areaMm2: number
}

/** Exact for flat triangles. All zero for a mesh without area. */
export function momentsOf(mesh: Mesh): Moments {
  let total = 0
  const first = [0, 0, 0]
  const second = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  visit(mesh, (area, corners) => {
    total += area
    const sum = [0, 1, 2].map(
      (axis) => (corners[axis] as number) + (corners[3 + axis] as number) + (corners[6 + axis] as number),
    )
    for (let i = 0; i < 3; i++) {
      first[i] = (first[i] as number) + (area * (sum[i] as number)) / 3
      for (let j = 0; j < 3; j++) {
        let products = (sum[i] as number) * (sum[j] as number)
        for (let k = 0; k < 9; k += 3) products += (corners[k + i] as number) * (corners[k + j] as number)
        second[3 * i + j] = (second[3 * i + j] as number) + (area * products) / 12
      }
    }
  })
  if (total === 0) return { middle: [0, 0, 0], second: second as unknown as Mat3, areaMm2: 0 }
  const middle = first.map((v) => v / total) as unknown as Vec3
  const about = second.map((v, n) => v / total - (middle[Math.floor(n / 3)] as number) * (middle[n % 3] as number))
  return { middle, second: about as unknown as Mat3, areaMm2: total }
}

/** `count` points spread evenly over the surface by area, xyz each; the same for the same seed. */
export function samplesOf(mesh: Mesh, count: number, seed: number): Float64Array {
  const triangles = mesh.indices.length / 3
  const upTo = new Float64Array(triangles)
  let total = 0
  visit(mesh, (area, _, t) => {
    total += area
    upTo[t] = total
  })
  const random = seededRandom(seed)
  const points = new Float64Array(3 * count)
  let t = 0
  for (let n = 0; n < count; n++) {
    const at = ((n + random()) / count) * total
    while (t < triangles - 1 && (upTo[t] as number) < at) t++
    const root = Math.sqrt(random())
    const [u, v] = [1 - root, root * random()]
    const corner = (k: number, axis: number) => mesh.positions[3 * (mesh.indices[3 * t + k] as number) + axis] as number
    for (let axis = 0; axis < 3; axis++) {
      points[3 * n + axis] = u * corner(0, axis) + v * corner(1, axis) + (1 - u - v) * corner(2, axis)
    }
  }
  return points
}

function visit({ positions: p, indices }: Mesh, take: (area: number, corners: Float64Array, t: number) => void): void {
  const corners = new Float64Array(9)
  const scratch = new Float64Array(3)
  const at = (i: number) => 3 * (indices[i] as number)
  for (let t = 0; t < indices.length / 3; t++) {
    for (let k = 0; k < 9; k++) corners[k] = p[at(3 * t + Math.floor(k / 3)) + (k % 3)] as number
    take(triangleAreaMm2(p, at(3 * t), at(3 * t + 1), at(3 * t + 2), scratch), corners, t)
  }
}
