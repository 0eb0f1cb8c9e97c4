import { SvelteSet } from 'svelte/reactivity'
import { mayStateMr } from '../core/passport.ts'
import { type Context, IDLE_CONTEXT } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { LabelAi, RegionWord } from '../segment/label-ai.ts'
import { changeLabel, editableLabel, type Label, labelOf } from '../segment/label-set.ts'
import { labelsToMask } from '../segment/labels.ts'
import { type AiEngine, type AiResult, withAccepted, withRegion, withSecondReader } from './ai.ts'
import type { AiView, Outlook, ReaderWords } from './ai-model.ts'
import { REVIEW_STEP, SECOND_READER_STEP } from './ai-steps.ts'
import { bodyConfidence } from './body-confidence.ts'
import type { Desk } from './desk.svelte.ts'
import { editLabels, markAs } from './edit-label.ts'
import { problemOf } from './jobs.svelte.ts'
import type { ShelfModel } from './model-view.ts'
import { stateMr } from './open-scan.ts'
import { labelsShown } from './part-labels.ts'
import { breachesOf, promote, runNetwork } from './promote.ts'

/** AI on the open scan: which network, what it will take, what it made, how far that may be believed, and its review. */
export class Ai implements AiView {
  structure = $state(0)
  readonly #desk: Desk
  readonly #engine: AiEngine
  readonly #models: () => readonly ShelfModel[]
  readonly #visited = new SvelteSet<string>()
  #chosen = $state.raw<string | null>(null)
  #result = $state.raw<AiResult | null>(null)
  #confidence = $state.raw<{ mesh: Mesh; perVertex: Uint8Array } | null>(null)

  constructor(desk: Desk, engine: AiEngine, models: () => readonly ShelfModel[]) {
    this.#desk = desk
    this.#engine = engine
    this.#models = models
  }

  get models() {
    return this.#models()
  }

  /** The chosen one, else the first that may run. */
  get model(): ShelfModel | null {
    const { models } = this
    return models.find((m) => keyOf(m) === this.#chosen) ?? models.find(({ refusal }) => !refusal) ?? models[0] ?? null
  }

  readonly outlook: Outlook | null = $derived.by(() => {
    const { volume, passport } = this.#desk.data
    const { model } = this
    if (!model || !volume || !passport) return null
    const breaches = breachesOf(model, { volume, passport })
    try {
      return { plan: this.#engine.plan(model.card, volume), problem: null, breaches }
    } catch (error) {
      return { plan: null, problem: problemOf(error).message, breaches }
    }
  })

  readonly found = $derived.by(() => {
    const result = this.#current
    const finding = result?.findings[this.structure]
    if (!result || !finding) return null
    const { sha256 } = result.model.card.weights
    const isLabel = ({ ai }: Label) => ai?.model.sha256 === sha256 && ai.structure === finding.structure.anatomy
    if (this.#desk.data.labels?.labels.some(isLabel)) return null
    const mask = labelsToMask(result.outcome.labels, finding.structure.of, IDLE_CONTEXT)
    return { mask, band: finding.band }
  })

  get findings() {
    return this.#current?.findings ?? null
  }

  get mayStateMr() {
    const { passport } = this.#desk.data
    return passport !== null && mayStateMr(passport)
  }

  stateMr = (): Promise<void> => stateMr(this.#desk)

  get provider() {
    return this.#current?.outcome.provider ?? null
  }

  get unsure() {
    const { active, aiSources } = this.#desk.data
    return active?.ai ? (aiSources.get(active.ai.source)?.unsure ?? null) : null
  }

  get confidence() {
    return this.#confidence?.mesh === this.#desk.data.mesh ? this.#confidence : null
  }

  choose(model: ShelfModel): void {
    this.#chosen = keyOf(model)
    this.structure = 0
  }

  chooseStructure(index: number): void {
    this.structure = index
  }

  async run(): Promise<void> {
    const { model, outlook } = this
    const { volume } = this.#desk.data
    if (!model || !outlook || !volume) return
    await this.#desk.jobs.run('infer', async (ctx) => {
      this.#result = await runNetwork(this.#desk.line(), this.#engine, { model, volume, ...outlook }, ctx)
    })
  }

  async promote(): Promise<void> {
    const result = this.#current
    if (result) await this.#desk.jobs.run('promote', (ctx) => this.#promote(result, ctx))
  }

  async #promote(result: AiResult, ctx: Context): Promise<void> {
    const { data } = this.#desk
    const finding = result.findings[this.structure]
    if (!finding || !data.field) return
    const { ai, kept } = await promote(this.#desk.line(), this.#engine, result, finding, ctx)
    data.keepAi({ ai, kept })
    const proposal = { mask: kept.mask, field: data.field, info: { limits: null, shells: 1, ai } }
    const { model, structure, band } = ai
    const made = { model: model.id, version: model.version, structure, band }
    await markAs(this.#desk, structure, proposal, 'infer', made, ctx)
  }

  isVisited(region: number): boolean {
    const ai = this.#desk.data.active?.ai
    return ai ? this.#visited.has(visitOf(ai, region)) : false
  }

  visit(region: number): void {
    const ai = this.#desk.data.active?.ai
    if (ai) this.#visited.add(visitOf(ai, region))
  }

  accept = (region: number, word: RegionWord): Promise<void> =>
    this.#review('review-region', async (label, ai, ctx) => {
      const next = withAccepted(ai, region, word, this.#visited.has(visitOf(ai, region)))
      await this.#note(label, ai, region, word, ctx)
      return next
    })

  reopen = (region: number): Promise<void> =>
    this.#review('review-region', async (label, ai, ctx) => {
      await this.#note(label, ai, region, null, ctx)
      return withRegion(ai, region, null)
    })

