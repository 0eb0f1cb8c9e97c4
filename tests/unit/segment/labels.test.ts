import { expect, test } from 'vitest'
import { hasVoxel } from '../../../src/core/mask.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { LabelMap } from '../../../src/core/types.ts'
import { type LabelLayer, labelsToMask, masksToLabels } from '../../../src/segment/labels.ts'
import { eachVoxel, maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const random = seededRandom(4)
const grid = gridOf([67, 5, 4])
const map: LabelMap = { grid, labels: Uint8Array.from({ length: 67 * 20 }, () => Math.floor(random() * 256)) }
const labelAt = (labels: Uint8Array, i: number, j: number, k: number) => labels[i + 67 * (j + 5 * k)] ?? -1

test.each([[[7]], [[0]], [[255, 3, 3]], [Array.from({ length: 256 }, (_, n) => n)]])(
  'the voxels of labels %j',
  (labels) => {
    const mask = labelsToMask(map, labels, IDLE_CONTEXT)
    expect(maskText(mask)).toBe(maskText(maskOf(grid, (i, j, k) => labels.includes(labelAt(map.labels, i, j, k)))))
    expect(tailIsClear(mask)).toBe(true)
  },
)

test('a label that no voxel has gives an empty mask', () => {
  expect(labelsToMask({ grid, labels: new Uint8Array(67 * 20) }, [9], IDLE_CONTEXT).words.every((w) => w === 0)).toBe(
    true,
  )
})

test('masks make a label map; the later one wins; background is 0', () => {
  const layers: LabelLayer[] = [
    { label: 3, mask: randomMask(grid, 1, 0.4) },
    { label: 255, mask: maskOf(grid, (i) => i < 40) },
    { label: 1, mask: randomMask(grid, 2, 0.1) },
  ]
  const { labels } = masksToLabels(grid, layers, IDLE_CONTEXT)
  eachVoxel(grid, (i, j, k) => {
    const truth = layers.findLast(({ mask }) => hasVoxel(mask, i, j, k))?.label ?? 0
    expect(labelAt(labels, i, j, k)).toBe(truth)
  })
  expect(masksToLabels(grid, [], IDLE_CONTEXT).labels).toEqual(new Uint8Array(67 * 20))
})

test('there and back again', () => {
  const a = randomMask(grid, 5, 0.5)
  const made = masksToLabels(grid, [{ label: 17, mask: a }], IDLE_CONTEXT)
  expect(labelsToMask(made, [17], IDLE_CONTEXT).words).toEqual(a.words)
})

test.each([[[]], [[256]], [[-1]], [[1.5]], [[Number.NaN]]])('labels %j are refused', (labels) => {
  expect(() => labelsToMask(map, labels, IDLE_CONTEXT)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
})

test('layers of another scan, of the background or past 255 are refused; a cancelled step throws', () => {
  const mask = randomMask(grid, 1)
  const make = (layer: LabelLayer, signal = IDLE_CONTEXT.signal) =>
    masksToLabels(grid, [layer], { ...IDLE_CONTEXT, signal })
  const other = { grid: gridOf([67, 5, 4], [1, 1, 2]), words: mask.words }
  expect(() => make({ label: 1, mask: other })).toThrow(expect.objectContaining({ code: 'segment/grid-mismatch' }))
  for (const label of [0, 256]) {
    expect(() => make({ label, mask })).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
  }
  const aborted = expect.objectContaining({ name: 'AbortError' })
  expect(() => make({ label: 1, mask }, AbortSignal.abort())).toThrow(aborted)
  expect(() => labelsToMask(map, [1], { ...IDLE_CONTEXT, signal: AbortSignal.abort() })).toThrow(aborted)
})
