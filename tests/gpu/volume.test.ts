import { afterAll, beforeAll, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { type OpenedDevice, requireFits } from '../../src/gpu/device.gpu.ts'
import { GpuTimings } from '../../src/gpu/timings.gpu.ts'
import {
  createVolume,
  destroyVolume,
  gpuVolumeBytes,
  uploadVolume,
  volumeWindows,
  writeSlices,
} from '../../src/gpu/volume.gpu.ts'
import { thresholdGpu } from '../../src/segment/threshold.gpu.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { gridOf, randomVolume } from '../support/phantoms.ts'

let opened: OpenedDevice
beforeAll(async () => {
  opened = await openDawn()
})
afterAll(() => closeDawn(opened.device))

const LIMITS = { lowHu: -500, highHu: 9000 }

test('slices that arrive one after the other are the same scan', async () => {
  const volume = randomVolume(gridOf([45, 7, 11]), 3)
  const perSlice = 45 * 7
  const streamed = await createVolume(opened.device, volume)
  for (const [first, end] of [
    [0, 4],
    [4, 5],
    [5, 11],
  ] as const) {
    writeSlices(streamed, first, volume.data.subarray(first * perSlice, end * perSlice))
  }
  const ctx = { ...IDLE_CONTEXT, device: opened.device }
  const mask = await thresholdGpu(streamed, LIMITS, ctx)
  destroyVolume(streamed)
  expect(fingerprint(mask)).toEqual(fingerprint(threshold(volume, LIMITS, IDLE_CONTEXT)))
})

test.each([
  [[45, 7, 11], 3],
  [[33, 1, 40], 9],
  [[64, 2, 40], 8],
  [[20, 3, 5], 6],
] as const)('a scan of %j in windows of %i slices: as in one binding', async (size, slices) => {
  const volume = randomVolume(gridOf(size), 4)
  const sliceBytes = gpuVolumeBytes(volume.grid) / size[2]
  const inWindows = await uploadVolume(opened.device, volume, (slices + 1) * sliceBytes - 1)
  const windows = volumeWindows(inWindows)
  if (size[2] > slices) expect(windows.length).toBeGreaterThan(1)
  const mask = await thresholdGpu(inWindows, LIMITS, { ...IDLE_CONTEXT, device: opened.device })
  destroyVolume(inWindows)
  expect(fingerprint(mask)).toEqual(fingerprint(threshold(volume, LIMITS, IDLE_CONTEXT)))
})

test('windows cover every slice once, with the neighbours asked for, within the limit and aligned', async () => {
  for (const [size, slices, before, after] of [
    [[33, 3, 29], 9, 1, 0],
    [[32, 1, 64], 12, 2, 2],
    [[96, 4, 17], 5, 1, 1],
    [[10, 2, 6], 100, 3, 3],
  ] as const) {
    const volume = randomVolume(gridOf(size), 1)
    const sliceBytes = gpuVolumeBytes(volume.grid) / size[2]
    const gpu = await uploadVolume(opened.device, volume, slices * sliceBytes)
    const windows = volumeWindows(gpu, before, after)
    const owned = windows.flatMap(({ from, end }) => Array.from({ length: end - from }, (_, n) => from + n))
    expect(owned).toEqual(Array.from({ length: size[2] }, (_, n) => n))
    for (const { from, end, first, binding } of windows) {
      const bound = (binding.size ?? 0) / sliceBytes
      expect(first).toBeLessThanOrEqual(Math.max(0, from - before))
      expect(first + bound).toBeGreaterThanOrEqual(Math.min(size[2], end + after))
      expect(bound).toBeLessThanOrEqual(slices)
      expect((binding.offset ?? 0) % 256).toBe(0)
      expect(binding.offset).toBe(first * sliceBytes)
    }
    destroyVolume(gpu)
  }
})

test('a window that cannot hold a slice and its neighbours is refused with the bytes', async () => {
  const volume = randomVolume(gridOf([32, 4, 9]), 1)
  const gpu = await uploadVolume(opened.device, volume, 256 * 2)
  expect(() => volumeWindows(gpu, 1, 1)).toThrow(
    expect.objectContaining({
      code: 'gpu/out-of-memory',
      detail: { label: 'volume window', bytes: 768, available: 512 },
    }),
  )
  destroyVolume(gpu)
})

test('what does not fit is named with the bytes needed and available', () => {
  const { device } = opened
  const most = device.limits.maxStorageBufferBindingSize
  expect(() => requireFits(device, { mask: 4, prefix: most })).not.toThrow()
  expect(() => requireFits(device, { mask: 4, prefix: most + 1 })).toThrow(
    expect.objectContaining({
      code: 'gpu/out-of-memory',
      detail: { label: 'prefix', bytes: most + 1, available: most },
    }),
  )
})

test('the time of each kernel is collected when asked for, and the result stays the same', async () => {
  const { device } = opened
  expect(device.features.has('timestamp-query')).toBe(true)
  const volume = randomVolume(gridOf([64, 64, 64]), 2)
  const gpu = await uploadVolume(device, volume)
  const timings = new GpuTimings()
  const mask = await thresholdGpu(gpu, LIMITS, { ...IDLE_CONTEXT, device, timings })
  destroyVolume(gpu)
  expect(fingerprint(mask)).toEqual(fingerprint(threshold(volume, LIMITS, IDLE_CONTEXT)))
  expect([...timings.kernels.keys()]).toEqual(['threshold'])
  const { ms = 0, longestMs = 0 } = timings.kernels.get('threshold') ?? {}
  expect(longestMs).toBeGreaterThan(0)
  expect(ms).toBeGreaterThanOrEqual(longestMs)
})
