import { expect, test } from 'vitest'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { GROW_FROM_CORE, growFromCore } from '../../../src/segment/grow-from-core.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { maskText } from '../../support/masks.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

// Along x: cortex at 4, marrow to 14, a gap at 15, more marrow; a kidney of marrow's density far off in y.
const GRID = gridOf([40, 20, 3])
const scan = volumeOf(GRID, (i, j) => {
  if (j > 12) return j > 15 ? 150 : 0
  if (j > 8) return 0
  if (i === 4) return 700
  return i > 4 && i !== 15 ? 150 : 0
})
const core = threshold(scan, { lowHu: 226, highHu: 3071 }, IDLE_CONTEXT)
const grown = (reachMm: number) =>
  growFromCore({ mask: core, volume: scan }, { ...GROW_FROM_CORE.defaults, reachMm }, IDLE_CONTEXT)

test('takes softer tissue that is joined to the core and within reach', async () => {
  const mask = await grown(5)
  expect([4, 5, 9].map((i) => hasVoxel(mask, i, 4, 1))).toEqual([true, true, true])
  expect(hasVoxel(mask, 10, 4, 1)).toBe(false)
  expect(hasVoxel(mask, 4, 17, 1)).toBe(false)
})
test('does not leap a gap, however far it may reach', async () => {
  const mask = await grown(30)
  expect([14, 15, 16].map((i) => hasVoxel(mask, i, 4, 1))).toEqual([true, false, false])
  expect(hasVoxel(mask, 4, 17, 1)).toBe(false)
})
test('keeps the core whatever the limits say, and a reach of 0 adds nothing', async () => {
  const none = await growFromCore({ mask: core, volume: scan }, { lowHu: 5000, highHu: 6000, reachMm: 9 }, IDLE_CONTEXT)
  expect(maskText(none)).toBe(maskText(core))
  expect(countVoxels(await grown(0))).toBe(countVoxels(core))
})
test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a reach of %d mm is refused', async (reachMm) => {
  await expect(grown(reachMm)).rejects.toMatchObject({ code: 'app/bad-parameter' })
})
test('a mask of another scan is refused', async () => {
  const other = volumeOf(gridOf([40, 20, 4]), () => 0)
  const asked = growFromCore({ mask: core, volume: other }, GROW_FROM_CORE.defaults, IDLE_CONTEXT)
  await expect(asked).rejects.toMatchObject({ code: 'segment/grid-mismatch' })
})
