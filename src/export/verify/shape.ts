import { meshVolumeMm3 } from '../../core/mesh.ts'
import type { Mat3, Mesh, Vec3 } from '../../core/types.ts'
import { principalAxes } from './linear.ts'

/** What stays of a surface however it is moved, turned or cut into triangles. */
export interface Shape {
  readonly areaMm2: number
  readonly volumeMm3: number
  /** Of the surface, not of what it encloses: open meshes have one too. */
  readonly centre: Vec3
  /** Second moments of the surface along its principal axes in mm2, largest first. */
  readonly moments: Vec3
  /** Columns are the axes, right-handed. */
  readonly axes: Mat3
  /** Root of the mean squared distance from the centre: the size. */
  readonly sizeMm: number
}

/** Exact for flat triangles: each corner and the centre with the weights of the second moment, 1/12 and 9/12. */
export function shapeOf(mesh: Mesh): Shape {
  const { positions: p, indices } = mesh
  const origin = [p[0] ?? 0, p[1] ?? 0, p[2] ?? 0] as const
  let area = 0
  const first = [0, 0, 0]
  const second = new Float64Array(9)
  const add = (weight: number, x: number, y: number, z: number) => {
    const point = [x, y, z]
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        second[3 * i + j] = (second[3 * i + j] as number) + weight * (point[i] as number) * (point[j] as number)
  }
  const corner = (n: number): Vec3 => {
    const at = 3 * (indices[n] as number)
    return [(p[at] as number) - origin[0], (p[at + 1] as number) - origin[1], (p[at + 2] as number) - origin[2]]
  }
  for (let n = 0; n < indices.length; n += 3) {
    const [a, b, c] = [corner(n), corner(n + 1), corner(n + 2)]
    const weight = areaOf(a, b, c)
    const centre: Vec3 = [(a[0] + b[0] + c[0]) / 3, (a[1] + b[1] + c[1]) / 3, (a[2] + b[2] + c[2]) / 3]
    area += weight
    for (let k = 0; k < 3; k++) first[k] = (first[k] as number) + weight * (centre[k] as number)
    for (const [x, y, z] of [a, b, c]) add(weight / 12, x, y, z)
    add(0.75 * weight, ...centre)
  }
  const mean = first.map((sum) => (area > 0 ? sum / area : 0)) as unknown as Vec3
  const covariance = Array.from(second, (sum, n) => {
    const [i, j] = [Math.floor(n / 3), n % 3]
    return area > 0 ? sum / area - (mean[i] as number) * (mean[j] as number) : 0
  }) as unknown as Mat3
  const { values, axes } = principalAxes(covariance)
  return {
    areaMm2: area,
    volumeMm3: meshVolumeMm3(mesh),
    centre: [mean[0] + origin[0], mean[1] + origin[1], mean[2] + origin[2]],
    moments: values,
    axes,
    sizeMm: Math.sqrt(Math.max(0, values[0] + values[1] + values[2])),
  }
}

function areaOf(a: Vec3, b: Vec3, c: Vec3): number {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]]
  return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2
}

/** How unlike two shapes are whatever their size and side: 0 for the same, about 0.3 for two bones of a kind. */
export function unlike(a: Shape, b: Shape): number {
  const ratios = ({ moments, areaMm2, volumeMm3, sizeMm }: Shape) => [
    moments[0] / sizeMm ** 2,
    moments[1] / sizeMm ** 2,
    areaMm2 / sizeMm ** 2,
    Math.cbrt(Math.abs(volumeMm3)) / sizeMm,
  ]
  const other = ratios(b)
  return Math.max(...ratios(a).map((ratio, n) => Math.abs(Math.log((ratio + 1e-9) / ((other[n] as number) + 1e-9)))))
}
