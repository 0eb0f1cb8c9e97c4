import { expect, test } from 'vitest'
import { emptyMask } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../src/core/types.ts'
import { shellThicknessGpu } from '../../src/segment/shell-thickness.gpu.ts'
import { shellThickness } from '../../src/segment/shell-thickness.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, gyroidVolume, maskOf, randomMask } from '../support/phantoms.ts'

/** Depths may be rounded the other way, which moves a diameter by one stored step. */
function withinAStep(actual: Volume, expected: Volume): void {
  const { data, ...rest } = actual
  expect({ ...rest, data: expected.data.length }).toEqual({ ...expected, data: data.length })
  const wrong = expected.data.findIndex((stored, n) => Math.abs(stored - (data[n] as number)) > 1)
  expect(wrong < 0 ? 'close' : `voxel ${wrong}: ${data[wrong]} for ${expected.data[wrong]}`).toBe('close')
}

/** Most parts thicker than the limit, some, and none. */
for (const maxMm of [3, 10, 60]) {
  describeKernel<Mask, Volume>({
    name: `shell thickness up to ${maxMm} mm`,
    inputOf: (volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
    cpu: (mask, ctx) => shellThickness(mask, { maxMm }, ctx),
    gpu: (mask, ctx) => shellThicknessGpu(mask, { maxMm }, ctx),
    compare: withinAStep,
    tooLarge: hugeMask(),
    refusal: 'gpu/out-of-memory',
  })
}

const UNEVEN: Vec3 = [0.45, 0.7, 1.3]

const SHAPES: Readonly<Record<string, () => Mask>> = {
  'noise with holes': () => randomMask(gridOf([70, 21, 20], UNEVEN), 5, 0.99),
  'few holes': () => randomMask(gridOf([97, 25, 20], UNEVEN), 6, 0.9995),
  'plates of five thicknesses': () =>
    maskOf(gridOf([66, 16, 20], UNEVEN), (i) => i % 13 < 11 - 2 * Math.floor(i / 13) && i > 1),
  'plates across': () => maskOf(gridOf([45, 30, 40], UNEVEN), (_, j, k) => k % 11 < 7 && j % 17 < 15),
  wedge: () => maskOf(gridOf([70, 40, 20], UNEVEN), (i, j) => Math.abs(j - 20) <= i / 4),
  gyroid: () => threshold(gyroidVolume(40), { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
  everything: () => maskOf(gridOf([70, 33, 30], UNEVEN), () => true),
}

test.each(Object.entries(SHAPES))('%s: as on the CPU, and the slabs change no byte', async (_, make) => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const mask = make()
  const [, ny] = mask.grid.size
  // Slabs of one slice and what reaches in, of several, and one for all.
  for (const [maxMm, slabVoxels] of [
    [1.1, 1],
    [7, 15 * 96 * ny],
    [40, undefined],
  ] as const) {
    const field = await shellThicknessGpu(mask, { maxMm }, ctx)
    withinAStep(field, await shellThickness(mask, { maxMm }, IDLE_CONTEXT))
    if (slabVoxels === undefined) continue
    expect(fingerprint(await shellThicknessGpu(mask, { maxMm }, ctx, slabVoxels))).toEqual(fingerprint(field))
  }
  await closeDawn(device)
})

test('a limit that is none is refused', async () => {
  const { device } = await openDawn()
  for (const maxMm of [0, -1, Number.NaN, Infinity]) {
    await expect(
      shellThicknessGpu(emptyMask(gridOf([9, 9, 9])), { maxMm }, { ...IDLE_CONTEXT, device }),
    ).rejects.toMatchObject({ code: 'app/bad-parameter' })
  }
  await closeDawn(device)
})
