import { expect, test } from 'vitest'
import { emptyMask } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { LabelMap, Mesh, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, type GpuVolume, gpuVolumeBytes, uploadVolume, volumeWindows } from '../../src/gpu/volume.gpu.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { fieldSurfaceGpu } from '../../src/surface/field.gpu.ts'
import { fieldSurface } from '../../src/surface/field.ts'
import { labelSurfacesGpu } from '../../src/surface/labels.gpu.ts'
import { type LabelSurface, labelSurfaces } from '../../src/surface/labels.ts'
import { marchingCubesGpu } from '../../src/surface/marching-cubes.gpu.ts'
import { marchingCubes, type SurfaceInput, type SurfaceParams } from '../../src/surface/marching-cubes.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { ballVolume, gridOf, randomLabels, randomMask, randomVolume } from '../support/phantoms.ts'
import { SURFACE_CASES } from '../support/surface-cases.ts'

const LIMITS = { lowHu: 0, highHu: 20000 }
const WALL = { lowHu: 0, highHu: 8 }

async function onGpu(input: SurfaceInput, params: SurfaceParams, ctx: GpuContext): Promise<Mesh> {
  const gpuVolume = input.volume && (await uploadVolume(ctx.device, input.volume))
  try {
    return await marchingCubesGpu({ ...input, gpuVolume }, params, ctx)
  } finally {
    if (gpuVolume) destroyVolume(gpuVolume)
  }
}

async function fieldOnGpu(volume: Volume, run: (volume: GpuVolume) => Promise<Mesh>, ctx: GpuContext): Promise<Mesh> {
  const gpuVolume = await uploadVolume(ctx.device, volume)
  try {
    return await run(gpuVolume)
  } finally {
    destroyVolume(gpuVolume)
  }
}

// Positions are fixed point until the last step, so no tolerance is needed: all bits must be equal.
const huge = hugeVolume()

describeKernel<SurfaceInput, Mesh>({
  name: 'marching cubes on a threshold',
  inputOf: (volume) => ({ volume, mask: threshold(volume, LIMITS, IDLE_CONTEXT) }),
  cpu: (input, ctx) => marchingCubes(input, LIMITS, ctx),
  gpu: (input, ctx) => onGpu(input, LIMITS, ctx),
  tooLarge: { volume: null, mask: { grid: huge.grid, words: new Uint32Array(0) } },
  refusal: 'gpu/out-of-memory',
})

describeKernel<SurfaceInput, Mesh>({
  name: 'marching cubes on a mask alone',
  inputOf: (volume) => ({ volume: null, mask: threshold(volume, LIMITS, IDLE_CONTEXT) }),
  cpu: (input, ctx) => marchingCubes(input, LIMITS, ctx),
  gpu: (input, ctx) => onGpu(input, LIMITS, ctx),
  tooLarge: { volume: null, mask: { grid: huge.grid, words: new Uint32Array(0) } },
  refusal: 'gpu/out-of-memory',
})

test('an edited mask, whose values often do not cross, and a lattice of several dispatches', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const edited = { mask: randomMask(gridOf([40, 30, 20]), 8), volume: randomVolume(gridOf([40, 30, 20]), 9) }
  expect(fingerprint(await onGpu(edited, LIMITS, ctx))).toEqual(
    fingerprint(await marchingCubes(edited, LIMITS, IDLE_CONTEXT)),
  )

  const volume = ballVolume(gridOf([20, 700, 400], [20, 0.6, 1]), [200, 210, 200], 190, 100)
  const large = { mask: threshold(volume, LIMITS, IDLE_CONTEXT), volume }
  const mesh = await onGpu(large, LIMITS, ctx)
  expect(fingerprint(mesh)).toEqual(fingerprint(await marchingCubes(large, LIMITS, IDLE_CONTEXT)))
  await closeDawn(device)
})

test.each(Object.entries(SURFACE_CASES))('%s: as on the CPU', async (_, make) => {
  const { input, params } = make()
  const { device } = await openDawn()
  const mesh = await onGpu(input, params, { ...IDLE_CONTEXT, device })
  await closeDawn(device)
  expect(fingerprint(mesh)).toEqual(fingerprint(await marchingCubes(input, params, IDLE_CONTEXT)))
})

test.each([
  [[33, 21, 30], 3, 12 * 300],
  [[70, 9, 40], 5, 12 * 1000],
  [[64, 4, 33], 9, 12 * 250],
] as const)(
  '%j in windows of %i slices of the scan and %i bytes of output: as on the CPU',
  async (size, slices, bytes) => {
    const { device } = await openDawn()
    const ctx = { ...IDLE_CONTEXT, device }
    const volume = randomVolume(gridOf(size, [0.7, 0.8, 1.1], { direction: [1, 0, 0, 0, -1, 0, 0, 0, 1] }), 3)
    const params = { lowHu: 0, highHu: 20000 }
    const mask = threshold(volume, params, IDLE_CONTEXT)
    const expected = fingerprint(await marchingCubes({ mask, volume }, params, IDLE_CONTEXT))
    const windowBytes = (gpuVolumeBytes(volume.grid) / size[2]) * slices
    const gpuVolume = await uploadVolume(device, volume, windowBytes)
    expect(volumeWindows(gpuVolume, 1).length).toBeGreaterThan(1)
    expect(fingerprint(await marchingCubesGpu({ mask, volume, gpuVolume }, params, ctx, bytes))).toEqual(expected)
    expect(fingerprint(await fieldSurfaceGpu(gpuVolume, params, ctx, bytes))).toEqual(expected)
    destroyVolume(gpuVolume)
    await closeDawn(device)
  },
)

