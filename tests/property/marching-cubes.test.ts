import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ijkToLps } from '../../src/core/affine.ts'
import { hasVoxel } from '../../src/core/mask.ts'
import { meshVolumeMm3 } from '../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mat3, Vec3 } from '../../src/core/types.ts'
import { storedRange, threshold } from '../../src/segment/threshold.ts'
import { marchingCubes } from '../../src/surface/marching-cubes.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { gridOf, maskOf, randomMask, volumeOf } from '../support/phantoms.ts'

const sizes: fc.Arbitrary<Vec3> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  fc.tuple(fc.integer({ min: 30, max: 66 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
)
const seeds = fc.integer({ min: 1, max: 2 ** 31 })
const UNBOUNDED = { lowHu: null, highHu: null }
const RIGHT: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]
const LEFT: Mat3 = [-1, 0, 0, 0, 1, 0, 0, 0, 1]
const grids = fc
  .record({
    size: sizes,
    spacing: fc.tuple(
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
    ),
    direction: fc.constantFrom(RIGHT, LEFT),
  })
  .map(({ size, spacing, direction }) => gridOf(size, spacing, { direction, origin: [-120, 30, 900] }))

test('any mask gives a closed, oriented manifold whose inside has a positive volume', async () => {
  await fc.assert(
    fc.asyncProperty(grids, seeds, fc.double({ min: 0.02, max: 1, noNaN: true }), async (grid, seed, probability) => {
      const mask = randomMask(grid, seed, probability)
      fc.pre(mask.words.some((word) => word !== 0))
      const mesh = await marchingCubes({ mask, volume: null }, UNBOUNDED, IDLE_CONTEXT)
      expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
      expect(meshVolumeMm3(mesh)).toBeGreaterThan(0)
    }),
    { numRuns: 60 },
  )
})

test('every vertex lies on the step between an inside and an outside voxel, away from both', async () => {
  await fc.assert(
    fc.asyncProperty(grids, seeds, fc.integer({ min: -3, max: 3 }), async (grid, seed, low) => {
      const random = randomMask(grid, seed)
      const volume = volumeOf(
        grid,
        (i, j, k) => ((random.words[(i + j + k) % random.words.length] ?? 0) % 9) - 4 + (i % 3),
      )
      const params = { lowHu: low, highHu: low + 2 }
      const mask = threshold(volume, params, IDLE_CONTEXT)
      fc.pre(mask.words.some((word) => word !== 0))
      const mesh = await marchingCubes({ mask, volume }, params, IDLE_CONTEXT)
      const { spacing, direction, origin } = grid
      for (let n = 0; n < mesh.positions.length; n += 3) {
        const ijk = [0, 1, 2].map(
          (axis) =>
            ((mesh.positions[n + axis] as number) - (origin[axis] as number)) /
            ((spacing[axis] as number) * (direction[axis * 4] as number)),
        )
        const fractions = ijk.map((x) => Math.abs(x - Math.round(x))).sort((a, b) => a - b)
        // float32 at 900 mm resolves 6e-5 mm, 3e-4 voxel at the smallest spacing.
        expect(fractions[1]).toBeLessThan(4e-4)
        expect(fractions[2]).toBeGreaterThan(1 / 1024 - 4e-4)
      }
    }),
    { numRuns: 40 },
  )
})

test('the outside of a shape inside a block has the surface of the shape and that of the block', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const size: Vec3 = [12, 9, 8]
      const inner = randomMask(gridOf(size), seed, 0.4)
      const touches = (ijk: Vec3) => ijk.some((x, axis) => x === 0 || x === (size[axis] as number) - 1)
      const isIn = (i: number, j: number, k: number) => !touches([i, j, k]) && hasVoxel(inner, i, j, k)
      const run = (inside: (i: number, j: number, k: number) => boolean) =>
        marchingCubes({ mask: maskOf(gridOf(size), inside), volume: null }, UNBOUNDED, IDLE_CONTEXT)
      const [shape, rest, block] = [await run(isIn), await run((i, j, k) => !isIn(i, j, k)), await run(() => true)]
      expect(rest.positions.length).toBe(shape.positions.length + block.positions.length)
      expect(new Set(rest.positions)).toEqual(new Set([...shape.positions, ...block.positions]))
    }),
    { numRuns: 25 },
  )
})

test('a stored value is in the range exactly when its real value is within the limits', () => {
  const slopes = fc.oneof(fc.double({ min: -4, max: 4, noNaN: true }), fc.constantFrom(0.1, -0.1, 1, -1, 0))
  fc.assert(
    fc.property(
      slopes,
      fc.double({ min: -2000, max: 2000, noNaN: true }),
      fc.integer({ min: -32768, max: 32767 }),
      fc.integer({ min: -32768, max: 32767 }),
      fc.integer({ min: -32768, max: 32767 }),
      (slope, intercept, p, q, v) => {
        // Limits that are real values of stored ones sit exactly on the edge.
        const [low, high] = [slope * p + intercept, slope * q + intercept].sort((a, b) => a - b) as [number, number]
        const { from, to } = storedRange({ slope, intercept }, low, high)
        const real = slope * v + intercept
        expect(v >= from && v <= to).toBe(real >= low && real <= high)
      },
    ),
    { numRuns: 500 },
  )
})

test('a voxel centre and the border caps are where the grid says', async () => {
  await fc.assert(
    fc.asyncProperty(grids, async (grid) => {
      const mask = randomMask(grid, 1, 1)
      const mesh = await marchingCubes({ mask, volume: null }, UNBOUNDED, IDLE_CONTEXT)
      const corners = [
        ijkToLps(grid, [-0.5, -0.5, -0.5]),
        ijkToLps(grid, grid.size.map((n) => n - 0.5) as unknown as Vec3),
      ]
      for (const axis of [0, 1, 2] as const) {
        const along = mesh.positions.filter((_, n) => n % 3 === axis)
        const wanted = corners.map((c) => c[axis]).sort((a, b) => a - b)
        expect(along.reduce((a, b) => Math.min(a, b))).toBeCloseTo(wanted[0] as number, 3)
        expect(along.reduce((a, b) => Math.max(a, b))).toBeCloseTo(wanted[1] as number, 3)
      }
    }),
    { numRuns: 30 },
  )
})
