import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import { distanceSlicesGpu, faceDistanceSlicesGpu } from '../../src/segment/distance.gpu.ts'
import { distanceSlices, faceDistanceSlices, type SliceSink } from '../../src/segment/distance.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, maskOf, randomMask } from '../support/phantoms.ts'

async function fieldOf(run: (sink: SliceSink) => Promise<void>): Promise<Float32Array> {
  const slices: Float32Array[] = []
  await run((k, square) => {
    expect(k).toBe(slices.length)
    slices.push(square.slice())
  })
  return Float32Array.from(slices.flatMap((slice) => Array.from(slice)))
}

/** float32 on the device: see distance.wgsl. */
function close(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length)
  const wrong = expected.findIndex((square, n) => {
    const own = actual[n] as number
    return square === Infinity ? own !== Infinity : !(Math.abs(own - square) <= square * 5e-7)
  })
  expect(wrong < 0 ? 'close' : `voxel ${wrong}: ${actual[wrong]} for ${expected[wrong]}`).toBe('close')
}

const TWINS = [
  { to: 'centres', cpu: distanceSlices, gpu: distanceSlicesGpu },
  { to: 'faces', cpu: faceDistanceSlices, gpu: faceDistanceSlicesGpu },
] as const

for (const { to, cpu, gpu } of TWINS) {
  for (const bandMm of [2.7, Infinity]) {
    describeKernel<Mask, Float32Array>({
      name: `distance to ${to}, band ${bandMm} mm`,
      inputOf: (volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
      cpu: (mask, ctx) => fieldOf((sink) => cpu(mask, bandMm, ctx, sink)),
      gpu: (mask, ctx) => fieldOf((sink) => gpu(mask, bandMm, ctx, sink)),
      compare: close,
      tooLarge: hugeMask(),
      refusal: 'gpu/out-of-memory',
    })
  }
}

test.each(TWINS)('to $to: uneven spacing, sparse sites, several slabs and dispatches', async ({ cpu, gpu }) => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const sparse = randomMask(gridOf([70, 60, 50], [0.4, 0.7, 1.3]), 5, 0.0005)
  for (const [bandMm, slabVoxels] of [
    [9, undefined],
    [9, 7 * 96 * 60],
    [3, 1],
    [Infinity, 20 * 96 * 60],
  ] as const) {
    close(
      await fieldOf((sink) => gpu(sparse, bandMm, ctx, sink, slabVoxels)),
      await fieldOf((sink) => cpu(sparse, bandMm, IDLE_CONTEXT, sink)),
    )
  }
  await closeDawn(device)
})

test('to faces: a band of half a step holds the voxels beside, one just below does not', async () => {
  const { device } = await openDawn()
  const mask = maskOf(gridOf([40, 5, 5], [0.5, 0.8, 3]), (i, j, k) => i === 20 && j === 2 && k === 2)
  for (const bandMm of [0.2499, 0.25, 0.4, 1.5, 1.51]) {
    close(
      await fieldOf((sink) => faceDistanceSlicesGpu(mask, bandMm, { ...IDLE_CONTEXT, device }, sink)),
      await fieldOf((sink) => faceDistanceSlices(mask, bandMm, IDLE_CONTEXT, sink)),
    )
  }
  await closeDawn(device)
})
