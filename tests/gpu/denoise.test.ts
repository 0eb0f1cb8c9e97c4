import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { denoiseGpu } from '../../src/volume/denoise.gpu.ts'
import { type DenoiseParams, denoise } from '../../src/volume/denoise.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomVolume, volumeOf } from '../support/phantoms.ts'

const METHODS: readonly DenoiseParams[] = [
  { method: 'median', sigmaMm: 0 },
  { method: 'gaussian', sigmaMm: 1.1 },
]

/** Uploads, smooths and frees; `windowBytes` makes the device bind the scan in several pieces. */
async function onGpu(volume: Volume, params: DenoiseParams, ctx: GpuContext, windowBytes?: number): Promise<Volume> {
  const gpuVolume = await uploadVolume(ctx.device, volume, windowBytes)
  try {
    return await denoiseGpu(volume, gpuVolume, params, ctx)
  } finally {
    destroyVolume(gpuVolume)
  }
}

for (const params of METHODS) {
  describeKernel<Volume, Volume>({
    name: params.method,
    inputOf: (volume) => volume,
    cpu: (volume, ctx) => denoise(volume, params, ctx),
    gpu: (volume, ctx) => onGpu(volume, params, ctx),
    tooLarge: hugeVolume(),
    refusal: 'gpu/out-of-memory',
  })
}

test.each(METHODS)('$method: the ends of int16, uneven spacing, several dispatches', async (params) => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const extremes = volumeOf(gridOf([45, 9, 8], [0.4, 0.7, 3]), (i, j, k) =>
    (i * 7 + j * 3 + k * 5) % 4 < 2 ? -32768 : 32767,
  )
  const large = randomVolume(gridOf([70, 180, 190], [0.9, 0.9, 2]), 4)
  for (const volume of [extremes, large]) {
    const expected = await denoise(volume, params, IDLE_CONTEXT)
    expect(fingerprint(await onGpu(volume, params, ctx))).toEqual(fingerprint(expected))
  }
  await closeDawn(device)
})

test('a wide Gaussian, longer than the scan, as on the CPU', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([33, 6, 4], [0.5, 0.5, 5]), 9)
  const params = { method: 'gaussian', sigmaMm: 6 } as const
  expect(await onGpu(volume, params, { ...IDLE_CONTEXT, device })).toEqual(await denoise(volume, params, IDLE_CONTEXT))
  await closeDawn(device)
})

test('a width that cannot be used is refused', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([5, 5, 5]), 1)
  await expect(onGpu(volume, { method: 'gaussian', sigmaMm: 0 }, { ...IDLE_CONTEXT, device })).rejects.toMatchObject({
    code: 'app/bad-parameter',
  })
  await closeDawn(device)
})

test.each(METHODS)('$method: a scan bound in windows and smoothed in slabs, as in one piece', async (params) => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const small = randomVolume(gridOf([45, 7, 31], [0.8, 0.8, 1.5]), 8)
  const sliceBytes = gpuVolumeBytes(small.grid) / 31
  expect(fingerprint(await onGpu(small, params, ctx, 12 * sliceBytes))).toEqual(
    fingerprint(await denoise(small, params, IDLE_CONTEXT)),
  )
  const slabs = randomVolume(gridOf([1, 4096, 140]), 2)
  expect(fingerprint(await onGpu(slabs, params, ctx))).toEqual(fingerprint(await denoise(slabs, params, IDLE_CONTEXT)))
  await closeDawn(device)
})
