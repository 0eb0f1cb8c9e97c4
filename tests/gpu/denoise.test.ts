import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Volume } from '../../src/core/types.ts'
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

for (const params of METHODS) {
  describeKernel<Volume, Volume>({
    name: params.method,
    inputOf: (volume) => volume,
    cpu: (volume, ctx) => denoise(volume, params, ctx),
    gpu: (volume, ctx) => denoiseGpu(volume, params, ctx),
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
    expect(fingerprint(await denoiseGpu(volume, params, ctx))).toEqual(fingerprint(expected))
  }
  await closeDawn(device)
})

test('a wide Gaussian, longer than the scan, as on the CPU', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([33, 6, 4], [0.5, 0.5, 5]), 9)
  const params = { method: 'gaussian', sigmaMm: 6 } as const
  expect(await denoiseGpu(volume, params, { ...IDLE_CONTEXT, device })).toEqual(
    await denoise(volume, params, IDLE_CONTEXT),
  )
  await closeDawn(device)
})

test('a width that cannot be used is refused', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([5, 5, 5]), 1)
  await expect(
    denoiseGpu(volume, { method: 'gaussian', sigmaMm: 0 }, { ...IDLE_CONTEXT, device }),
  ).rejects.toMatchObject({ code: 'app/bad-parameter' })
  await closeDawn(device)
})
