import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import type { Desk } from './desk.svelte.ts'
import type { Line } from './line.ts'
import type { EditPoint } from './mask-edits.ts'
import type { Step } from './pipeline.ts'
import { islandCount, otsuThresholds, previewThreshold } from './queries.ts'
import { DENOISE_STEP, RESTORE_STEP, THRESHOLD_STEP } from './steps.ts'
import { type Params, templateById } from './templates.ts'

type Edit = (line: Line, at: EditPoint, ctx: Context) => Promise<Mask>

async function edit(desk: Desk, stage: string, work: Edit): Promise<void> {
  const before = desk.editPoint()
  if (!before) return
  await desk.jobs.run(stage, async (ctx) => {
    const mask = await work(desk.line(), before, ctx)
    const after = { mask, field: before.field }
    desk.edits.note(stage, before, after)
    desk.moveTo(after)
  })
}

/** Marks the drafted range: a new mask in place of the old. */
export function applyThreshold(desk: Desk): Promise<void> {
  const { draft } = desk.data
  return edit(desk, 'threshold', async (line, { field }, ctx) => {
    const mask = await line.pipeline.runStage(THRESHOLD_STEP, field, { ...draft }, ctx)
    desk.data.limits = draft
    desk.data.declaredShells = 1
    return mask
  })
}

/** One step from the mask to the next. */
export function editMask<P extends object>(
  desk: Desk,
  stage: string,
  step: Step<Mask, P, Mask>,
  params: Params,
): Promise<void> {
  return edit(desk, stage, async (line, { mask }, ctx) => {
    if (!mask) throw new PipelineError('segment/empty', 'There is no mask yet. Mark a range first.')
    const edited = await line.pipeline.runStage(step, mask, params, ctx)
    if (stage === 'islands') desk.data.declaredShells = await islandCount(desk.workers, edited, ctx.signal)
    return edited
  })
}

/** Smooths the scan the threshold acts on; the mask stays until the range is marked again. */
export async function denoise(desk: Desk, method: 'gaussian' | 'median', sigmaMm: number): Promise<void> {
  const before = desk.editPoint()
  if (!before) return
  await desk.jobs.run('denoise', async (ctx) => {
    const field = await desk.line().pipeline.runStage(DENOISE_STEP, before.field, { method, sigmaMm }, ctx)
    const after = { mask: before.mask, field }
    desk.edits.note('denoise', before, after)
    desk.moveTo(after)
    await desk.loadHistogram(ctx)
  })
}

/** Takes the last edit back, or brings it again. */
export async function step(desk: Desk, way: 'undo' | 'redo'): Promise<void> {
  const now = desk.editPoint()
  const label = desk.edits.labels[way]
  if (!now || label === null) return
  await desk.jobs.run(way, async (ctx) => {
    const point = desk.edits[way](now)
    if (!point) return
    if (now.mask && point.mask && now.mask !== point.mask) {
      const move = { from: now.mask, to: point.mask }
      await desk.line().pipeline.runStage(RESTORE_STEP, move, { label: `${way} ${label}` }, ctx)
    }
    desk.moveTo(point)
    if (point.field !== now.field) await desk.loadHistogram(ctx)
  })
}

/** The live picture of a drafted range: the newest draft wins, an older preview still under way is dropped. */
export class Preview {
  readonly #desk: Desk
  #running: AbortController | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Shows what the template's range would mark, while nothing is marked yet; Otsu's range where it has none. */
  begin(): void {
    const { mask, field, draft, templateId } = this.#desk.data
    if (mask || !field) return
    const range = templateById(templateId).steps.find((s) => s.stage === 'threshold')?.params
    if (range?.lowHu === null) this.suggest()
    else this.draft(draft.lowHu, draft.highHu)
  }

  draft(lowHu: number, highHu: number): void {
    this.#desk.data.draft = { lowHu, highHu }
    this.#show().catch(this.#desk.report)
  }

  /** Drafts Otsu's value as the lower limit. */
  suggest(): void {
    const { field, draft } = this.#desk.data
    if (!field) return
    otsuThresholds(this.#desk.workers, field, 2, new AbortController().signal)
      .then(([low]) => low !== undefined && this.draft(Math.round(low), draft.highHu))
      .catch(this.#desk.report)
  }

  async #show(): Promise<void> {
    const { data, workers } = this.#desk
    const { field, draft } = data
    if (!field) return
    this.#running?.abort()
    const controller = new AbortController()
    this.#running = controller
    const mask = await previewThreshold(workers, field, draft, controller.signal).catch(() => null)
    if (mask && !controller.signal.aborted && field === data.field) data.preview = mask
  }
}
