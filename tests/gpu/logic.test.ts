import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import { combineGpu, complementGpu } from '../../src/segment/logic.gpu.ts'
import { type CombineOp, combine, complement } from '../../src/segment/logic.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { describeKernel, hugeMask } from '../support/kernel.ts'
import { gridOf, randomMask } from '../support/phantoms.ts'

const insideOf = (volume: Volume) => threshold(volume, { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
const pairOf = (volume: Volume) => ({ a: insideOf(volume), b: randomMask(volume.grid, 8) })

for (const op of ['union', 'subtract', 'intersect', 'xor'] satisfies CombineOp[]) {
  describeKernel<{ a: Mask; b: Mask }, Mask>({
    name: op,
    inputOf: pairOf,
    cpu: ({ a, b }) => combine(a, b, op),
    gpu: ({ a, b }, ctx) => combineGpu(a, b, op, ctx),
    tooLarge: { a: hugeMask(), b: hugeMask() },
    refusal: 'gpu/out-of-memory',
  })
}

describeKernel<Mask, Mask>({
  name: 'complement',
  inputOf: insideOf,
  cpu: complement,
  gpu: complementGpu,
  tooLarge: hugeMask(),
  refusal: 'gpu/out-of-memory',
})

test('masks of different scans are refused', async () => {
  const { device } = await openDawn()
  const a = randomMask(gridOf([40, 5, 5]), 1)
  const moved = { ...a, grid: { ...a.grid, origin: [0, 0, 1] as const } }
  await expect(combineGpu(a, moved, 'union', { ...IDLE_CONTEXT, device })).rejects.toMatchObject({
    code: 'segment/grid-mismatch',
  })
  await closeDawn(device)
})
