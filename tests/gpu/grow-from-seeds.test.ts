import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { growFromSeedsGpu } from '../../src/segment/grow-from-seeds.gpu.ts'
import { type Grown, growFromSeeds } from '../../src/segment/grow-from-seeds.ts'
import type { GrowInput, GrowParams, GrowState } from '../../src/segment/grow-state.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomMask, randomVolume, volumeOf } from '../support/phantoms.ts'

const ANYWHERE: GrowParams = { marginFraction: null, locality: 3 }

/** A few seeds at random places, the first voxel among them. */
function inputOf(volume: Volume, seed = 1, count = 12): GrowInput {
  const random = seededRandom(seed)
  const labels = new Uint8Array(volume.grid.size[0] * volume.grid.size[1] * volume.grid.size[2])
  labels[0] = 7
  for (let n = 0; n < count; n++) labels[Math.floor(random() * labels.length)] = 1 + (n % 5)
  return { volume, seeds: { grid: volume.grid, labels }, allowed: null }
}

async function onGpu(
  input: GrowInput,
  params: GrowParams,
  ctx: GpuContext,
  { last = null, windowBytes }: { last?: GrowState | null; windowBytes?: number } = {},
): Promise<Grown> {
  const gpuVolume = await uploadVolume(ctx.device, input.volume, windowBytes)
  try {
    return await growFromSeedsGpu(input, gpuVolume, params, ctx, last)
  } finally {
    destroyVolume(gpuVolume)
  }
}

const huge = hugeVolume()

describeKernel<GrowInput, Grown>({
  name: 'grow from seeds',
  inputOf: (volume) => inputOf(volume),
  cpu: (input, ctx) => growFromSeeds(input, ANYWHERE, ctx),
  gpu: (input, ctx) => onGpu(input, ANYWHERE, ctx),
  tooLarge: { volume: huge, seeds: { grid: huge.grid, labels: Uint8Array.of(1) }, allowed: null },
  refusal: 'gpu/out-of-memory',
})

let opened: OpenedDevice
let ctx: GpuContext
beforeAll(async () => {
  opened = await openDawn()
  ctx = { ...IDLE_CONTEXT, device: opened.device }
})
afterAll(() => closeDawn(opened.device))

async function same(input: GrowInput, params: GrowParams, options: Parameters<typeof onGpu>[3] = {}): Promise<Grown> {
  const expected = await growFromSeeds(input, params, IDLE_CONTEXT, options.last)
  expect(fingerprint(await onGpu(input, params, ctx, options))).toEqual(fingerprint(expected))
  return expected
}

test('a box off the corner of the scan, walls, uneven spacing', async () => {
  const volume = randomVolume(gridOf([90, 40, 30], [0.5, 0.8, 2]), 3)
  const labels = new Uint8Array(volume.data.length)
  labels[37 + 90 * (11 + 40 * 9)] = 1
  labels[71 + 90 * (30 + 40 * 20)] = 2
  const seeds = { grid: volume.grid, labels }
  const grown = await same({ volume, seeds, allowed: null }, { marginFraction: 0.2, locality: 5 })
  expect(grown.state.box.from).not.toEqual([0, 0, 0])
  const allowed = randomMask(volume.grid, 8, 0.7)
  await same({ volume, seeds: inputOf(volume, 4, 200).seeds, allowed }, ANYWHERE)
})

test('a scan bound in windows: as in one piece', async () => {
  const volume = randomVolume(gridOf([40, 12, 37]), 5)
  await same(inputOf(volume), ANYWHERE, { windowBytes: (8 * gpuVolumeBytes(volume.grid)) / 37 })
})

test('a winding way that turns back on itself', async () => {
  // Walls leave one way, 32 voxels wide in no place: many passes, the last ones along z.
  const volume = volumeOf(gridOf([34, 33, 9]), (i, j, k) => {
    const wallY = j % 4 === 1 && i !== (j % 8 === 1 ? 33 : 0)
    return wallY || (k % 2 === 1 && !(i === 33 && j === 32)) ? 20_000 : 0
  })
  await same(inputOf(volume, 1, 0), ANYWHERE)
  await same(inputOf(volume, 6, 3), { marginFraction: null, locality: 1 })
})

test('seeds added to the last result, in its box and beyond', async () => {
  const volume = randomVolume(gridOf([50, 30, 20]), 7)
  const params = { marginFraction: 0.1, locality: 2 }
  const labels = new Uint8Array(volume.data.length)
  labels[20 + 50 * (10 + 30 * 8)] = 1
  labels[30 + 50 * (18 + 30 * 14)] = 2
  const grid = volume.grid
  const last = await same({ volume, seeds: { grid, labels }, allowed: null }, params)
  for (const at of [25 + 50 * (14 + 30 * 10), 3 + 50 * (2 + 30 * 18)]) {
    const more = labels.slice()
    more[at] = 3
    await same({ volume, seeds: { grid, labels: more }, allowed: null }, params, { last: last.state })
  }
})
