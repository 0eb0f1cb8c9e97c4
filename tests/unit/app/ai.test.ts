import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Ai } from '../../../src/app/ai-view.svelte.ts'
import { CaseData } from '../../../src/app/case-data.svelte.ts'
import { Desk } from '../../../src/app/desk.svelte.ts'
import { editActive, step } from '../../../src/app/edit-label.ts'
import { maskTools } from '../../../src/app/mask-tools.ts'
import type { ShelfModel } from '../../../src/app/model-view.ts'
import type { Step } from '../../../src/app/pipeline.ts'
import { completeParams, type Params } from '../../../src/app/templates.ts'
import { Trial } from '../../../src/app/trial.svelte.ts'
import { countVoxels, maskVolumeMm3 } from '../../../src/core/mask.ts'
import { type Context, IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask } from '../../../src/core/types.ts'
import type { Agreement, Outcome } from '../../../src/infer/outcome.ts'
import { checkAiReview } from '../../../src/qa/checks/ai-review.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { noLabels } from '../../../src/segment/label-set.ts'
import { labelsToMask } from '../../../src/segment/labels.ts'
import { combine } from '../../../src/segment/logic.ts'
import { uncertainRegions } from '../../../src/segment/uncertain-regions.ts'
import { gridOf, maskOf, volumeOf } from '../../support/phantoms.ts'
import { TINY_CARD } from '../../support/tiny-model.ts'

// The desk is the real one; only its pipeline and workers are not: steps run here, on the page, without a vault.

const grid = gridOf([40, 40, 40])
const volume = volumeOf(grid, (i) => i, { modality: 'MR', unit: 'a.u.' })
const inBrain = (i: number, j: number, k: number) => Math.hypot(i - 20, j - 20, k - 20) < 12
const isUnsure = (i: number, j: number, k: number) => i >= 18 && i < 23 && j >= 18 && j < 23 && k >= 18 && k < 23
const unsureMask = maskOf(grid, isUnsure)

function outcomeWith(agreement: Partial<Agreement>): Outcome {
  const labels = new Uint8Array(40 ** 3)
  const certainty = new Uint8Array(40 ** 3).fill(250)
  for (let at = 0; at < labels.length; at++) {
    const ijk = [at % 40, Math.floor(at / 40) % 40, Math.floor(at / 1600)] as const
    if (inBrain(...ijk)) labels[at] = 1
    if (isUnsure(...ijk)) certainty[at] = 100
  }
  const agreed = { pairwiseDice: 0.97, s95Mm: 0.5, cvPercent: 1, meanMm3: 7000, ...agreement }
  return {
    labels: { grid, labels },
    certainty,
    agreement: [agreed, agreed],
    features: [],
    provider: { backend: 'wasm', adapter: 'test', threads: 1 },
  }
}

let desk: Desk
let ai: Ai
let steps: { name: string; params: object }[]
let runs: number
let outcome: Outcome
let refusal: ShelfModel['refusal']

const runStage = async <In, P extends object, Out>(of: Step<In, P, Out>, input: In, given: Params, ctx: Context) => {
  const params = completeParams(of.spec.name, of.spec.defaults, given)
  steps.push({ name: of.spec.name, params })
  return (await of.run(desk.workers, input, params, ctx)).output
}

const computeApi = {
  aiStructure(labels: Outcome['labels'], channels: number[], certainty: Uint8Array, filmMm: number) {
    const mask = labelsToMask(labels, channels, IDLE_CONTEXT)
    const { regions, mask: unsure } = uncertainRegions(mask, certainty, filmMm, IDLE_CONTEXT)
    return { mask, unsure, regions }
  },
  combine: (a: Mask, b: Mask, op: 'union') => ({ output: combine(a, b, op), backend: 'cpu', adapter: '' }),
}

