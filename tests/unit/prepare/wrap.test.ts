import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { WRAP, type WrapParams, wrap } from '../../../src/prepare/wrap.ts'
import { crossingPairs, expectClosed, fineBall, hollowBox } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh, joinMeshes } from '../../support/meshes.ts'
import { worstMm } from '../../support/surface-points.ts'

const run = (mesh: Mesh, params: Partial<WrapParams> = {}) =>
  wrap(mesh, { ...WRAP.defaults, accuracyMm: 0.02, ...params }, IDLE_CONTEXT)
/** Two blocks with a crack between them. */
const cracked = (gapMm: number) => joinMeshes(boxMesh([0, 0, 0], [5, 6, 6]), boxMesh([5 + gapMm, 0, 0], [10, 6, 6]))

describe('wrap', () => {
  test('a crack of 0.5 mm is closed: one block of the outer size', async () => {
    const whole = await run(cracked(0.5), { radiusMm: 0.5 })
    expectClosed(whole)
    expect(crossingPairs(whole)).toBe(0)
    expect(whole.positions.length / 3 - whole.indices.length / 6).toBe(2)
    const { min, max } = meshBounds(whole)
    ;[...min, ...max].forEach((mm, k) => {
      expect(Math.abs(mm - ([0, 0, 0, 10, 6, 6][k] as number))).toBeLessThan(0.04)
    })
    // The crack is filled, but for a groove along its rim: nothing wider than the ball is.
    expect(meshVolumeMm3(whole)).toBeGreaterThan(357)
    expect(meshVolumeMm3(whole)).toBeLessThan(360)
  })

  test('a gap wider than twice the radius stays open', async () => {
    const two = await run(cracked(1.4), { radiusMm: 0.5 })
    expect(two.positions.length / 3 - two.indices.length / 6).toBe(4)
    expect(meshVolumeMm3(two)).toBeCloseTo(5 * 36 + 3.6 * 36, -1)
  })

  test('a ball comes back within twice the accuracy, the same bytes each time', async () => {
    const ball = await run(fineBall(3, [40, 50, 60]))
    expectClosed(ball)
    expect(worstMm(ball, (x, y, z) => Math.hypot(x - 40, y - 50, z - 60) - 3)).toBeLessThan(0.04)
    expect(fingerprint(await run(fineBall(3, [40, 50, 60])))).toEqual(fingerprint(ball))
  })

  test.each([
    [true, 512, 0],
    [false, 512 - 2 ** 3, 1],
  ])('a cavity is filled: %s', async (fillCavities, mm3, cavities) => {
    const box = await run(hollowBox(8, 3), { radiusMm: 0.5, fillCavities })
    expectClosed(box)
    expect(Math.abs(meshVolumeMm3(box) - mm3)).toBeLessThan(3)
    expect(box.positions.length / 3 - box.indices.length / 6).toBe(2 + 2 * cavities)
  })

  test('a radius that is none is refused by name', async () => {
    for (const radiusMm of [0, 21, Number.NaN])
      await expect(run(cracked(1), { radiusMm })).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})
