import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { histogramGpu } from '../../src/volume/histogram.gpu.ts'
import { type Histogram, histogram } from '../../src/volume/histogram.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomVolume } from '../support/phantoms.ts'

async function onGpu(volume: Volume, bins: number, ctx: GpuContext, windowBytes?: number): Promise<Histogram> {
  const gpuVolume = await uploadVolume(ctx.device, volume, windowBytes)
  try {
    return await histogramGpu(gpuVolume, bins, ctx)
  } finally {
    destroyVolume(gpuVolume)
  }
}

describeKernel<Volume, Histogram>({
  name: 'histogram',
  inputOf: (volume) => volume,
  cpu: (volume) => histogram(volume, 256),
  gpu: (volume, ctx) => onGpu(volume, 256, ctx),
  tooLarge: hugeVolume(),
  refusal: 'gpu/out-of-memory',
})

test.each([2, 256, 65_536])('%i bins of a scan of several windows and dispatches', async (bins) => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([33, 1024, 70]), 3)
  const windowBytes = (gpuVolumeBytes(volume.grid) / 70) * 9
  expect(await onGpu(volume, bins, { ...IDLE_CONTEXT, device }, windowBytes)).toEqual(histogram(volume, bins))
  await closeDawn(device)
})
