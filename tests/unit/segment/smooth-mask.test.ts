import { expect, test } from 'vitest'
import { countVoxels, emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { LabelMap, Mask } from '../../../src/core/types.ts'
import { SMOOTH_JOINT, smoothJoint, smoothMasksJointly } from '../../../src/segment/smooth-joint.ts'
import { SMOOTH_MASK, type SmoothMaskParams, smoothMask } from '../../../src/segment/smooth-mask.ts'
import { gaussian } from '../../../src/volume/gaussian.ts'
import { eachVoxel, maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, labelsOf, maskOf, randomLabels, randomMask, volumeOf } from '../../support/phantoms.ts'

const smooth = (mask: Mask, params: Partial<SmoothMaskParams>) =>
  smoothMask(mask, { ...SMOOTH_MASK.defaults, ...params }, IDLE_CONTEXT)

/** The majority, voxel by voxel of the ball. */
function plainMajority(mask: Mask, radiusMm: number): Mask {
  const { grid } = mask
  const [sx, sy, sz] = grid.spacing
  return maskOf(grid, (i, j, k) => {
    let lead = 0
    eachVoxel(grid, (x, y, z) => {
      if (Math.hypot((x - i) * sx, (y - j) * sy, (z - k) * sz) > radiusMm * (1 + 1e-6)) return
      lead += hasVoxel(mask, x, y, z) ? 1 : -1
    })
    return lead > 0 || (lead === 0 && hasVoxel(mask, i, j, k))
  })
}

test.each([0.4, 1, 1.9, 3.1])(
  'a median of %d mm is the majority of an exact ball, on uneven spacing',
  async (radiusMm) => {
    for (const seed of [1, 2]) {
      const mask = randomMask(gridOf([35, 9, 7], [0.5, 0.9, 1.4]), seed, 0.5)
      const actual = await smooth(mask, { radiusMm })
      expect(maskText(actual)).toBe(maskText(plainMajority(mask, radiusMm)))
      expect(tailIsClear(actual)).toBe(true)
    }
  },
)

const slab = gridOf([48, 40, 30])
const isSlab = (_: number, j: number) => j >= 12

test.each(['median', 'gaussian'] as const)(
  '%s: specks, pits and spikes go, a flat face stays, up to the border',
  async (method) => {
    const dirty = maskOf(slab, (i, j, k) => {
      if ((i === 10 && j === 5 && k === 10) || (i === 20 && j > 8 && j < 12 && k === 15)) return true
      if (i === 30 && j === 25 && k === 12) return false
      return isSlab(i, j)
    })
    const before = dirty.words.slice()
    expect(maskText(await smooth(dirty, { method }))).toBe(maskText(maskOf(slab, isSlab)))
    expect(dirty.words).toEqual(before)
  },
)

test('refused: sizes that are none, and what leaves nothing', async () => {
  const one = maskOf(slab, (i, j, k) => i === 5 && j === 5 && k === 5)
  for (const method of ['median', 'gaussian'] as const) {
    await expect(smooth(one, { method })).rejects.toMatchObject({ code: 'segment/empty' })
    await expect(smooth(emptyMask(slab), { method })).rejects.toMatchObject({ code: 'segment/empty' })
    for (const mm of [0, 11, Number.NaN]) {
      const run = smooth(one, { method, radiusMm: mm, sigmaMm: mm })
      await expect(run).rejects.toMatchObject({ code: 'app/bad-parameter' })
    }
  }
})

const joint = (map: LabelMap, sigmaMm = 1.5) => smoothJoint(map, { sigmaMm }, IDLE_CONTEXT)
/** A box of two neighbours, their common border jagged by two voxels. */
const isBox = (i: number, j: number, k: number) => i > 5 && i < 42 && j > 5 && j < 34 && k > 5 && k < 24
const jagged = labelsOf(slab, (i, j, k) => (isBox(i, j, k) ? (i < 24 + 2 * ((j + k) % 2) ? 3 : 200) : 0))

test('neighbours keep one border: no gap within them, and it becomes flat', async () => {
  const { labels } = await joint(jagged)
  const at = (i: number, j: number, k: number) => labels[i + 48 * (j + 40 * k)]
  for (let k = 12; k < 18; k++) {
    for (let j = 12; j < 28; j++) {
      const row = Array.from({ length: 26 }, (_, n) => at(n + 11, j, k))
      expect(row).toEqual(row.map((_, n) => (n < row.indexOf(200) ? 3 : 200)))
      expect(row.indexOf(200)).toBe(Array.from({ length: 26 }, (_, n) => at(n + 11, 12, 12)).indexOf(200))
    }
  }
})

test('each voxel goes to the greatest of its labels, blurred over the whole scan; of equal ones to its own', async () => {
  const grid = gridOf([40, 30, 24], [1, 1.3, 0.8])
  const sigmaMm = 1.4
  const random = randomLabels(grid, 5, 3)
  const inner = labelsOf(grid, (i, j, k) => {
    const isInner = i > 12 && i < 27 && j > 9 && j < 20 && k > 8 && k < 15
    return isInner ? (random.labels[i + 40 * (j + 30 * k)] as number) : i < 12 && i % 2 === 1 ? 6 : 0
  })
  const scores = await Promise.all(
    [0, 1, 2, 3, 4, 5, 6].map((label) => {
      const at = (i: number, j: number, k: number) => inner.labels[i + 40 * (j + 30 * k)]
      const volume = volumeOf(grid, (i, j, k) => (at(i, j, k) === label ? 16_384 : 0))
      return gaussian(volume, sigmaMm, IDLE_CONTEXT)
    }),
  )
  let ties = 0
  const expected = inner.labels.map((own, at) => {
    const most = Math.max(...scores.map((score) => score[at] as number))
    const equal = scores.flatMap((score, label) => (score[at] === most ? [label] : []))
    ties += Number(equal.length > 1)
    return equal.includes(own) ? own : (equal[0] as number)
  })
  expect(ties).toBeGreaterThan(0)
  expect((await joint(inner, sigmaMm)).labels).toEqual(expected)
})

test('masks smoothed jointly do not overlap and are the labels', async () => {
  const masks = [3, 200].map((label) => maskOf(slab, (i, j, k) => jagged.labels[i + 48 * (j + 40 * k)] === label))
  const parts = await smoothMasksJointly(masks, { sigmaMm: 1.5 }, IDLE_CONTEXT)
  const { labels } = await joint(jagged)
  const counts = [3, 200].map((label) => labels.reduce((sum, own) => sum + Number(own === label), 0))
  expect(parts.map(countVoxels)).toEqual(counts)
  expect(parts.every((part) => countVoxels(part) > 1000)).toBe(true)
})

test('refused: no label, no mask, no width', async () => {
  const none = labelsOf(slab, () => 0)
  await expect(joint(none)).rejects.toMatchObject({ code: 'segment/empty' })
  await expect(smoothMasksJointly([], SMOOTH_JOINT.defaults, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'segment/empty',
  })
  for (const sigmaMm of [0, 11, Number.NaN]) {
    await expect(joint(jagged, sigmaMm)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  }
})
