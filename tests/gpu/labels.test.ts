import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Grid, LabelMap, Mask, Volume } from '../../src/core/types.ts'
import { labelsToMaskGpu, masksToLabelsGpu } from '../../src/segment/labels.gpu.ts'
import { type LabelLayer, labelsToMask, masksToLabels } from '../../src/segment/labels.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, randomMask } from '../support/phantoms.ts'

const WANTED = [2, 31, 32, 64, 127, 128, 200, 255]

/** Inside, a label a voxel; outside, background. */
const mapOf = ({ grid, data }: Volume): LabelMap => ({
  grid,
  labels: Uint8Array.from(data, (v, n) => (v >= 0 ? (WANTED[n % 11] ?? 77) : 0)),
})

function layersOf(volume: Volume): { grid: Grid; layers: LabelLayer[] } {
  const { grid } = volume
  const inside = threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
  const layers = [
    { label: 9, mask: inside },
    { label: 255, mask: randomMask(grid, 3, 0.3) },
    { label: 1, mask: randomMask(grid, 4, 0.1) },
  ]
  return { grid, layers }
}

describeKernel<LabelMap, Mask>({
  name: 'labels to mask',
  inputOf: mapOf,
  cpu: (map, ctx) => labelsToMask(map, WANTED, ctx),
  gpu: (map, ctx) => labelsToMaskGpu(map, WANTED, ctx),
  tooLarge: { grid: hugeMask().grid, labels: new Uint8Array(0) },
  refusal: 'gpu/out-of-memory',
})

describeKernel<{ grid: Grid; layers: LabelLayer[] }, LabelMap>({
  name: 'masks to labels',
  inputOf: layersOf,
  cpu: ({ grid, layers }, ctx) => masksToLabels(grid, layers, ctx),
  gpu: ({ grid, layers }, ctx) => masksToLabelsGpu(grid, layers, ctx),
  tooLarge: { grid: hugeMask().grid, layers: [{ label: 1, mask: hugeMask() }] },
  refusal: 'gpu/out-of-memory',
})

test('several slabs, each beginning at another place in a word', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const grid = gridOf([1021, 1023, 35])
  const random = seededRandom(2)
  const map: LabelMap = { grid, labels: Uint8Array.from({ length: 1021 * 1023 * 35 }, () => random() * 256) }
  const mask = await labelsToMaskGpu(map, WANTED, ctx)
  expect(fingerprint(mask)).toEqual(fingerprint(labelsToMask(map, WANTED, IDLE_CONTEXT)))
  const layers = [{ label: 7, mask }]
  const back = await masksToLabelsGpu(grid, layers, ctx)
  expect(fingerprint(back)).toEqual(fingerprint(masksToLabels(grid, layers, IDLE_CONTEXT)))
  await closeDawn(device)
})

test('no layers, bad labels and layers of another scan', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const grid = gridOf([40, 5, 5])
  expect(await masksToLabelsGpu(grid, [], ctx)).toEqual({ grid, labels: new Uint8Array(1000) })
  const bad = { code: 'app/bad-parameter' }
  await expect(labelsToMaskGpu({ grid, labels: new Uint8Array(1000) }, [], ctx)).rejects.toMatchObject(bad)
  await expect(masksToLabelsGpu(grid, [{ label: 0, mask: randomMask(grid, 1) }], ctx)).rejects.toMatchObject(bad)
  const other = randomMask(gridOf([40, 5, 6]), 1)
  await expect(masksToLabelsGpu(grid, [{ label: 1, mask: other }], ctx)).rejects.toMatchObject({
    code: 'segment/grid-mismatch',
  })
  await closeDawn(device)
})
