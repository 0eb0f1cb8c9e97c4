import { vi } from 'vitest'
import { CaseData } from '../../src/app/case-data.svelte.ts'
import { Desk } from '../../src/app/desk.svelte.ts'
import type { ShelfModel } from '../../src/app/model-view.ts'
import type { Step } from '../../src/app/pipeline.ts'
import { completeParams, type Params } from '../../src/app/templates.ts'
import { type Context, IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import type { Agreement, Outcome } from '../../src/infer/outcome.ts'
import type { Ranked } from '../../src/infer/structure-certainty.ts'
import { aiStructure } from '../../src/segment/ai-structure.ts'
import { components } from '../../src/segment/components.ts'
import { type FillHolesParams, fillHoles } from '../../src/segment/fill-holes.ts'
import { ISLAND_NEIGHBOURS, type IslandsParams, islands } from '../../src/segment/islands.ts'
import { noLabels } from '../../src/segment/label-set.ts'
import { combine } from '../../src/segment/logic.ts'
import { gridOf, maskOf, volumeOf } from './phantoms.ts'
import { TINY_CARD } from './tiny-model.ts'

// The desk is the real one; only its pipeline and workers are not: steps run here, on the page, without a vault.

const SIDE = 40
export const GRID = gridOf([SIDE, SIDE, SIDE])
export const MR_SCAN = volumeOf(GRID, (i) => i, { modality: 'MR', unit: 'a.u.' })
const isUnsure = (i: number, j: number, k: number) => i >= 18 && i < 23 && j >= 18 && j < 23 && k >= 18 && k < 23
const inBall = (i: number, j: number, k: number) => Math.hypot(i - 20, j - 20, k - 20) < 12
export const UNSURE = maskOf(GRID, isUnsure)

/** What a network makes of MR_SCAN: a brain where `inBrain` says, unsure about the 125 mm3 of UNSURE. */
export function outcomeWith(agreement: Partial<Agreement>, inBrain = inBall): Outcome {
  const labels = new Uint8Array(SIDE ** 3)
  const certainty = new Uint8Array(SIDE ** 3).fill(250)
  for (let at = 0; at < labels.length; at++) {
    const ijk = [at % SIDE, Math.floor(at / SIDE) % SIDE, Math.floor(at / SIDE ** 2)] as const
    if (inBrain(...ijk)) labels[at] = 1
    if (isUnsure(...ijk)) certainty[at] = 100
  }
  const agreed = { pairwiseDice: 0.97, s95Mm: 0.5, cvPercent: 1, meanMm3: 7000, ...agreement }
  return {
    labels: { grid: GRID, labels },
    certainty,
    second: new Uint8Array(SIDE ** 3),
    secondCertainty: new Uint8Array(SIDE ** 3),
    agreement: [agreed, agreed],
    features: [],
    provider: { backend: 'wasm', adapter: 'test', threads: 1 },
  }
}

export const tinyModel = (refusal: () => ShelfModel['refusal'] = () => null): ShelfModel => ({
  card: TINY_CARD,
  source: 'own',
  approval: null,
  get refusal() {
    return refusal()
  },
  weights: async () => new Uint8Array(),
  selfTestInput: async () => null,
})

const ran = (output: Mask) => ({ output, backend: 'cpu', adapter: '' })
const computeApi = {
  aiStructure: (ranked: Ranked, channels: number[], filmMm: number) =>
    aiStructure(ranked, channels, filmMm, IDLE_CONTEXT),
  combine: (a: Mask, b: Mask, op: 'union') => ran(combine(a, b, op)),
  islands: (mask: Mask, params: IslandsParams) => ran(islands(mask, params, IDLE_CONTEXT)),
  fillHoles: (mask: Mask, params: FillHolesParams) => ran(fillHoles(mask, params, IDLE_CONTEXT)),
  islandCount: (mask: Mask) => components(mask, ISLAND_NEIGHBOURS, IDLE_CONTEXT).count,
}

/** A desk with MR_SCAN on it; what ran is noted in `steps`. */
export function aiDesk(): { desk: Desk; steps: { name: string; params: object }[] } {
  const steps: { name: string; params: object }[] = []
  const desk = new Desk()
  desk.data = new CaseData()
  desk.data.volume = MR_SCAN
  desk.data.field = MR_SCAN
  desk.data.passport = { modality: 'MR', range: [0, SIDE - 1], notes: [] } as unknown as CaseData['passport']
  desk.data.setLabels(noLabels(GRID))
  const runStage = async <In, P extends object, Out>(of: Step<In, P, Out>, input: In, given: Params, ctx: Context) => {
    const params = completeParams(of.spec.name, of.spec.defaults, given)
    steps.push({ name: of.spec.name, params })
    return (await of.run(desk.workers, input, params, ctx)).output
  }
  vi.spyOn(desk, 'line').mockReturnValue({ pipeline: { runStage }, workers: desk.workers, onStage: () => {} })
  vi.spyOn(desk.workers.compute, 'call').mockImplementation((work) => work(computeApi as never))
  return { desk, steps }
}
