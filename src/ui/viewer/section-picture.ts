import type { Mask, Mesh, Vec3, Volume } from '../../core/types.ts'
import { meshCut } from './mesh-cut.ts'
import { type PlaneId, planeOf, sliceAt, slicePlaceMm } from './plane.ts'
import { type GreyWindow, greySlice, maskSlice, outline } from './slice-pixels.ts'

/** What is drawn over a slice. */
export interface SectionScene {
  readonly volume: Volume
  /** Labels that the mesh is made of. */
  readonly masks: readonly Mask[]
  readonly mesh: Mesh
  readonly window: GreyWindow
}

export interface SectionPicture {
  readonly jpeg: Uint8Array
  readonly width: number
  readonly height: number
  /** Where it lies along the patient axis it is named by, LPS mm. */
  readonly placeMm: number
}

/** Colours of the outlines; dark enough beside white bone, light enough on black air. */
const MASK_LINE = '#f0a202'
const MESH_LINE = '#12a594'
const WIDTH_PX = 900
/** The mask below, wider, so that both show where they lie on each other. */
const MASK_PX = 5
const MESH_PX = 2

/** The slice through a place, with the outline of the mask and the cut of the mesh over it. Needs a page or a worker. */
export async function sectionPicture(scene: SectionScene, id: PlaneId, at: Vec3): Promise<SectionPicture> {
  const { volume, masks, mesh, window } = scene
  const plane = planeOf(volume.grid, id)
  const slice = sliceAt(volume.grid, plane, at)
  const { columns, rows, columnMm, rowMm } = plane
  const scale: readonly [number, number] = [WIDTH_PX / columns, ((WIDTH_PX / columns) * rowMm) / columnMm]
  const [width, height] = [WIDTH_PX, Math.max(1, Math.round(rows * scale[1]))]
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no 2-D canvas')
  context.imageSmoothingQuality = 'high'
  context.drawImage(
    greyPicture(columns, rows, (out) => greySlice(volume, plane, slice, window, out)),
    0,
    0,
    width,
    height,
  )
  for (const mask of masks) {
    const on = new Uint8Array(columns * rows)
    maskSlice(mask, plane, slice, on)
    stroke(context, outline(on, columns, rows), scale, MASK_LINE, MASK_PX)
  }
  stroke(context, meshCut(mesh, volume.grid, plane, slice), scale, MESH_LINE, MESH_PX)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
  return {
    jpeg: new Uint8Array(await blob.arrayBuffer()),
    width,
    height,
    placeMm: slicePlaceMm(volume.grid, plane, slice),
  }
}

/** A slice as a picture of its own pixels. */
export function greyPicture(columns: number, rows: number, fill: (out: Uint32Array) => void): OffscreenCanvas {
  const canvas = new OffscreenCanvas(columns, rows)
  const image = new ImageData(columns, rows)
  fill(new Uint32Array(image.data.buffer))
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas
}

function stroke(
  context: OffscreenCanvasRenderingContext2D,
  lines: readonly number[],
  [sx, sy]: readonly [number, number],
  colour: string,
  widthPx: number,
): void {
  const [x, y] = [(n: number) => ((lines[n] as number) + 0.5) * sx, (n: number) => ((lines[n] as number) + 0.5) * sy]
  context.beginPath()
  for (let n = 0; n < lines.length; n += 4) {
    context.moveTo(x(n), y(n + 1))
    context.lineTo(x(n + 2), y(n + 3))
  }
  context.strokeStyle = colour
  context.lineWidth = widthPx
  context.stroke()
}