test('a row whose output is larger than a window is refused with the bytes', async () => {
  const { device } = await openDawn()
  const mask = randomMask(gridOf([640, 4, 4]), 3)
  const input = { mask, volume: null, gpuVolume: null }
  const refused = await marchingCubesGpu(input, LIMITS, { ...IDLE_CONTEXT, device }, 1200).catch((error) => error)
  expect(refused).toMatchObject({ code: 'gpu/out-of-memory', detail: { available: 1200 } })
  expect(refused.detail.bytes).toBeGreaterThan(1200)
  await closeDawn(device)
})

describeKernel<Volume, Mesh>({
  name: 'marching cubes on a scalar field',
  inputOf: (volume) => volume,
  cpu: (volume, ctx) => fieldSurface(volume, LIMITS, ctx),
  gpu: (volume, ctx) => fieldOnGpu(volume, (gpuVolume) => fieldSurfaceGpu(gpuVolume, LIMITS, ctx), ctx),
  tooLarge: huge,
  refusal: 'gpu/out-of-memory',
})

describeKernel<Volume, Mesh>({
  name: 'the wall between two levels of a signed distance',
  // Thousandths of a millimetre; values outside become distances as well.
  inputOf: (volume) => ({ ...volume, slope: 0.001, intercept: 0 }),
  cpu: (distance, ctx) => fieldSurface(distance, WALL, ctx),
  gpu: (distance, ctx) => fieldOnGpu(distance, (gpuVolume) => fieldSurfaceGpu(gpuVolume, WALL, ctx), ctx),
  tooLarge: huge,
  refusal: 'gpu/out-of-memory',
})

describeKernel<LabelMap, LabelSurface[]>({
  name: 'the surfaces of a label map',
  inputOf: ({ grid, data }) => ({ grid, labels: Uint8Array.from(data, (v) => (v < 0 ? 0 : 1 + (v % 5) * 51)) }),
  cpu: (map, ctx) => labelSurfaces(map, ctx),
  gpu: (map, ctx) => labelSurfacesGpu(map, ctx),
  tooLarge: { grid: huge.grid, labels: new Uint8Array(0) },
  refusal: 'gpu/out-of-memory',
})

test.each([
  [[45, 11, 20], 6, 30_000],
  [[64, 8, 30], 3, 20_000],
  [[33, 5, 70], 255, 60_000],
] as const)('labels in %j, up to %i, in stacks and windows of %i bytes: as on the CPU', async (size, most, bytes) => {
  const { device } = await openDawn()
  const map = randomLabels(gridOf(size, [0.6, 0.7, 1.2], { origin: [-4.1, 77.7, 3.3] }), most, 8)
  const surfaces = await labelSurfacesGpu(map, { ...IDLE_CONTEXT, device }, bytes)
  await closeDawn(device)
  expect(fingerprint(surfaces)).toEqual(fingerprint(await labelSurfaces(map, IDLE_CONTEXT)))
})

const LOSSES = [0.02, 0.2, 0.36, 0.5, 0.7, 0.95]

test.each(LOSSES)('a device lost at %f of any driver is an error with a name', async (fraction) => {
  const volume = ballVolume(gridOf([64, 60, 50]), [32, 30, 25], 22)
  const mask = threshold(volume, LIMITS, IDLE_CONTEXT)
  const map: LabelMap = { grid: volume.grid, labels: Uint8Array.from(volume.data, (v) => Math.max(0, v >> 12)) }
  const drivers: ((ctx: GpuContext) => Promise<unknown>)[] = [
    (ctx) => onGpu({ mask, volume }, LIMITS, ctx),
    (ctx) => fieldOnGpu(volume, (gpuVolume) => fieldSurfaceGpu(gpuVolume, LIMITS, ctx), ctx),
    (ctx) => labelSurfacesGpu(map, ctx),
  ]
  for (const driver of drivers) {
    const { device } = await openDawn()
    const progress = (done: number) => {
      if (done >= fraction) device.destroy()
    }
    await expect(driver({ ...IDLE_CONTEXT, device, progress })).rejects.toMatchObject({ code: 'gpu/device-lost' })
  }
})

test('an empty mask is an error with a name', async () => {
  const { device } = await openDawn()
  const input = { mask: emptyMask(gridOf([9, 9, 9])), volume: null }
  await expect(onGpu(input, LIMITS, { ...IDLE_CONTEXT, device })).rejects.toMatchObject({ code: 'surface/empty' })
  await closeDawn(device)
})
