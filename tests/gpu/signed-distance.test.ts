import { expect, test } from 'vitest'
import { emptyMask } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import { signedDistanceGpu } from '../../src/segment/signed-distance.gpu.ts'
import { signedDistance } from '../../src/segment/signed-distance.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, randomMask } from '../support/phantoms.ts'

/** float32 squares there: a root may be rounded the other way, nothing else. */
function withinAStep(actual: Volume, expected: Volume): void {
  const { data, ...rest } = actual
  expect({ ...rest, data: expected.data.length }).toEqual({ ...expected, data: data.length })
  const wrong = expected.data.findIndex((stored, n) => Math.abs(stored - (data[n] as number)) > 1)
  expect(wrong < 0 ? 'close' : `voxel ${wrong}: ${data[wrong]} for ${expected.data[wrong]}`).toBe('close')
}

for (const bandMm of [1.2, 6]) {
  describeKernel<Mask, Volume>({
    name: `signed distance, band ${bandMm} mm`,
    inputOf: (volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
    cpu: (mask, ctx) => signedDistance(mask, { bandMm }, ctx),
    gpu: (mask, ctx) => signedDistanceGpu(mask, { bandMm }, ctx),
    compare: withinAStep,
    tooLarge: hugeMask(),
    refusal: 'gpu/out-of-memory',
  })
}

test('uneven spacing and slabs: the slabs change no byte', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  for (const [chance, bandMm] of [
    [0.001, 9],
    [0.5, 2],
    [0.999, 9],
  ] as const) {
    const mask = randomMask(gridOf([70, 33, 40], [0.4, 0.7, 1.3]), 5, chance)
    const field = await signedDistanceGpu(mask, { bandMm }, ctx)
    withinAStep(field, await signedDistance(mask, { bandMm }, IDLE_CONTEXT))
    const bySlabs = await signedDistanceGpu(mask, { bandMm }, ctx, 7 * 96 * 33)
    expect(fingerprint(bySlabs)).toEqual(fingerprint(field))
  }
  await closeDawn(device)
})

test('a bad band is refused', async () => {
  const { device } = await openDawn()
  for (const bandMm of [0, -1, Number.NaN, Infinity]) {
    await expect(
      signedDistanceGpu(emptyMask(gridOf([9, 9, 9])), { bandMm }, { ...IDLE_CONTEXT, device }),
    ).rejects.toMatchObject({ code: 'app/bad-parameter' })
  }
  await closeDawn(device)
})
