import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PipelineError } from '../../src/core/errors.ts'
import { meshVolumeMm3 } from '../../src/core/mesh.ts'
import { seededRandom } from '../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../src/core/types.ts'
import { loadManifold } from '../../src/prepare/manifold.io.ts'
import { EMBOSS, textMark } from '../../src/prepare/marks/emboss.ts'
import type { PickedPlace } from '../../src/prepare/marks/frame.ts'
import { HANGING_HOLE, hangingHoleMark } from '../../src/prepare/marks/hanging-hole.ts'
import { applyMark, type Mark } from '../../src/prepare/marks/mark.ts'
import { type Solids, withSolids } from '../../src/prepare/solid.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { MARK_TOOLS } from '../support/mark-tools.ts'

const unitVector = (random: () => number): Vec3 => {
  const z = 2 * random() - 1
  const turn = 2 * Math.PI * random()
  const r = Math.sqrt(1 - z * z)
  return [r * Math.cos(turn), r * Math.sin(turn), z]
}

interface Picked {
  readonly mesh: Mesh
  readonly place: PickedPlace
}

/** The hull of random places far from the origin of the scan, and a place picked on it along a random direction. */
function convexBody(seed: number, points: number, sizeMm: number, { lib, keep, mesh }: Solids): Picked {
  const random = seededRandom(seed)
  const centre: Vec3 = [200 * random() - 100, 200 * random() - 100, 200 * random() - 100]
  const corners = Array.from({ length: points }, () => {
    const [x, y, z] = unitVector(random)
    return [centre[0] + x * sizeMm, centre[1] + y * sizeMm * 0.8, centre[2] + z * sizeMm * 0.6] as [
      number,
      number,
      number,
    ]
  })
  const solid = keep(lib.Manifold.hull(corners))
  const inside = corners
    .slice(0, 4)
    .reduce<Vec3>((sum, c) => [sum[0] + c[0] / 4, sum[1] + c[1] / 4, sum[2] + c[2] / 4], [0, 0, 0])
  const away = unitVector(random)
  const [hit] = solid.rayCast(
    [...inside],
    [inside[0] + 200 * away[0], inside[1] + 200 * away[1], inside[2] + 200 * away[2]],
  )
  return {
    mesh: mesh(solid),
    place: { pointLps: hit?.position ?? centre, normalLps: hit?.normal ?? away, upLps: unitVector(random) },
  }
}

const outcomes = { made: 0, refused: 0 }

/** The mark, or null for a refusal by name; anything else is a fault. */
async function unlessRefused(mark: Promise<Mark>): Promise<Mark | null> {
  try {
    const made = await mark
    outcomes.made++
    return made
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError)
    expect((error as PipelineError).code).toBe('prepare/no-room')
    outcomes.refused++
    return null
  }
}

const letters = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-'),
  minLength: 1,
  maxLength: 4,
})

test('a mark on a random face of a random convex body leaves it closed, and larger or smaller as it should', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 8, max: 60 }),
      fc.integer({ min: 25, max: 60 }),
      fc.array(letters, { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 30, max: 90 }),
      fc.constantFrom('emboss' as const, 'engrave' as const, 'hole' as const, 'ring' as const),
      async (seed, points, sizeMm, lines, tenths, how) => {
        const { mesh, place } = await withSolids(loadManifold, (solids) => convexBody(seed, points, sizeMm, solids))
        const mark = await unlessRefused(
          how === 'hole' || how === 'ring'
            ? hangingHoleMark(
                mesh,
                { ...HANGING_HOLE.defaults, place, how, longestMm: 200 },
                IDLE_CONTEXT,
                loadManifold,
              )
            : textMark(
                mesh,
                { ...EMBOSS.defaults, place, lines, how, capHeightMm: tenths / 10, leastStrokeMm: 0.1 },
                IDLE_CONTEXT,
                MARK_TOOLS,
              ),
        )
        if (mark === null) return
        expect(defectsOf(mark.body)).toEqual(NO_DEFECTS)
        const result = await applyMark(mesh, mark, IDLE_CONTEXT, loadManifold)
        expect(defectsOf(result)).toEqual(NO_DEFECTS)
        const [grown, body] = [meshVolumeMm3(result) - meshVolumeMm3(mesh), meshVolumeMm3(mark.body)]
        const isAdded = how === 'emboss' || how === 'ring'
        // What reaches out of the body is less than the mark and more than a third of it: the rest is root, or air.
        expect(isAdded ? grown : -grown).toBeGreaterThan(body / 3)
        expect(isAdded ? grown : -grown).toBeLessThan(body)
      },
    ),
    { numRuns: 60, seed: 20260 },
  )
  // A run that only refuses, or that never has to, tests half of this.
  expect(outcomes.made).toBeGreaterThan(20)
  expect(outcomes.refused).toBeGreaterThan(3)
}, 60_000)
