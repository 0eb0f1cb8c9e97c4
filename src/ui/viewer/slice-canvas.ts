import type { Vec3 } from '../../core/types.ts'
import { LayerPicture } from './layer-picture.ts'
import type { Plane } from './plane.ts'
import { greySlice, type Region } from './slice-pixels.ts'
import { drawMarks, FILL_OPACITY, type SlicePainter, type SliceScene, type Surface, surfaceOf } from './slice-scene.ts'

const OUTLINE_PX = 1.5

/** Draws one pane; keeps the last slice and label pictures, so that zooming and moving the crosshair cut nothing again. */
export class SliceCanvas implements SlicePainter {
  readonly #canvas: HTMLCanvasElement
  #grey: { key: readonly unknown[]; picture: HTMLCanvasElement } | null = null
  #layers: LayerPicture[] = []
  /** All that the last picture was drawn from, but for what its layers hold. */
  #drawn: readonly unknown[] = []

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  draw(scene: SliceScene, cssWidth: number, cssHeight: number): void {
    const changed = this.#showLayers(scene)
    const from = sceneKey(scene, cssWidth, cssHeight)
    const anew = from.length !== this.#drawn.length || !same(from, this.#drawn)
    if (!anew && !changed) return
    this.#drawn = from
    const surface = surfaceOf(this.#canvas, scene, cssWidth, cssHeight)
    if (surface === null) return
    const { context, width, height, scale, origin } = surface
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.save()
    // Under a brush only what it touched: without a graphics card, drawing a whole pane takes longer than a frame.
    if (!anew && changed) clipTo(surface, changed)
    context.fillStyle = '#000'
    context.fillRect(0, 0, width, height)
    // From picture coordinates (pixel centres at whole numbers) to device pixels.
    context.setTransform(scale[0], 0, 0, scale[1], ...origin)
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(this.#greyPicture(scene), -0.5, -0.5)
    for (const [n, { hex }] of scene.layers.entries()) this.#drawLayer(context, n, hex, surface.dpr)
    drawMarks(scene, surface)
    context.restore()
  }

  close(): void {
    this.#grey = null
    this.#layers = []
    this.#drawn = []
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

  /** Brings the layers up to the scene; the part that looks different from what was drawn, null for nothing. */
  #showLayers({ layers, plane, slice }: SliceScene): Region | null {
    this.#layers.length = Math.min(this.#layers.length, layers.length)
    let changed: Region | null = null
    for (const [n, layer] of layers.entries()) {
      const drawn = this.#layers[n] ?? new LayerPicture()
      this.#layers[n] = drawn
      const part = drawn.show(layer, plane, slice)
      if (part) changed = changed ? joined(changed, part) : part
    }
    return changed
  }

  #drawLayer(context: CanvasRenderingContext2D, n: number, hex: string, dpr: number): void {
    const drawn = this.#layers[n]
    if (!drawn) return
    context.globalAlpha = FILL_OPACITY
    context.drawImage(drawn.picture, -0.5, -0.5)
    context.globalAlpha = 1
    const transform = context.getTransform()
    const moved = new Path2D()
    for (const path of drawn.paths) moved.addPath(path, transform)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.strokeStyle = hex
    context.lineWidth = OUTLINE_PX * dpr
    context.lineCap = 'round'
    context.stroke(moved)
    context.setTransform(transform)
  }
}

const joined = (a: Region, b: Region): Region => ({
  left: Math.min(a.left, b.left),
  right: Math.max(a.right, b.right),
  top: Math.min(a.top, b.top),
  bottom: Math.max(a.bottom, b.bottom),
})

/** Keeps drawing to a part of the picture and the width of an outline around it, in whole device pixels. */
function clipTo({ context, scale, origin, dpr }: Surface, { left, right, top, bottom }: Region): void {
  const air = 2 * OUTLINE_PX * dpr
  const [x0, y0] = [origin[0] + (left - 1) * scale[0] - air, origin[1] + (top - 1) * scale[1] - air]
  const [x1, y1] = [origin[0] + (right + 1) * scale[0] + air, origin[1] + (bottom + 1) * scale[1] + air]
  context.beginPath()
  context.rect(Math.floor(x0), Math.floor(y0), Math.ceil(x1) - Math.floor(x0), Math.ceil(y1) - Math.floor(y0))
  context.clip()
}

function sceneKey(
  { layers, window, centre, cross, ring, ...rest }: SliceScene,
  width: number,
  height: number,
): unknown[] {
  const places = [centre, cross, ring].flatMap((at): (number | null)[] => (at ? [...at] : [null, null]))
  const { volume, plane, slice, pixelsPerMm, crossColour, ringColour, ringMm } = rest
  const words = [
    volume,
    plane,
    slice,
    pixelsPerMm,
    crossColour,
    ringColour,
    ringMm,
    layers.length,
    window.low,
    window.high,
  ]
  return [...words, ...places, width, height, devicePixelRatio]
}

const same = (a: readonly unknown[], b: readonly unknown[]) => a.every((v, n) => v === b[n])

function paint(canvas: HTMLCanvasElement, plane: Plane, fill: (out: Uint32Array) => void): void {
  canvas.width = plane.columns
  canvas.height = plane.rows
  const image = new ImageData(plane.columns, plane.rows)
  fill(new Uint32Array(image.data.buffer))
  canvas.getContext('2d')?.putImageData(image, 0, 0)
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
