import type { Vec3, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import type { Straightening } from '../../src/import/bend.ts'
import { straightenGpu } from '../../src/volume/straighten.gpu.ts'
import { straighten } from '../../src/volume/straighten.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'

/** Steps of 1 mm, every third one and a half as wide. */
const uneven = ([, , count]: Vec3) => Array.from({ length: count }, (_, k) => k + 0.5 * Math.floor(k / 3))
const even = ([, , count]: Vec3) => Array.from({ length: count }, (_, k) => k * 0.75)

const BENDS: Readonly<Record<string, (size: Vec3) => Straightening>> = {
  'uneven steps': (size) => ({ heightsMm: uneven(size), shear: [0, 0], sliceMm: 0.8 }),
  'a tilt': (size) => ({ heightsMm: even(size), shear: [0, 0.3], sliceMm: 0.75 }),
  'a tilt to both sides and gaps': (size) => ({ heightsMm: uneven(size), shear: [-0.21, 0.13], sliceMm: 1 }),
}

async function onDevice(volume: Volume, bend: Straightening, ctx: GpuContext): Promise<Volume> {
  const gpu = await uploadVolume(ctx.device, volume)
  try {
    return await straightenGpu(volume, gpu, bend, ctx)
  } finally {
    destroyVolume(gpu)
  }
}

for (const [name, bendOf] of Object.entries(BENDS)) {
  describeKernel<Volume, Volume>({
    name: `straighten: ${name}`,
    inputOf: (volume) => volume,
    cpu: (volume, ctx) => straighten(volume, bendOf(volume.grid.size), ctx),
    gpu: (volume, ctx) => onDevice(volume, bendOf(volume.grid.size), ctx),
    tooLarge: hugeVolume(),
    refusal: 'gpu/out-of-memory',
  })
}
