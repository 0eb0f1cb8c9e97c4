import { expect, test } from 'vitest'
import { emptyMask } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../../src/core/types.ts'
import { shellThickness } from '../../../src/segment/shell-thickness.ts'
import { STORED_BAND } from '../../../src/segment/signed-distance.ts'
import { bruteDepths } from '../../support/brute-distance.ts'
import { eachVoxel } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

/** The definition, by trying all balls on all voxels; in stored steps. */
function bruteThickness(mask: Mask, maxMm: number): number[] {
  const mmPerStep = maxMm / 2 / STORED_BAND
  const [sx, sy, sz] = mask.grid.spacing
  const balls: { at: Vec3; radius: number }[] = []
  const depths = bruteDepths(mask)
  let n = 0
  eachVoxel(mask.grid, (...at) => {
    const depth = depths[n++] as number
    if (depth > 0) balls.push({ at, radius: Math.min(STORED_BAND, Math.round(depth / mmPerStep)) })
  })
  const thickness: number[] = []
  eachVoxel(mask.grid, (i, j, k) => {
    let best = 0
    for (const { at, radius } of balls) {
      const mm = Math.hypot((at[0] - i) * sx, (at[1] - j) * sy, (at[2] - k) * sz)
      if (mm <= radius * mmPerStep * (1 + 1e-6)) best = Math.max(best, radius)
    }
    thickness.push(best)
  })
  return thickness
}

const SHAPES: Readonly<Record<string, (size: Vec3, spacing: Vec3) => Mask>> = {
  noise: (size, spacing) => randomMask(gridOf(size, spacing), 5, 0.93),
  ball: (size, spacing) => maskOf(gridOf(size, spacing), (i, j, k) => Math.hypot(i - 7, j - 6, k - 6) < 5.3),
  'plates of three thicknesses': (size, spacing) =>
    maskOf(gridOf(size, spacing), (i) => (i > 0 && i < 4) || (i > 5 && i < 11) || i === 14),
  wedge: (size, spacing) => maskOf(gridOf(size, spacing), (i, j) => Math.abs(j - 6) <= i / 3),
  everything: (size, spacing) => maskOf(gridOf(size, spacing), () => true),
}

test.each(Object.entries(SHAPES))('%s: equals trying all balls', async (_, make) => {
  for (const spacing of [
    [1, 1, 1],
    [0.6, 0.9, 1.7],
  ] as const) {
    for (const maxMm of [30, 4]) {
      const mask = make([15, 13, 12], spacing)
      const field = await shellThickness(mask, { maxMm }, IDLE_CONTEXT)
      expect(field.unit).toBe('mm')
      expect(field.slope).toBe(maxMm / STORED_BAND)
      const truth = bruteThickness(mask, maxMm)
      const wrong = truth.findIndex((stored, n) => Math.abs(stored - (field.data[n] as number)) > 1)
      expect(wrong < 0 ? 'equal' : `voxel ${wrong}: ${field.data[wrong]} for ${truth[wrong]}`).toBe('equal')
    }
  }
})

test('a plate measures its steps, less one for an even number', async () => {
  const grid = gridOf([40, 40, 40], [0.5, 0.5, 0.5])
  for (const [steps, mm] of [
    [1, 0.5],
    [2, 0.5],
    [5, 2.5],
    [6, 2.5],
  ] as const) {
    const plate = maskOf(grid, (_, j) => j >= 10 && j < 10 + steps)
    const field = await shellThickness(plate, { maxMm: 10 }, IDLE_CONTEXT)
    const at = 20 + 40 * (10 + 40 * 20)
    expect((field.data[at] as number) * field.slope).toBeCloseTo(mm, 3)
    expect(field.data[at - 40]).toBe(0)
  }
})

test('thick parts are cut off at the limit; nothing stays nothing', async () => {
  const block = maskOf(gridOf([40, 40, 40]), () => true)
  const field = await shellThickness(block, { maxMm: 6 }, IDLE_CONTEXT)
  expect(field.data[20 + 40 * (20 + 40 * 20)]).toBe(STORED_BAND)
  expect(Math.max(...field.data)).toBe(STORED_BAND)
  const none = await shellThickness(emptyMask(block.grid), { maxMm: 6 }, IDLE_CONTEXT)
  expect(none.data.every((v) => v === 0)).toBe(true)
})

test('a bad limit and cancelling', async () => {
  const mask = maskOf(gridOf([9, 9, 9]), () => true)
  await expect(shellThickness(mask, { maxMm: 0 }, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(shellThickness(mask, { maxMm: 3 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})
