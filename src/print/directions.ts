import type { Mesh, Vec3 } from '../core/types.ts'
import { faceOf } from './face.ts'

export interface Direction {
  /** Of length 1. */
  readonly up: Vec3
  /** Area of the surface that faces straight down then, and lies lowest. */
  readonly flatMm2: number
}

const AXES: readonly Vec3[] = [
  [0, 0, 1],
  [0, 0, -1],
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
]
const SPREAD = 160
const FACES = 24
/** Normals are filed to about 2 degrees. */
const FILED = 32
const FILES = 2 * FILED + 1
const filed = (v: number) => Math.round(v * FILED) + FILED
/** A face lies on the plate when its plane is as low as the lowest point, to this much. */
const LOWEST_MM = 0.05

/** Build directions worth a look: those that lay a flat face down, the axes, and an even spread over the sphere (Fibonacci lattice). */
export function directionsOf(mesh: Mesh): readonly Direction[] {
  const faces = facesOf(mesh)
  const plain = [...AXES, ...spread()].map((up) => ({ up, flatMm2: 0 }))
  return [...faces, ...plain]
}

/** The largest groups of triangles that face one way and on which the part can lie. */
function facesOf(mesh: Mesh): Direction[] {
  const groups = new Map<number, { sum: [number, number, number]; areaMm2: number }>()
  for (let t = 0; t < mesh.indices.length; t += 3) {
    const { normal, areaMm2 } = faceOf(mesh, t)
    if (areaMm2 === 0) continue
    const key = filed(normal[0]) + FILES * (filed(normal[1]) + FILES * filed(normal[2]))
    const group = groups.get(key) ?? { sum: [0, 0, 0], areaMm2: 0 }
    group.sum[0] += normal[0] * areaMm2
    group.sum[1] += normal[1] * areaMm2
    group.sum[2] += normal[2] * areaMm2
    group.areaMm2 += areaMm2
    groups.set(key, group)
  }
  const largest = [...groups].sort(([k, a], [l, b]) => b.areaMm2 - a.areaMm2 || k - l).slice(0, FACES)
  return largest.map(([, { sum }]) => {
    const length = Math.hypot(...sum)
    const normal: Vec3 = [sum[0] / length, sum[1] / length, sum[2] / length]
    return { up: [-normal[0], -normal[1], -normal[2]], flatMm2: lowestMm2(mesh, normal) }
  })
}

/** Area of triangles that lie wholly in the outermost plane along a direction. */
function lowestMm2(mesh: Mesh, [nx, ny, nz]: Vec3): number {
  const { positions: p, indices } = mesh
  const depth = (v: number) => nx * (p[3 * v] as number) + ny * (p[3 * v + 1] as number) + nz * (p[3 * v + 2] as number)
  let deepest = -Infinity
  for (let v = 0; v < p.length / 3; v++) deepest = Math.max(deepest, depth(v))
  const from = deepest - LOWEST_MM
  let mm2 = 0
  for (let t = 0; t < indices.length; t += 3) {
    if (depth(indices[t] as number) < from) continue
    if (depth(indices[t + 1] as number) >= from && depth(indices[t + 2] as number) >= from) {
      mm2 += faceOf(mesh, t).areaMm2
    }
  }
  return mm2
}

function spread(): Vec3[] {
  const turn = Math.PI * (3 - Math.sqrt(5))
  return Array.from({ length: SPREAD }, (_, n) => {
    const z = 1 - (2 * n + 1) / SPREAD
    const r = Math.sqrt(1 - z * z)
    return [r * Math.cos(n * turn), r * Math.sin(n * turn), z]
  })
}
