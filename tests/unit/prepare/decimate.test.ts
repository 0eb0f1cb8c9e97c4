import { describe, expect, test } from 'vitest'
import { meshVolumeMm3, triangleCount } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { decimate } from '../../../src/prepare/decimate.ts'
import { isManifold } from '../../../src/prepare/mend.ts'
import { surfaceTree } from '../../../src/prepare/surface-tree.ts'
import { bumpyRadius, placed, radialMesh, sphereMesh } from '../../support/meshes.ts'

/** Largest distance from the vertices and triangle centres of one mesh to the surface of another. */
function worstDistance(from: Mesh, to: Mesh): number {
  const tree = surfaceTree(to)
  const p = from.positions
  let worst = 0
  for (let i = 0; i < p.length; i += 3)
    worst = Math.max(worst, tree.distance(p[i] as number, p[i + 1] as number, p[i + 2] as number))
  for (let t = 0; t < from.indices.length; t += 3) {
    const corner = (k: number, axis: number) => p[3 * (from.indices[t + k] as number) + axis] as number
    const [x, y, z] = [0, 1, 2].map((axis) => (corner(0, axis) + corner(1, axis) + corner(2, axis)) / 3)
    worst = Math.max(worst, tree.distance(x as number, y as number, z as number))
  }
  return worst
}

const rough = radialMesh(100, 180, bumpyRadius(0.2))

describe('decimate', () => {
  test.each([
    [0.1, 0.25],
    [0.05, 0.5],
    [0.3, 0.1],
  ])(
    'error %s mm, ratio %s on a rough ball: fewer triangles, manifold, within the error',
    async (maxErrorMm, ratio) => {
      const out = await decimate(rough, { maxErrorMm, targetRatio: ratio }, IDLE_CONTEXT)
      expect(triangleCount(out)).toBeLessThan(triangleCount(rough) * 0.95)
      expect(isManifold(out)).toBe(true)
      expect(worstDistance(rough, out)).toBeLessThanOrEqual(maxErrorMm)
      expect(worstDistance(out, rough)).toBeLessThanOrEqual(maxErrorMm)
    },
  )

  test('reaches the ratio where the surface is smooth', async () => {
    const sphere = sphereMesh(30, 80)
    const out = await decimate(sphere, { maxErrorMm: 0.1, targetRatio: 0.3 }, IDLE_CONTEXT)
    expect(triangleCount(out) / triangleCount(sphere)).toBeLessThan(0.31)
    expect(Math.abs(meshVolumeMm3(out) / meshVolumeMm3(sphere) - 1)).toBeLessThan(0.01)
  })

  test.each([
    [0.2, 0.1],
    [0.1, 0.1],
    [0.05, 0.2],
  ])('roughness %s, error %s mm: a smaller ratio never leaves more triangles', async (deviation, maxErrorMm) => {
    const ball = radialMesh(60, 100, bumpyRadius(deviation))
    let before = triangleCount(ball)
    for (const targetRatio of [0.9, 0.7, 0.5, 0.35, 0.2, 0.1, 0.02]) {
      const now = triangleCount(await decimate(ball, { maxErrorMm, targetRatio }, IDLE_CONTEXT))
      expect(now).toBeLessThanOrEqual(before)
      before = now
    }
  })

  test('holds the error far from the origin', async () => {
    const far = placed(rough, [1, 1, 1], [812.3, -640.7, 1210.1])
    const out = await decimate(far, { maxErrorMm: 0.1, targetRatio: 0.25 }, IDLE_CONTEXT)
    expect(triangleCount(out)).toBeLessThan(triangleCount(far) * 0.95)
    expect(worstDistance(far, out)).toBeLessThanOrEqual(0.1)
  })

  test('gives the same bytes twice', async () => {
    const params = { maxErrorMm: 0.1, targetRatio: 0.3 }
    expect(await decimate(rough, params, IDLE_CONTEXT)).toEqual(await decimate(rough, params, IDLE_CONTEXT))
  })

  test('ratio 1 or error 0 leaves the mesh alone', async () => {
    expect(await decimate(rough, { maxErrorMm: 0.1, targetRatio: 1 }, IDLE_CONTEXT)).toBe(rough)
    expect(await decimate(rough, { maxErrorMm: 0, targetRatio: 0.1 }, IDLE_CONTEXT)).toBe(rough)
  })

  test('stops when cancelled', async () => {
    const cancelled = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(decimate(rough, { maxErrorMm: 0.1, targetRatio: 0.3 }, cancelled)).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
