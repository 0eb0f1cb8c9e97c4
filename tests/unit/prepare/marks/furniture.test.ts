import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../../src/core/types.ts'
import { COMBINE, combine } from '../../../../src/prepare/combine.ts'
import { loadManifold } from '../../../../src/prepare/manifold.io.ts'
import { BASE_PLATE, type BasePlateParams, basePlateMark } from '../../../../src/prepare/marks/base-plate.ts'
import { centroidLps } from '../../../../src/prepare/marks/centroid.ts'
import { frameAt, type PickedPlace } from '../../../../src/prepare/marks/frame.ts'
import { HANGING_HOLE, type HangingHoleParams, hangingHoleMark } from '../../../../src/prepare/marks/hanging-hole.ts'
import { applyMark, type Mark } from '../../../../src/prepare/marks/mark.ts'
import { STAND, type StandParams, standMark } from '../../../../src/prepare/marks/stand.ts'
import { pieceCount } from '../../../../src/prepare/pieces.ts'
import { defectsOf, NO_DEFECTS } from '../../../support/manifold.ts'
import { heightsIn } from '../../../support/mark-tools.ts'
import { boxMesh, inverted, joinMeshes, sphereMesh } from '../../../support/meshes.ts'

const applied = (mesh: Mesh, mark: Mark) => applyMark(mesh, mark, IDLE_CONTEXT, loadManifold)
const plated = (mesh: Mesh, more: Partial<BasePlateParams>) =>
  basePlateMark(mesh, { ...BASE_PLATE.defaults, ...more }, IDLE_CONTEXT, loadManifold)
const stood = (mesh: Mesh, more: Partial<StandParams>) =>
  standMark(mesh, { ...STAND.defaults, ...more }, IDLE_CONTEXT, loadManifold)
const holed = (mesh: Mesh, more: Partial<HangingHoleParams>) =>
  hangingHoleMark(mesh, { ...HANGING_HOLE.defaults, ...more }, IDLE_CONTEXT, loadManifold)

async function sound(mesh: Mesh, mark: Mark): Promise<Mesh> {
  const result = await applied(mesh, mark)
  expect(defectsOf(result)).toEqual(NO_DEFECTS)
  expect(pieceCount(result)).toBe(1)
  return result
}

const ball = sphereMesh(20, 48, [50, 60, 70])

describe('base plate', () => {
  test('lies under a ball with its margin, and holds a cap of it', async () => {
    const result = await sound(ball, await plated(ball, { sinkMm: 2, thicknessMm: 4, marginMm: 5 }))
    const { min, max } = meshBounds(result)
    expect([min, max]).toEqual([
      [25, 35, 48],
      [75, 85, 90],
    ])
    const cap = (Math.PI * 2 * 2 * (3 * 20 - 2)) / 3
    expect(meshVolumeMm3(result) - meshVolumeMm3(ball)).toBeCloseTo(50 * 50 * 4 - cap, -1)
  })

  test('is square to any build direction', async () => {
    const upLps: Vec3 = [0.6, 0, 0.8]
    const mark = await plated(ball, { upLps, sinkMm: 2 })
    await sound(ball, mark)
    const along = [...mark.body.positions.keys()]
      .filter((n) => n % 3 === 0)
      .map((n) => {
        const [x = 0, y = 0, z = 0] = mark.body.positions.subarray(n, n + 3)
        return (x - 50) * upLps[0] + (y - 60) * upLps[1] + (z - 70) * upLps[2]
      })
    const [low, high] = [Math.min(...along), Math.max(...along)]
    expect(high - low).toBeCloseTo(BASE_PLATE.defaults.thicknessMm, 4)
    for (const height of along) expect(Math.min(height - low, high - height)).toBeLessThan(1e-4)
    // The ball's own facets are 0.01 mm off.
    expect(Math.abs(high + 18)).toBeLessThan(0.015)
  })

  test('is refused where the part touches it on too little, and takes it at the limit', async () => {
    // At this depth the section of the ball is pi (2 R s - s2).
    const sinkMm = 1
    const contact = Math.PI * (2 * 20 * sinkMm - sinkMm ** 2)
    await expect(plated(ball, { sinkMm, leastContactMm2: contact * 1.02 })).rejects.toMatchObject({
      code: 'prepare/no-room',
      detail: { contactMm2: expect.closeTo(contact, -1) },
    })
    await expect(plated(ball, { sinkMm, leastContactMm2: contact * 0.97 })).resolves.toMatchObject({ how: 'add' })
    await expect(plated(ball, { sinkMm: 3, thicknessMm: 3 })).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })

  test('a refusal names the sink that would do, and that one does; none is named where none would', async () => {
    const refused = await plated(ball, { sinkMm: 0.1 }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'prepare/no-room', detail: { sinkMm: 0.5 } })
    await expect(plated(ball, { sinkMm: 0.5 })).resolves.toMatchObject({ how: 'add' })
    const never = await plated(ball, { leastContactMm2: 1e6 }).catch((error: unknown) => error)
    expect(never).toMatchObject({ detail: expect.not.objectContaining({ sinkMm: expect.anything() }) })
  })

  test('what it closes off below the part is filled, what was closed before stays; another mark is refused for it', async () => {
    const block = boxMesh([0, 0, 0], [20, 20, 20])
    const inside = inverted(boxMesh([5, 5, 12], [15, 15, 17]))
    // A cell open below, as where a scan cut through a bone.
    const cell = { how: 'remove', body: boxMesh([6, 6, -1], [14, 14, 8]) } as const
    const cut = joinMeshes(await applied(block, cell), inside)
    const mark = await plated(cut, {})
    const result = await applied(cut, mark)
    expect(defectsOf(result)).toEqual(NO_DEFECTS)
    expect(pieceCount(result)).toBe(2)
    expect(meshVolumeMm3(result)).toBeCloseTo(20 ** 3 - 500 + 30 * 30 * 3 - 20 * 20, 1)
    await expect(applied(cut, { how: 'add', body: mark.body })).rejects.toMatchObject({ code: 'prepare/loose-mark' })
  })
})

