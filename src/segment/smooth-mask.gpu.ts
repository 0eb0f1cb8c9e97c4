import { voxelCount } from '../core/affine.ts'
import { maskLength } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { LabelMap, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { destroyVolume, uploadVolume } from '../gpu/volume.gpu.ts'
import { denoiseGpu } from '../volume/denoise.gpu.ts'
import { sweepBall } from './ball-sweep.gpu.ts'
import type { Blur } from './indicator.ts'
import { ballRows } from './margin.ts'
import { type SmoothJointParams, smoothJointBy } from './smooth-joint.ts'
import { type SmoothMaskParams, smoothMaskBy } from './smooth-mask.ts'
import code from './smooth-mask.wgsl?raw'

/** Bits of the mask read in a dispatch: under 100 ms on a software adapter. */
const READS_AT_ONCE = 2 ** 23

/**
 * As smoothMask(), on the device, bit for bit. Device memory: two masks (median); 2 bytes a voxel of the box of the mask and
 * 64 MiB (Gaussian). Errors: as smoothMask, gpu/out-of-memory, gpu/device-lost.
 */
export function smoothMaskGpu(mask: Mask, params: SmoothMaskParams, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, () => {
    requireFits(ctx.device, { mask: maskLength(mask.grid) * 4 })
    const median = (input: Mask, radiusMm: number, part: Context) =>
      majorityGpu(input, radiusMm, { ...part, device: ctx.device })
    return smoothMaskBy(mask, params, ctx, median, blurOn(ctx.device))
  })
}

/**
 * As smoothJoint(), with the Gaussian on the device: the same labels. Device memory: 2 bytes a voxel of the largest label's
 * box and 64 MiB. Errors: as smoothJoint, gpu/out-of-memory, gpu/device-lost.
 */
export function smoothJointGpu(map: LabelMap, params: SmoothJointParams, ctx: GpuContext): Promise<LabelMap> {
  return runJob(ctx, () => {
    requireFits(ctx.device, { labels: voxelCount(map.grid) })
    return smoothJointBy(map, params, ctx, blurOn(ctx.device))
  })
}

const blurOn =
  (device: GPUDevice): Blur =>
  async (volume, sigmaMm, ctx) => {
    const gpuVolume = await uploadVolume(device, volume)
    try {
      return (await denoiseGpu(volume, gpuVolume, { method: 'gaussian', sigmaMm }, { ...ctx, device })).data
    } finally {
      destroyVolume(gpuVolume)
    }
  }

function majorityGpu(mask: Mask, radiusMm: number, ctx: GpuContext): Promise<Mask> {
  const ball = ballRows(mask.grid, radiusMm)
  const reads = ball.reduce((sum, { reach }) => sum + 2 * reach + 64, 0)
  return sweepBall(mask, ball, { code, entry: 'majority', atOnce: READS_AT_ONCE / reads }, ctx)
}
