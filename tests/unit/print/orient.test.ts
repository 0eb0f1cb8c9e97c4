import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import { fits, layFlat, ORIENT, type OrientParams, orient } from '../../../src/print/orient.ts'
import { type Placement, place } from '../../../src/print/placement.ts'
import { aboutAxis, dot, moved, turned } from '../../../src/print/rotation.ts'
import { boxMesh, joinMeshes, sphereMesh } from '../../support/meshes.ts'

const RULES = { overhangDeg: 45, plateMm: 0.2, pitchMm: 0.25 }
const Z: Vec3 = [0, 0, 1]
const DOWN: Vec3 = [0, 0, -1]
const params = (change: Partial<OrientParams> = {}): OrientParams => ({ ...ORIENT.defaults, ...RULES, ...change })
/** Within a share of what it should be. */
const near = (found: number, wanted: number, share: number) =>
  expect(Math.abs(found - wanted) / wanted, `${found} should be ${wanted}`).toBeLessThan(share)

/** A cone with its tip at the origin and its base at z = height; counter-clockwise outside. */
function cone(radius: number, height: number, sides = 256): Mesh {
  const positions = [0, 0, 0, 0, 0, height]
  const indices: number[] = []
  for (let n = 0; n < sides; n++) {
    const turn = (2 * Math.PI * n) / sides
    positions.push(radius * Math.cos(turn), radius * Math.sin(turn), height)
    const [now, next] = [2 + n, 2 + ((n + 1) % sides)]
    indices.push(0, next, now, 1, now, next)
  }
  return { positions: new Float32Array(positions), indices: new Uint32Array(indices) }
}
/** A post of 10 x 10 x 30 below a beam of 50 x 10 x 10: two arms of 20 mm. One solid: the post ends where the beam begins. */
function tShape(): Mesh {
  return joinMeshes(boxMesh([20, 0, 0], [30, 10, 30.01]), boxMesh([0, 0, 30], [50, 10, 40]))
}

describe('a cube', () => {
  const cube = boxMesh([0, 0, 0], [20, 20, 20])
  test('stands on a face without support', () => {
    expect(place(cube, Z, RULES)).toMatchObject({ overhangMm2: 0, supportMm3: 0 })
    expect(place(cube, Z, RULES).contactMm2).toBeCloseTo(400, 3)
    expect(place(cube, Z, RULES).heightMm).toBeCloseTo(20, 4)
  })
  test('turned by any angle is found again', async () => {
    const crooked = moved(cube, { rotation: aboutAxis([0.6, 0, 0.8], 0.7), shift: [5, -3, 9], scale: 1 })
    expect(place(crooked, Z, RULES).supportMm3).toBeGreaterThan(500)
    const { best, asIs, tried } = await orient(crooked, params(), IDLE_CONTEXT)
    expect(best.supportMm3).toBeLessThan(1)
    expect(best.heightMm).toBeCloseTo(20, 3)
    expect(best.contactMm2).toBeCloseTo(400, 1)
    expect(best.footprintMm[0] * best.footprintMm[1]).toBeLessThan(420)
    expect(asIs.supportMm3).toBeGreaterThan(500)
    expect(tried).toBeGreaterThan(160)
  })
})

describe('a cone', () => {
  test('on its base needs nothing', () => {
    const found = place(cone(10, 20), DOWN, RULES)
    expect(found).toMatchObject({ overhangMm2: 0, supportMm3: 0 })
    near(found.contactMm2, Math.PI * 100, 0.001)
  })
  test('on its tip holds itself up while it is steep', () => {
    expect(place(cone(10, 20), Z, RULES)).toMatchObject({ overhangMm2: 0, supportMm3: 0 })
  })
  test('on its tip, when flat, needs the space around it filled', () => {
    const found = place(cone(20, 10), Z, RULES)
    near(found.overhangMm2, Math.PI * 20 * Math.hypot(20, 10), 0.001)
    // The cylinder around it less the cone.
    near(found.supportMm3, (2 / 3) * Math.PI * 400 * 10, 0.01)
  })
  test('is turned onto its base', async () => {
    const { best } = await orient(cone(20, 10), params(), IDLE_CONTEXT)
    expect(best.supportMm3).toBeLessThan(1)
    expect(best.upLps[2]).toBeCloseTo(-1, 3)
  })
  test('at just 45 degrees needs none, and just beyond it does', () => {
    expect(place(cone(20, 20.05), Z, RULES).overhangMm2).toBe(0)
    expect(place(cone(20, 19.8), Z, RULES).overhangMm2).toBeGreaterThan(1700)
  })
})

