import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import { marginGpu } from '../../src/segment/margin.gpu.ts'
import { margin } from '../../src/segment/margin.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'
import { gridOf, randomMask } from '../support/phantoms.ts'

/** By rows of the ball, shrinking, and by a ball too wide for them. */
for (const distanceMm of [2.5, -0.9, 13]) {
  describeKernel<Mask, Mask>({
    name: `margin of ${distanceMm} mm`,
    inputOf: (volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
    cpu: (mask, ctx) => margin(mask, { distanceMm }, ctx),
    gpu: (mask, ctx) => marginGpu(mask, { distanceMm }, ctx),
    tooLarge: { grid: hugeVolume().grid, words: new Uint32Array(0) },
    refusal: 'gpu/out-of-memory',
  })
}

test('uneven spacing, whole numbers of steps, balls wider than a word and than the volume, slabs', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  for (const [chance, distanceMm] of [
    [0.001, 0.3],
    [0.001, 3],
    [0.001, 3.2],
    [0.0002, 8.8],
    [0.0002, 200],
    [0.3, 0],
    [0.999, -3],
  ] as const) {
    const mask = randomMask(gridOf([130, 40, 30], [0.1, 0.5, 0.9]), 6, chance)
    const expected = await margin(mask, { distanceMm }, IDLE_CONTEXT)
    for (const slabVoxels of [undefined, 7 * 160 * 40]) {
      expect((await marginGpu(mask, { distanceMm }, ctx, slabVoxels)).words).toEqual(expected.words)
    }
  }
  await closeDawn(device)
})

test('wide balls around few voxels, each voxel of their surface', async () => {
  const { device } = await openDawn()
  for (const seed of [1, 2, 3]) {
    const mask = randomMask(gridOf([70, 44, 40], [1, 1.1, 1.2]), seed, 0.0002)
    const params = { distanceMm: 14 + seed / 3 }
    const expected = await margin(mask, params, IDLE_CONTEXT)
    expect((await marginGpu(mask, params, { ...IDLE_CONTEXT, device })).words).toEqual(expected.words)
  }
  await closeDawn(device)
})

test('a margin that is no number, or that leaves nothing, is refused', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const mask = randomMask(gridOf([40, 10, 10]), 6, 0.1)
  await expect(marginGpu(mask, { distanceMm: Number.NaN }, ctx)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  await expect(marginGpu(mask, { distanceMm: -5 }, ctx)).rejects.toMatchObject({ code: 'segment/empty' })
  await closeDawn(device)
})
