import { seededRandom } from '../../src/core/random.ts'
import type { Mesh } from '../../src/core/types.ts'
import { squaredToTriangle } from '../../src/prepare/triangle-distance.ts'
import { joinMeshes } from './meshes.ts'

/** Every vertex, moved by up to `amountMm` a coordinate, then `far` points up to 100 times as far as the mesh is wide. */
export function pointsAbout(mesh: Mesh, amountMm: number, far: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  const near = Float64Array.from(mesh.positions, (v) => v + (random() - 0.5) * 2 * amountMm)
  const width = mesh.positions.reduce((most, v) => Math.max(most, Math.abs(v)), 1)
  const away = Array.from({ length: 3 * far }, () => (random() - 0.5) * width * 10 ** (2 * random()))
  return Float64Array.from([...near, ...away])
}

/** The distance by asking every triangle. */
export function bruteDistance(mesh: Mesh, x: number, y: number, z: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let t = 0; t < mesh.indices.length; t += 3) {
    const [a, b, c] = mesh.indices.subarray(t, t + 3)
    const [p, q, r] = [3 * (a as number), 3 * (b as number), 3 * (c as number)]
    best = Math.min(best, squaredToTriangle(mesh.positions, p, q, r, x, y, z))
  }
  return Math.sqrt(best)
}

/** Triangles that are a point, a line with its corners in either order, and two needles. */
export function degenerateMesh(): Mesh {
  const one = (...positions: number[]): Mesh => ({
    positions: new Float32Array(positions),
    indices: Uint32Array.of(0, 1, 2),
  })
  return joinMeshes(
    one(1, 1, 1, 1, 1, 1, 1, 1, 1),
    one(0, 0, 0, 4, 0, 0, 2, 0, 0),
    one(0, 3, 0, 2, 3, 0, 4, 3, 0),
    one(0, 0, 5, 9, 0, 5, 4, 1e-5, 5),
    one(-5, 0, 0, -5, 9, 0, -5, 9, 1e-6),
  )
}

/** Ever smaller triangles towards a corner: a tree split in the middle would be as deep as there are of them. */
export function shrinkingMesh(count: number): Mesh {
  const positions: number[] = []
  for (let n = 0; n < count; n++) {
    const x = 2 ** -n
    positions.push(x, 0, 0, x, x / 4, 0, x, 0, x / 4)
  }
  return { positions: new Float32Array(positions), indices: Uint32Array.from({ length: 3 * count }, (_, i) => i) }
}
