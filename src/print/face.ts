import type { Mesh, Vec3 } from '../core/types.ts'

export interface Face {
  /** Of length 1, outward. */
  readonly normal: Vec3
  readonly areaMm2: number
}

/** Of the triangle whose corners are listed from index `first` on; the normal is zero where there is no area. */
export function faceOf({ positions: p, indices }: Mesh, first: number): Face {
  const [a, b, c] = [
    3 * (indices[first] as number),
    3 * (indices[first + 1] as number),
    3 * (indices[first + 2] as number),
  ]
  const ux = (p[b] as number) - (p[a] as number)
  const uy = (p[b + 1] as number) - (p[a + 1] as number)
  const uz = (p[b + 2] as number) - (p[a + 2] as number)
  const vx = (p[c] as number) - (p[a] as number)
  const vy = (p[c + 1] as number) - (p[a + 1] as number)
  const vz = (p[c + 2] as number) - (p[a + 2] as number)
  const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
  const length = Math.sqrt(x * x + y * y + z * z)
  return length === 0
    ? { normal: [0, 0, 0], areaMm2: 0 }
    : { normal: [x / length, y / length, z / length], areaMm2: length / 2 }
}
