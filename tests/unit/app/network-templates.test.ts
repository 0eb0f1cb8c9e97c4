import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { CaseData } from '../../../src/app/case-data.svelte.ts'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { step } from '../../../src/app/edit-label.ts'
import { runMarking } from '../../../src/app/open-scan.ts'
import { segment } from '../../../src/app/segment.ts'
import { TEMPLATES, templateById } from '../../../src/app/shipped-templates.ts'
import { withOverrides } from '../../../src/app/templates.ts'
import { PipelineError } from '../../../src/core/errors.ts'
import { countVoxels, maskVolumeMm3 } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Outcome } from '../../../src/infer/outcome.ts'
import { checkAiReview } from '../../../src/qa/checks/ai-review.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { aiDesk, MR_SCAN, outcomeWith, tinyModel } from '../../support/ai-desk.ts'

/** A ball with a hollow of 27 voxels, and a loose piece of 8. */
function brain(i: number, j: number, k: number): boolean {
  if (i < 2 && j < 2 && k < 2) return true
  const inHollow = Math.max(Math.abs(i - 13), Math.abs(j - 20), Math.abs(k - 20)) < 2
  return Math.hypot(i - 20, j - 20, k - 20) < 12 && !inHollow
}

/** Without the opening, so that what the other steps change can be counted by hand. */
const BRAIN = withOverrides(templateById('mr-brain'), { 'open.enabled': false })

let desk: Desk
let steps: ReturnType<typeof aiDesk>['steps']
let outcome: Outcome
let asked: string[]

const code = () => desk.jobs.problem?.code ?? null
const said = () => desk.jobs.problem?.message ?? ''
const labels = () => desk.data.labels?.labels ?? []
const run = () => runMarking(desk)

beforeEach(() => {
  ;({ desk, steps } = aiDesk())
  outcome = outcomeWith({}, brain)
  asked = []
  vi.spyOn(desk.engine, 'run').mockImplementation(async () => {
    asked.push('run')
    return outcome
  })
  vi.spyOn(desk.networks, 'ready').mockImplementation(async (id) => {
    asked.push(id)
    return tinyModel()
  })
  desk.data.setTemplate(BRAIN)
})

describe('a template that marks by a network', () => {
  test('gives a label that says so; what the steps behind it change is counted as edited, and no region is looked after', async () => {
    await run()
    expect([code(), asked]).toEqual([null, ['head-tissues', 'run']])
    expect(steps.map(({ name }) => name)).toEqual(['template', 'promote', 'islands', 'fill-holes', 'place'])
    const [label] = labels()
    if (!label?.ai) throw new Error('no label of the AI')
    expect(label).toMatchObject({ anatomy: 'brain', limits: null, shells: 1, made: [{ stage: 'template' }] })
    expect(label.ai).toMatchObject({
      band: 'amber',
      structure: 'brain',
      model: { id: 'tiny' },
      editedMm3: 35,
      regions: [{ mm3: 125, state: 'open' }],
    })
    expect(label.ai.aiMm3 + 27 - 8).toBe(maskVolumeMm3(label.mask))
    expect(desk.data.changes.map(({ stage, pieces }) => [stage, pieces])).toEqual([
      ['network', 2],
      ['islands', 1],
      ['fill-holes', 1],
    ])
    // The gate asks for the review, and the case keeps what the label is compared with.
    expect(checkAiReview(label.ai, POLICIES.teaching).value).toBe(2)
    expect(countVoxels(desk.data.aiSources.get(label.ai.source)?.unsure ?? label.mask)).toBe(125)
    await step(desk, 'undo')
    expect(labels()).toEqual([])
  })

  test('counts that without a screen too', async () => {
    const line = { ...desk.line(), networks: desk.networks }
    const scan = { volume: MR_SCAN, passport: { modality: 'MR', range: [0, 39], notes: [] } } as const
    const { fromAi, lowHu } = await segment(line, scan, BRAIN, IDLE_CONTEXT)
    expect(fromAi?.ai).toMatchObject({ band: 'amber', editedMm3: 35 })
    expect(lowHu).toBe(-Infinity)
  })

  test('marks another structure that was chosen, and calls it so', async () => {
    desk.data.setTemplate(withOverrides(BRAIN, { 'network.structure': 'skull' }))
    outcome = { ...outcome, labels: { ...outcome.labels, labels: outcome.labels.labels.map((v) => v * 2) } }
    await run()
    expect(labels()).toMatchObject([{ anatomy: 'skull', ai: { structure: 'skull' } }])
  })

  test('leaves a range that was drafted as it is', async () => {
    desk.data.draft = { lowHu: 3, highHu: 9 }
    await run()
    expect(desk.data.draft).toEqual({ lowHu: 3, highHu: 9 })
  })

  test('runs nothing on a scan out of scope, and says by what', async () => {
    desk.data.passport = { ...desk.data.passport, modality: 'CT' } as CaseData['passport']
    await run()
    expect([code(), asked, labels()]).toEqual(['infer/out-of-scope', ['head-tissues'], []])
    expect(said()).toContain('modality CT (limit MR)')
  })

  test('marks nothing when the result is red, and says by what', async () => {
    outcome = outcomeWith({ pairwiseDice: 0.7 }, brain)
    await run()
    expect([code(), labels(), desk.data.aiSources.size]).toEqual(['infer/red', [], 0])
    expect(said()).toContain('pairwise-dice 0.7 (limit 0.85)')
    expect(steps.map(({ name }) => name)).toEqual(['template'])
  })

  test('says by name that its network is refused, or marks no such structure', async () => {
    vi.spyOn(desk.networks, 'ready').mockRejectedValueOnce(new PipelineError('infer/not-approved', 'Not for this use.'))
    await run()
    expect([code(), asked]).toEqual(['infer/not-approved', []])
    desk.data.setTemplate(templateById('mr-face'))
    await run()
    expect([code(), asked, labels()]).toEqual(['app/bad-parameter', ['head-tissues'], []])
    expect(said()).toContain('It marks: brain, skull.')
  })

  test('takes a scan whose file says nothing at the word of who chose it', async () => {
    desk.data.volume = { ...MR_SCAN, modality: 'other' }
    const unsaid = { modality: 'other', range: [0, 39], notes: ['modality-guessed'] }
    desk.data.passport = unsaid as unknown as CaseData['passport']
    await run()
    expect([code(), labels().length]).toEqual([null, 1])
  })
})

test('there is one for the brain, the skull and the face, each of the shipped network', () => {
  const byNetwork = TEMPLATES.flatMap(({ id, anatomy, steps: all }) =>
    all.flatMap(({ stage, params }) => (stage === 'network' ? [[id, params.model, params.structure === anatomy]] : [])),
  )
  expect(byNetwork).toEqual(['mr-brain', 'mr-skull', 'mr-face'].map((id) => [id, 'head-tissues', true]))
})
