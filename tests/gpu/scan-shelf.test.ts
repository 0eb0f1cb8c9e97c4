import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestVolume } from '../../src/core/hash.ts'
import { scanVoxels } from '../../src/core/shared.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Volume } from '../../src/core/types.ts'
import type { OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { ScanShelf } from '../../src/gpu/scan-shelf.gpu.ts'
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

const LIMITS = { lowHu: 0, highHu: 20_000 }
const scan = (seed: number): Volume => ({ ...randomVolume(gridOf([45, 7, 11]), seed), slope: 0.5, intercept: -3 })

function send(shelf: ScanShelf, volume: Volume, cuts: readonly number[], device: GPUDevice | null = null): void {
  const perSlice = volume.grid.size[0] * volume.grid.size[1]
  cuts.forEach((firstSlice, n) => {
    const end = (cuts[n + 1] ?? volume.grid.size[2]) * perSlice
    shelf.receive({ grid: volume.grid, firstSlice, data: volume.data.slice(firstSlice * perSlice, end) }, device)
  })
}

async function adopt(shelf: ScanShelf, volume: Volume): Promise<{ digest: string; adopted: boolean }> {
  const { data, ...words } = volume
  const digest = await digestVolume(volume)
  return { digest, adopted: await shelf.adopt(digest, words) }
}

test('slabs become the scan, on the processor and on the device, whose upload began with the first', async () => {
  const shelf = new ScanShelf(2)
  const volume = scan(1)
  send(shelf, volume, [0, 4, 9], opened.device)
  const { digest, adopted } = await adopt(shelf, volume)
  expect(adopted).toBe(true)
  expect(shelf.has(digest)).toBe(true)
  expect(fingerprint(shelf.volume(digest))).toEqual(fingerprint(volume))
  const there = await shelf.onDevice(digest, opened.device)
  expect(await shelf.onDevice(digest, opened.device)).toBe(there)
  const mask = await thresholdGpu(there, LIMITS, { ...IDLE_CONTEXT, device: opened.device })
  expect(fingerprint(mask)).toEqual(fingerprint(threshold(volume, LIMITS, IDLE_CONTEXT)))
  shelf.clear()
  expect(shelf.has(digest)).toBe(false)
})

test('a scan without a device is uploaded when it is asked for, and again after the device is gone', async () => {
  const shelf = new ScanShelf(2)
  const volume = scan(2)
  send(shelf, volume, [0])
  const { digest } = await adopt(shelf, volume)
  const first = await shelf.onDevice(digest, opened.device)
  shelf.forgetDevice()
  expect(await shelf.onDevice(digest, opened.device)).not.toBe(first)
  shelf.clear()
})

const firstSlices = (shelf: ScanShelf) => {
  const { grid, data } = scan(3)
  shelf.receive({ grid, firstSlice: 0, data: data.slice(0, 45 * 7 * 10) }, null)
}

test.each([
  ['nothing came', () => {}],
  ['the last slice is missing', firstSlices],
  ['another scan came', (shelf: ScanShelf) => send(shelf, scan(4), [0, 4])],
  ['a slab came out of order', (shelf: ScanShelf) => send(shelf, scan(3), [0, 4, 3])],
])('%s: not adopted', async (_, sendWrong) => {
  const shelf = new ScanShelf(2)
  sendWrong(shelf)
  const { digest, adopted } = await adopt(shelf, scan(3))
  expect(adopted).toBe(false)
  expect(() => shelf.volume(digest)).toThrow(expect.objectContaining({ code: 'app/worker-lost' }))
})

test('the oldest gives way', async () => {
  const shelf = new ScanShelf(2)
  const digests: string[] = []
  for (const seed of [5, 6, 7]) {
    send(shelf, scan(seed), [0], opened.device)
    digests.push((await adopt(shelf, scan(seed))).digest)
  }
  expect(digests.map((digest) => shelf.has(digest))).toEqual([false, true, true])
  shelf.clear()
})

test('slabs on shared memory are the scan itself: nothing is copied, and the device gets each as it comes', async () => {
  const shelf = new ScanShelf(2)
  const own = scan(9)
  const volume = { ...own, data: scanVoxels(own.data.length) }
  const perSlice = own.grid.size[0] * own.grid.size[1]
  for (const [from, to] of [
    [0, 5],
    [5, 11],
  ] as const) {
    const data = volume.data.subarray(from * perSlice, to * perSlice)
    data.set(own.data.subarray(from * perSlice, to * perSlice))
    shelf.receive({ grid: own.grid, firstSlice: from, data }, opened.device)
  }
  const { digest, adopted } = await adopt(shelf, volume)
  expect(adopted).toBe(true)
  expect(digest).toBe(await digestVolume(own))
  expect(shelf.volume(digest).data.buffer).toBe(volume.data.buffer)
  const mask = await thresholdGpu(await shelf.onDevice(digest, opened.device), LIMITS, {
    ...IDLE_CONTEXT,
    device: opened.device,
  })
  expect(fingerprint(mask)).toEqual(fingerprint(threshold(own, LIMITS, IDLE_CONTEXT)))
  shelf.clear()
})
