import { expect, test } from 'vitest'
import { emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../../src/core/types.ts'
import { STORED_BAND, signedDistance } from '../../../src/segment/signed-distance.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { marchingCubes } from '../../../src/surface/marching-cubes.ts'
import { bruteDepths, bruteSquares } from '../../support/brute-distance.ts'
import { eachVoxel, maskText } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const ofBand = (mask: Mask, bandMm: number) => signedDistance(mask, { bandMm }, IDLE_CONTEXT)
const real = (volume: Volume, n: number) => (volume.data[n] as number) * volume.slope

test.each([
  [3, 0.3],
  [1.3, 0.02],
  [2, 0.9],
] as const)('band %f mm, chance %f: equals trying all, clamped', async (bandMm, chance) => {
  const mask = randomMask(gridOf([24, 24, 24], [0.5, 0.8, 1.7]), 8, chance)
  const field = await ofBand(mask, bandMm)
  const depths = bruteDepths(mask)
  const heights = bruteSquares(mask, (at) => hasVoxel(mask, ...at), 0.5).map(Math.sqrt)
  depths.forEach((depth, n) => {
    const truth = depth > 0 ? Math.min(bandMm, depth) : -Math.min(bandMm, heights[n] as number)
    expect(Math.abs(real(field, n) - truth)).toBeLessThanOrEqual(field.slope * 0.51)
    expect(Math.sign(field.data[n] as number)).toBe(depth > 0 ? 1 : -1)
  })
})

test('half a step on either side of a flat face, along each axis of an uneven grid', async () => {
  const spacing: Vec3 = [0.5, 0.8, 3]
  for (const axis of [0, 1, 2]) {
    const mask = maskOf(gridOf([12, 12, 12], spacing), (...at) => (at[axis] as number) < 6)
    const field = await ofBand(mask, 10)
    const centre: Vec3 = [6, 6, 6]
    const at = (n: number) => {
      const p = centre.map((v, a) => (a === axis ? n : v)) as unknown as Vec3
      return real(field, p[0] + 12 * (p[1] + 12 * p[2]))
    }
    const step = spacing[axis] as number
    expect(at(5)).toBeCloseTo(step / 2, 3)
    expect(at(6)).toBeCloseTo(-step / 2, 3)
    expect(at(7)).toBeCloseTo(-1.5 * step, 3)
  }
})

test('a ball: within the half diagonal of a voxel of the analytic distance, everywhere', async () => {
  for (const spacing of [
    [1, 1, 1],
    [0.5, 0.7, 1.2],
  ] as const) {
    const size = spacing.map((mm) => Math.ceil(30 / mm)) as unknown as Vec3
    const inside = (...at: Vec3) => 9.3 - Math.hypot(...at.map((p, a) => p * (spacing[a] as number) - 14.8))
    const grid = gridOf(size, spacing)
    const field = await ofBand(
      maskOf(grid, (...at) => inside(...at) > 0),
      12,
    )
    const bound = Math.hypot(...spacing) / 2 + field.slope
    let n = 0
    let worst = 0
    let inwards = 0
    eachVoxel(grid, (...at) => {
      const error = real(field, n++) - Math.max(-12, Math.min(12, inside(...at)))
      worst = Math.max(worst, Math.abs(error))
      if (inside(...at) > 3) inwards += error
    })
    expect(worst).toBeLessThanOrEqual(bound)
    // Depths err to the short side, so a wall comes out thicker.
    expect(inwards).toBeLessThan(0)
  }
})

test('stored 1 and more is the mask again, and marching cubes at zero closes on it', async () => {
  const mask = maskOf(gridOf([40, 30, 24], [0.6, 0.6, 1]), (i, j, k) => Math.hypot(i - 18, j - 15, (k - 12) * 1.5) < 11)
  const field = await ofBand(mask, 4)
  const again = threshold(field, { lowHu: 0, highHu: Infinity }, IDLE_CONTEXT)
  expect(maskText(again)).toBe(maskText(mask))
  const mesh = await marchingCubes({ mask, volume: field }, { lowHu: 0, highHu: null }, IDLE_CONTEXT)
  const plain = await marchingCubes({ mask, volume: null }, { lowHu: null, highHu: null }, IDLE_CONTEXT)
  expect(mesh.indices).toEqual(plain.indices)
})

test('nothing, everything, one voxel', async () => {
  const grid = gridOf([33, 5, 4], [1, 1, 2])
  expect((await ofBand(emptyMask(grid), 3)).data.every((v) => v === -STORED_BAND)).toBe(true)
  const full = await ofBand(
    maskOf(grid, () => true),
    3,
  )
  expect(real(full, 0)).toBeCloseTo(0.5, 3)
  expect(real(full, 16 + 33 * (2 + 5 * 1))).toBeCloseTo(2.5, 3)
  const dot = await ofBand(
    maskOf(grid, (i, j, k) => i === 32 && j === 2 && k === 1),
    3,
  )
  expect(real(dot, 32 + 33 * (2 + 5 * 1))).toBeCloseTo(0.5, 3)
  expect(real(dot, 31 + 33 * (2 + 5 * 1))).toBeCloseTo(-0.5, 3)
})

test('a bad band and cancelling', async () => {
  const mask = emptyMask(gridOf([9, 9, 9]))
  for (const bandMm of [0, -1, Number.NaN, Infinity]) {
    await expect(ofBand(mask, bandMm)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  }
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(signedDistance(mask, { bandMm: 1 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})
