import type { Context } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import { GROW_FROM_SEEDS } from '../segment/grow-from-seeds.ts'
import type { GrowParams } from '../segment/grow-state.ts'
import { type LabelChange, type LabelSet, openLabels, voxelsOf, withMasks } from '../segment/label-set.ts'
import { combine, complement } from '../segment/logic.ts'
import type { SeedLayers } from '../segment/seed-layers.ts'
import type { Desk } from './desk.svelte.ts'
import { editLabels, noteEdit } from './edit-label.ts'
import { problemOf } from './jobs.svelte.ts'
import { GROW_SEEDS_STEP } from './mask-steps.ts'
import type { SeedsView } from './mask-verbs.ts'
import { Newest } from './newest.ts'
import { previewSeeds, previewThreshold } from './queries.ts'

/** So that a row of quick strokes grows the seeds once. */
const QUIET_MS = 250

/**
 * Painted labels growing until they meet: shown while a person goes on painting, written when they say so. What is shown
 * is made of the labels as they stand, so it follows every edit and undo. Locked labels keep their voxels.
 */
export class Seeds implements SeedsView {
  isLive = $state(false)
  isGrowing = $state(false)
  grown = $state.raw<readonly LabelChange[] | null>(null)
  reason = $state<string | null>(null)
  params = $state.raw<GrowParams>(GROW_FROM_SEEDS.defaults)
  readonly #desk: Desk
  readonly #newest = new Newest()
  /** What is shown or on its way: masks, rules and parameters. */
  #shown: readonly unknown[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(desk: Desk) {
    this.#desk = desk
    $effect.root(() => {
      $effect(() => this.#follow())
    })
  }

  setParams(params: GrowParams): void {
    this.params = params
  }

  show(): void {
    this.isLive = true
  }

  discard(): void {
    clearTimeout(this.#timer)
    this.#newest.cancel()
    this.isLive = false
    this.isGrowing = false
    this.grown = null
    this.reason = null
    this.#shown = []
    const { compute } = this.#desk.workers
    if (compute.alive) compute.call((api) => api.forgetSeeds()).catch(this.#desk.report)
  }

  async apply(): Promise<void> {
    const desk = this.#desk
    const { labels } = desk.data
    clearTimeout(this.#timer)
    this.#newest.cancel()
    await editLabels(desk, 'grow-from-seeds', (set, ctx) => this.#growAll(set, ctx))
    if (desk.data.labels !== labels) this.discard()
    else this.#again()
  }

  async #growAll(set: LabelSet, ctx: Context): Promise<LabelSet> {
    const desk = this.#desk
    const { field: volume } = desk.data
    if (!volume) return set
    const params = { ...this.params, labels: openLabels(set).map(({ id }) => id) }
    const seeds = await seedsOf(desk, set, volume, ctx.signal)
    const masks = await desk.line().pipeline.runStage(GROW_SEEDS_STEP, { volume, seeds }, params, ctx)
    const changes = changesOf(seeds, masks)
    return changes.reduce(
      (now, { id }) => noteEdit(now, id, 'grow-from-seeds', { ...this.params }),
      withMasks(set, changes),
    )
  }

  /** Grows again when what is shown is not of these labels any more. */
  #follow(): void {
    const { data, rules } = this.#desk
    const { labels, field } = data
    if (!this.isLive) return
    if (!labels) {
      this.discard()
      return
    }
    const seeds = openLabels(labels).flatMap(({ id, mask }) => [id, mask])
    const walls = labels.labels.filter(({ locked }) => locked).map(({ mask }) => mask)
    const wanted = [data, field, rules, ...seeds, ...walls, ...Object.values(this.params)]
    if (data !== this.#shown[0] && this.#shown.length > 0) {
      this.discard()
      return
    }
    if (wanted.length === this.#shown.length && wanted.every((one, n) => one === this.#shown[n])) return
    this.#shown = wanted
    this.#again()
  }

  #again(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#grow().catch(this.#desk.report), QUIET_MS)
  }

  async #grow(): Promise<void> {
    const { labels, field } = this.#desk.data
    if (!labels || !field) return
    this.isGrowing = true
    try {
      const changes = await this.#newest.run(async (signal) => {
        const seeds = await seedsOf(this.#desk, labels, field, signal)
        return changesOf(seeds, await previewSeeds(this.#desk.workers, field, seeds, this.params, signal))
      })
      if (!changes || !this.isLive) return
      this.grown = changes
      this.reason = null
    } catch (error) {
      this.grown = null
      this.reason = problemOf(error).message
    }
    this.isGrowing = false
  }
}

const changesOf = ({ layers }: SeedLayers, masks: readonly Mask[]): LabelChange[] =>
  masks.flatMap((mask, n) => {
    const layer = layers[n]
    return layer ? [{ id: layer.label, mask }] : []
  })

/** The labels that compete, within the range that edits keep to and outside locked labels. */
async function seedsOf(desk: Desk, set: LabelSet, field: Volume, signal: AbortSignal): Promise<SeedLayers> {
  const layers = openLabels(set).map(({ id, mask }) => ({ label: id, mask }))
  const { range } = desk.rules
  const within = range ? await previewThreshold(desk.workers, field, range, signal) : null
  const locked = set.labels.filter((label) => label.locked && voxelsOf(label.mask) > 0)
  const allowed = locked.reduce<Mask | null>(
    (mask, label) => (mask ? combine(mask, label.mask, 'subtract') : complement(label.mask)),
    within,
  )
  return { layers, allowed }
}
