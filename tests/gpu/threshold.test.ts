import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { thresholdGpu } from '../../src/segment/threshold.gpu.ts'
import { type ThresholdParams, threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomVolume } from '../support/phantoms.ts'

const LIMITS = { lowHu: 0, highHu: 20000 }

async function onGpu(volume: Volume, params: ThresholdParams, ctx: GpuContext) {
  const gpuVolume = await uploadVolume(ctx.device, volume)
  try {
    return await thresholdGpu(gpuVolume, params, ctx)
  } finally {
    destroyVolume(gpuVolume)
  }
}

describeKernel<Volume, Mask>({
  name: 'threshold',
  inputOf: (volume) => volume,
  cpu: (volume, ctx) => threshold(volume, LIMITS, ctx),
  gpu: (volume, ctx) => onGpu(volume, LIMITS, ctx),
  tooLarge: hugeVolume(),
  refusal: 'gpu/out-of-memory',
})

test('a scan of several upload pieces and dispatches', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([33, 1024, 520]), 1)
  const mask = await onGpu(volume, LIMITS, { ...IDLE_CONTEXT, device })
  expect(fingerprint(mask)).toEqual(fingerprint(threshold(volume, LIMITS, IDLE_CONTEXT)))
  await closeDawn(device)
})

test('limits at the ends of int16, beyond them, and none between', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([40, 20, 10]), 2)
  for (const [lowHu, highHu] of [
    [-32768, 32767],
    [32767, 32767],
    [-32768, -32768],
    [-1e6, 1e6],
    [0.25, 0.75],
    [40000, 50000],
  ] as const) {
    const params = { lowHu, highHu }
    const ctx = { ...IDLE_CONTEXT, device }
    expect(await onGpu(volume, params, ctx)).toEqual(threshold(volume, params, IDLE_CONTEXT))
  }
  await closeDawn(device)
})
