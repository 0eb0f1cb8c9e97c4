import { expect, test } from 'vitest'
import { hasVoxel } from '../../../src/core/mask.ts'
import { type CombineOp, combine, complement } from '../../../src/segment/logic.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const grid = gridOf([67, 5, 4])
const a = randomMask(grid, 1, 0.5)
const b = randomMask(grid, 2, 0.5)
const truth: Record<CombineOp, (p: boolean, q: boolean) => boolean> = {
  union: (p, q) => p || q,
  subtract: (p, q) => p && !q,
  intersect: (p, q) => p && q,
  xor: (p, q) => p !== q,
}

test.each(['union', 'subtract', 'intersect', 'xor'] as const)('%s holds voxel by voxel', (op) => {
  const result = combine(a, b, op)
  const expected = maskOf(grid, (i, j, k) => truth[op](hasVoxel(a, i, j, k), hasVoxel(b, i, j, k)))
  expect(maskText(result)).toBe(maskText(expected))
  expect(tailIsClear(result)).toBe(true)
})

test('masks of another size or place are refused', () => {
  const moved = { ...b, grid: { ...grid, origin: [0, 0, 1] as const } }
  for (const other of [moved, randomMask(gridOf([67, 4, 5]), 1, 0.5)]) {
    expect(() => combine(a, other, 'union')).toThrow(expect.objectContaining({ code: 'segment/grid-mismatch' }))
  }
})

test('the complement has every other voxel and a clear tail', () => {
  const rest = complement(a)
  expect(maskText(rest)).toBe(maskText(maskOf(grid, (i, j, k) => !hasVoxel(a, i, j, k))))
  expect(tailIsClear(rest)).toBe(true)
  expect(complement(rest).words).toEqual(a.words)
})
