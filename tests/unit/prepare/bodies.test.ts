import { describe, expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { type BooleanParams, boolean } from '../../../src/prepare/boolean.ts'
import { combine } from '../../../src/prepare/combine.ts'
import { loadManifold } from '../../../src/prepare/manifold.io.ts'
import { mirror, mirrorPlaneXMm } from '../../../src/prepare/mirror.ts'
import { SCALE, scale } from '../../../src/prepare/scale.ts'
import { splitShells } from '../../../src/prepare/split-shells.ts'
import { expectClosed, fineBall, hollowBox, torusMesh } from '../../support/closed-part.ts'
import { boxMesh, joinMeshes, placed, withHole } from '../../support/meshes.ts'

const unitBox = boxMesh([0, 0, 0], [1, 1, 1])
const [MOVE, STAY] = [
  [3, 0, 0],
  [1, 1, 1],
] as const

describe('splitShells', () => {
  const split = (mesh: Mesh, leastMm3 = 0) => splitShells(mesh, { leastMm3 }, IDLE_CONTEXT)

  test('loose pieces, the largest first; a cavity stays with its piece, what lies in it does not', () => {
    const inside = placed(unitBox, STAY, [4, 4, 4])
    const bodies = split(joinMeshes(inside, placed(unitBox, [2, 1, 1], [-3, 0, 0]), hollowBox(10, 2)))
    for (const body of bodies) expectClosed(body)
    expect(bodies.map(meshVolumeMm3).map((mm3) => Math.round(mm3 * 1e3))).toEqual([784_000, 2000, 1000])
  })

  test('a cavity does not go to a smaller ring around its piece', () => {
    const ring = placed(torusMesh(20, 1, 24, 12), STAY, [5, 5, 5])
    const bodies = split(joinMeshes(ring, hollowBox(10, 4.5)))
    expect(meshVolumeMm3(ring)).toBeLessThan(400)
    expect(Math.round(meshVolumeMm3(bodies[0] as Mesh))).toBe(999)
    for (const body of bodies) expectClosed(body)
  })

  test('leaves crumbs out, and refuses to leave nothing', () => {
    const two = joinMeshes(unitBox, placed(unitBox, [2, 2, 2], MOVE))
    expect(split(two, 1.5).map(meshVolumeMm3)).toEqual([8])
    expect(() => split(two, 9)).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter', detail: { leastMm3: 9, pieces: 2 } }),
    )
  })
})

describe('combine', () => {
  test('joins what overlaps and keeps what does not', async () => {
    const whole = await combine(
      [unitBox, placed(unitBox, STAY, [0.5, 0, 0]), placed(unitBox, STAY, MOVE)],
      {},
      IDLE_CONTEXT,
      loadManifold,
    )
    expectClosed(whole)
    expect(meshVolumeMm3(whole)).toBeCloseTo(2.5, 6)
  })

  test('one body alone is refused', async () => {
    await expect(combine([unitBox], {}, IDLE_CONTEXT, loadManifold)).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
  })
})

describe('boolean', () => {
  const guide = boxMesh([0.25, 0.25, -1], [0.75, 0.75, 2])
  const run = (operation: BooleanParams['operation'], tool = guide) =>
    boolean({ mesh: unitBox, guide: tool }, { operation }, IDLE_CONTEXT, loadManifold)

  test.each([
    ['union', 1.5],
    ['subtract', 0.75],
    ['intersect', 0.25],
  ] as const)('%s of a box and a bar through it: %f mm3', async (operation, mm3) => {
    const result = await run(operation)
    expectClosed(result)
    expect(meshVolumeMm3(result)).toBeCloseTo(mm3, 6)
  })

  test('nothing left, an open guide: refused by name', async () => {
    await expect(run('subtract', boxMesh([-1, -1, -1], [2, 2, 2]))).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(run('union', withHole(guide, 0))).rejects.toMatchObject({ code: 'prepare/failed' })
  })
})

describe('mirror', () => {
  // Longer on the left side of the plane, so that mirroring shows.
  const lopsided = joinMeshes(boxMesh([10, 0, 0], [14, 2, 2]), boxMesh([15, 0, 0], [16, 2, 2]))

  test('across the middle of its own box: same box, same volume, still facing outwards, sides swapped', () => {
    const mirrored = mirror(lopsided, { aboutXMm: null, signedBy: 'AB' }, IDLE_CONTEXT)
    expectClosed(mirrored)
    expect(mirrorPlaneXMm(lopsided)).toBe(13)
    expect(meshBounds(mirrored)).toEqual(meshBounds(lopsided))
    expect(meshVolumeMm3(mirrored)).toBeCloseTo(20, 6)
    expect([...new Set(mirrored.positions.filter((_, i) => i % 3 === 0))].sort()).toEqual([10, 11, 12, 16])
  })

  test('across a given plane, twice: as it was', () => {
    const once = mirror(lopsided, { aboutXMm: 0, signedBy: 'AB' }, IDLE_CONTEXT)
    expect(meshBounds(once).min[0]).toBe(-16)
    expect(mirror(once, { aboutXMm: 0, signedBy: 'AB' }, IDLE_CONTEXT).positions).toEqual(lopsided.positions)
  })

  test('nobody having signed, it is refused', () => {
    expect(() => mirror(lopsided, { aboutXMm: 0, signedBy: ' ' }, IDLE_CONTEXT)).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  })

  test('far from the origin, where float32 places fall together, it stays closed', () => {
    const tiny = fineBall(0.002, [0.001, 0, 0])
    expectClosed(mirror(tiny, { aboutXMm: 400, signedBy: 'AB' }, IDLE_CONTEXT))
  })
})

describe('scale', () => {
  const box = boxMesh([10, 10, 10], [12, 14, 16])

  test('about its middle: a box of half the sides', () => {
    const half = scale(box, { ...SCALE.defaults, factor: 0.5, reason: 'fits the printer' }, IDLE_CONTEXT)
    expect(meshBounds(half)).toEqual({ min: [10.5, 11, 11.5], max: [11.5, 13, 14.5] })
    expectClosed(half)
  })

  test('about a given point', () => {
    const params = { factor: 2, reason: 'teaching', aboutLps: [10, 10, 10] } as const
    expect(meshBounds(scale(box, params, IDLE_CONTEXT))).toEqual({ min: [10, 10, 10], max: [14, 18, 22] })
  })

  test('life size is the same mesh and needs no reason; another size does', () => {
    expect(scale(box, SCALE.defaults, IDLE_CONTEXT)).toBe(box)
    for (const [factor, reason] of [
      [0.5, ' '],
      [0, 'x'],
      [-1, 'x'],
      [101, 'x'],
      [Number.NaN, 'x'],
    ] as const) {
      expect(() => scale(box, { ...SCALE.defaults, factor, reason }, IDLE_CONTEXT)).toThrow(
        expect.objectContaining({ code: 'app/bad-parameter' }),
      )
    }
  })
})
