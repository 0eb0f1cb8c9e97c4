import { afterAll, beforeAll, expect, test } from 'vitest'
import { ijkToLps } from '../../src/core/affine.ts'
import { maskFromBytes } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Grid, LabelMap, Mask, Mat3, Vec3, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import type { OpenedDevice } from '../../src/gpu/device.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { resampleGpu, resampleToGpu } from '../../src/volume/resample.gpu.ts'
import { type Interpolation, RESAMPLE, type ResampleParams, resample, resampleTo } from '../../src/volume/resample.ts'
import { resampleLabelsGpu, resampleMaskGpu } from '../../src/volume/resample-nearest.gpu.ts'
import { resampleLabels, resampleMask } from '../../src/volume/resample-nearest.ts'
import { perAxis } from '../../src/volume/target-grid.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomVolume } from '../support/phantoms.ts'

const TILT: Mat3 = [0.8, -0.6, 0, 0.48, 0.64, -0.6, 0.36, 0.48, 0.8]

/** A turned grid that sticks out of the scan on some sides, `spacing` times coarser. */
function tilted(grid: Grid, spacing: number, size?: Vec3): Grid {
  return gridOf(
    size ?? perAxis((a) => Math.ceil(grid.size[a] / spacing)),
    perAxis((a) => grid.spacing[a] * spacing),
    {
      origin: ijkToLps(grid, [1.3, -0.8, 0.4]),
      direction: TILT,
    },
  )
}

async function uploaded<Out>(
  volume: Volume,
  ctx: GpuContext,
  use: (gpu: Awaited<ReturnType<typeof uploadVolume>>) => Promise<Out>,
  windowBytes?: number,
): Promise<Out> {
  const gpu = await uploadVolume(ctx.device, volume, windowBytes)
  try {
    return await use(gpu)
  } finally {
    destroyVolume(gpu)
  }
}

const CHANGES: Readonly<Record<string, ResampleParams>> = {
  'linear, finer': { ...RESAMPLE.defaults, spacingMm: [0.7, 0.6, 0.8] },
  'lanczos3, coarser and turned': {
    ...RESAMPLE.defaults,
    method: 'lanczos3',
    spacingMm: [1.9, 1.4, 2.3],
    orientation: 'SRP',
  },
  'nearest, another size, mirrored': { ...RESAMPLE.defaults, method: 'nearest', size: [9, 14, 6], orientation: 'RAI' },
}

for (const [name, params] of Object.entries(CHANGES)) {
  describeKernel<Volume, Volume>({
    name: `resample: ${name}`,
    inputOf: (volume) => volume,
    cpu: (volume, ctx) => resample(volume, params, ctx),
    gpu: (volume, ctx) => uploaded(volume, ctx, (gpu) => resampleGpu(volume, gpu, params, ctx)),
    tooLarge: hugeVolume(),
    refusal: 'gpu/out-of-memory',
  })
}

const TURNS: Readonly<Record<string, Interpolation & { readonly by: number }>> = {
  'linear, as fine': { method: 'linear', fillValue: -3, by: 1 },
  'linear, coarser': { method: 'linear', fillValue: null, by: 2.2 },
  'lanczos3, as fine': { method: 'lanczos3', fillValue: null, by: 1.05 },
  nearest: { method: 'nearest', fillValue: 7, by: 1.7 },
}

for (const [name, how] of Object.entries(TURNS)) {
  describeKernel<Volume, Volume>({
    name: `resample to an oblique grid: ${name}`,
    inputOf: (volume) => volume,
    cpu: (volume, ctx) => resampleTo(volume, tilted(volume.grid, how.by), how, ctx),
    gpu: (volume, ctx) =>
      uploaded(volume, ctx, (gpu) => resampleToGpu(volume, gpu, tilted(volume.grid, how.by), how, ctx)),
    tooLarge: hugeVolume(),
    refusal: 'gpu/out-of-memory',
  })
}

const huge = hugeVolume().grid
const finer = (grid: Grid) =>
  tilted(
    grid,
    0.8,
    perAxis((a) => Math.min(60, Math.ceil(grid.size[a] * 1.3))),
  )

