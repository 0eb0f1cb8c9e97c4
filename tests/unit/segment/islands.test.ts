import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { countVoxels, emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Vec3 } from '../../../src/core/types.ts'
import {
  ISLANDS,
  type IslandsParams,
  islands,
  SPLIT_ISLANDS,
  type SplitIslandsParams,
  splitIslands,
} from '../../../src/segment/islands.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'

const grid = gridOf([45, 12, 10], [0.5, 1, 2])
const box = (from: Vec3, to: Vec3) => (i: number, j: number, k: number) =>
  i >= from[0] && i <= to[0] && j >= from[1] && j <= to[1] && k >= from[2] && k <= to[2]
const large = box([28, 1, 1], [40, 5, 4])
const middle = box([1, 1, 1], [4, 4, 2])
const twin = box([1, 7, 6], [4, 10, 7])
const speck = box([44, 11, 9], [44, 11, 9])
const mask = maskOf(grid, (i, j, k) => [large, middle, twin, speck].some((part) => part(i, j, k)))
const keep = (params: Partial<IslandsParams>) => islands(mask, { ...ISLANDS.defaults, ...params }, IDLE_CONTEXT)

test('keeps the largest island', () => {
  const kept = keep({ keep: 'largest', count: 1 })
  expect(maskText(kept)).toBe(maskText(maskOf(grid, large)))
  expect(tailIsClear(kept)).toBe(true)
})

test('of two equal islands the one with the lower voxel index is kept', () => {
  expect(maskText(keep({ keep: 'largest', count: 2 }))).toBe(
    maskText(maskOf(grid, (i, j, k) => large(i, j, k) || middle(i, j, k))),
  )
  const twins = maskOf(grid, (i, j, k) => middle(i, j, k) || twin(i, j, k))
  expect(maskText(islands(twins, ISLANDS.defaults, IDLE_CONTEXT))).toBe(maskText(maskOf(grid, middle)))
})

test('keeps all islands when there are fewer than asked for', () => {
  expect(maskText(keep({ keep: 'largest', count: 9 }))).toBe(maskText(mask))
})

test('keeps islands of a volume or more', () => {
  // The twins hold 32 voxels of 1 mm3.
  expect(countVoxels(keep({ keep: 'above', minMm3: 32 }))).toBe(13 * 5 * 4 + 64)
  expect(countVoxels(keep({ keep: 'above', minMm3: 32.5 }))).toBe(13 * 5 * 4)
})

test('keeps the island that was clicked, on an oblique grid', () => {
  const oblique: Grid = { ...grid, origin: [10, -20, 30], direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6] }
  const turned = { grid: oblique, words: mask.words }
  const seedLps = ijkToLps(oblique, [2, 8, 7])
  const kept = islands(turned, { ...ISLANDS.defaults, keep: 'clicked', seedLps }, IDLE_CONTEXT)
  expect(maskText(kept)).toBe(maskText(maskOf(grid, twin)))
})

test('a click beside an island finds it within 3 mm', () => {
  expect(maskText(keep({ keep: 'clicked', seedLps: [2, 6, 12] }))).toBe(maskText(maskOf(grid, twin)))
  expect(maskText(keep({ keep: 'clicked', seedLps: [4.5, 2, 2] }))).toBe(maskText(maskOf(grid, middle)))
})

test('of two islands near a click the nearer one is taken, in mm and not in voxels', () => {
  const two = maskOf(grid, (i, j, k) => j === 5 && ((k === 3 && (i === 16 || i === 23)) || (k === 4 && i === 20)))
  const clicked = (seedLps: Vec3) => islands(two, { ...ISLANDS.defaults, keep: 'clicked', seedLps }, IDLE_CONTEXT)
  expect(hasVoxel(clicked([10, 5, 6]), 23, 5, 3)).toBe(true)
  expect(hasVoxel(clicked([9.7, 5, 6]), 16, 5, 3)).toBe(true)
  expect(hasVoxel(clicked([9.8, 5, 6.9]), 20, 5, 4)).toBe(true)
})

test('a click inside a thick voxel counts, however far its centre is', () => {
  const thick = gridOf([9, 9, 9], [8, 8, 8])
  const one = maskOf(thick, (i, j, k) => i === 4 && j === 4 && k === 4)
  const kept = islands(one, { ...ISLANDS.defaults, keep: 'clicked', seedLps: [35, 35, 35] }, IDLE_CONTEXT)
  expect(countVoxels(kept)).toBe(1)
})

