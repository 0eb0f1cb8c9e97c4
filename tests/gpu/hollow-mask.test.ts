import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import { hollowMaskGpu } from '../../src/segment/hollow-mask.gpu.ts'
import { hollowMask } from '../../src/segment/hollow-mask.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'

for (const side of ['inside', 'outside', 'both'] as const) {
  const params = { side, thicknessMm: 1.3 }
  describeKernel<Mask, Mask>({
    name: `hollow mask, ${side}`,
    inputOf: (volume) => threshold(volume, { lowHu: -30_000, highHu: 32_767 }, IDLE_CONTEXT),
    cpu: (mask, ctx) => hollowMask(mask, params, ctx),
    gpu: (mask, ctx) => hollowMaskGpu(mask, params, ctx),
    tooLarge: { grid: hugeVolume().grid, words: new Uint32Array(0) },
    refusal: 'gpu/out-of-memory',
  })
}
