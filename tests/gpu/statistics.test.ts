import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { maskStatisticsGpu } from '../../src/segment/statistics.gpu.ts'
import { type MaskStatistics, maskStatistics } from '../../src/segment/statistics.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, maskOf, randomMask, randomVolume, volumeOf } from '../support/phantoms.ts'

interface Measured {
  readonly mask: Mask
  readonly volume: Volume | null
}

async function onGpu({ mask, volume }: Measured, ctx: GpuContext, windowBytes?: number): Promise<MaskStatistics> {
  if (!volume) return maskStatisticsGpu(mask, null, ctx)
  const gpuVolume = await uploadVolume(ctx.device, volume, windowBytes)
  try {
    return await maskStatisticsGpu(mask, gpuVolume, ctx)
  } finally {
    destroyVolume(gpuVolume)
  }
}

const insideOf = (volume: Volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)

for (const withMean of [false, true]) {
  describeKernel<Measured, MaskStatistics>({
    name: withMean ? 'statistics with the mean' : 'statistics',
    inputOf: (volume) => ({ mask: insideOf(volume), volume: withMean ? volume : null }),
    cpu: ({ mask, volume }) => maskStatistics(mask, volume),
    gpu: onGpu,
    tooLarge: { mask: hugeMask(), volume: null },
    refusal: 'gpu/out-of-memory',
  })
}

test('an oblique grid, several windows and dispatches: the same numbers', async () => {
  const { device } = await openDawn()
  const grid = gridOf([33, 1024, 70], [0.5, 1, 2], {
    origin: [10, -20, 30],
    direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
  })
  const volume = randomVolume(grid, 3)
  const mask = randomMask(grid, 4, 0.01)
  const windowBytes = (gpuVolumeBytes(grid) / 70) * 9
  expect(await onGpu({ mask, volume }, { ...IDLE_CONTEXT, device }, windowBytes)).toEqual(maskStatistics(mask, volume))
  await closeDawn(device)
})

test('a long row of extreme values does not overflow', async () => {
  const { device } = await openDawn()
  const grid = gridOf([65536, 1, 1])
  for (const value of [-32768, 32767]) {
    const input = { mask: maskOf(grid, () => true), volume: volumeOf(grid, () => value) }
    expect(await onGpu(input, { ...IDLE_CONTEXT, device })).toMatchObject({ voxels: 65536, mean: value })
  }
  await closeDawn(device)
})

test('a mask of another scan is refused', async () => {
  const { device } = await openDawn()
  const input = { mask: randomMask(gridOf([40, 5, 5]), 1), volume: randomVolume(gridOf([40, 5, 6]), 1) }
  await expect(onGpu(input, { ...IDLE_CONTEXT, device })).rejects.toMatchObject({ code: 'segment/grid-mismatch' })
  await closeDawn(device)
})
