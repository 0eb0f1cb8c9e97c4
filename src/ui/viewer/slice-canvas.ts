import type { Mask, Vec3, Volume } from '../../core/types.ts'
import type { Plane } from './plane.ts'
import { type GreyWindow, greySlice, maskSlice, outline } from './slice-pixels.ts'

/** What one pane shows. Lengths in CSS pixels. */
export interface SliceScene {
  readonly volume: Volume
  readonly plane: Plane
  readonly slice: number
  readonly window: GreyWindow
  readonly mask: Mask | null
  readonly maskColour: string
  /** Column and row at the middle of the pane. */
  readonly centre: readonly [number, number]
  readonly pixelsPerMm: number
  /** Column and row of the crosshair; null hides it. */
  readonly cross: readonly [number, number] | null
  readonly crossColour: string
  /** A ring around a place that is being looked at. */
  readonly ring: readonly [number, number] | null
  readonly ringColour: string
}

const FILL_OPACITY = 0.34
const OUTLINE_PX = 1.5
const CROSS_GAP_PX = 10
const RING_PX = 14
/** Above this many pieces an outline is noise, and drawing it would stall the page. */
const MOST_LINES = 120_000

/** Draws one pane; keeps the last slice and mask picture, so that zooming and moving the crosshair cut nothing again. */
export class SliceCanvas {
  readonly #canvas: HTMLCanvasElement
  #grey: { key: readonly unknown[]; picture: HTMLCanvasElement } | null = null
  #mask: { key: readonly unknown[]; picture: HTMLCanvasElement; path: Path2D } | null = null

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  /** Draws into a pane of this size. */
  draw(scene: SliceScene, width: number, height: number): void {
    const context = this.#canvas.getContext('2d')
    if (!context || width < 1 || height < 1) return
    const dpr = devicePixelRatio
    const [w, h] = [Math.round(width * dpr), Math.round(height * dpr)]
    if (this.#canvas.width !== w || this.#canvas.height !== h) {
      this.#canvas.width = w
      this.#canvas.height = h
    }
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = '#000'
    context.fillRect(0, 0, w, h)
    const sx = scene.plane.columnMm * scene.pixelsPerMm * dpr
    const sy = scene.plane.rowMm * scene.pixelsPerMm * dpr
    // From picture coordinates (pixel centres at whole numbers) to device pixels.
    context.setTransform(sx, 0, 0, sy, w / 2 - scene.centre[0] * sx, h / 2 - scene.centre[1] * sy)
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(this.#greyPicture(scene), -0.5, -0.5)
    if (scene.mask !== null) this.#drawMask(context, scene, scene.mask, dpr)
    const toPixel = (at: readonly [number, number]) =>
      [w / 2 + (at[0] - scene.centre[0]) * sx, h / 2 + (at[1] - scene.centre[1]) * sy] as const
    context.setTransform(1, 0, 0, 1, 0, 0)
    if (scene.cross !== null) drawCross(context, toPixel(scene.cross), scene.crossColour, dpr)
    if (scene.ring !== null) drawRing(context, toPixel(scene.ring), scene.ringColour, dpr)
  }

  #greyPicture(scene: SliceScene): HTMLCanvasElement {
    const { volume, plane, slice, window } = scene
    const key = [volume, plane, slice, window.low, window.high]
    if (this.#grey !== null && same(this.#grey.key, key)) return this.#grey.picture
    const picture = this.#grey?.picture ?? document.createElement('canvas')
    paint(picture, plane, (out) => greySlice(volume, plane, slice, window, out))
    this.#grey = { key, picture }
    return picture
  }

  #drawMask(context: CanvasRenderingContext2D, scene: SliceScene, mask: Mask, dpr: number): void {
    const { picture, path } = this.#maskPicture(scene, mask)
    context.globalAlpha = FILL_OPACITY
    context.drawImage(picture, -0.5, -0.5)
    context.globalAlpha = 1
    const transform = context.getTransform()
    const moved = new Path2D()
    moved.addPath(path, transform)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.strokeStyle = scene.maskColour
    context.lineWidth = OUTLINE_PX * dpr
    context.lineCap = 'round'
    context.stroke(moved)
    context.setTransform(transform)
  }

  #maskPicture(scene: SliceScene, mask: Mask): { picture: HTMLCanvasElement; path: Path2D } {
    const { plane, slice, maskColour } = scene
    const key = [mask, plane, slice, maskColour]
    if (this.#mask !== null && same(this.#mask.key, key)) return this.#mask
    const on = new Uint8Array(plane.columns * plane.rows)
    const set = maskSlice(mask, plane, slice, on)
    const picture = this.#mask?.picture ?? document.createElement('canvas')
    const colour = pixelOf(maskColour)
    paint(picture, plane, (out) => {
      for (let n = 0; n < out.length; n++) out[n] = on[n] === 1 ? colour : 0
    })
    const path = set === 0 ? new Path2D() : pathOf(outline(on, plane.columns, plane.rows))
    this.#mask = { key, picture, path }
    return this.#mask
  }
}

const same = (a: readonly unknown[], b: readonly unknown[]) => a.every((v, n) => v === b[n])

function paint(canvas: HTMLCanvasElement, plane: Plane, fill: (out: Uint32Array) => void): void {
  canvas.width = plane.columns
  canvas.height = plane.rows
  const image = new ImageData(plane.columns, plane.rows)
  fill(new Uint32Array(image.data.buffer))
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}

/** "#8fa2ff" as an opaque little-endian RGBA pixel. */
function pixelOf(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16)
  return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0
}

function pathOf(lines: readonly number[]): Path2D {
  const path = new Path2D()
  if (lines.length / 4 > MOST_LINES) return path
  for (let n = 0; n < lines.length; n += 4) {
    path.moveTo(lines[n] as number, lines[n + 1] as number)
    path.lineTo(lines[n + 2] as number, lines[n + 3] as number)
  }
  return path
}

function drawCross(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  colour: string,
  dpr: number,
): void {
  const { width, height } = context.canvas
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

function drawRing(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  colour: string,
  dpr: number,
): void {
  context.strokeStyle = colour
  context.lineWidth = 2 * dpr
  context.beginPath()
  context.arc(x, y, RING_PX * dpr, 0, 2 * Math.PI)
  context.stroke()
}

/** Pixels a mm at which a whole slice fits a pane, with a little air. */
export function fitPixelsPerMm(plane: Plane, width: number, height: number): number {
  return 0.96 * Math.min(width / (plane.columns * plane.columnMm), height / (plane.rows * plane.rowMm))
}

/** Column and row under a point of the pane. */
export function pictureAt(
  plane: Plane,
  centre: readonly [number, number],
  pixelsPerMm: number,
  point: readonly [number, number],
  size: readonly [number, number],
  slice: number,
): Vec3 {
  return [
    centre[0] + (point[0] - size[0] / 2) / (plane.columnMm * pixelsPerMm),
    centre[1] + (point[1] - size[1] / 2) / (plane.rowMm * pixelsPerMm),
    slice,
  ]
}