const WORD = { reason: 'border-right', text: '', by: 'AB' } as const
const SIGN = { first: 'AB', who: 'CD', role: 'surgeon', reason: 'looked at both regions' } as const
const labels = () => desk.data.labels?.labels ?? []
const labelled = () => {
  const found = desk.data.active?.ai
  if (!found) throw new Error('the active label is not of the AI')
  return found
}
const code = () => desk.jobs.problem?.code ?? null

beforeEach(() => {
  steps = []
  runs = 0
  refusal = null
  outcome = outcomeWith({})
  desk = new Desk()
  desk.data = new CaseData()
  desk.data.volume = volume
  desk.data.field = volume
  desk.data.passport = { range: [0, 39] } as unknown as CaseData['passport']
  desk.data.setLabels(noLabels(grid))
  vi.spyOn(desk, 'line').mockReturnValue({ pipeline: { runStage }, workers: desk.workers, onStage: () => {} })
  vi.spyOn(desk.workers.compute, 'call').mockImplementation((work) => work(computeApi as never))
  const engine = {
    plan: () => ({ size: grid.size, tiles: 1, members: 4, peakBytes: 1e6 }),
    run: async () => {
      runs++
      return outcome
    },
  }
  ai = new Ai(desk, engine, () => [
    {
      card: TINY_CARD,
      source: 'own',
      approval: null,
      get refusal() {
        return refusal
      },
      weights: async () => new Uint8Array(),
      selfTestInput: async () => null,
    },
  ])
})

async function promoted(): Promise<void> {
  await ai.run()
  await ai.promote()
}

/** Takes some voxels away from the active label. */
const erase = (what: Mask) =>
  editActive(desk, 'scissors', {}, async (_line, { mask }) => ({ mask: combine(mask, what, 'subtract') }))

describe('before and after a run', () => {
  test('a scan out of scope is not run', async () => {
    desk.data.volume = { ...volume, modality: 'CT' }
    expect(ai.outlook?.breaches.map(({ rule }) => rule)).toEqual(['modality'])
    await ai.run()
    expect([runs, code(), ai.findings]).toEqual([0, 'infer/out-of-scope', null])
  })

  test('a network that is refused is not run, and the shelf says why', async () => {
    refusal = { code: 'infer/review', message: 'Nobody has approved it.' }
    await ai.run()
    expect([runs, desk.jobs.problem?.message]).toEqual([0, 'Nobody has approved it.'])
  })

  test('a RED result cannot become a label', async () => {
    outcome = outcomeWith({ pairwiseDice: 0.7 })
    await promoted()
    expect(ai.findings?.[0]?.band).toBe('red')
    expect([labels(), code()]).toEqual([[], 'infer/red'])
    expect(steps).toEqual([])
  })

  test('an uncalibrated network is AMBER, and its result becomes a label that says so', async () => {
    await promoted()
    const [label] = labels()
    expect(label).toMatchObject({ anatomy: 'brain', limits: null, made: [{ stage: 'infer', times: 1 }] })
    expect(labelled()).toMatchObject({
      band: 'amber',
      p: null,
      members: 4,
      model: { id: 'tiny', version: '1.0.0', evaluated: false },
      aiMm3: maskVolumeMm3(label?.mask as Mask),
      editedMm3: 0,
      regions: [{ mm3: 125, state: 'open', at: [20, 20, 20] }],
    })
    expect(steps.map(({ name }) => name)).toEqual(['promote', 'place'])
    expect(steps[0]?.params).toMatchObject({ model: 'tiny', structure: 'brain', band: 'amber', pairwiseDice: 0.97 })
    await step(desk, 'undo')
    expect(labels()).toEqual([])
  })

  test('a result is void on another scan', async () => {
    await ai.run()
    desk.data.volume = { ...volume }
    expect(ai.findings).toBeNull()
    await ai.promote()
    expect(labels()).toEqual([])
  })
})

