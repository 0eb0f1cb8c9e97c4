import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { pointDistances } from '../../../src/prepare/point-distance.ts'
import { surfaceNodes } from '../../../src/prepare/surface-nodes.ts'
import { EMPTY_MESH } from '../../support/kernel-meshes.ts'
import { bumpyRadius, radialMesh } from '../../support/meshes.ts'
import { bruteDistance, degenerateMesh, pointsAbout, shrinkingMesh } from '../../support/point-questions.ts'

async function expectAsBrute(mesh: Mesh, points: Float64Array) {
  const { distanceMm, triangle } = await pointDistances(points, mesh, IDLE_CONTEXT)
  distanceMm.forEach((mm, n) => {
    const [x = 0, y = 0, z = 0] = points.subarray(3 * n, 3 * n + 3)
    expect(mm).toBe(bruteDistance(mesh, x, y, z))
    const t = 3 * (triangle[n] as number)
    expect(bruteDistance({ ...mesh, indices: mesh.indices.subarray(t, t + 3) }, x, y, z)).toBe(mm)
  })
}

test('as by asking every triangle: near, on the surface, far', async () => {
  const mesh = radialMesh(9, 14, bumpyRadius(2))
  await expectAsBrute(mesh, pointsAbout(mesh, 3, 100, 1))
  await expectAsBrute(mesh, Float64Array.from(mesh.positions))
})

test('triangles without an area, and needles', async () => {
  const mesh = degenerateMesh()
  await expectAsBrute(mesh, pointsAbout(mesh, 2, 200, 2))
})

test('a tree is at most 64 deep, also where triangles shrink towards a corner', async () => {
  const mesh = shrinkingMesh(130)
  await expectAsBrute(mesh, pointsAbout(mesh, 1e-3, 50, 3))
  const { link, leaf } = surfaceNodes(mesh)
  const depth = new Uint32Array(link.length)
  for (let node = 0; node < link.length; node++) {
    if (leaf[node] !== 0) continue
    for (const child of [node + 1, link[node] as number]) depth[child] = (depth[node] as number) + 1
  }
  expect(Math.max(...depth)).toBeGreaterThan(32)
  expect(Math.max(...depth)).toBeLessThanOrEqual(64)
})

test('no triangles, no points, cancelled', async () => {
  const none = await pointDistances(new Float32Array(6), EMPTY_MESH, IDLE_CONTEXT)
  expect([...none.distanceMm]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  expect([...none.triangle]).toEqual([-1, -1])
  expect((await pointDistances(new Float32Array(0), degenerateMesh(), IDLE_CONTEXT)).distanceMm).toHaveLength(0)
  const cancelled = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(pointDistances(new Float32Array(6), degenerateMesh(), cancelled)).rejects.toMatchObject({
    name: 'AbortError',
  })
})
