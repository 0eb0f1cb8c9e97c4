import type { Mask, Volume, VoxelBox } from '../../core/types.ts'
import type { Plane } from './plane.ts'
import type { GreyWindow } from './slice-pixels.ts'

const CROSS_GAP_PX = 10
const RING_PX = 14

type Point = readonly [number, number]

/** A label as it is drawn. */
export interface Layer {
  readonly mask: Mask
  /** Number of its colour, from 1, and the colour itself as "#8fa2ff". */
  readonly colour: number
  readonly hex: string
  /** Grows when the mask was changed in place, as under a brush. */
  readonly revision: number
  /** What was changed after a revision; null for nothing. A mask that is never changed in place has none. */
  readonly touchedSince?: (revision: number) => VoxelBox | null
}

export const sameLayer = (a: Layer, b: Layer): boolean =>
  a.mask === b.mask && a.hex === b.hex && a.revision === b.revision

/** What one pane shows, whichever engine makes the picture. Lengths in CSS pixels, points as column and row. */
export interface SliceScene {
  readonly volume: Volume
  readonly plane: Plane
  readonly slice: number
  readonly window: GreyWindow
  /** Labels over the grey, the first at the bottom. */
  readonly layers: readonly Layer[]
  /** What lies at the middle of the pane. */
  readonly centre: Point
  readonly pixelsPerMm: number
  /** The crosshair; null hides it. */
  readonly cross: Point | null
  readonly crossColour: string
  /** A ring around a place that is being looked at. */
  readonly ring: Point | null
  readonly ringColour: string
  /** Its radius, dashed, where that says how large the place is; else it has one size on the screen. */
  readonly ringMm?: number
}

/** Opacity of a mask over the grey picture. */
export const FILL_OPACITY = 0.34

/** Draws the scenes of one pane until it is closed. */
export interface SlicePainter {
  /** Draws into a pane of this size. */
  draw(scene: SliceScene, width: number, height: number): void
  close(): void
}

/** One drawing surface behind several panes. */
export interface SliceSheet {
  /** A painter for the pane whose own canvas this is. */
  pane(canvas: HTMLCanvasElement): SlicePainter
}

/** A pane's canvas, sized in device pixels, and the way from a picture to it. */
export interface Surface {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly dpr: number
  /** Device pixels a column and a row. */
  readonly scale: Point
  /** Device pixels of column 0, row 0. */
  readonly origin: Point
}

/** Sizes a pane's canvas for a scene; null where it cannot be drawn on. */
export function surfaceOf(
  canvas: HTMLCanvasElement,
  scene: SliceScene,
  cssWidth: number,
  cssHeight: number,
): Surface | null {
  const context = canvas.getContext('2d')
  if (!context || cssWidth < 1 || cssHeight < 1) return null
  const dpr = devicePixelRatio
  const [width, height] = [Math.round(cssWidth * dpr), Math.round(cssHeight * dpr)]
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const { plane, pixelsPerMm, centre } = scene
  const scale = [plane.columnMm * pixelsPerMm * dpr, plane.rowMm * pixelsPerMm * dpr] as const
  const origin = [width / 2 - centre[0] * scale[0], height / 2 - centre[1] * scale[1]] as const
  return { context, width, height, dpr, scale, origin }
}

/** Draws crosshair and ring; leaves the context's transform at identity. */
export function drawMarks(scene: SliceScene, surface: Surface): void {
  const { scale, origin } = surface
  const pixel = (at: Point): Point => [origin[0] + at[0] * scale[0], origin[1] + at[1] * scale[1]]
  surface.context.setTransform(1, 0, 0, 1, 0, 0)
  if (scene.cross !== null) drawCross(surface, pixel(scene.cross), scene.crossColour)
  if (scene.ring !== null)
    drawRing(surface, pixel(scene.ring), scene.ringColour, (scene.ringMm ?? 0) * scene.pixelsPerMm)
}

function drawCross({ context, width, height, dpr }: Surface, [x, y]: Point, colour: string): void {
  const gap = CROSS_GAP_PX * dpr
  const [cx, cy] = [Math.round(x) + 0.5, Math.round(y) + 0.5]
  context.strokeStyle = colour
  context.globalAlpha = 0.75
  context.lineWidth = dpr
  context.beginPath()
  context.moveTo(0, cy)
  context.lineTo(cx - gap, cy)
  context.moveTo(cx + gap, cy)
  context.lineTo(width, cy)
  context.moveTo(cx, 0)
  context.lineTo(cx, cy - gap)
  context.moveTo(cx, cy + gap)
  context.lineTo(cx, height)
  context.stroke()
  context.globalAlpha = 1
}

function drawRing({ context, dpr }: Surface, [x, y]: Point, colour: string, sizePx: number): void {
  context.strokeStyle = colour
  context.lineWidth = 2 * dpr
  context.beginPath()
  context.setLineDash(sizePx > 0 ? [5 * dpr, 4 * dpr] : [])
  context.arc(x, y, Math.max(RING_PX, sizePx) * dpr, 0, 2 * Math.PI)
  context.stroke()
  context.setLineDash([])
}

/** "#8fa2ff" as an opaque little-endian RGBA pixel. */
export function pixelOf(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16)
  return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0
}
