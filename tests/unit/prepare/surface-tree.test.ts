import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { surfaceTree } from '../../../src/prepare/surface-tree.ts'
import { boxMesh, bumpyRadius, radialMesh } from '../../support/meshes.ts'

const box = surfaceTree(boxMesh([0, 0, 0], [2, 4, 6]))

test.each([
  ['a face', [1, 2, 7.5], 1.5],
  ['an edge', [-3, 2, 10], 5],
  ['a corner', [-1, -2, -2], 3],
  ['inside', [0.25, 2, 3], 0.25],
  ['on it', [2, 2, 3], 0],
])('distance to a box: %s', (_, [x = 0, y = 0, z = 0], expected) => {
  expect(box.distance(x, y, z)).toBeCloseTo(expected, 12)
  expect(box.within(x, y, z, expected + 1e-9)).toBeGreaterThanOrEqual(0)
  if (expected > 0) expect(box.within(x, y, z, expected - 1e-9)).toBe(-1)
})

/** Dense samples of each triangle: an upper bound of the distance that is close to it. */
function sampled(mesh: Mesh, x: number, y: number, z: number): number {
  let best = Number.POSITIVE_INFINITY
  const at = (t: number, k: number, axis: number) =>
    mesh.positions[3 * (mesh.indices[t + k] as number) + axis] as number
  for (let t = 0; t < mesh.indices.length; t += 3) {
    for (let i = 0; i <= 12; i++) {
      for (let j = 0; j <= 12 - i; j++) {
        const [u, v] = [i / 12, j / 12]
        const d = [x, y, z].map((q, k) => q - (at(t, 0, k) * (1 - u - v) + at(t, 1, k) * u + at(t, 2, k) * v))
        best = Math.min(best, Math.hypot(...d))
      }
    }
  }
  return best
}

test('agrees with brute force at seeded points (seed 7), near and far, asked in any order', () => {
  const mesh = radialMesh(12, 20, bumpyRadius(0))
  const tree = surfaceTree(mesh)
  const random = seededRandom(7)
  for (let i = 0; i < 60; i++) {
    const [x, y, z] = [0, 1, 2].map(() => (random() - 0.5) * 160) as [number, number, number]
    const brute = sampled(mesh, x, y, z)
    const exact = tree.distance(x, y, z)
    expect(exact).toBeLessThanOrEqual(brute + 1e-9)
    expect(exact).toBeGreaterThan(brute - 0.35)
    expect(Math.hypot(x - tree.hit.x, y - tree.hit.y, z - tree.hit.z)).toBeCloseTo(exact, 9)
    // The bound taken from the last question must never change an answer.
    expect(surfaceTree(mesh).distance(x, y, z)).toBe(exact)
  }
})

test('an empty surface is infinitely far', () => {
  const none = surfaceTree({ positions: new Float32Array(0), indices: new Uint32Array(0) })
  expect(none.distance(0, 0, 0)).toBe(Number.POSITIVE_INFINITY)
  expect(none.within(0, 0, 0, 1e9)).toBe(-1)
})

test('triangles in one place do not break the tree', () => {
  const mesh: Mesh = {
    positions: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]),
    indices: new Uint32Array(Array.from({ length: 300 }, (_, i) => i % 3)),
  }
  expect(surfaceTree(mesh).distance(0.2, 0.2, 2)).toBeCloseTo(2, 12)
})
