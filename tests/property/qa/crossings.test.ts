import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import { crossings } from '../../../src/qa/crossings.ts'
import { rayTree } from '../../../src/qa/ray-tree.ts'
import { cornerTrianglesMeet, edgeTrianglesMeet, side, triangleMeetsTriangle } from '../../../src/qa/triangle-pair.ts'
import { boxMesh, joinMeshes, sphereMesh } from '../../support/meshes.ts'

/** Loose triangles with no common corner. */
function soup(count: number, random: () => number, sizeMm: number, grid: number | null): Mesh {
  const snap = (v: number) => (grid === null ? v : Math.round(v / grid) * grid)
  const positions = Float32Array.from({ length: 9 * count }, () => 0)
  for (let t = 0; t < count; t++) {
    const centre = [random(), random(), random()].map((v) => v * 20)
    for (let k = 0; k < 9; k++) positions[9 * t + k] = snap((centre[k % 3] as number) + (random() - 0.5) * sizeMm)
  }
  return { positions, indices: Uint32Array.from({ length: 3 * count }, (_, i) => i) }
}

function bruteForce({ positions: p, indices }: Mesh): number {
  let pairs = 0
  for (let s = 0; s < indices.length; s += 3) {
    for (let t = s + 3; t < indices.length; t += 3) {
      const v = (at: number) => 3 * (indices[at] as number)
      if (triangleMeetsTriangle(p, v(s), v(s + 1), v(s + 2), v(t), v(t + 1), v(t + 2))) pairs++
    }
  }
  return pairs
}

test.each([1, 2, 3, 4])('the tree finds exactly the pairs that brute force finds (seed %s)', (seed) => {
  const mesh = soup(400, seededRandom(seed), 4, null)
  const expected = bruteForce(mesh)
  expect(expected).toBeGreaterThan(10)
  expect(crossings(rayTree(mesh)).pairs).toBe(expected)
})

test.each([5, 6, 7])('order of corners and triangles, and moving by whole mm, change no answer (seed %s)', (seed) => {
  // Snapped to a grid: many exact touches, where rounding would tip the answer.
  const mesh = soup(120, seededRandom(seed), 6, 0.5)
  const turned: Mesh = {
    positions: mesh.positions.map((v) => v + 64),
    indices: mesh.indices.map((_, i) => mesh.indices.length - 1 - i),
  }
  expect(bruteForce(turned)).toBe(bruteForce(mesh))
})

test('sides are exact where doubles are not', () => {
  const p = new Float32Array([0, 0, 0, 1e-20, 0, 1, 0, 1e-20, 1, 1e4, 1e4, 1e-30])
  expect(side(p, 0, 3, 6, 9)).not.toBe(0)
  expect(side(p, 0, 3, 6, 9)).toBe(-side(p, 3, 0, 6, 9))
  const flat = new Float32Array([0.1, 0.2, 0.3, 0.2, 0.4, 0.6, 0.4, 0.8, 1.2, 5, -3, 2])
  expect(side(flat, 0, 3, 6, 9)).toBe(side(flat, 3, 6, 0, 9))
})

const corners = (...c: Vec3[]) => new Float32Array(c.flat())

test('triangles with one common corner', () => {
  const meet = (d: Vec3, e: Vec3) => cornerTrianglesMeet(corners([0, 0, 0], [4, 0, 0], [0, 4, 0], d, e), 0, 3, 6, 9, 12)
  expect(meet([1, 1, 1], [1, 1, -1])).toBe(true)
  expect(meet([-1, -1, 1], [-1, -1, -1])).toBe(false)
  expect(meet([3, 3, 1], [3, 3, -1])).toBe(true)
  expect(meet([1, 2, 0], [2, 1, 0])).toBe(true)
  expect(meet([-1, 4, 0], [-4, 1, 0])).toBe(false)
  expect(meet([4, 4, 1], [-4, 4, 2])).toBe(false)
})

test('triangles with a common edge only when folded flat', () => {
  const meet = (d: Vec3) => edgeTrianglesMeet(corners([0, 0, 0], [4, 0, 0], [0, 4, 0], d), 0, 3, 6, 9)
  expect(meet([1, 1, 0])).toBe(true)
  expect(meet([1, -1, 0])).toBe(false)
  expect(meet([1, 1, 1e-6])).toBe(false)
})

test('sound meshes have none, crossing ones have some, boxes with a common face touch', () => {
  const count = (mesh: Mesh) => crossings(rayTree(mesh)).pairs
  expect(count(sphereMesh(20, 30))).toBe(0)
  expect(count(boxMesh([0, 0, 0], [1, 2, 3]))).toBe(0)
  expect(count(joinMeshes(sphereMesh(20, 20), sphereMesh(20, 20, [10, 0, 0])))).toBeGreaterThan(50)
  expect(count(joinMeshes(sphereMesh(20, 20), sphereMesh(5, 20)))).toBe(0)
  expect(count(joinMeshes(boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([1, 0.25, 0.25], [2, 0.75, 0.75])))).toBeGreaterThan(0)
})
