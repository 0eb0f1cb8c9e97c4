import { expect, test } from 'vitest'
import { emptyMask } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { marchingCubesGpu } from '../../src/surface/marching-cubes.gpu.ts'
import { marchingCubes, type SurfaceInput, type SurfaceParams } from '../../src/surface/marching-cubes.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { ballVolume, gridOf, randomMask, randomVolume } from '../support/phantoms.ts'

const LIMITS = { lowHu: 0, highHu: 20000 }

async function onGpu(input: SurfaceInput, params: SurfaceParams, ctx: GpuContext): Promise<Mesh> {
  const gpuVolume = input.volume && (await uploadVolume(ctx.device, input.volume))
  try {
    return await marchingCubesGpu({ ...input, gpuVolume }, params, ctx)
  } finally {
    if (gpuVolume) destroyVolume(gpuVolume)
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
  refusal: 'surface/too-large',
})

describeKernel<SurfaceInput, Mesh>({
  name: 'marching cubes on a mask alone',
  inputOf: (volume) => ({ volume: null, mask: threshold(volume, LIMITS, IDLE_CONTEXT) }),
  cpu: (input, ctx) => marchingCubes(input, LIMITS, ctx),
  gpu: (input, ctx) => onGpu(input, LIMITS, ctx),
  tooLarge: { volume: null, mask: { grid: huge.grid, words: new Uint32Array(0) } },
  refusal: 'surface/too-large',
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

test('an output larger than a binding is refused by name', async () => {
  const { device } = await openDawn()
  // No device here has a binding too small for a mesh a test can make, so the limit is lowered instead.
  const limits = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 200_000 }
  const narrow = new Proxy(device, {
    get: (target, key) => {
      const value = key === 'limits' ? limits : Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const mask = randomMask(gridOf([64, 40, 20]), 3)
  await expect(onGpu({ mask, volume: null }, LIMITS, { ...IDLE_CONTEXT, device: narrow })).rejects.toMatchObject({
    code: 'surface/too-large',
  })
  await closeDawn(device)
})

test('an empty mask is an error with a name', async () => {
  const { device } = await openDawn()
  const input = { mask: emptyMask(gridOf([9, 9, 9])), volume: null }
  await expect(onGpu(input, LIMITS, { ...IDLE_CONTEXT, device })).rejects.toMatchObject({ code: 'surface/empty' })
  await closeDawn(device)
})
