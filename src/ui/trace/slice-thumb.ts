import type { Mask, Vec3, Volume } from '../../core/types.ts'
import { pathOf } from '../viewer/layer-picture.ts'
import { type Plane, type PlaneId, planeOf, sliceAt } from '../viewer/plane.ts'
import { greyPicture } from '../viewer/section-picture.ts'
import { type GreyWindow, greySlice, maskSlice, outline, type Region, wholeOf } from '../viewer/slice-pixels.ts'

export interface ThumbScene {
  readonly volume: Volume
  readonly window: GreyWindow
  readonly plane: PlaneId
  /** A place in the slice, LPS mm. */
  readonly at: Vec3
  /** Drawn over it, and what the picture is drawn close to; null shows the whole slice. */
  readonly mask: { readonly mask: Mask; readonly hex: string } | null
}

/** Air around a mask, as a share of its size. */
const AIR = 0.18
const AREA_ALPHA = 0.34
const LINE_PX = 2

/** Draws a slice into a canvas of this size in pixels, as large as it fits. */
export function drawThumb(canvas: HTMLCanvasElement, { volume, window, plane: id, at, mask }: ThumbScene): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const plane = planeOf(volume.grid, id)
  const slice = sliceAt(volume.grid, plane, at)
  const { columns, rows } = plane
  const on = new Uint8Array(columns * rows)
  const isMarked = mask !== null && maskSlice(mask.mask, plane, slice, on) > 0
  const region = isMarked ? around(on, plane) : wholeOf(plane)
  const [scaleX, scaleY] = scaleOf(region, plane, canvas, isMarked)
  context.resetTransform()
  context.fillStyle = '#000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  const middle = [(region.left + region.right + 1) / 2, (region.top + region.bottom + 1) / 2] as const
  context.setTransform(
    scaleX,
    0,
    0,
    scaleY,
    canvas.width / 2 - middle[0] * scaleX,
    canvas.height / 2 - middle[1] * scaleY,
  )
  context.imageSmoothingQuality = 'high'
  context.drawImage(
    greyPicture(columns, rows, (out) => greySlice(volume, plane, slice, window, out)),
    0,
    0,
  )
  if (mask && isMarked) drawMask(context, on, plane, mask.hex, [scaleX, scaleY])
}

/** The mask as a tint, and its edge as a line of even width. */
function drawMask(
  context: CanvasRenderingContext2D,
  on: Uint8Array,
  { columns, rows }: Plane,
  hex: string,
  [scaleX, scaleY]: readonly [number, number],
): void {
  const tint = greyPicture(columns, rows, (out) => {
    for (let n = 0; n < out.length; n++) out[n] = on[n] === 1 ? 0xffffffff : 0
  })
  const colour = tint.getContext('2d')
  if (colour) {
    colour.globalCompositeOperation = 'source-in'
    colour.fillStyle = hex
    colour.fillRect(0, 0, columns, rows)
  }
  context.globalAlpha = AREA_ALPHA
  context.drawImage(tint, 0, 0)
  context.globalAlpha = 1
  context.translate(0.5, 0.5)
  const path = pathOf(outline(on, columns, rows))
  context.strokeStyle = hex
  context.lineWidth = LINE_PX / Math.sqrt(scaleX * scaleY)
  context.stroke(path)
}

/** The box around what is set, with some air. */
function around(on: Uint8Array, plane: Plane): Region {
  const { columns, rows } = plane
  let [left, right, top, bottom] = [columns, 0, rows, 0]
  for (let n = 0; n < on.length; n++) {
    if (on[n] !== 1) continue
    const [c, r] = [n % columns, Math.floor(n / columns)]
    left = Math.min(left, c)
    right = Math.max(right, c)
    top = Math.min(top, r)
    bottom = Math.max(bottom, r)
  }
  const air = AIR * Math.max(right - left, bottom - top)
  return { left: left - air, right: right + air, top: top - air, bottom: bottom + air }
}

/** Pixels of the canvas a column and a row; what is marked fills it, a whole slice lies in it. */
function scaleOf(
  { left, right, top, bottom }: Region,
  { columnMm, rowMm }: Plane,
  { width, height }: HTMLCanvasElement,
  isFilled: boolean,
): readonly [number, number] {
  const [acrossMm, downMm] = [(right - left + 1) * columnMm, (bottom - top + 1) * rowMm]
  const fits = [width / acrossMm, height / downMm]
  const perMm = isFilled ? Math.min(Math.max(...fits), 2 * Math.min(...fits)) : Math.min(...fits)
  return [perMm * columnMm, perMm * rowMm]
}
