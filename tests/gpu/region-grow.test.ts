import { expect, test } from 'vitest'
import { ijkToLps } from '../../src/core/affine.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { growAtClickGpu } from '../../src/segment/grow-at-click.gpu.ts'
import { GROW_AT_CLICK, type GrowAtClickParams, growAtClick } from '../../src/segment/grow-at-click.ts'
import { regionGrowGpu } from '../../src/segment/region-grow.gpu.ts'
import { type RegionGrowParams, regionGrow } from '../../src/segment/region-grow.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomVolume, volumeOf } from '../support/phantoms.ts'

interface Grown {
  readonly volume: Volume
  readonly params: RegionGrowParams
}

async function onGpu({ volume, params }: Grown, ctx: GpuContext, windowBytes?: number): Promise<Mask> {
  const gpuVolume = await uploadVolume(ctx.device, volume, windowBytes)
  try {
    return await regionGrowGpu(gpuVolume, params, ctx)
  } finally {
    destroyVolume(gpuVolume)
  }
}

/** Seeds that phantoms of many sizes have voxels at; some of them lie outside and are left out. */
const SEEDS: readonly Vec3[] = [
  [0, 0, 0],
  [7, 3, 2],
  [32, 5, 4],
  [30, 0, 1],
  [19, 21, 22],
  [10, 10, 10],
  [22, 24, 26],
  [4, 4, 4],
]

for (const neighbours of [6, 18, 26] as const) {
  const params: RegionGrowParams = { lowHu: 0, highHu: 32767, seedsLps: SEEDS, neighbours }
  describeKernel<Grown, Mask>({
    name: `region growing, ${neighbours} neighbours`,
    inputOf: (volume) => ({ volume, params }),
    cpu: ({ volume }, ctx) => regionGrow(volume, params, ctx),
    gpu: onGpu,
    tooLarge: { volume: hugeVolume(), params },
    refusal: 'gpu/out-of-memory',
  })
}

const CLICK: GrowAtClickParams = {
  ...GROW_AT_CLICK.defaults,
  seedLps: [19, 21, 22],
  lowHu: 0,
  highHu: 32767,
  maxDistanceMm: 9,
}

describeKernel<Volume, Mask>({
  name: 'growing at a click, within a distance',
  inputOf: (volume) => volume,
  cpu: (volume, ctx) => growAtClick(volume, within(volume), ctx),
  async gpu(volume, ctx) {
    const gpuVolume = await uploadVolume(ctx.device, volume)
    try {
      return await growAtClickGpu(volume, gpuVolume, within(volume), ctx)
    } finally {
      destroyVolume(gpuVolume)
    }
  },
  tooLarge: hugeVolume(),
  refusal: 'gpu/out-of-memory',
})

/** The click on the brightest voxel, so that most phantoms have tissue there. */
function within(volume: Volume): GrowAtClickParams {
  const [nx, ny] = volume.grid.size
  const at = volume.data.indexOf(volume.data.reduce((a, b) => Math.max(a, b), -32768))
  const voxel: Vec3 = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]
  return at < 0 ? CLICK : { ...CLICK, seedLps: ijkToLps(volume.grid, voxel) }
}

test('a scan of several windows', async () => {
  const { device } = await openDawn()
  const volume = randomVolume(gridOf([64, 40, 50]), 9)
  const params: RegionGrowParams = { lowHu: -12000, highHu: 20000, seedsLps: SEEDS, neighbours: 6 }
  const windowBytes = (gpuVolumeBytes(volume.grid) / 50) * 7
  const grown = await onGpu({ volume, params }, { ...IDLE_CONTEXT, device }, windowBytes)
  expect(fingerprint(grown)).toEqual(fingerprint(regionGrow(volume, params, IDLE_CONTEXT)))
  await closeDawn(device)
})

test('seeds outside the limits, and limits out of order, are refused', async () => {
  const { device } = await openDawn()
  const volume = volumeOf(gridOf([40, 5, 5]), () => 10)
  const params: RegionGrowParams = { lowHu: 11, highHu: 20, seedsLps: SEEDS, neighbours: 6 }
  const ctx = { ...IDLE_CONTEXT, device }
  await expect(onGpu({ volume, params }, ctx)).rejects.toMatchObject({ code: 'segment/bad-seed' })
  await expect(onGpu({ volume, params: { ...params, highHu: 10 } }, ctx)).rejects.toMatchObject({
    code: 'app/bad-parameter',
  })
  await closeDawn(device)
})
