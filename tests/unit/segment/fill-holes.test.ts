import { expect, test } from 'vitest'
import { countVoxels, emptyMask } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { FILL_HOLES, type FillHolesParams, fillHoles } from '../../../src/segment/fill-holes.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'

const grid = gridOf([37, 20, 20], [1, 1, 0.5])
const distance = (i: number, j: number, k: number) => Math.hypot(i - 15, j - 10, k - 10)
const ball = maskOf(grid, (i, j, k) => distance(i, j, k) <= 8)
const shell = maskOf(grid, (i, j, k) => distance(i, j, k) <= 8 && distance(i, j, k) > 5)
const tube = maskOf(grid, (i, j) => Math.hypot(i - 15, j - 10) <= 8 && Math.hypot(i - 15, j - 10) > 5)
const fill = (mask: typeof shell, params: Partial<FillHolesParams>) =>
  fillHoles(mask, { ...FILL_HOLES.defaults, ...params }, IDLE_CONTEXT)

test('a closed cavity is filled', () => {
  const filled = fill(shell, {})
  expect(maskText(filled)).toBe(maskText(ball))
  expect(tailIsClear(filled)).toBe(true)
})

test('a tube open at the border is filled slice by slice only', () => {
  expect(maskText(fill(tube, {}))).toBe(maskText(tube))
  expect(maskText(fill(tube, { mode: 'slices' }))).toBe(
    maskText(maskOf(grid, (i, j) => Math.hypot(i - 15, j - 10) <= 8)),
  )
})

test('a hole larger than the limit stays', () => {
  const holeMm3 = (countVoxels(ball) - countVoxels(shell)) * 0.5
  expect(maskText(fill(shell, { maxMm3: holeMm3 }))).toBe(maskText(ball))
  expect(maskText(fill(shell, { maxMm3: holeMm3 - 0.5 }))).toBe(maskText(shell))
})

test('empty and full masks stay as they are, in both modes', () => {
  const full = maskOf(grid, () => true)
  for (const mode of ['volume', 'slices'] as const) {
    expect(countVoxels(fill(emptyMask(grid), { mode }))).toBe(0)
    expect(fill(full, { mode }).words).toEqual(full.words)
  }
})

test('the input is untouched', () => {
  const before = shell.words.slice()
  expect(fill(shell, {}).words).not.toBe(shell.words)
  expect(shell.words).toEqual(before)
})