test.each([
  ['far from any island', [8, 9, 2]],
  ['outside the scan', [-500, 0, 0]],
  ['not a number', [Number.NaN, 0, 0]],
  ['missing', null],
] as const)('a seed %s is refused', (_, seedLps) => {
  expect(() => keep({ keep: 'clicked', seedLps })).toThrow(expect.objectContaining({ code: 'segment/bad-seed' }))
})

test('nothing left, or nothing to begin with, is refused', () => {
  expect(() => keep({ keep: 'above', minMm3: 1e6 })).toThrow(expect.objectContaining({ code: 'segment/empty' }))
  expect(() => islands(emptyMask(grid), ISLANDS.defaults, IDLE_CONTEXT)).toThrow(
    expect.objectContaining({ code: 'segment/empty' }),
  )
})

test.each([0, -1, 1.5, Number.NaN])('a count of %d is refused', (count) => {
  expect(() => keep({ keep: 'largest', count })).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
})

test('parts that touch over an edge only are two islands', () => {
  const touching = maskOf(grid, (i, j, k) => k === 0 && ((i === 3 && j === 3) || (i === 4 && j === 4)))
  const kept = islands(touching, ISLANDS.defaults, IDLE_CONTEXT)
  expect(countVoxels(kept)).toBe(1)
  expect(hasVoxel(kept, 3, 3, 0)).toBe(true)
})

test('the input is untouched and a cancelled step throws', () => {
  const before = mask.words.slice()
  keep({})
  expect(mask.words).toEqual(before)
  expect(() => islands(mask, ISLANDS.defaults, { ...IDLE_CONTEXT, signal: AbortSignal.abort() })).toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  )
})

test('all but the largest, the clicked, or those of a volume or more', () => {
  const rest = (...gone: ((i: number, j: number, k: number) => boolean)[]) =>
    maskText(maskOf(grid, (i, j, k) => hasVoxel(mask, i, j, k) && !gone.some((part) => part(i, j, k))))
  expect(maskText(keep({ keep: 'not-largest' }))).toBe(rest(large))
  expect(maskText(keep({ keep: 'not-largest', count: 2 }))).toBe(rest(large, middle))
  expect(maskText(keep({ keep: 'not-clicked', seedLps: [1, 8, 14] }))).toBe(rest(twin))
  expect(maskText(keep({ keep: 'below', minMm3: 32 }))).toBe(rest(large, middle, twin))
})

test('dropping every island is refused', () => {
  for (const params of [
    { keep: 'not-largest', count: 4 },
    { keep: 'below', minMm3: 0.5 },
  ] as const) {
    expect(() => keep(params)).toThrow(expect.objectContaining({ code: 'segment/empty' }))
  }
  expect(() => keep({ keep: 'not-clicked', seedLps: null })).toThrow(
    expect.objectContaining({ code: 'segment/bad-seed' }),
  )
})

const split = (params: Partial<SplitIslandsParams>) =>
  splitIslands(mask, { ...SPLIT_ISLANDS.defaults, ...params }, IDLE_CONTEXT)

test('split: each island a mask, the largest first, equal ones by their first voxel', () => {
  const parts = split({ minMm3: 0 })
  expect(parts.map(maskText)).toEqual([large, middle, twin, speck].map((part) => maskText(maskOf(grid, part))))
  expect(parts.every(tailIsClear)).toBe(true)
  expect(split({ minMm3: 32 })).toEqual(parts.slice(0, 3))
  expect(split({ minMm3: 0, most: 2 })).toEqual(parts.slice(0, 2))
})

test('split: nothing that large, nothing at all and bad numbers are refused', () => {
  const refusal = (code: string) => expect.objectContaining({ code })
  expect(() => split({ minMm3: 1e6 })).toThrow(refusal('segment/empty'))
  expect(() => splitIslands(emptyMask(grid), SPLIT_ISLANDS.defaults, IDLE_CONTEXT)).toThrow(refusal('segment/empty'))
  for (const most of [0, 256, 1.5]) expect(() => split({ most })).toThrow(refusal('app/bad-parameter'))
  for (const minMm3 of [-1, Number.NaN]) expect(() => split({ minMm3 })).toThrow(refusal('app/bad-parameter'))
})
