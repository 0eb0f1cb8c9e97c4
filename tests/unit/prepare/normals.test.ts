import { expect, test } from 'vitest'
import type { Vec3 } from '../../../src/core/types.ts'
import { vertexNormals } from '../../../src/prepare/normals.ts'
import { boxMesh, bumpyRadius, inverted, placed, radialMesh, sphereMesh } from '../../support/meshes.ts'
import { dot, minus, normalSums, pointOf } from '../../support/normal-reference.ts'

const normalAt = (normals: Float32Array, v: number) => [...normals.subarray(3 * v, 3 * v + 3)] as unknown as Vec3

test('exact on a sphere, however its triangles lie', () => {
  const centre: Vec3 = [40, -25, 7]
  const mesh = sphereMesh(12, 9, centre)
  const normals = vertexNormals(mesh)
  for (let v = 0; v < normals.length / 3; v++) {
    expect(dot(normalAt(normals, v), minus(pointOf(mesh, v), centre)) / 12).toBeGreaterThan(1 - 1e-6)
  }
})

test('the corner of a box looks along its diagonal', () => {
  const normals = vertexNormals(boxMesh([0, 0, 0], [1, 1, 1]))
  for (const [at, n] of normals.entries()) expect(Math.abs(n), `number ${at}`).toBeCloseTo(Math.sqrt(1 / 3), 1)
})

test('as the definition, in float64', () => {
  const mesh = placed(radialMesh(14, 22, bumpyRadius(2)), [1, 0.7, 1.3], [200, -90, 410])
  const normals = vertexNormals(mesh)
  const { sum } = normalSums(mesh)
  sum.forEach((expected, v) => {
    const length = Math.hypot(...expected)
    const error = minus(normalAt(normals, v), expected.map((x) => x / length) as unknown as Vec3)
    expect(Math.hypot(...error)).toBeLessThan(1e-6)
  })
})

test('turned with the triangles; zero for a lone vertex and where triangles have no area; the input stays', () => {
  const box = boxMesh([0, 0, 0], [1, 2, 3])
  expect(vertexNormals(inverted(box))).toEqual(vertexNormals(box).map((n) => 0 - n))
  const positions = new Float32Array([0, 0, 0, 1, 0, 0, 2, 0, 0, 5, 5, 5, 0, 0, 0])
  const flat = { positions, indices: new Uint32Array([0, 1, 2, 0, 4, 1]) }
  expect([...vertexNormals(flat)]).toEqual(new Array(15).fill(0))
  expect([...positions.slice(0, 6)]).toEqual([0, 0, 0, 1, 0, 0])
  expect(vertexNormals({ positions: new Float32Array(0), indices: new Uint32Array(0) })).toHaveLength(0)
})
