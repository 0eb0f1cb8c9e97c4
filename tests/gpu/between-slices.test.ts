import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasVoxel } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { LabelMap, Mask, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { betweenLabelSlicesGpu, betweenSlicesGpu } from '../../src/segment/between-slices.gpu.ts'
import { betweenLabelSlices, betweenSlices } from '../../src/segment/between-slices.ts'
import type { SliceAxis } from '../../src/segment/painted-slices.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel } from '../support/kernel.ts'
import { gridOf, maskOf } from '../support/phantoms.ts'

/** Every fourth slice and the last, where the scan is not below 0. */
function maskOfSome({ grid, data }: Volume): Mask {
  const [nx, ny, nz] = grid.size
  return maskOf(grid, (i, j, k) => (k % 4 === 0 || k === nz - 1) && (data[i + nx * (j + ny * k)] ?? 0) >= 0)
}

/** Three labels, each on slices of its own. */
function labelsOfSome({ grid, data }: Volume): LabelMap {
  const area = grid.size[0] * grid.size[1]
  const labels = Uint8Array.from(data, (value, n) => {
    const k = Math.floor(n / area)
    return value >= 0 && k % 3 === 0 ? 1 + ((k + (value & 1)) % 3) * 127 : 0
  })
  return { grid, labels }
}

/** One slice of 1.6 Gpixel. */
const HUGE = gridOf([40_000, 40_000, 1])

describeKernel<Mask, Mask>({
  name: 'between slices',
  inputOf: maskOfSome,
  cpu: (mask, ctx) => betweenSlices(mask, { axis: 2 }, ctx),
  gpu: (mask, ctx) => betweenSlicesGpu(mask, { axis: 2 }, ctx),
  tooLarge: { grid: HUGE, words: new Uint32Array(0) },
  refusal: 'gpu/out-of-memory',
})

describeKernel<LabelMap, LabelMap>({
  name: 'labels between slices',
  inputOf: labelsOfSome,
  cpu: (map, ctx) => betweenLabelSlices(map, { axis: 2 }, ctx),
  gpu: (map, ctx) => betweenLabelSlicesGpu(map, { axis: 2 }, ctx),
  tooLarge: { grid: HUGE, labels: new Uint8Array(0) },
  refusal: 'gpu/out-of-memory',
})

let opened: OpenedDevice
let ctx: GpuContext
beforeAll(async () => {
  opened = await openDawn()
  ctx = { ...IDLE_CONTEXT, device: opened.device }
})
afterAll(() => closeDawn(opened.device))

async function same(mask: Mask, axis: SliceAxis): Promise<void> {
  const expected = await betweenSlices(mask, { axis }, IDLE_CONTEXT)
  expect(fingerprint(await betweenSlicesGpu(mask, { axis }, ctx))).toEqual(fingerprint(expected))
}

const disc = (i: number, j: number, u: number, v: number, radius: number) => (i - u) ** 2 + (j - v) ** 2 <= radius ** 2

test.each([0, 1, 2] as const)('across axis %i, branching, and outlines that do not overlap', async (axis) => {
  const grid = gridOf([45, 40, 38], [0.6, 0.9, 2])
  await same(
    maskOf(grid, (...at) => {
      const k = at[axis]
      const [u, v] = at.filter((_, n) => n !== axis) as [number, number]
      if (k === 2) return disc(u, v, 20, 18, 12)
      if (k === 11) return disc(u, v, 12, 18, 5) || disc(u, v, 29, 18, 5)
      return (k === 20 && disc(u, v, 8, 8, 5)) || (k === 33 && disc(u, v, 30, 29, 6))
    }),
    axis,
  )
})

test('whole slices and single pixels, the longest distances', async () => {
  const grid = gridOf([700, 300, 5], [0.3, 3, 1])
  await same(
    maskOf(grid, (i, j, k) => (k === 0 && i === 0 && j === 0) || (k === 4 && i + j > 0)),
    2,
  )
  await same(
    maskOf(grid, (_, __, k) => k === 0 || k === 3),
    2,
  )
})

test('gaps over several batches of slices', async () => {
  const grid = gridOf([2048, 3, 1500])
  const mask = maskOf(grid, (i, j, k) => (k === 2 || k === 1496) && disc(i, j * 100, 600 + k / 3, 100, 250))
  expect(hasVoxel(mask, 600, 1, 2)).toBe(true)
  await same(mask, 2)
})
