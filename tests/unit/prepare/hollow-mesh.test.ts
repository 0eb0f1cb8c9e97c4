import { describe, expect, test } from 'vitest'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import { type DrainPlaces, drain, placeDrains } from '../../../src/prepare/drain.ts'
import { cavityCount, HOLLOW_MESH, type HollowMeshParams, hollowMesh } from '../../../src/prepare/hollow-mesh.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { separatePieces } from '../../../src/prepare/pieces.ts'
import { crossingPairs, expectClosed, fineBall, hollowBox } from '../../support/closed-part.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { boxMesh, inverted, joinMeshes, placed } from '../../support/meshes.ts'
import { worstMm } from '../../support/surface-points.ts'

const hollowed = (mesh: Mesh, params: Partial<HollowMeshParams>) =>
  hollowMesh(mesh, { ...HOLLOW_MESH.defaults, ...params }, IDLE_CONTEXT, loadManifold)
const EXACT = { innerErrorMm: 0, accuracyMm: 0.05 }
const [x0, y0, z0]: Vec3 = [80, -30, 200]
const ball = fineBall(6, [x0, y0, z0])
const radius = (x: number, y: number, z: number) => Math.hypot(x - x0, y - y0, z - z0)

describe('hollowMesh', () => {
  test('a ball of 6 mm with a wall of 2 mm: the inner surface within 0.05 mm, the outer as it was', async () => {
    const shell = await hollowed(ball, EXACT)
    expectClosed(shell)
    expect(crossingPairs(shell)).toBe(0)
    expect(shell.positions.slice(0, ball.positions.length)).toEqual(ball.positions)
    const [, inner] = separatePieces(shell)
    expect(worstMm((inner as { mesh: Mesh }).mesh, (...at) => radius(...at) - 4)).toBeLessThan(0.05)
    expect(meshVolumeMm3(shell) / ((4 / 3) * Math.PI * (6 ** 3 - 4 ** 3))).toBeCloseTo(1, 2)
    expect(fingerprint(await hollowed(ball, EXACT))).toEqual(fingerprint(shell))
  })

  test('its inner surface has a quarter of the triangles within 0.1 mm more', async () => {
    const [dense, shell] = [await hollowed(ball, EXACT), await hollowed(ball, { accuracyMm: 0.05 })]
    expectClosed(shell)
    expect(crossingPairs(shell)).toBe(0)
    const inner = (mesh: Mesh) => (separatePieces(mesh)[1] as { mesh: Mesh }).mesh
    expect(inner(shell).indices.length).toBeLessThan(0.25 * inner(dense).indices.length)
    expect(worstMm(inner(shell), (...at) => radius(...at) - 4)).toBeLessThan(0.15)
  })

  test('open at a plane: a bowl of half the shell, without a cavity', async () => {
    const bowl = await hollowed(ball, { ...EXACT, openAt: { pointLps: [x0, y0, z0], normalLps: [0, 0, 1] } })
    expectClosed(bowl)
    expect(cavityCount(bowl)).toBe(0)
    expect(meshVolumeMm3(bowl) / ((2 / 3) * Math.PI * (6 ** 3 - 4 ** 3))).toBeCloseTo(1, 2)
  })

  test('small cavities stay solid; what leaves nothing is refused by name', async () => {
    const two = joinMeshes(ball, fineBall(3, [x0 + 12, y0, z0], 12))
    expect(cavityCount(await hollowed(two, { leastCavityMm3: 0 }))).toBe(2)
    expect(cavityCount(await hollowed(two, { leastCavityMm3: 100 }))).toBe(1)
    for (const wallMm of [0, 6.5, Number.NaN])
      await expect(hollowed(ball, { wallMm })).rejects.toMatchObject({ code: 'app/bad-parameter' })
    const openAt = { pointLps: [x0, y0, z0 + 5], normalLps: [0, 0, 1] } as const
    await expect(hollowed(ball, { openAt })).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})

describe('drain', () => {
  const places: DrainPlaces = {
    diameterMm: 2,
    perCavity: 1,
    buildDirectionLps: [0, 0, 3],
    leastCavityMm3: 100,
    pickedLps: [],
  }
  const box = hollowBox(20, 3)
  const drilled = (mesh: Mesh, over: Partial<DrainPlaces> = {}) =>
    drain(mesh, { diameterMm: 2, holes: placeDrains(mesh, { ...places, ...over }) }, IDLE_CONTEXT, loadManifold)

  test('a hole through the floor of a box: the volume of a cylinder of the wall is gone, the cavity is open', async () => {
    // Corners of the floor are equally low; the first one is taken and the hole eats into the wall beside it.
    const [hole] = placeDrains(box, places)
    expect(hole).toMatchObject({ fromLps: [3, 3, 5], directionLps: [0, 0, -1] })
    expect(hole?.lengthMm).toBeCloseTo(2 + 3 + 0.1, 5)
    const open = await drilled(box)
    expectClosed(open)
    expect(cavityCount(open)).toBe(0)
  })

  test('picked on the side: the axis runs to the nearest wall of the cavity, as wide as asked for', async () => {
    const [hole] = placeDrains(box, { ...places, pickedLps: [[20, 9, 11]] })
    expect(hole).toMatchObject({ fromLps: [15, 9, 11], directionLps: [1, 0, 0] })
    const open = await drilled(box, { pickedLps: [[20, 9, 11]] })
    expectClosed(open)
    const gone = meshVolumeMm3(box) - meshVolumeMm3(open)
    expect(gone / (Math.PI * 1 * 3)).toBeCloseTo(1, 2)
    expect(cavityCount(open)).toBe(0)
  })

  test('the lowest place of a hollow ball, several apart, in every cavity', async () => {
    const shell = await hollowed(ball, {})
    const [first, second] = placeDrains(shell, { ...places, perCavity: 2 })
    expect(first?.fromLps[2]).toBeCloseTo(z0 - 4 + 2, 1)
    expect(Math.hypot(...[0, 1].map((k) => (first?.fromLps[k] ?? 0) - (second?.fromLps[k] ?? 0)))).toBeGreaterThan(3.5)
    const open = await drilled(shell, { perCavity: 2 })
    expectClosed(open)
    expect(cavityCount(open)).toBe(0)
    const pair = joinMeshes(box, placed(box, [1, 1, 1], [30, 0, 0]))
    expect(placeDrains(pair, places)).toHaveLength(2)
    const withPore = joinMeshes(box, inverted(boxMesh([1, 1, 1], [2, 2, 2])))
    expect(placeDrains(withPore, places)).toHaveLength(1)
  })

  test('a hole does not go on into what stands below', () => {
    const above = joinMeshes(box, boxMesh([0, 0, -30], [20, 20, -10]))
    expect(placeDrains(above, places)[0]?.lengthMm).toBeCloseTo(2 + 3 + 0.1, 5)
  })

  test('a solid part, no hole, a hole elsewhere: refused by name', async () => {
    expect(() => placeDrains(ball, places)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
    expect(() => placeDrains(box, { ...places, perCavity: 0 })).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
    const holes = [{ fromLps: [1, 1, 1], directionLps: [0, 0, -1], lengthMm: 4 }] as const
    await expect(drain(box, { diameterMm: 1, holes }, IDLE_CONTEXT, loadManifold)).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
  })
})