describe('stand', () => {
  test('carries a ball on a post, so high above the table', async () => {
    const result = await sound(ball, await stood(ball, { gapMm: 12, postMm: 8, footMm: 30, footThicknessMm: 3 }))
    const { min, max } = meshBounds(result)
    expect([min[2], max[2]]).toEqual([expect.closeTo(50 - 12, 4), expect.closeTo(90, 4)])
    // Foot, and post from the ball to the foot: the sag of a sphere under a post of 8 mm is 0.2 mm in the mean.
    const grown = meshVolumeMm3(result) - meshVolumeMm3(ball)
    expect(grown / (Math.PI * (15 ** 2 * 3 + 4 ** 2 * (9 + 0.2)))).toBeCloseTo(1, 2)
  })

  test('a post beside the middle has a foot that reaches below the centre of mass', async () => {
    const slab = boxMesh([0, 0, 0], [80, 30, 10])
    const mark = await stood(slab, { atLps: [15, 15, 0], footMm: 20 })
    await sound(slab, mark)
    const { min, max } = meshBounds(mark.body)
    expect([min[0], max[0]]).toEqual([expect.closeTo(5, 3), expect.closeTo(50, 3)])
  })

  test('without a place of its own the post goes where there is room next to the middle', async () => {
    // A leg with an arm: the middle lies at the edge of the leg, where half of a post would find no part.
    const leg = boxMesh([0, 0, 0], [20, 20, 100])
    const crooked = await combine(
      [leg, boxMesh([-40, 0, 80], [5, 20, 100])],
      COMBINE.defaults,
      IDLE_CONTEXT,
      loadManifold,
    )
    const [x, y] = centroidLps(crooked)
    await expect(stood(crooked, { atLps: [x, y, 0] })).rejects.toMatchObject({ code: 'prepare/no-room' })
    const mark = await stood(crooked, {})
    await sound(crooked, mark)
    await expect(stood(boxMesh([0, 0, 0], [5, 5, 50]), {})).rejects.toMatchObject({ code: 'prepare/no-room' })
  })

  test('stands up whatever way is up', async () => {
    const mark = await stood(ball, { upLps: [0, -1, 0] })
    await sound(ball, mark)
    expect(meshBounds(mark.body).max[1]).toBeCloseTo(80 + STAND.defaults.gapMm, 4)
  })

  test('is refused beside the part, with the widest post where it is narrow, and with a foot too thick', async () => {
    await expect(stood(ball, { atLps: [90, 60, 50] })).rejects.toMatchObject({ code: 'prepare/no-room' })
    await expect(stood(boxMesh([0, 0, 0], [6, 6, 40]), {})).rejects.toMatchObject({
      code: 'prepare/no-room',
      detail: { lack: 'off-part', largestMm: expect.closeTo(4.9, 0) },
    })
    await expect(stood(ball, { gapMm: 3 })).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})

describe('hole to hang by', () => {
  const slab = boxMesh([0, 0, 0], [60, 30, 5])
  const at = (x: number): PickedPlace => ({ pointLps: [x, 15, 5], normalLps: [0, 0, 1], upLps: [0, 1, 0] })

  test('goes through a slab with its diameter', async () => {
    const result = await sound(slab, await holed(slab, { how: 'hole', place: at(30), diameterMm: 6 }))
    expect((meshVolumeMm3(slab) - meshVolumeMm3(result)) / (Math.PI * 9 * 5)).toBeCloseTo(1, 2)
    const heightsAt = await heightsIn(result, frameAt(at(30)))
    expect([heightsAt(0, 0), heightsAt(2.95, 0), heightsAt(0, -2.95)]).toEqual([[], [], []])
    expect(heightsAt(3.05, 0)).toHaveLength(2)
  })

  test('keeps its wall to the edge of the part', async () => {
    const from = (x: number) => holed(slab, { how: 'hole', place: at(x), diameterMm: 6, wallMm: 2 })
    // Radius, wall and the margin of every mark.
    await expect(from(5.51)).resolves.toMatchObject({ how: 'remove' })
    await expect(from(4.9)).rejects.toMatchObject({ code: 'prepare/no-room', detail: { lack: 'off-part' } })
  })

  test('is refused through a part that is too thick', async () => {
    const block = boxMesh([0, 0, -20], [60, 30, 5])
    const through = (longestMm: number) => holed(block, { how: 'hole', place: at(30), longestMm })
    await expect(through(24.9)).rejects.toMatchObject({ code: 'prepare/no-room' })
    await expect(through(25.1)).resolves.toMatchObject({ how: 'remove' })
  })
})

describe('ring to hang by', () => {
  const place: PickedPlace = { pointLps: [50, 60, 90], normalLps: [0, 0, 1], upLps: [0, -1, 0] }

  test('stands on a ball, open, with its wall all round', async () => {
    const result = await sound(ball, await holed(ball, { place, diameterMm: 5, wallMm: 2, ringMm: 4 }))
    const { max } = meshBounds(result)
    expect(max[2]).toBeCloseTo(90 + 2 * (2.5 + 2), 1)
    // Along the hole, in the frame whose z runs through it.
    const middle: Vec3 = [50, 60, 90 + 4.5]
    const heightsAt = await heightsIn(result, { originLps: middle, x: [1, 0, 0], y: [0, 0, 1], z: [0, -1, 0] })
    for (const [x, y] of [
      [0, 0],
      [2.4, 0],
      [0, 2.4],
      [-1.7, -1.7],
    ] as const)
      expect(heightsAt(x, y)).toEqual([]) // prettier-ignore
    for (const [x, y] of [
      [2.6, 0],
      [0, 2.6],
      [0, 4.4],
      [-4.4, 0],
    ] as const)
      expect(heightsAt(x, y)).toHaveLength(2) // prettier-ignore
    expect(heightsAt(0, 4.6)).toEqual([])
  })

  test('is refused where it has no room', async () => {
    const needle = boxMesh([48, 58, 0], [52, 62, 90])
    await expect(holed(needle, { place })).rejects.toMatchObject({ code: 'prepare/no-room' })
    await expect(holed(ball, { place, wallMm: 0 })).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})

describe('centre of mass', () => {
  test('is that of the volume and not of the vertices', () => {
    const far = boxMesh([100, 200, 300], [110, 220, 330])
    centroidLps(far).forEach((v, n) => {
      expect(v).toBeCloseTo([105, 210, 315][n] as number, 9)
    })
    const two = joinMeshes(boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([10, 0, 0], [12, 2, 2]))
    expect(centroidLps(two)[0]).toBeCloseTo((0.5 + 8 * 11) / 9, 9)
  })
})