describe('a T', () => {
  test('has two arms to hold up: 2 x 20 x 10 mm, 30 mm above the plate', () => {
    const found = place(tShape(), Z, RULES)
    // The beam's underside is one face; the post hides its middle from the columns but not from the area.
    near(found.supportMm3, 2 * 20 * 10 * 30, 0.02)
    expect(found.overhangMm2).toBeCloseTo(500, 2)
  })
  test('is laid down or set on its head', async () => {
    const { best } = await orient(tShape(), params(), IDLE_CONTEXT)
    expect(best.supportMm3).toBeLessThan(1)
    expect(best.heightMm).toBeCloseTo(10, 3)
  })
  test('support stands on the part where the part is below', () => {
    const bridge = joinMeshes(boxMesh([0, 0, 0], [30, 30, 5]), boxMesh([10, 10, 15], [20, 20, 20]))
    near(place(bridge, Z, RULES).supportMm3, 10 * 10 * 10, 0.01)
  })
  test('in powder needs none', () => {
    expect(place(tShape(), Z, { ...RULES, overhangDeg: null })).toMatchObject({ overhangMm2: 0, supportMm3: 0 })
  })
})

test('a sphere of 10 mm has the cap and the space under it that geometry says', () => {
  const found = place(sphereMesh(10, 120), Z, RULES)
  const [r, s] = [10, Math.SQRT1_2]
  // The lowest 0.2 mm lie on the plate.
  near(found.overhangMm2, 2 * Math.PI * r * (r * (1 - s) - 0.2), 0.02)
  // Cylinder of radius r s below the middle, less the part of the ball in it.
  const under = Math.PI * r ** 3 * (s ** 2 - (2 / 3) * (1 - (1 - s ** 2) ** 1.5))
  near(found.supportMm3, under, 0.02)
})

describe('the goals', () => {
  const slab = moved(boxMesh([0, 0, 0], [40, 20, 8]), {
    rotation: aboutAxis([0, 1, 0], 0.4),
    shift: [0, 0, 0],
    scale: 1,
  })
  const flight = (found: Placement) => [found.heightMm, found.contactMm2]
  test.each(['height', 'flat', 'supports'] as const)('%s lays a slab on its large face', async (goal) => {
    const [height, contact] = flight((await orient(slab, params({ goal }), IDLE_CONTEXT)).best)
    expect(height).toBeCloseTo(8, 2)
    expect(contact).toBeCloseTo(800, 0)
  })
  test('a machine too narrow for that gets it standing', async () => {
    const { best } = await orient(slab, params({ goal: 'height', buildMm: [25, 25, 60] }), IDLE_CONTEXT)
    expect(fits(best, [25, 25, 60])).toBe(true)
    expect(best.heightMm).toBeCloseTo(40, 1)
  })
  test('a picked face lies down', () => {
    const found = layFlat(boxMesh([0, 0, 0], [40, 20, 8]), [1, 0, 0], RULES)
    expect(found.heightMm).toBeCloseTo(40, 4)
    expect(found.footprintMm[0]).toBeCloseTo(20, 4)
    expect(turned(found.rotation, [1, 0, 0])[2]).toBeCloseTo(-1, 9)
  })
  test('comes out the same again, and can be cancelled', async () => {
    const once = await orient(slab, params(), IDLE_CONTEXT)
    expect(await orient(slab, params(), IDLE_CONTEXT)).toEqual(once)
    expect(dot(once.best.upLps, once.best.upLps)).toBeCloseTo(1, 9)
    const signal = AbortSignal.abort()
    await expect(orient(slab, params(), { ...IDLE_CONTEXT, signal })).rejects.toThrow()
  })
})
