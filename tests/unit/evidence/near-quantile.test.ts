import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { nearQuantileMm } from '../../../src/evidence/near-quantile.ts'
import { quantileMm, type Spread, spreadsTo } from '../../../src/evidence/surface-distances.ts'
import { surfelsOf } from '../../../src/evidence/surfels.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

/** None that whole surfels of one area add up to: there rounding decides. */
const SHARES = [0.0512, 0.513, 0.807, 0.947, 0.9913]

/** By a field of distances. */
async function plainQuantile(from: Awaited<ReturnType<typeof surfelsOf>>, to: typeof from, share: number) {
  const [spread] = (await spreadsTo([from], to, share, IDLE_CONTEXT)) as [Spread]
  return quantileMm(spread, share)
}

const block = (grid: ReturnType<typeof gridOf>, first: number, end: number) =>
  surfelsOf(
    maskOf(grid, (i, j, k) => i >= first && i < end && j > 1 && j < 6 && k > 1 && k < 6),
    IDLE_CONTEXT,
  )

test.each([
  ['1 mm', [1, 1, 1]],
  ['voxels of three lengths', [0.9, 1.3, 0.7]],
] as readonly (readonly [string, Vec3])[])('is what a field of distances gives: %s', async (_name, spacing) => {
  // Over the edge of a word along x; densities from full of surfaces to specks far apart.
  const grid = gridOf([45, 14, 11], spacing)
  for (const [seed, density] of [0.5, 0.1, 0.02, 0.004].entries()) {
    const from = await surfelsOf(randomMask(grid, seed, density), IDLE_CONTEXT)
    const to = await surfelsOf(randomMask(grid, seed + 10, density), IDLE_CONTEXT)
    for (const share of SHARES) {
      const [found, wanted] = [nearQuantileMm(from, to, share), await plainQuantile(from, to, share)]
      if (wanted <= 3 * Math.min(...spacing)) expect(found).toBe(wanted)
      else expect(found).toBeNull()
    }
  }
})

test('looks as far as three voxels and says so when that is not enough', async () => {
  const grid = gridOf([40, 8, 8])
  const to = await block(grid, 4, 34)
  expect(nearQuantileMm(await block(grid, 4, 34), to, 1)).toBe(0)
  expect(nearQuantileMm(await block(grid, 4, 37), to, 1)).toBe(3)
  const longer = await block(grid, 4, 38)
  expect(nearQuantileMm(longer, to, 1)).toBeNull()
  expect(nearQuantileMm(longer, to, 0.8)).toBe(0)
})

test('nothing is near a surface that is not there', async () => {
  const grid = gridOf([40, 8, 8])
  const [some, none] = [await block(grid, 4, 34), await block(grid, 0, 0)]
  expect(nearQuantileMm(some, none, 0.95)).toBeNull()
  expect(nearQuantileMm(none, some, 0.95)).toBeNull()
})
