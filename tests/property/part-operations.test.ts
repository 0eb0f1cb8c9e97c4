import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bounds, meshBounds, meshVolumeMm3 } from '../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../src/core/types.ts'
import { boolean } from '../../src/prepare/boolean.ts'
import { combine } from '../../src/prepare/combine.ts'
import { cut } from '../../src/prepare/cut.ts'
import { HOLLOW_MESH, hollowMesh } from '../../src/prepare/hollow-mesh.ts'
import { loadManifold } from '../../src/prepare/manifold.io.ts'
import { isManifold } from '../../src/prepare/mend.ts'
import { mirror } from '../../src/prepare/mirror.ts'
import { OFFSET, offset } from '../../src/prepare/offset.ts'
import { pegs } from '../../src/prepare/pegs.ts'
import { CONNECTOR_WISH, placeConnectors } from '../../src/prepare/place-connectors.ts'
import type { Plane } from '../../src/prepare/plane.ts'
import { scale } from '../../src/prepare/scale.ts'
import { splitShells } from '../../src/prepare/split-shells.ts'
import { THICKEN, thicken } from '../../src/prepare/thicken.ts'
import { WRAP, wrap } from '../../src/prepare/wrap.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { boxMesh, radialMesh } from '../support/meshes.ts'

/** How the box of a part must look after an edit: each side between two bounds. */
interface Expected {
  readonly mesh: Mesh
  readonly within: readonly [Bounds, Bounds]
}

type Edit = (mesh: Mesh) => Promise<Expected>

const COARSE = { accuracyMm: 0.125, memoryMb: 32 }
/** Two steps of the fields here, which sharp edges may lose. */
const FIELD_MM = 1.05
const FLOAT_MM = 2e-3

/** Every side moved outwards by so much. */
const moved = ({ min, max }: Bounds, byMm: number): Bounds => ({
  min: min.map((mm) => mm - byMm) as unknown as Vec3,
  max: max.map((mm) => mm + byMm) as unknown as Vec3,
})
const between = (bounds: Bounds, inMm: number, outMm: number) => [moved(bounds, inMm), moved(bounds, outMm)] as const
const same = (bounds: Bounds) => between(bounds, -FLOAT_MM, FLOAT_MM)
/** Nothing is left where a part was taken away, but never more. */
const smaller = (bounds: Bounds) => between(bounds, -1e6, FLOAT_MM)

