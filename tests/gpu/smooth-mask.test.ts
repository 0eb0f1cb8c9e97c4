import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { LabelMap, Mask, Volume } from '../../src/core/types.ts'
import { smoothJoint } from '../../src/segment/smooth-joint.ts'
import { smoothJointGpu, smoothMaskGpu } from '../../src/segment/smooth-mask.gpu.ts'
import { SMOOTH_MASK, type SmoothMaskParams, smoothMask } from '../../src/segment/smooth-mask.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, randomMask } from '../support/phantoms.ts'

for (const change of [{ radiusMm: 1 }, { radiusMm: 3.3 }, { method: 'gaussian', sigmaMm: 0.7 }] as const) {
  const params: SmoothMaskParams = { ...SMOOTH_MASK.defaults, ...change }
  describeKernel<Mask, Mask>({
    name: `smoothing a mask, ${JSON.stringify(change)}`,
    inputOf: (volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT),
    cpu: (mask, ctx) => smoothMask(mask, params, ctx),
    gpu: (mask, ctx) => smoothMaskGpu(mask, params, ctx),
    tooLarge: hugeMask(),
    refusal: 'gpu/out-of-memory',
  })
}

/** Inside, four labels in blocks; outside, background. */
const mapOf = ({ grid, data }: Volume): LabelMap => ({
  grid,
  labels: Uint8Array.from(data, (v, n) => (v >= 0 ? 1 + (Math.floor(n / 7) % 4) * 50 : 0)),
})

describeKernel<LabelMap, LabelMap>({
  name: 'smoothing labels jointly',
  inputOf: mapOf,
  cpu: (map, ctx) => smoothJoint(map, { sigmaMm: 1.2 }, ctx),
  gpu: (map, ctx) => smoothJointGpu(map, { sigmaMm: 1.2 }, ctx),
  tooLarge: { grid: hugeMask().grid, labels: new Uint8Array(0) },
  refusal: 'gpu/out-of-memory',
})

test('uneven spacing, and balls wider than a word and than the scan', async () => {
  const { device } = await openDawn()
  const mask = randomMask(gridOf([130, 12, 8], [0.1, 0.9, 1.7]), 3, 0.5)
  for (const radiusMm of [0.3, 2, 5]) {
    const params: SmoothMaskParams = { ...SMOOTH_MASK.defaults, radiusMm }
    const actual = await smoothMaskGpu(mask, params, { ...IDLE_CONTEXT, device })
    expect(actual.words).toEqual((await smoothMask(mask, params, IDLE_CONTEXT)).words)
  }
  await closeDawn(device)
})