  sign = (words: ReaderWords): Promise<void> =>
    this.#review('second-reader', async (label, ai, ctx) => {
      const next = withSecondReader(ai, words, new Date().toISOString())
      const { who, role, reason } = words
      const params = { label: label.id, first: next.firstReader ?? '', who, role, reason }
      await this.#desk.line().pipeline.runStage(SECOND_READER_STEP, label.mask, params, ctx)
      return next
    })

  async measureConfidence(): Promise<void> {
    const { data } = this.#desk
    const { mesh, bodies } = data
    if (!mesh || this.confidence || !labelsShown(data).some(({ ai }) => ai !== null)) return
    // What no network marked is as sure as the person who did.
    const perVertex = new Uint8Array(mesh.positions.length / 3).fill(255)
    let at = 0
    for (const body of bodies) {
      const sure = await bodyConfidence(this.#desk, body, IDLE_CONTEXT.signal)
      if (sure) perVertex.set(sure, at)
      at += body.mesh.positions.length / 3
    }
    this.#confidence = { mesh, perVertex }
  }

  /** The result, while it is of the scan at hand and the chosen network. */
  get #current(): AiResult | null {
    const result = this.#result
    const isOurs = result?.volume === this.#desk.data.volume && this.model && keyOf(result.model) === keyOf(this.model)
    return isOurs ? result : null
  }

  /** A word about the active label, as an edit of its own. */
  async #review(stage: string, say: (label: Label, ai: LabelAi, ctx: Context) => Promise<LabelAi>): Promise<void> {
    const { active } = this.#desk.data
    if (!active?.ai) return
    await editLabels(this.#desk, stage, async (labels, ctx) => {
      const label = editableLabel(labels, active.id)
      const { ai } = labelOf(labels, active.id)
      return ai ? changeLabel(labels, active.id, { ai: await say(label, ai, ctx) }) : labels
    })
  }

  #note(label: Label, ai: LabelAi, region: number, word: RegionWord | null, ctx: Context) {
    const params = {
      label: label.id,
      region,
      atLps: ai.regions[region]?.at ?? [],
      state: word ? 'accepted' : 'open',
      reason: word?.reason ?? '',
      text: word?.text.trim() ?? '',
      by: word?.by ?? '',
    } as const
    return this.#desk.line().pipeline.runStage(REVIEW_STEP, label.mask, params, ctx)
  }
}

const keyOf = ({ card }: ShelfModel): string => `${card.id}@${card.version}@${card.weights.sha256}`
const visitOf = (ai: LabelAi, region: number): string => `${ai.source}/${region}`
