import { emptyMask } from '../core/mask.ts'
import type { Mask, Vec3 } from '../core/types.ts'
import { type Brush, strokePoint } from '../segment/brush.ts'
import { editableLabel, type LabelSet, labelOf } from '../segment/label-set.ts'
import { WorkingMask } from '../segment/working-mask.ts'
import type { Desk } from './desk.svelte.ts'
import { PAINT_STEP, strokeParams } from './draw-steps.ts'
import { activeOrNext, editLabel } from './edit-label.ts'
import type { PaintedView } from './segment-view.ts'

interface Stroke {
  readonly label: number
  readonly brush: Brush
  readonly pointsIjk: number[]
  /** Whether it came over the scan at all. */
  touched: boolean
}

/**
 * Strokes of the brush: shown at once on a copy of the label's voxels, and written one after the other as steps that make
 * each stroke again from its points. A stroke never waits for the one before, nor for other work. Memory: one mask for each
 * label that is drawn on, until its strokes are written.
 */
export class Strokes {
  readonly #desk: Desk
  readonly #copies = new Map<number, WorkingMask>()
  /** Being written (the first) and still to be written. */
  #waiting: Stroke[] = []
  #writing: Promise<void> | null = null
  #inHand: Stroke | null = null
  painted = $state.raw<readonly PaintedView[]>([])

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Puts the brush down at a fractional voxel index. False when the label takes no edit: the problem says why. */
  begin(brush: Brush, atIjk: Vec3): boolean {
    const labels = this.#desk.data.labels
    if (!labels) return false
    const label = activeOrNext(this.#desk, labels)
    try {
      if (label !== labels.nextId && !editableLabel(labels, label).visible) {
        this.#desk.data.noteInfo(label, { visible: true })
      }
      this.#inHand = { label, brush, pointsIjk: [], touched: false }
      this.moveTo(atIjk)
      return true
    } catch (error) {
      this.#inHand = null
      this.#tidy()
      this.#desk.report(error)
      return false
    }
  }

  /** Moves the brush on; nothing without one in hand. */
  moveTo(atIjk: Vec3): void {
    const stroke = this.#inHand
    const labels = this.#desk.data.labels
    if (!stroke || !labels) return
    const to = strokePoint(atIjk)
    const from = lastPoint(stroke)
    if (from?.every((n, axis) => n === to[axis])) return
    const touched = this.#copyOf(labels, stroke.label).dab(from ?? to, to, stroke.brush, this.#desk.data.field)
    stroke.touched ||= touched
    stroke.pointsIjk.push(...to)
    this.#show()
  }

  /** Lifts the brush: the stroke becomes a step as soon as nothing else runs. */
  end(): void {
    const stroke = this.#inHand
    if (!stroke) return
    this.#inHand = null
    if (!stroke.touched) {
      this.#tidy()
      return
    }
    this.#waiting.push(stroke)
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null
    })
  }

  /** Takes back the stroke in hand; false when there is none. */
  cancel(): boolean {
    const stroke = this.#inHand
    if (!stroke) return false
    this.#inHand = null
    this.#redraw(stroke.label)
    this.#tidy()
    return true
  }

  /** Resolves when every stroke that was made is written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  /** Forgets every copy and every stroke that is not written, as when the case is left. */
  clear(): void {
    this.#waiting = []
    this.#inHand = null
    this.#copies.clear()
    this.#show()
  }

  async #write(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { jobs, data } = this.#desk
      await jobs.free()
      const written = data === this.#desk.data && (await this.#writeOne(next))
      // A stroke that was cancelled or failed takes the ones drawn on top of it along.
      if (!written) this.clear()
      this.#waiting = this.#waiting.filter((own) => own !== next)
    }
    this.#tidy()
  }

  /** Once all is written, the labels themselves are shown again. */
  #tidy(): void {
    if (this.#inHand || this.#waiting.length > 0) return
    this.#copies.clear()
    this.#show()
  }

  #writeOne({ label, brush, pointsIjk }: Stroke): Promise<boolean> {
    const params = strokeParams(brush, pointsIjk)
    return editLabel(this.#desk, label, 'paint', { ...params }, async (line, { mask }, field, ctx) => {
      const input = { mask, field: brush.gate ? field : null }
      return { mask: await line.pipeline.runStage(PAINT_STEP, input, { ...params }, ctx) }
    })
  }

  /** The label's copy, made from what it holds when the first of its strokes begins. */
  #copyOf(labels: LabelSet, label: number): WorkingMask {
    const there = this.#copies.get(label)
    if (there) return there
    const made = new WorkingMask(maskOf(labels, label))
    this.#copies.set(label, made)
    return made
  }

  /** Makes a label's copy again from the strokes that count. */
  #redraw(label: number): void {
    const { labels, field } = this.#desk.data
    this.#copies.delete(label)
    for (const stroke of this.#waiting.filter((own) => own.label === label)) {
      if (labels) replay(this.#copyOf(labels, label), stroke, field)
    }
    this.#show()
  }

  #show(): void {
    this.painted = [...this.#copies].map(([label, working]) => ({ label, working, revision: working.revision }))
  }
}

/** A label that is made by its first stroke holds nothing yet. */
function maskOf(labels: LabelSet, label: number): Mask {
  return label === labels.nextId ? emptyMask(labels.grid) : labelOf(labels, label).mask
}

function lastPoint({ pointsIjk: p }: Stroke): Vec3 | null {
  const [i, j, k] = p.slice(-3)
  return i === undefined || j === undefined || k === undefined ? null : [i, j, k]
}

function replay(copy: WorkingMask, { brush, pointsIjk }: Stroke, field: Desk['data']['field']): void {
  let from: Vec3 | null = null
  for (let n = 0; n < pointsIjk.length; n += 3) {
    const to = pointsIjk.slice(n, n + 3) as unknown as Vec3
    copy.dab(from ?? to, to, brush, field)
    from = to
  }
}
