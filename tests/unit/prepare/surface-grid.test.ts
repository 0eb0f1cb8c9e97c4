import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { surfaceGrid } from '../../../src/prepare/surface-grid.ts'
import { surfaceTree } from '../../../src/prepare/surface-tree.ts'
import { squaredToTriangle } from '../../../src/prepare/triangle-distance.ts'
import { boxMesh, bumpyRadius, joinMeshes, radialMesh, sphereMesh } from '../../support/meshes.ts'

/** Every triangle asked: the distance and the lowest number that has it. */
function brute({ positions, indices }: Mesh, x: number, y: number, z: number): { squared: number; triangle: number } {
  let best = { squared: Number.POSITIVE_INFINITY, triangle: -1 }
  for (let t = 0; t < indices.length / 3; t++) {
    const [a = 0, b = 0, c = 0] = indices.subarray(3 * t, 3 * t + 3)
    const squared = squaredToTriangle(positions, 3 * a, 3 * b, 3 * c, x, y, z)
    if (squared < best.squared) best = { squared, triangle: t }
  }
  return best
}

const bumpy = radialMesh(24, 40, bumpyRadius(0.1))
const MESHES: Readonly<Record<string, Mesh>> = {
  'a bumpy ball': bumpy,
  'a box of twelve large triangles': boxMesh([0, 0, 0], [2, 4, 60]),
  'two balls far apart': joinMeshes(sphereMesh(5, 12, [0, 0, 0]), sphereMesh(0.2, 8, [400, 0, 0])),
  'a flat sheet': {
    positions: new Float32Array([0, 0, 5, 10, 0, 5, 10, 10, 5, 0, 10, 5]),
    indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
  },
  'one place': { positions: new Float32Array([7, 7, 7]), indices: new Uint32Array([0, 0, 0, 0, 0, 0]) },
}

describe('closest points by cubes', () => {
  test.each(Object.entries(MESHES))('%s: as brute force, near and far (seed 3)', (_, mesh) => {
    const grid = surfaceGrid(mesh)
    const random = seededRandom(3)
    for (let i = 0; i < 600; i++) {
      const v = 3 * Math.floor(random() * (mesh.positions.length / 3))
      const spread = [0.01, 1, 20, 300][i % 4] as number
      const [x, y, z] = [0, 1, 2].map((k) => (mesh.positions[v + k] as number) + (random() - 0.5) * spread) as [
        number,
        number,
        number,
      ]
      const expected = brute(mesh, x, y, z)
      const mm = grid.distance(x, y, z)
      expect(mm).toBe(Math.sqrt(expected.squared))
      expect(Math.hypot(x - grid.hit.x, y - grid.hit.y, z - grid.hit.z)).toBeCloseTo(mm, 9)
      expect(grid.within(x, y, z, mm * 1.001 + 1e-6)).toBeGreaterThanOrEqual(0)
      if (mm > 1e-6) expect(grid.within(x, y, z, mm * 0.999)).toBe(-1)
    }
  })
  test('of equally near triangles the lowest number, whatever was asked before', () => {
    const grid = surfaceGrid(bumpy)
    for (let v = 0; v < bumpy.positions.length; v += 3) {
      const [x = 0, y = 0, z = 0] = bumpy.positions.subarray(v, v + 3)
      expect(grid.distance(x, y, z)).toBe(0)
      expect(grid.hit.triangle).toBe(brute(bumpy, x, y, z).triangle)
    }
  })
  test('a point that is no number is answered as by the tree, and the next one rightly', () => {
    const [grid, tree] = [surfaceGrid(bumpy), surfaceTree(bumpy)]
    expect(grid.distance(Number.NaN, 0, 0)).toBe(tree.distance(Number.NaN, 0, 0))
    expect(grid.distance(60, 1, 2)).toBe(surfaceTree(bumpy).distance(60, 1, 2))
  })
  test('an empty surface is infinitely far', () => {
    const none = surfaceGrid({ positions: new Float32Array(0), indices: new Uint32Array(0) })
    expect(none.distance(0, 0, 0)).toBe(Number.POSITIVE_INFINITY)
    expect(none.within(0, 0, 0, 1e9)).toBe(-1)
  })
})
