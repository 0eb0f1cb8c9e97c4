import { expect, test } from 'vitest'
import { emptyMask } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { ballRows, margin } from '../../../src/segment/margin.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'

const grid = gridOf([35, 9, 9], [0.1, 0.25, 0.5])
const dot = maskOf(grid, (i, j, k) => i === 32 && j === 4 && k === 4)
const full = maskOf(grid, () => true)

test('a margin of a whole number of voxels is not lost to rounding: 3 x 0.1 mm is 0.3 mm', async () => {
  const grown = await margin(dot, { distanceMm: 0.3 }, IDLE_CONTEXT)
  const inside = (i: number, j: number, k: number) =>
    ((i - 32) * 2) ** 2 + ((j - 4) * 5) ** 2 + ((k - 4) * 10) ** 2 <= 36
  expect(maskText(grown)).toBe(maskText(maskOf(grid, inside)))
  expect(tailIsClear(grown)).toBe(true)
})

test('a wide margin, grown through the distance field, is a ball too', async () => {
  const wide = gridOf([50, 40, 40], [0.8, 0.9, 1])
  const seed = maskOf(wide, (i, j, k) => i === 20 && j === 20 && k === 20)
  const ball = (i: number, j: number, k: number) => Math.hypot((i - 20) * 0.8, (j - 20) * 0.9, k - 20) <= 14.3
  expect(ballRows(wide, 14.3).length).toBeGreaterThan(500)
  expect(maskText(await margin(seed, { distanceMm: 14.3 }, IDLE_CONTEXT))).toBe(maskText(maskOf(wide, ball)))
})

test('growing by nothing copies', async () => {
  const same = await margin(dot, { distanceMm: 0 }, IDLE_CONTEXT)
  expect(same.words).toEqual(dot.words)
  expect(same.words.buffer).not.toBe(dot.words.buffer)
})

test('growing past every border fills the volume, growing nothing stays nothing', async () => {
  expect((await margin(dot, { distanceMm: 100 }, IDLE_CONTEXT)).words).toEqual(full.words)
  expect((await margin(emptyMask(grid), { distanceMm: 1 }, IDLE_CONTEXT)).words).toEqual(emptyMask(grid).words)
})

test('the border of the volume does not eat into the mask', async () => {
  expect((await margin(full, { distanceMm: -100 }, IDLE_CONTEXT)).words).toEqual(full.words)
  const block = maskOf(grid, (i) => i < 20)
  const cut = maskOf(grid, (i) => i < 18)
  expect(maskText(await margin(block, { distanceMm: -0.2 }, IDLE_CONTEXT))).toBe(maskText(cut))
})

test('shrinking everything away is refused by name', async () => {
  await expect(margin(dot, { distanceMm: -0.1 }, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'segment/empty' })
  await expect(margin(dot, { distanceMm: Number.NaN }, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'app/bad-parameter',
  })
})

test('a cancelled margin throws', async () => {
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  await expect(margin(dot, { distanceMm: 1 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
  await expect(margin(dot, { distanceMm: 90 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})
