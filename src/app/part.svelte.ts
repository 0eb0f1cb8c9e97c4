import { joinedMesh, meshVolumeMm3, triangleCount } from '../core/mesh.ts'
import { voxelsOf } from '../segment/label-set.ts'
import type { Desk } from './desk.svelte.ts'
import { editPart, mayBeRemoved, removeEdit, stepPart } from './edit-part.ts'
import { textLines } from './mark-orders.ts'
import type { Body } from './part-body.ts'
import { partEditOf } from './part-edits.ts'
import { gapsOf, measureFit } from './part-fit.ts'
import { editsOf, pendingActs } from './part-history.ts'
import { LABEL_BODY, labelOfBody, labelsShown } from './part-labels.ts'
import {
  type BodyRow,
  type BodyRun,
  type EditRow,
  LONGEST_NAME,
  type PartFit,
  type PartView,
  type ToolOrder,
} from './part-view.ts'
import { textHalf } from './queries.ts'
import type { SmoothChoice } from './smooth-choice.ts'
import type { TextWish } from './text-wish.ts'

const runOf = ({ id, mesh }: Body): BodyRun => ({
  id,
  vertices: mesh.positions.length / 3,
  triangles: triangleCount(mesh),
})

/** The bodies of the open case and the edits of them, as the screen reads and changes them. */
export class Part implements PartView {
  readonly #desk: Desk

  readonly bodies: readonly BodyRow[] = $derived.by(() => {
    const { bodies, hiddenBodies } = this.#desk.data
    return bodies.map((body) => {
      const { id, name, mesh } = body
      const label = labelOfBody(this.#desk.data, body)
      return { id, name, label, mm3: meshVolumeMm3(mesh), visible: !hiddenBodies.has(id) }
    })
  })
  readonly labels = $derived.by(() => labelsShown(this.#desk.data))
  readonly otherLabels = $derived.by(() => {
    const marked = this.#desk.data.labels?.labels.filter(({ mask }) => voxelsOf(mask) > 0) ?? []
    return marked.filter(({ id }) => !this.labels.some((label) => label.id === id))
  })
  readonly #visible = $derived.by(() => {
    const { bodies, hiddenBodies } = this.#desk.data
    return bodies.filter(({ id }) => !hiddenBodies.has(id))
  })
  readonly shown = $derived.by(() => {
    const { bodies, mesh } = this.#desk.data
    if (this.#visible.length === bodies.length) return mesh
    return this.#visible.length > 0 ? joinedMesh(this.#visible.map((body) => body.mesh)) : null
  })
  readonly shownBodies: readonly BodyRun[] = $derived(this.#visible.map(runOf))
  readonly allBodies: readonly BodyRun[] = $derived.by(() => this.#desk.data.bodies.map(runOf))
  #fit = $state.raw<PartFit | null>(null)
  readonly fit = $derived.by(() => {
    const { bodies } = this.#desk.data
    return this.#fit?.bodies.every(({ mesh }) => bodies.some((body) => body.mesh === mesh)) ? this.#fit : null
  })
  readonly gapMm = $derived(this.fit ? gapsOf(this.fit, this.#visible) : null)
  readonly edits: readonly EditRow[] = $derived.by(() => {
    const edits = editsOf(this.#desk.data.part)
    return edits.map((edit, n) => ({ ...edit, mayBeRemoved: mayBeRemoved(edit, edits.slice(n + 1)) }))
  })

  constructor(desk: Desk) {
    this.#desk = desk
  }

  get activeBody() {
    return this.#desk.data.activeBody
  }
  get madeLedger() {
    return this.#desk.data.ledger
  }
  get isMoved() {
    return this.edits.some(({ stage }) => partEditOf(stage).moves !== undefined)
  }
  get undoStage() {
    return pendingActs(this.#desk.data.part).undo
  }
  get redoStage() {
    return pendingActs(this.#desk.data.part).redo
  }

  edit(orders: readonly ToolOrder[], on: readonly number[] = this.#chosen()): Promise<void> {
    return editPart(this.#desk, ...orders.map((order) => ({ ...order, on })))
  }
  addLabel(label: number, choice: SmoothChoice): Promise<void> {
    return editPart(this.#desk, { stage: LABEL_BODY, params: { label, ...choice }, on: [] })
  }
  textLines(wish: TextWish): Promise<readonly string[]> {
    const { activeBody, bodies } = this.#desk.data
    return textLines(this.#desk, wish, activeBody ?? bodies[0]?.id ?? 0)
  }
  textHalf = (lines: readonly string[], capHeightMm: number) => textHalf(this.#desk.workers, lines, capHeightMm)
  remove = (index: number): Promise<void> => removeEdit(this.#desk, index)
  undo = (): Promise<void> => stepPart(this.#desk, 'undo')
  redo = (): Promise<void> => stepPart(this.#desk, 'redo')

  #chosen(): readonly number[] {
    const { activeBody, bodies } = this.#desk.data
    return activeBody === null ? bodies.map(({ id }) => id) : [activeBody]
  }
  async measureFit(ids: readonly [number, number], clearanceMm: number): Promise<void> {
    this.#fit = (await measureFit(this.#desk, ids, clearanceMm)) ?? this.#fit
  }
  forgetFit(): void {
    this.#fit = null
  }
  choose(body: number | null): void {
    this.#desk.data.activeBody = body
    this.#desk.saveState()
  }
  rename(body: number, name: string): void {
    this.#desk.data.nameBody(body, name.trim().slice(0, LONGEST_NAME))
    this.#desk.saveState()
  }
  show(body: number, visible: boolean): void {
    const others = [...this.#desk.data.hiddenBodies].filter((id) => id !== body)
    this.#desk.data.hiddenBodies = new Set(visible ? others : [...others, body])
  }
}
