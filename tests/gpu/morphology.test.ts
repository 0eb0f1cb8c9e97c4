import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import { morphologyGpu } from '../../src/segment/morphology.gpu.ts'
import { type MorphologyOp, morphology } from '../../src/segment/morphology.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { describeKernel, hugeVolume } from '../support/kernel.ts'

for (const op of ['dilate', 'erode', 'open', 'close'] as const satisfies readonly MorphologyOp[]) {
  const params = { op, radiusMm: 1.3 }
  describeKernel<Mask, Mask>({
    name: op,
    inputOf: (volume) => threshold(volume, { lowHu: op === 'open' ? -30_000 : 0, highHu: 32_767 }, IDLE_CONTEXT),
    cpu: (mask, ctx) => morphology(mask, params, ctx),
    gpu: (mask, ctx) => morphologyGpu(mask, params, ctx),
    tooLarge: { grid: hugeVolume().grid, words: new Uint32Array(0) },
    refusal: 'gpu/out-of-memory',
  })
}
