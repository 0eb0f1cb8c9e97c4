import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mat3, Mesh, Vec3 } from '../../../src/core/types.ts'
import { comparePart } from '../../../src/print/compare-part.ts'
import { REGISTER, type Registration, register } from '../../../src/print/icp.ts'
import { principalAxes, solveInPlace } from '../../../src/print/linear.ts'
import { aboutAxis, moved, product, type Similarity, transposed, turned } from '../../../src/print/rotation.ts'
import { momentsOf } from '../../../src/print/surface-samples.ts'
import { boxMesh, inverted, radialMesh, placed as stretched } from '../../support/meshes.ts'

/** Like nothing but itself: no turn and no mirror brings it onto itself. */
const lopsided = (u: number, v: number) =>
  24 + 7 * Math.cos(u) + 3 * Math.sin(u) * Math.cos(v) + 2.5 * Math.sin(u) ** 2 * Math.sin(2 * v + u)
const DESIGN = radialMesh(48, 96, lopsided, [40, -25, 110])
/** The same part with other triangles, as a scanner gives it. */
const SCANNED = radialMesh(57, 110, lopsided, [40, -25, 110])
const RIGID = { ...REGISTER.defaults, samples: 1000 }

const degreesOf = (m: Mat3) => (Math.acos(Math.min(1, Math.max(-1, (m[0] + m[4] + m[8] - 1) / 2))) * 180) / Math.PI
/** How far a registration is from undoing what was done to the part. */
function offBy({ transform }: Pick<Registration, 'transform'>, done: Similarity) {
  const middle: Vec3 = [40, -25, 110]
  const there = turned(done.rotation, middle).map(
    (v, axis) => done.scale * v + (done.shift[axis] as number),
  ) as unknown as Vec3
  const back = turned(transform.rotation, there).map(
    (v, axis) => transform.scale * v + (transform.shift[axis] as number),
  )
  return {
    mm: Math.hypot(...back.map((v, axis) => v - (middle[axis] as number))),
    degrees: degreesOf(product(transform.rotation, done.rotation)),
  }
}
const rigid = (axis: Vec3, radians: number, shift: Vec3): Similarity => ({
  rotation: aboutAxis(axis, radians),
  shift,
  scale: 1,
})
const bump = (mesh: Mesh, mm: number): Mesh => {
  const { positions } = mesh
  const out = positions.slice()
  for (let i = 0; i < out.length; i += 3) {
    const from = [(positions[i] as number) - 40, (positions[i + 1] as number) + 25, (positions[i + 2] as number) - 110]
    const length = Math.hypot(...from)
    // Within 20 degrees of +x.
    if ((from[0] as number) / length < 0.94) continue
    for (let axis = 0; axis < 3; axis++)
      out[i + axis] = (out[i + axis] as number) + (mm * (from[axis] as number)) / length
  }
  return { positions: out, indices: mesh.indices }
}

describe('a known move is recovered', () => {
  test.each([
    ['a small one', rigid([0, 0, 1], 0.05, [2, -1, 0.5])],
    ['a turn onto its head, far away', rigid([0.6, 0.8, 0], Math.PI, [250, -80, 33])],
    ['a quarter and something', rigid([0, 0.6, -0.8], 1.9, [-12, 400, -7])],
  ])(
    '%s, to 0.01 mm and 0.05 degrees',
    async (_, done) => {
      const found = await register(moved(SCANNED, done), DESIGN, RIGID, IDLE_CONTEXT)
      const off = offBy(found, done)
      expect(off.mm).toBeLessThan(0.01)
      expect(off.degrees).toBeLessThan(0.05)
      expect(found.rmsMm).toBeLessThan(0.05)
      expect(found.isMirrored).toBe(false)
      expect(found.scale).toBeCloseTo(1, 3)
    },
    20_000,
  )
})

