import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { cut } from '../../../src/prepare/cut.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import type { Plane } from '../../../src/prepare/plane.ts'
import { expectClosed, fineBall, torusMesh } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh, withHole } from '../../support/meshes.ts'

const run = (mesh: Mesh, ...planes: Plane[]) => cut(mesh, { planes }, IDLE_CONTEXT, loadManifold)
const plane = (pointLps: Plane['pointLps'], normalLps: Plane['normalLps']): Plane => ({ pointLps, normalLps })
const volumes = (bodies: readonly Mesh[]) => bodies.map(meshVolumeMm3)

describe('cut', () => {
  test('a ball at a height: both caps by the formula, to 0.1 %', async () => {
    const [r, h] = [20, 8]
    const bodies = await run(fineBall(r, [100, -50, 300], 96), plane([0, 0, 300 + r - h], [0, 0, 2]))
    for (const body of bodies) expectClosed(body)
    const cap = (Math.PI * h * h * (3 * r - h)) / 3
    const [behind = 0, before = 0] = volumes(bodies)
    expect(Math.abs(before / cap - 1)).toBeLessThan(1e-3)
    expect(Math.abs(behind / ((4 / 3) * Math.PI * r ** 3 - cap) - 1)).toBeLessThan(1e-3)
    expect(meshBounds(bodies[0] as Mesh).max[2]).toBeCloseTo(300 + r - h, 4)
  })

  test('a box by a tilted plane: a corner of one sixth', async () => {
    const bodies = await run(boxMesh([0, 0, 0], [10, 10, 10]), plane([9, 0, 0], [1, 1, 1]))
    for (const body of bodies) expectClosed(body)
    const [behind = 0, before = 0] = volumes(bodies)
    expect(behind).toBeCloseTo(9 ** 3 / 6, 3)
    expect(before).toBeCloseTo(1000 - 9 ** 3 / 6, 3)
  })

  test('a ring through its middle: two halves of two ends each', async () => {
    const ring = torusMesh(20, 5)
    const bodies = await run(ring, plane([0, 0, 0], [0, 1, 0]))
    for (const body of bodies) {
      expectClosed(body)
      expect(meshVolumeMm3(body)).toBeCloseTo(meshVolumeMm3(ring) / 2, 1)
    }
  })

  test('three planes: eight boxes, in order, and again byte for byte', async () => {
    const box = boxMesh([0, 0, 0], [4, 6, 8])
    const planes = [plane([1, 0, 0], [1, 0, 0]), plane([0, 2, 0], [0, 1, 0]), plane([0, 0, 3], [0, 0, 1])]
    const bodies = await run(box, ...planes)
    expect(volumes(bodies).map((mm3) => Math.round(mm3 * 1e3) / 1e3)).toEqual([6, 10, 12, 20, 18, 30, 36, 60])
    expect((await run(box, ...planes)).map(fingerprint)).toEqual(bodies.map(fingerprint))
  })

  test('a plane along a face of the box cuts nothing off', async () => {
    await expect(run(boxMesh([0, 0, 0], [4, 4, 4]), plane([0, 0, 4], [0, 0, 1]))).rejects.toMatchObject({
      code: 'app/bad-parameter',
      detail: { plane: 1 },
    })
  })

  test('no plane, no direction, an open part, cancelling: refused by name', async () => {
    const box = boxMesh([0, 0, 0], [4, 4, 4])
    const middle = plane([0, 0, 2], [0, 0, 1])
    await expect(run(box)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(run(box, plane([0, 0, 0], [0, 0, 0]))).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(run(withHole(box, 3), middle)).rejects.toMatchObject({ code: 'prepare/failed' })
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(cut(box, { planes: [middle] }, ctx, loadManifold)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
