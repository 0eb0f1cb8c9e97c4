import { describe, expect, test } from 'vitest'
import { type Settle, withHollowAccuracy, withOffsetAccuracy } from '../../../src/app/part-places.ts'
import type { Params } from '../../../src/app/templates.ts'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { FIELD_DEFAULTS, fieldStepMm, reachedAccuracyMm } from '../../../src/prepare/mesh-field.ts'
import { OFFSET, offset } from '../../../src/prepare/offset.ts'
import { crossingPairs, expectClosed, fineBall, torusMesh } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh, joinMeshes, sphereMesh } from '../../support/meshes.ts'
import { worstMm } from '../../support/surface-points.ts'

const run = (mesh: Mesh, byMm: number) => offset(mesh, { ...OFFSET.defaults, byMm }, IDLE_CONTEXT)

describe('offset', () => {
  test.each([0.4, -0.4])('a ball of 5 mm by %f mm: everywhere within 0.02 mm', async (byMm) => {
    const ball = await run(fineBall(5, [120, -80, 400]), byMm)
    expectClosed(ball)
    expect(crossingPairs(ball)).toBe(0)
    expect(worstMm(ball, (x, y, z) => Math.hypot(x - 120, y + 80, z - 400) - (5 + byMm))).toBeLessThan(0.02)
  })

  test('a ring by 0.5 mm: within 0.02 mm, still a ring', async () => {
    const ring = await run(torusMesh(6, 2), 0.5)
    expectClosed(ring)
    expect(worstMm(ring, (x, y, z) => Math.hypot(Math.hypot(x, y) - 6, z) - 2.5)).toBeLessThan(0.02)
    expect(ring.positions.length / 3 - ring.indices.length / 6).toBe(0)
  })

  test('a box grows by it on each side and shrinks by it, its flat faces to 1e-3 mm', async () => {
    const box = boxMesh([1, 2, 3], [11, 8, 9])
    const [grown, shrunk] = [meshBounds(await run(box, 0.25)), meshBounds(await run(box, -0.25))]
    const off = (found: readonly number[], right: readonly number[]) =>
      Math.max(...found.map((mm, k) => Math.abs(mm - (right[k] as number))))
    expect(off(grown.min, [0.75, 1.75, 2.75])).toBeLessThan(1e-3)
    expect(off(grown.max, [11.25, 8.25, 9.25])).toBeLessThan(1e-3)
    expect(off(shrunk.min, [1.25, 2.25, 3.25])).toBeLessThan(1e-3)
    expect(off(shrunk.max, [10.75, 7.75, 8.75])).toBeLessThan(1e-3)
  })

  test('two balls grow together into one', async () => {
    const pair = await run(joinMeshes(sphereMesh(2), sphereMesh(2, 24, [4.4, 0, 0])), 0.4)
    expectClosed(pair)
    expect(meshVolumeMm3(pair)).toBeLessThan(2 * (4 / 3) * Math.PI * 2.4 ** 3)
    expect(pair.positions.length / 3 - pair.indices.length / 6).toBe(2)
  })

  test('by 0 it is the same mesh; the same bytes each time; refusals by name', async () => {
    const ball = sphereMesh(3)
    expect(await run(ball, 0)).toBe(ball)
    expect(fingerprint(await run(ball, 0.3))).toEqual(fingerprint(await run(ball, 0.3)))
    await expect(run(ball, -4)).rejects.toMatchObject({ code: 'app/bad-parameter', detail: { byMm: -4 } })
    for (const byMm of [51, Number.NaN])
      await expect(run(ball, byMm)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(offset(ball, OFFSET.defaults, ctx)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('the accuracy that is reached', () => {
  const large = sphereMesh(200, 24)
  test('is the one asked for on a part of usual size', () => {
    expect(reachedAccuracyMm(sphereMesh(30, 24), 0.2, 1, FIELD_DEFAULTS)).toBe(0.02)
  })
  test('is coarser where memory or triangles do not reach, so that the part is made, and says so', () => {
    const reached = reachedAccuracyMm(large, 0.2, 10, FIELD_DEFAULTS)
    const step = Math.sqrt(2 * reached)
    expect((3 * 4 * Math.PI * 200 ** 2) / step ** 2).toBeLessThan(2.01e6)
    // The stage takes the very step that this accuracy says.
    expect(fieldStepMm([400.4, 400.4, 400.4], { ...FIELD_DEFAULTS, accuracyMm: reached }, 10)).toBeCloseTo(step, 9)
    const small = reachedAccuracyMm(large, 0.2, 10, { ...FIELD_DEFAULTS, memoryMb: 1 })
    expect(small).toBeGreaterThan(10 * reached)
    expect(fieldStepMm([400.4, 400.4, 400.4], { accuracyMm: small, memoryMb: 1 }, 10)).toBeCloseTo(
      Math.sqrt(2 * small),
      9,
    )
  })
  test('is settled before an offset or a hollow is made', async () => {
    const settle = (how: Settle, params: Params) => how([large], params, null as never, IDLE_CONTEXT)
    const settled = await settle(withOffsetAccuracy, { byMm: 0.2 })
    expect(settled).toMatchObject({ byMm: 0.2 })
    expect(settled.accuracyMm).toBeGreaterThan(0.1)
    expect(await withOffsetAccuracy([sphereMesh(30)], { byMm: 0.2 }, null as never, IDLE_CONTEXT)).toEqual({
      byMm: 0.2,
      accuracyMm: 0.05,
    })
    expect((await settle(withHollowAccuracy, { wallMm: 4 })).accuracyMm).toBeGreaterThan(0.1)
    expect(await settle(withHollowAccuracy, { wallMm: 0 })).toEqual({ wallMm: 0 })
  })
})

describe('fieldStepMm', () => {
  test('follows the accuracy, the detail and then the memory', () => {
    expect(fieldStepMm([10, 10, 10], { accuracyMm: 0.02, memoryMb: 256 }, 1)).toBeCloseTo(0.2, 12)
    expect(fieldStepMm([10, 10, 10], { accuracyMm: 0.02, memoryMb: 256 }, 0.1)).toBe(0.1)
    const step = fieldStepMm([200, 200, 200], { accuracyMm: 0.02, memoryMb: 100 }, 1)
    expect(step).toBeGreaterThan(0.2)
    expect((200 / step) ** 3 * 2.25).toBeLessThan(100e6)
    expect((200 / (step / 1.06) + 6) ** 3 * 2.25).toBeGreaterThan(100e6)
  })

  test('refuses a step that would lose the detail', () => {
    expect(() => fieldStepMm([200, 200, 200], { accuracyMm: 0.02, memoryMb: 1 }, 1)).toThrow(
      expect.objectContaining({ code: 'surface/too-large' }),
    )
    expect(() => fieldStepMm([1, 1, 1], { accuracyMm: 0, memoryMb: 1 }, 1)).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  })
})
