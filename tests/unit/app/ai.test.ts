import { beforeEach, describe, expect, test } from 'vitest'
import { Ai } from '../../../src/app/ai-view.svelte.ts'
import type { CaseData } from '../../../src/app/case-data.svelte.ts'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { editActive, step } from '../../../src/app/edit-label.ts'
import { maskTools } from '../../../src/app/mask-tools.ts'
import type { ShelfModel } from '../../../src/app/model-view.ts'
import { Trial } from '../../../src/app/trial.svelte.ts'
import { countVoxels, maskVolumeMm3 } from '../../../src/core/mask.ts'
import { statedMr } from '../../../src/core/passport.ts'
import type { Mask } from '../../../src/core/types.ts'
import type { ModelCard } from '../../../src/infer/card.ts'
import type { Outcome } from '../../../src/infer/outcome.ts'
import { checkAiReview } from '../../../src/qa/checks/ai-review.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { combine } from '../../../src/segment/logic.ts'
import { aiDesk, GRID, MR_SCAN, outcomeWith, tinyModel, UNSURE } from '../../support/ai-desk.ts'
import { boxMesh } from '../../support/meshes.ts'
import { maskOf } from '../../support/phantoms.ts'

let desk: Desk
let ai: Ai
let steps: ReturnType<typeof aiDesk>['steps']
let runs: number
let outcome: Outcome
let refusal: ShelfModel['refusal']

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
  runs = 0
  refusal = null
  outcome = outcomeWith({})
  ;({ desk, steps } = aiDesk())
  const engine = {
    tests: () => [],
    plan: () => ({ size: GRID.size, tiles: 1, members: 4, peakBytes: 1e6 }),
    isEvaluated: ({ evaluation }: ModelCard) => evaluation.length > 0,
    run: async () => {
      runs++
      return outcome
    },
  }
  const model = tinyModel(() => refusal)
  ai = new Ai(desk, engine, () => [model])
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
    desk.data.passport = { ...desk.data.passport, modality: 'CT' } as CaseData['passport']
    expect(ai.outlook?.breaches.map(({ rule }) => rule)).toEqual(['modality'])
    await ai.run()
    expect([runs, code(), ai.findings]).toEqual([0, 'infer/out-of-scope', null])
  })

  test('a file that does not say what it holds is out of scope until a person says so', async () => {
    const unsaid = { modality: 'other' as const, range: [0, 39], notes: ['modality-guessed'] }
    desk.data.passport = unsaid as unknown as CaseData['passport']
    expect(ai.outlook?.breaches.map(({ rule }) => rule)).toEqual(['modality'])
    desk.data.passport = statedMr(unsaid) as unknown as CaseData['passport']
    expect(ai.outlook?.breaches).toEqual([])
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
    desk.data.volume = { ...MR_SCAN }
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
    await erase(maskOf(GRID, (i, j, k) => i === 20 && j === 20 && k === 9))
    expect(labelled()).toMatchObject({ editedMm3: 1, secondReader: null, regions: [{ state: 'accepted' }] })
    await erase(UNSURE)
    expect(labelled()).toMatchObject({ editedMm3: 126, regions: [{ state: 'edited', word: null }] })
    await step(desk, 'undo')
    await step(desk, 'undo')
    expect(labelled()).toMatchObject({ editedMm3: 0, secondReader: { who: 'CD' }, regions: [{ state: 'accepted' }] })
  })

  test('voids a check made before', async () => {
    const part = boxMesh([0, 0, 0], [1, 1, 1])
    desk.data.setModel(desk.data.activeLabel, part, part, [])
    const findings = [review()]
    desk.data.setChecks([
      { findings, thicknessMm: new Float32Array(), deviationMm: new Float32Array(), meshDigest: '' },
    ])
    expect(desk.data.check).not.toBeNull()
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
      mask: maskOf(GRID, (i) => i > 18),
      info: { limits: { lowHu: 19, highHu: 99 } },
    }))
    expect(countVoxels(desk.data.active?.mask as Mask)).toBe(21 * 1600)
    expect(desk.data.active?.ai).toBeNull()
  })
})
