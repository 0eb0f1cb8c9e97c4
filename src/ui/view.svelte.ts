import { getContext, setContext } from 'svelte'
import type { CheckId, Place } from '../core/finding.ts'
import type { Vec3 } from '../core/types.ts'
import { DrawState } from './draw.svelte.ts'
import { PartTools } from './part-tools.svelte.ts'
import type { ToolId } from './segment-tools.ts'
import { ToolSettings } from './tool-settings.svelte.ts'
import type { ToolHand } from './viewer/pane-hand.ts'
import type { PlaneId } from './viewer/plane.ts'

export type WindowId = 'bone' | 'soft' | 'lung' | 'auto'
export type ColourId = 'thickness' | 'deviation' | 'confidence' | 'vanish' | 'plain'
export type PaneId = PlaneId | 'part'

/** The place a person is looking at: one of a finding's places. */
export interface Mark {
  readonly check: CheckId
  readonly index: number
}

/** What growing at a click is told; null where the tool's own value for the scan stands. */
export interface GrowChoice {
  readonly by: 'tolerance' | 'range'
  readonly toleranceHu: number | null
  readonly lowHu: number | null
  readonly highHu: number | null
  readonly maxDistanceMm: number | null
  readonly isAdded: boolean
}

export const GROW_CHOICE: GrowChoice = {
  by: 'tolerance',
  toleranceHu: null,
  lowHu: null,
  highHu: null,
  maxDistanceMm: null,
  isAdded: true,
}

const FLY_ZOOM = 2.5

/** What is being looked at: shared by the slices, the part and the findings; belongs to no case and is never stored. */
export class ViewState {
  /** LPS mm, shared by all panes. */
  crosshair = $state.raw<Vec3>([0, 0, 0])
  /** Where a slice was clicked last, LPS mm: turning over the slices moves the crosshair, but not this. */
  picked = $state.raw<Vec3 | null>(null)
  grow = $state.raw<GrowChoice>(GROW_CHOICE)
  /** LPS mm shown in the middle of each slice pane; null shows the middle of the scan. */
  centre = $state.raw<Vec3 | null>(null)
  /** 1 shows the whole slice. */
  zoom = $state(1)
  window = $state<WindowId>('bone')
  /** The pane shown alone; null shows all. */
  large = $state<PaneId | null>(null)
  colour = $state<ColourId>('thickness')
  labelsShown = $state(true)
  /** Voxels of which the AI was unsure are drawn over its label. */
  unsureShown = $state(true)
  /** A place that is being looked at and is none of a finding, LPS mm. */
  spot = $state.raw<Vec3 | null>(null)
  /** The number of the unsure place that is being looked at in Approve. */
  region = $state<number | null>(null)
  /** Unsure places that were looked at in Approve, by case, label and number. */
  seenRegions = $state.raw<ReadonlySet<string>>(new Set())
  /** The tool at hand in Segment. */
  tool = $state<ToolId>('threshold')
  readonly draw = new DrawState()
  readonly settings = new ToolSettings()
  readonly part = new PartTools()
  /** What would drop the edits of the part, until the person has said yes or no. */
  remaking = $state.raw<(() => void) | null>(null)
  /** What the tool at hand does on the pictures; null for a tool that leaves them alone. */
  hand = $state.raw<ToolHand | null>(null)
  /** A drag moves the picture, whatever the tool. */
  panning = $state(false)
  /** The list of shortcuts is open. */
  keysShown = $state(false)
  mark = $state.raw<Mark | null>(null)
  /** Grows with each flight, so that flying twice to one place turns the part twice. */
  flights = $state(0)

  /** Does what makes the model anew; asks first when that would drop edits of the part. */
  remake(edits: number, work: () => void): void {
    if (edits === 0) work()
    else this.remaking = work
  }

  /** Moves slices and part to a place of a finding and marks it; the slices only where it lies in the scan. */
  fly(check: CheckId, index: number, place: Place, isInScan: boolean): void {
    this.mark = { check, index }
    if (isInScan) this.#centreOn(place.at)
    if (check === 'wall-thickness') this.colour = 'thickness'
    if (check.startsWith('surface-')) this.colour = 'deviation'
    this.flights++
  }

  /** Moves the slices to a place and rings it. */
  lookAt(at: Vec3): void {
    this.spot = at
    this.#centreOn(at)
  }

  /** Takes the ring of lookAt away. */
  unmark(): void {
    this.spot = null
  }

  /** Moves the slices to an unsure place and marks it. */
  showRegion({ n, at, key }: { readonly n: number; readonly at: Vec3; readonly key: string }): void {
    this.region = n
    this.seenRegions = new Set([...this.seenRegions, key])
    this.lookAt(at)
  }

  leaveRegion(): void {
    this.region = null
    this.unmark()
  }

  #centreOn(at: Vec3): void {
    this.crosshair = at
    this.centre = at
    this.zoom = Math.max(this.zoom, FLY_ZOOM)
  }

  /** Puts the crosshair where a person clicked. */
  pick(at: Vec3): void {
    this.crosshair = at
    this.picked = at
  }

  showAll(): void {
    this.zoom = 1
    this.centre = null
  }

  toggleLarge(pane: PaneId): void {
    this.large = this.large === pane ? null : pane
  }
}

const KEY = Symbol('view')
export const provideView = (view: ViewState): ViewState => setContext(KEY, view)
export const useView = (): ViewState => getContext<ViewState>(KEY)