describe('the review of an AMBER label', () => {
  beforeEach(promoted)
  const review = () => checkAiReview(desk.data.active?.ai ?? null, POLICIES.teaching)

  test('runs from two open points to none, each a step of the trace', async () => {
    expect(review().value).toBe(2)
    await ai.accept(0, WORD)
    expect(code()).toBe('infer/review')
    ai.visit(0)
    expect(ai.isVisited(0)).toBe(true)
    await ai.accept(0, WORD)
    expect([code(), review().value]).toEqual([null, 1])
    await ai.sign(SIGN)
    expect([code(), review().level]).toEqual([null, 'pass'])
    expect(labelled()).toMatchObject({ firstReader: 'AB', secondReader: { who: 'CD', role: 'surgeon' } })
    expect(steps.slice(2).map(({ name }) => name)).toEqual(['review-region', 'second-reader'])
  })

  test.each([
    ['the same person', { who: 'AB' }],
    ['a name', { who: 'Anna' }],
    ['no word', { reason: 'ok' }],
  ])('is not signed by %s', async (_, change) => {
    ai.visit(0)
    await ai.accept(0, WORD)
    await ai.sign({ ...SIGN, ...change })
    expect([code(), labelled().secondReader]).toEqual(['infer/review', null])
  })

  test('is not signed while a region is open, and a reopened one is open', async () => {
    await ai.sign(SIGN)
    expect(code()).toBe('infer/review')
    ai.visit(0)
    await ai.accept(0, WORD)
    await ai.sign(SIGN)
    await ai.reopen(0)
    expect(labelled()).toMatchObject({ secondReader: null, regions: [{ state: 'open', word: null }] })
  })

  test('asks for words where the reason is none of the list', async () => {
    ai.visit(0)
    await ai.accept(0, { ...WORD, reason: 'other', text: 'hm' })
    expect(code()).toBe('infer/review')
    await ai.accept(0, { ...WORD, reason: 'other', text: 'known from the CT' })
    expect(labelled().regions[0]?.state).toBe('accepted')
  })

  test('counts a region as edited once an edit touches it, and asks for the second reader again', async () => {
    ai.visit(0)
    await ai.accept(0, WORD)
    await ai.sign(SIGN)
    await erase(maskOf(grid, (i, j, k) => i === 20 && j === 20 && k === 9))
    expect(labelled()).toMatchObject({ editedMm3: 1, secondReader: null, regions: [{ state: 'accepted' }] })
    await erase(unsureMask)
    expect(labelled()).toMatchObject({ editedMm3: 126, regions: [{ state: 'edited', word: null }] })
    await step(desk, 'undo')
    await step(desk, 'undo')
    expect(labelled()).toMatchObject({ editedMm3: 0, secondReader: { who: 'CD' }, regions: [{ state: 'accepted' }] })
  })

  test('voids a check made before', async () => {
    desk.data.setModel(desk.data.activeLabel, null, null, [])
    const findings = [review()]
    desk.data.setCheck({ findings, thicknessMm: new Float32Array(), deviationMm: new Float32Array(), meshDigest: '' })
    ai.visit(0)
    await ai.accept(0, WORD)
    expect(desk.data.modelLabel).not.toBeNull()
    expect(desk.data.check).toBeNull()
  })

  test('goes along with copies and unions, and ends with the last voxel or a range marked anew', async () => {
    const tools = maskTools(desk, new Trial(desk))
    const [first] = labels()
    await tools.copyToNew()
    expect(labelled()).toEqual(first?.ai)
    await tools.clear()
    expect(desk.data.active?.ai).toBeNull()
    await tools.combine('union', first?.id ?? 0)
    expect(labelled().band).toBe('amber')
    await editActive(desk, 'threshold', {}, async () => ({
      mask: maskOf(grid, (i) => i > 18),
      info: { limits: { lowHu: 19, highHu: 99 } },
    }))
    expect(countVoxels(desk.data.active?.mask as Mask)).toBe(21 * 1600)
    expect(desk.data.active?.ai).toBeNull()
  })
})