describe('what is not the same part', () => {
  const done = rigid([0, 0.6, -0.8], 1.9, [-12, 40, -7])
  test('a mirror image is told', async () => {
    const mirrored = inverted(stretched(SCANNED, [-1, 1, 1], [0, 0, 0]))
    const found = await register(moved(mirrored, done), DESIGN, RIGID, IDLE_CONTEXT)
    expect(found.isMirrored).toBe(true)
    expect(found.mirroredRmsMm).toBeLessThan(0.05)
    expect(found.rmsMm).toBeGreaterThan(0.2)
  }, 20_000)
  test('a part 2 % too large is told, and scaled only when asked', async () => {
    const grown = moved(SCANNED, { ...done, scale: 1.02 })
    const found = await register(grown, DESIGN, RIGID, IDLE_CONTEXT)
    expect(found.scale).toBeCloseTo(1 / 1.02, 3)
    expect(found.transform.scale).toBe(1)
    expect(found.rmsMm).toBeGreaterThan(0.2)
    const asked = await register(grown, DESIGN, { ...RIGID, applyScale: true }, IDLE_CONTEXT)
    expect(asked.transform.scale).toBeCloseTo(1 / 1.02, 3)
    expect(asked.rmsMm).toBeLessThan(0.05)
  }, 20_000)
  test('a bump of 1.5 mm is found where it is, and does not pull the rest along', async () => {
    const found = await comparePart(moved(bump(SCANNED, 1.5), done), DESIGN, RIGID, IDLE_CONTEXT)
    expect(offBy(found.registration, done).mm).toBeLessThan(0.02)
    expect(found.printed.maxMm).toBeGreaterThan(1.3)
    expect(found.printed.maxMm).toBeLessThan(1.6)
    const worst = found.places[0]
    expect((worst?.at[0] ?? 0) - 40).toBeGreaterThan(20)
    expect(found.biasMm).toBeGreaterThan(0)
    const most = found.signedMm.reduce((a, b) => Math.max(a, b))
    expect(most).toBeGreaterThan(1.3)
    expect(found.signedMm.reduce((a, b) => Math.min(a, b))).toBeGreaterThan(-0.2)
  }, 20_000)
  test('a dent is negative', async () => {
    const found = await comparePart(bump(SCANNED, -1.2), DESIGN, RIGID, IDLE_CONTEXT)
    expect(found.signedMm.reduce((a, b) => Math.min(a, b))).toBeLessThan(-1)
    expect(found.missing.maxMm).toBeGreaterThan(1)
  }, 20_000)
  test('an empty file is refused, and a run can be cancelled', async () => {
    const none: Mesh = { positions: new Float32Array(0), indices: new Uint32Array(0) }
    await expect(register(none, DESIGN, RIGID, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'surface/empty' })
    const stopped = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(register(SCANNED, DESIGN, RIGID, stopped)).rejects.toThrow()
  })
})

test('the same input gives the same answer', async () => {
  const again = () => register(SCANNED, DESIGN, { ...RIGID, samples: 500 }, IDLE_CONTEXT)
  expect(await again()).toEqual(await again())
}, 20_000)

describe('the numbers below', () => {
  test('moments of a box are those of geometry', () => {
    const { middle, areaMm2, second } = momentsOf(boxMesh([0, 0, 0], [2, 2, 2]))
    expect(areaMm2).toBeCloseTo(24, 9)
    expect(middle[0]).toBeCloseTo(1, 9)
    // Two faces at distance 1, four with 1/3: (2 + 4/3) / 6.
    expect(second[0]).toBeCloseTo(5 / 9, 9)
    expect(second[1]).toBeCloseTo(0, 9)
  })
  test('principal axes are a rotation, the longest first', () => {
    const turn = aboutAxis([0.6, 0.8, 0], 0.7)
    const found = principalAxes(product(turn, product([1, 0, 0, 0, 9, 0, 0, 0, 4], transposed(turn))))
    const long = turned(turn, [0, 1, 0])
    expect(Math.abs(found[0] * long[0] + found[3] * long[1] + found[6] * long[2])).toBeCloseTo(1, 9)
    expect(product(found, transposed(found))[0]).toBeCloseTo(1, 9)
  })
  test('a system is solved, and what it says nothing of stays at 0', () => {
    const found = solveInPlace(new Float64Array([0, 2, 0, 2, 1, 0, 0, 0, 0]), new Float64Array([4, 5, 0]))
    expect(found[0]).toBeCloseTo(1.5, 6)
    expect(found[1]).toBeCloseTo(2, 6)
    expect(found[2]).toBe(0)
  })
})
