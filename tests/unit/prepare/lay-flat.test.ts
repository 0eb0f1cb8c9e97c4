import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../src/core/types.ts'
import { LAY_FLAT, layFlat, lowestMm } from '../../../src/prepare/lay-flat.ts'
import { defectsOf, NO_DEFECTS } from '../../support/manifold.ts'
import { boxMesh } from '../../support/meshes.ts'

const BOX = boxMesh([-30, 10, 200], [-10, 40, 300])
const lay = (mesh: Mesh, pointLps: Vec3, normalLps: Vec3, floorMm: number | null = null) =>
  layFlat(mesh, { pointLps, normalLps, floorMm }, IDLE_CONTEXT)

const pointOf = ({ positions: p }: Mesh, v: number): Vec3 => [
  p[3 * v] as number,
  p[3 * v + 1] as number,
  p[3 * v + 2] as number,
]
const distance = (a: Vec3, b: Vec3) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

test.each<[string, Vec3, Vec3]>([
  ['a side', [1, 0, 0], [100, 30, 20]],
  ['the other side', [-2, 0, 0], [100, 30, 20]],
  ['the front', [0, -1, 0], [20, 100, 30]],
  ['the top', [0, 0, 5], [20, 30, 100]],
  ['the foot', [0, 0, -1], [20, 30, 100]],
])('%s comes to lie on z = 0 and the size turns with it', (_, normal, size) => {
  const laid = lay(BOX, [-20, 25, 250], normal)
  const { min, max } = meshBounds(laid)
  expect(min[2]).toBe(0)
  for (const axis of [0, 1, 2]) expect((max[axis] ?? 0) - (min[axis] ?? 0)).toBeCloseTo(size[axis] ?? 0, 3)
  expect(meshVolumeMm3(laid)).toBeCloseTo(60_000, 0)
})

test('any direction: looks down afterwards, every distance kept, nothing turned inside out', () => {
  const unit = fc.double({ min: -1, max: 1, noNaN: true })
  const direction = fc.tuple(unit, unit, unit).filter((v) => Math.hypot(...v) > 1e-6)
  fc.assert(
    fc.property(direction, fc.tuple(unit, unit, unit), (normal, at) => {
      const point: Vec3 = [100 * at[0], 100 * at[1], 100 * at[2]]
      const laid = lay(BOX, point, normal)
      expect(defectsOf(laid)).toEqual(NO_DEFECTS)
      expect(meshBounds(laid).min[2]).toBe(0)
      expect(meshVolumeMm3(laid)).toBeCloseTo(60_000, 0)
      for (let v = 1; v < 8; v++)
        expect(distance(pointOf(laid, 0), pointOf(laid, v))).toBeCloseTo(distance(pointOf(BOX, 0), pointOf(BOX, v)), 3)
      // A mark one millimetre out along the normal ends one millimetre lower.
      const length = Math.hypot(...normal)
      const tip = point.map((v, n) => v + (normal[n] ?? 0) / length) as unknown as Vec3
      const marks: Mesh = { positions: new Float32Array([...point, ...tip]), indices: new Uint32Array() }
      const laidMarks = lay(marks, point, normal, 0)
      const [from, to] = [pointOf(laidMarks, 0), pointOf(laidMarks, 1)]
      expect([to[0] - from[0], to[1] - from[1], to[2] - from[2]].map((v) => Math.round(1e3 * v) + 0)).toEqual([
        0, 0, -1000,
      ])
    }),
    { numRuns: 200 },
  )
})

test('a second surface moves alike when it is told the floor of the first', () => {
  const outer = boxMesh([-31, 9, 199], [-9, 41, 301])
  const normal: Vec3 = [0.3, -0.5, 0.2]
  const floorMm = lowestMm(BOX, { pointLps: [0, 0, 0], normalLps: normal })
  const [a, b] = [lay(BOX, [0, 0, 0], normal), lay(outer, [0, 0, 0], normal, floorMm)]
  for (let v = 0; v < 8; v++) expect(distance(pointOf(a, v), pointOf(b, v))).toBeCloseTo(Math.sqrt(3), 3)
  expect(meshBounds(b).min[2]).toBeLessThan(-0.5)
})

test('the input stays, and a direction without a length is refused', () => {
  const before = BOX.positions.slice()
  lay(BOX, [0, 0, 0], [1, 1, 1])
  expect(BOX.positions).toEqual(before)
  for (const none of [
    [0, 0, 0],
    [Number.NaN, 0, 1],
  ] as const)
    expect(() => lay(BOX, [0, 0, 0], none)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
  expect(LAY_FLAT.defaults.floorMm).toBeNull()
})
