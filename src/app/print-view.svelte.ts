import { meshVolumeMm3 } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import { type Acceptance, formOf, judgePrint, type MeasuredBlock, type ReprintReason } from '../print/acceptance.ts'
import type { PartComparison } from '../print/compare-part.ts'
import { compensation, controlChart, printerStrainPercent } from '../print/drift.ts'
import { type Estimate, estimate } from '../print/estimate.ts'
import { type Orientation, type OrientGoal, OVERHANG_DEG } from '../print/orient.ts'
import type { PrinterProfile } from '../print/profiles.ts'
import { IDENTITY } from '../print/rotation.ts'
import { blocksByHand, type TicketBlock } from '../print/ticket.ts'
import type { Desk } from './desk.svelte.ts'
import {
  isRefused,
  jobOf,
  type PrintRecord,
  printerErrorMm,
  printsOn,
  profileFor,
  profilesOf,
} from './print-records.ts'
import type { DriftView, PartCtView } from './print-view.ts'

interface Found {
  readonly mesh: Mesh
  readonly process: PrinterProfile['process']
  readonly orientation: Orientation
  readonly areaMm2: number
}

interface Form {
  /** The file it is about. */
  readonly job: string | null
  readonly blocks: readonly MeasuredBlock[]
  readonly stated: readonly ReprintReason[]
  readonly photo: Blob | null
}

/** What is looked at and typed in at Print and Verify, for the open case. Nothing of it outlives the model it is about. */
export class PrintDesk {
  goal = $state<OrientGoal>('supports')
  readonly #desk: Desk
  readonly #landingBlocks: () => readonly TicketBlock[]
  #found = $state.raw<Found | null>(null)
  #form = $state.raw<Form>({ job: null, blocks: [], stated: [], photo: null })
  #compared = $state.raw<{ readonly mesh: Mesh; readonly comparison: PartComparison } | null>(null)

  constructor(desk: Desk, landingBlocks: () => readonly TicketBlock[] = () => []) {
    this.#desk = desk
    this.#landingBlocks = landingBlocks
  }

  get profiles(): readonly PrinterProfile[] {
    const { process } = this.#desk.data
    return profilesOf(this.#desk.prints.kept).filter((profile) => profile.process === process)
  }

  /** The one chosen last, if it prints as the case is to be printed. */
  get profile(): PrinterProfile {
    return profileFor(this.#desk.prints.kept, this.#desk.data.process)
  }

  get found(): Found | null {
    const { mesh, process } = this.#desk.data
    return this.#found?.mesh === mesh && sameSupports(this.#found.process, process) ? this.#found : null
  }
  set found(found: Found) {
    this.#found = found
  }

  get estimate(): Estimate | null {
    const { found } = this
    if (!found) return null
    const { heightMm, supportMm3 } = found.orientation.best
    const volumeMm3 = meshVolumeMm3(found.mesh)
    return estimate({ volumeMm3, areaMm2: found.areaMm2, heightMm, supportMm3 }, this.profile)
  }

  get rotation() {
    return this.found?.orientation.best.rotation ?? IDENTITY
  }

  get job(): string | null {
    return this.#desk.data.exports.at(-1)?.digest ?? null
  }

  get isByHand(): boolean {
    return this.#landingBlocks().length === 0
  }

  get form(): Form {
    if (this.#form.job === this.job && this.#form.blocks.length > 0) return this.#form
    const blocks = formOf(this.isByHand ? blocksByHand() : this.#landingBlocks())
    return { job: this.job, blocks, stated: [], photo: null }
  }
  set form(form: Form) {
    this.#form = form
  }

  /** Changes one block of the form. */
  changeBlock(block: number, how: (before: MeasuredBlock) => MeasuredBlock): void {
    const { form } = this
    this.form = { ...form, blocks: form.blocks.map((one, n) => (n === block ? how(one) : one)) }
  }

  get earlier(): readonly PrintRecord[] {
    return this.job === null ? [] : jobOf(this.#desk.prints.kept, this.job)
  }

  get acceptance(): Acceptance {
    const { blocks, stated } = this.form
    return judgePrint({ blocks, stated, earlierFailures: this.earlier.filter(isRefused).length })
  }

  get comparison(): PartComparison | null {
    return this.#compared?.mesh === this.#desk.data.mesh ? this.#compared.comparison : null
  }
  setCompared(mesh: Mesh, comparison: PartComparison): void {
    this.#compared = { mesh, comparison }
  }
  forgetCompared(): void {
    this.#compared = null
  }

  get ct(): PartCtView | null {
    const { partCt } = this.#desk.data
    if (partCt === null) return null
    const { volume, histogram, found } = partCt.ct
    return { ...found, histogram, unit: volume.unit, atValue: partCt.thresholdValue }
  }

  get errorMm(): number | null {
    return printerErrorMm(this.#desk.prints.kept, this.#desk.data.process)
  }

  get drift(): DriftView {
    const strains = printsOn(this.#desk.prints.kept, this.profile.id).flatMap((print) => {
      const strain = printerStrainPercent(print)
      return strain === null ? [] : [strain]
    })
    const axes = ([0, 1, 2] as const).map((axis) => {
      const values = strains.map((strain) => strain[axis])
      return { chart: controlChart(values), compensation: compensation(values) }
    })
    return { axes, prints: strains.length }
  }
}

const sameSupports = (a: PrinterProfile['process'], b: PrinterProfile['process']) => OVERHANG_DEG[a] === OVERHANG_DEG[b]
