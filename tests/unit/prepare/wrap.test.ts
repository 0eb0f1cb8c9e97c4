import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { COMBINE, combine } from '../../../src/prepare/combine.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { WRAP, type WrapParams, wrap } from '../../../src/prepare/wrap.ts'
import { crossingPairs, expectClosed, fineBall, hollowBox } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh, joinMeshes } from '../../support/meshes.ts'

const run = (mesh: Mesh, params: Partial<WrapParams> = {}) =>
  wrap(mesh, { ...WRAP.defaults, accuracyMm: 0.02, ...params }, IDLE_CONTEXT, loadManifold)
const verticesOf = ({ positions }: Mesh) =>
  Array.from({ length: positions.length / 3 }, (_, v) => [...positions.subarray(3 * v, 3 * v + 3)])
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

  test('a part without gaps is the very same; where nothing is added the surface is bit for bit as it was', async () => {
    const ball = fineBall(3, [40, 50, 60])
    expect(await run(ball)).toBe(ball)
    const block = cracked(0.5)
    const whole = await run(block, { radiusMm: 0.5 })
    const places = new Set(verticesOf(whole).map(String))
    const outer = verticesOf(block).filter(([x]) => x === 0 || x === 10)
    expect(outer).toHaveLength(8)
    expect(outer.filter((at) => !places.has(String(at)))).toEqual([])
    expect(fingerprint(await run(block, { radiusMm: 0.5 }))).toEqual(fingerprint(whole))
  })

  test('a crack finer than the steps of the field is closed as well', async () => {
    const whole = await run(cracked(0.01), { radiusMm: 1 })
    expectClosed(whole)
    expect(whole.positions.length / 3 - whole.indices.length / 6).toBe(2)
    expect(meshVolumeMm3(whole)).toBeGreaterThan(359.8)
    expect(meshVolumeMm3(whole)).toBeLessThan(360.01)
  })

  test('a gap of many steps is filled through, but for where the ball reaches in at its rim', async () => {
    const whole = await run(cracked(3), { radiusMm: 2 })
    expectClosed(whole)
    expect(whole.positions.length / 3 - whole.indices.length / 6).toBe(2)
    // Of its 108 mm3 the ball reaches a segment of 1.41 mm2 along 24 mm of rim, less where the rims meet.
    const left = 360 - meshVolumeMm3(whole)
    expect(left).toBeGreaterThan(0.75 * 1.41 * 24)
    expect(left).toBeLessThan(1.41 * 24)
  })

  test('a fillet of the radius fills an inner edge, within twice the accuracy', async () => {
    // Two blocks that overlap make an L; the ball leaves radius^2 (1 - pi / 4) of its inner edge unreached.
    const blocks = [boxMesh([0, 0, 0], [10, 3, 6]), boxMesh([0, 0, 0], [3, 10, 6])]
    const joined = await combine(blocks, COMBINE.defaults, IDLE_CONTEXT, loadManifold)
    const added = meshVolumeMm3(await run(joined, { radiusMm: 2 })) - meshVolumeMm3(joined)
    expect(added).toBeGreaterThan(0.7 * 6 * 4 * (1 - Math.PI / 4))
    expect(added).toBeLessThan(1.02 * 6 * 4 * (1 - Math.PI / 4))
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

  test('a radius that is none is refused by name; it can be cancelled', async () => {
    for (const radiusMm of [0, 21, Number.NaN])
      await expect(run(cracked(1), { radiusMm })).rejects.toMatchObject({ code: 'app/bad-parameter' })
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(wrap(cracked(1), WRAP.defaults, ctx, loadManifold)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
