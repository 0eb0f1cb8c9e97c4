import type { Vec3 } from '../../core/types.ts'
import { LayerPicture } from './layer-picture.ts'
import type { Plane } from './plane.ts'
import { greySlice } from './slice-pixels.ts'
import { drawMarks, FILL_OPACITY, type Layer, type SlicePainter, type SliceScene, surfaceOf } from './slice-scene.ts'

const OUTLINE_PX = 1.5

/** Draws one pane; keeps the last slice and label pictures, so that zooming and moving the crosshair cut nothing again. */
export class SliceCanvas implements SlicePainter {
  readonly #canvas: HTMLCanvasElement
  #grey: { key: readonly unknown[]; picture: HTMLCanvasElement } | null = null
  #layers: LayerPicture[] = []

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  draw(scene: SliceScene, cssWidth: number, cssHeight: number): void {
    const surface = surfaceOf(this.#canvas, scene, cssWidth, cssHeight)
    if (surface === null) return
    const { context, width, height, scale, origin } = surface
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = '#000'
    context.fillRect(0, 0, width, height)
    // From picture coordinates (pixel centres at whole numbers) to device pixels.
    context.setTransform(scale[0], 0, 0, scale[1], ...origin)
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(this.#greyPicture(scene), -0.5, -0.5)
    this.#layers.length = Math.min(this.#layers.length, scene.layers.length)
    for (const [n, layer] of scene.layers.entries()) this.#drawLayer(context, scene, layer, n, surface.dpr)
    drawMarks(scene, surface)
  }

  close(): void {
    this.#grey = null
    this.#layers = []
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

  #drawLayer(
    context: CanvasRenderingContext2D,
    { plane, slice }: SliceScene,
    layer: Layer,
    n: number,
    dpr: number,
  ): void {
    const drawn = this.#layers[n] ?? new LayerPicture()
    this.#layers[n] = drawn
    drawn.show(layer, plane, slice)
    context.globalAlpha = FILL_OPACITY
    context.drawImage(drawn.picture, -0.5, -0.5)
    context.globalAlpha = 1
    const transform = context.getTransform()
    const moved = new Path2D()
    for (const path of drawn.paths) moved.addPath(path, transform)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.strokeStyle = layer.hex
    context.lineWidth = OUTLINE_PX * dpr
    context.lineCap = 'round'
    context.stroke(moved)
    context.setTransform(transform)
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
