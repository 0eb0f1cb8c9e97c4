import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { hollowGpu } from '../../src/prepare/hollow.gpu.ts'
import { hollow } from '../../src/prepare/hollow.ts'
import { margin } from '../../src/segment/margin.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { marchingCubes, type SurfaceInput } from '../../src/surface/marching-cubes.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { ballVolume, gridOf } from '../support/phantoms.ts'

const LIMITS = { lowHu: 0, highHu: 20000 }
const PARAMS = { ...LIMITS, wallMm: 2 }

async function onGpu(input: SurfaceInput, ctx: GpuContext): Promise<Mesh> {
  const gpuVolume = input.volume && (await uploadVolume(ctx.device, input.volume))
  try {
    return await hollowGpu({ ...input, gpuVolume }, PARAMS, ctx)
  } finally {
    if (gpuVolume) destroyVolume(gpuVolume)
  }
}

/** Depths differ by a stored step at most, some 0.0001 mm, so the same triangles at nearly the same places. */
function nearlySame(actual: Mesh, expected: Mesh): void {
  expect(fingerprint(actual.indices)).toEqual(fingerprint(expected.indices))
  expect(actual.positions.length).toBe(expected.positions.length)
  const wrong = expected.positions.findIndex((mm, n) => !(Math.abs(mm - (actual.positions[n] as number)) < 1e-3))
  expect(wrong < 0 ? 'close' : `${wrong}: ${actual.positions[wrong]} for ${expected.positions[wrong]}`).toBe('close')
}

/** Grown, so that there is something to hollow in noise as well. */
const grown = (volume: Volume) => margin(threshold(volume, LIMITS, IDLE_CONTEXT), { distanceMm: 1.5 }, IDLE_CONTEXT)

for (const withVolume of [true, false]) {
  describeKernel<SurfaceInput, Mesh>({
    name: withVolume ? 'hollow by a volume' : 'hollow by a mask alone',
    inputOf: async (volume) => ({ volume: withVolume ? volume : null, mask: await grown(volume) }),
    cpu: (input, ctx) => hollow(input, PARAMS, ctx),
    gpu: onGpu,
    compare: nearlySame,
    tooLarge: { volume: null, mask: hugeMask() },
    refusal: 'gpu/out-of-memory',
  })
}

test('outside bit for bit as the surface step, closed, on an uneven grid', async () => {
  const { device } = await openDawn()
  const volume = ballVolume(gridOf([41, 36, 25], [0.8, 0.9, 1.4]), [16.2, 16, 17], 13)
  const input = { volume, mask: threshold(volume, LIMITS, IDLE_CONTEXT) }
  const shell = await onGpu(input, { ...IDLE_CONTEXT, device })
  const outer = await marchingCubes(input, PARAMS, IDLE_CONTEXT)
  expect(shell.positions.length).toBeGreaterThan(outer.positions.length)
  expect(shell.positions.slice(0, outer.positions.length)).toEqual(outer.positions)
  expect(defectsOf(shell)).toEqual(NO_DEFECTS)
  nearlySame(shell, await hollow(input, PARAMS, IDLE_CONTEXT))
  await closeDawn(device)
})

test('a wall that is no wall is refused', async () => {
  const { device } = await openDawn()
  const volume = ballVolume(gridOf([20, 20, 20]), [10, 10, 10], 6)
  const input = { volume: null, gpuVolume: null, mask: threshold(volume, LIMITS, IDLE_CONTEXT) }
  for (const [wallMm, code] of [
    [0, 'app/bad-parameter'],
    [0.5, 'app/bad-parameter'],
    [7, 'segment/empty'],
  ] as const) {
    await expect(hollowGpu(input, { ...PARAMS, wallMm }, { ...IDLE_CONTEXT, device })).rejects.toMatchObject({ code })
  }
  await closeDawn(device)
})
