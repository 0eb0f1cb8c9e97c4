import { expect, test } from 'vitest'
import { countVoxels, emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { combine } from '../../../src/segment/logic.ts'
import { growLayers } from '../../../src/segment/seed-layers.ts'
import { gridOf, maskOf, volumeOf } from '../../support/phantoms.ts'

const grid = gridOf([24, 20, 12])
const volume = volumeOf(grid, (i) => (i < 12 ? 0 : 1000))
const left = maskOf(grid, (i, j, k) => i === 3 && j === 10 && k === 6)
const right = maskOf(grid, (i, j, k) => i === 20 && j === 10 && k === 6)
const layers = [
  { label: 7, mask: left },
  { label: 2, mask: right },
]
const params = { marginFraction: 20, locality: 2 }

test('two painted voxels grow to the two halves, each to its own mask', async () => {
  const { masks } = await growLayers(volume, { layers, allowed: null }, params, IDLE_CONTEXT)
  expect(masks).toEqual([maskOf(grid, (i) => i < 12), maskOf(grid, (i) => i >= 12)])
})

test('what is painted where nothing may change stays, and nothing is added there', async () => {
  const allowed = maskOf(grid, (i) => i >= 5)
  const seeds = [...layers, { label: 9, mask: maskOf(grid, (i, j, k) => i === 7 && j === 3 && k === 3) }]
  const { masks } = await growLayers(volume, { layers: seeds, allowed }, params, IDLE_CONTEXT)
  expect(masks[0]).toEqual(left)
  expect(masks[2]).toEqual(maskOf(grid, (i) => i >= 5 && i < 12))
})

test('more seeds from the state before give what they give from the start', async () => {
  const first = await growLayers(volume, { layers, allowed: null }, params, IDLE_CONTEXT)
  const more = layers.map(({ label, mask }) => ({
    label,
    mask:
      label === 7
        ? combine(
            mask,
            maskOf(grid, (i, j, k) => i === 15 && j === 4 && k === 4),
            'union',
          )
        : mask,
  }))
  const afresh = await growLayers(volume, { layers: more, allowed: null }, params, IDLE_CONTEXT)
  const resumed = await growLayers(volume, { layers: more, allowed: null }, params, IDLE_CONTEXT, first.state)
  expect(resumed.masks).toEqual(afresh.masks)
  expect(countVoxels(afresh.masks[0] ?? left)).toBeGreaterThan(countVoxels(first.masks[0] ?? left))
  expect(hasVoxel(afresh.masks[0] ?? left, 15, 4, 4)).toBe(true)
})

test('one painted label beside an empty one is refused by name', async () => {
  const one = [layers[0] ?? { label: 1, mask: left }, { label: 3, mask: emptyMask(grid) }]
  await expect(growLayers(volume, { layers: one, allowed: null }, params, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'segment/bad-seed',
    detail: { painted: 1 },
  })
})