describeKernel<LabelMap, LabelMap>({
  name: 'resample labels',
  inputOf: ({ grid, data }) => ({ grid, labels: Uint8Array.from(data, (v) => v & 255) }),
  cpu: (map, ctx) => resampleLabels(map, finer(map.grid), ctx),
  gpu: (map, ctx) => resampleLabelsGpu(map, finer(map.grid), ctx),
  tooLarge: { grid: huge, labels: new Uint8Array(0) },
  refusal: 'gpu/out-of-memory',
})

describeKernel<Mask, Mask>({
  name: 'resample a mask',
  inputOf: ({ grid, data }) =>
    maskFromBytes(
      grid,
      data.map((v) => (v >= 0 ? 1 : 0)),
    ),
  cpu: (mask, ctx) => resampleMask(mask, finer(mask.grid), ctx),
  gpu: (mask, ctx) => resampleMaskGpu(mask, finer(mask.grid), ctx),
  tooLarge: { grid: huge, words: new Uint32Array(0) },
  refusal: 'gpu/out-of-memory',
})

let opened: OpenedDevice
let ctx: GpuContext
beforeAll(async () => {
  opened = await openDawn()
  ctx = { ...IDLE_CONTEXT, device: opened.device }
})
afterAll(() => closeDawn(opened.device))

test.each([
  ['LPS', 'linear', [0.5, 1, 0.6]],
  ['IPR', 'lanczos3', [1.1, 0.7, 1.2]],
  ['PSL', 'lanczos3', [3, 3.5, 3.1]],
  ['RAS', 'nearest', [0.9, 0.9, 0.9]],
] as const)('a scan bound in windows, to %s by %s: as in one piece', async (orientation, method, spacingMm) => {
  const volume = randomVolume(gridOf([34, 6, 61], [1, 1, 0.9]), 5)
  const params = { ...RESAMPLE.defaults, orientation, method, spacingMm }
  const sliceBytes = gpuVolumeBytes(volume.grid) / 61
  const actual = await uploaded(volume, ctx, (gpu) => resampleGpu(volume, gpu, params, ctx), 26 * sliceBytes)
  expect(fingerprint(actual)).toEqual(fingerprint(await resample(volume, params, IDLE_CONTEXT)))
})

test.each(['linear', 'lanczos3', 'nearest'] as const)('windows and an oblique grid, %s', async (method) => {
  const volume = randomVolume(gridOf([33, 20, 41]), 6)
  const how = { method, fillValue: 100 }
  const grid = tilted(volume.grid, 1)
  const sliceBytes = gpuVolumeBytes(volume.grid) / 41
  const actual = await uploaded(volume, ctx, (gpu) => resampleToGpu(volume, gpu, grid, how, ctx), 13 * sliceBytes)
  expect(fingerprint(actual)).toEqual(fingerprint(await resampleTo(volume, grid, how, IDLE_CONTEXT)))
})

test('results of several slabs, aligned and oblique', async () => {
  const volume = randomVolume(gridOf([6, 30, 12]), 7)
  const aligned = { ...RESAMPLE.defaults, size: [2, 4096, 3000] as const }
  const slab = await uploaded(volume, ctx, (gpu) => resampleGpu(volume, gpu, aligned, ctx))
  expect(fingerprint(slab)).toEqual(fingerprint(await resample(volume, aligned, IDLE_CONTEXT)))
  const grid = gridOf([3, 4000, 2300], [0.5, 0.005, 0.003], { direction: TILT, origin: [2, 9, 3] })
  const how = { method: 'nearest', fillValue: null } as const
  const turned = await uploaded(volume, ctx, (gpu) => resampleToGpu(volume, gpu, grid, how, ctx))
  expect(fingerprint(turned)).toEqual(fingerprint(await resampleTo(volume, grid, how, IDLE_CONTEXT)))
})

test('a grid beside the scan holds the fill value alone', async () => {
  const volume = randomVolume(gridOf([8, 8, 8]), 8)
  const how = { method: 'linear', fillValue: 44 } as const
  for (const direction of [volume.grid.direction, TILT]) {
    const grid = gridOf([5, 5, 5], [1, 1, 1], { origin: [0, 0, 90], direction })
    const beside = await uploaded(volume, ctx, (gpu) => resampleToGpu(volume, gpu, grid, how, ctx))
    expect(new Set(beside.data)).toEqual(new Set([44]))
  }
})