const middleOf = ({ min, max }: Bounds): Vec3 => [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
const largest = (bodies: readonly Mesh[]): Mesh =>
  bodies.reduce((a, b) => (meshVolumeMm3(b) > meshVolumeMm3(a) ? b : a))

const anyNormal = fc
  .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .map((n) => n as Vec3)

const throughMiddle = (mesh: Mesh, normalLps: Vec3): Plane => ({ pointLps: middleOf(meshBounds(mesh)), normalLps })

const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  anyNormal.map(
    (normal): Edit =>
      async (mesh) => {
        const bodies = await cut(mesh, { planes: [throughMiddle(mesh, normal)] }, IDLE_CONTEXT, loadManifold)
        expect(bodies.reduce((sum, body) => sum + meshVolumeMm3(body), 0) / meshVolumeMm3(mesh)).toBeCloseTo(1, 3)
        return { mesh: largest(bodies), within: smaller(meshBounds(mesh)) }
      },
  ),
  anyNormal.map(
    (normal): Edit =>
      async (mesh) => {
        const plane = throughMiddle(mesh, normal)
        const wish = { ...CONNECTOR_WISH, plane, leastMm: 0.5, marginMm: 0.5 }
        const connectors = await placeConnectors(mesh, wish, loadManifold).catch(refusedFor('prepare/no-room', []))
        const bodies = await pegs(mesh, { plane, connectors, clearanceMm: 0.2 }, IDLE_CONTEXT, loadManifold)
        for (const body of bodies) expectSound(body)
        return { mesh: largest(bodies), within: smaller(meshBounds(mesh)) }
      },
  ),
  fc.constant<Edit>(async (mesh) => {
    return { mesh: mirror(mesh, { aboutXMm: null, signedBy: 'AB' }, IDLE_CONTEXT), within: same(meshBounds(mesh)) }
  }),
  fc.double({ min: 0.5, max: 2, noNaN: true }).map(
    (factor): Edit =>
      async (mesh) => {
        const { min, max } = meshBounds(mesh)
        const about = middleOf({ min, max })
        const about1 = (mm: number, k: number) => (about[k] as number) + factor * (mm - (about[k] as number))
        const scaled = { min: min.map(about1) as unknown as Vec3, max: max.map(about1) as unknown as Vec3 }
        return {
          mesh: scale(mesh, { factor, reason: 'property', aboutLps: null }, IDLE_CONTEXT),
          within: same(scaled),
        }
      },
  ),
  fc.constantFrom('union', 'subtract', 'intersect').map(
    (operation): Edit =>
      async (mesh) => {
        // A block over one corner of the box, a quarter as long: something of the part is always left, and always met by it.
        const bounds = meshBounds(mesh)
        const [x, y, z] = middleOf(bounds)
        const guide = boxMesh(bounds.min, [x + 0.11, y + 0.13, z + 0.17])
        const result = await boolean({ mesh, guide }, { operation }, IDLE_CONTEXT, loadManifold).catch(
          refusedFor('app/bad-parameter', mesh),
        )
        return { mesh: result, within: operation === 'union' ? same(bounds) : smaller(bounds) }
      },
  ),
  fc.integer({ min: -5, max: 5 }).map(
    (byTenths): Edit =>
      async (mesh) => {
        const byMm = byTenths / 10
        const bounds = meshBounds(mesh)
        const result = await offset(mesh, { ...OFFSET.defaults, ...COARSE, byMm }, IDLE_CONTEXT).catch(
          refusedFor('app/bad-parameter', null),
        )
        if (result === null) return { mesh, within: same(bounds) }
        return {
          mesh: result,
          within: byMm < 0 ? between(bounds, -1e6, byMm + 0.1) : between(bounds, byMm - FIELD_MM, byMm + 0.1),
        }
      },
  ),
  fc.constantFrom(1, 1.5).map(
    (wallMm): Edit =>
      async (mesh) => {
        const params = { ...HOLLOW_MESH.defaults, ...COARSE, wallMm, leastCavityMm3: 1 }
        const result = await hollowMesh(mesh, params, IDLE_CONTEXT, loadManifold).catch(
          refusedFor('app/bad-parameter', mesh),
        )
        return { mesh: result, within: same(meshBounds(mesh)) }
      },
  ),
  fc.constantFrom(0.6, 1).map(
    (radiusMm): Edit =>
      async (mesh) => {
        const result = await wrap(mesh, { ...WRAP.defaults, ...COARSE, radiusMm }, IDLE_CONTEXT, loadManifold)
        return { mesh: result, within: between(meshBounds(mesh), -FLOAT_MM, 0.2) }
      },
  ),
  fc.constantFrom(0.8, 1.2).map(
    (wallMm): Edit =>
      async (mesh) => {
        // Not measured: a third of the places is said to be thin.
        const thicknessMm = Float32Array.from({ length: mesh.positions.length / 3 }, (_, v) => (v % 9 < 7 ? 0.5 : 3))
        const result = await thicken(
          { mesh, thicknessMm },
          { ...THICKEN.defaults, ...COARSE, wallMm },
          IDLE_CONTEXT,
          loadManifold,
        )
        return { mesh: result, within: between(meshBounds(mesh), -FLOAT_MM, wallMm / 2 + 0.2) }
      },
  ),
  fc.constant<Edit>(async (mesh) => {
    const whole = await combine(
      splitShells(mesh, { leastMm3: 0 }, IDLE_CONTEXT).concat(mesh),
      {},
      IDLE_CONTEXT,
      loadManifold,
    )
    return { mesh: whole, within: same(meshBounds(mesh)) }
  }),
)

/** Passes over a refusal by this name; anything else is a failure. */
function refusedFor<T>(code: string, instead: T): (error: unknown) => T {
  return (error) => {
    expect(error).toMatchObject({ code })
    return instead
  }
}

function expectSound(mesh: Mesh): void {
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  expect(isManifold(mesh)).toBe(true)
  expect(meshVolumeMm3(mesh)).toBeGreaterThan(0)
}

function expectWithin({ min, max }: Bounds, [inner, outer]: readonly [Bounds, Bounds]): void {
  for (const k of [0, 1, 2] as const) {
    expect(min[k]).toBeGreaterThanOrEqual(outer.min[k])
    expect(max[k]).toBeLessThanOrEqual(outer.max[k])
    expect(min[k]).toBeLessThanOrEqual(inner.min[k])
    expect(max[k]).toBeGreaterThanOrEqual(inner.max[k])
  }
}

/** Bumpy, lopsided balls of 3 to 6 mm anywhere in a scan. */
const anyPart: fc.Arbitrary<Mesh> = fc
  .record({
    rings: fc.integer({ min: 5, max: 10 }),
    radiusMm: fc.double({ min: 3, max: 6, noNaN: true }),
    bumps: fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
    ),
    centre: fc.tuple(
      ...([0, 1, 2].map(() => fc.integer({ min: -300, max: 300 })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
  })
  .map(({ rings, radiusMm, bumps: [p, q, size], centre }) =>
    radialMesh(rings, 2 * rings, (u, v) => radiusMm * (1 + size * Math.sin(p * u) ** 2 * Math.cos(q * v)), centre),
  )

test('100 parts through chains of edits stay closed, facing outwards, of the size they must have', async () => {
  await fc.assert(
    fc.asyncProperty(anyPart, fc.array(anyEdit, { minLength: 1, maxLength: 3 }), async (part, edits) => {
      let mesh = part
      for (const edit of edits) {
        const after = await edit(mesh)
        expectSound(after.mesh)
        expectWithin(meshBounds(after.mesh), after.within)
        mesh = after.mesh
      }
    }),
    { numRuns: 100, seed: 20, endOnFailure: true },
  )
}, 120_000)
