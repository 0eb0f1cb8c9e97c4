import { Niivue, type NVConfigOptions, NVImage, SLICE_TYPE } from '@niivue/niivue'
import { boxAround, differingBox } from '../../core/mask.ts'
import type { Volume, VoxelBox } from '../../core/types.ts'
import { boxInPicture, type PlaneId } from './plane.ts'
import { boxAffine, boxPlane, boxSize, depthOf, type Extent, extentOf } from './slice-box.ts'
import { type GreyWindow, maskSlice } from './slice-pixels.ts'
import {
  drawMarks,
  FILL_OPACITY,
  type Layer,
  pixelOf,
  type SlicePainter,
  type SliceScene,
  type SliceSheet,
  sameLayer,
  surfaceOf,
} from './slice-scene.ts'

// niivue 0.69.0 is pinned: draw2D and screenFieldOfViewExtendedVox are public in its types but marked internal.

const INT16 = 4
/** The texture unit that niivue keeps its drawing in. */
const DRAWING_UNIT = 7
const TYPE: Readonly<Record<PlaneId, SLICE_TYPE>> = {
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
}
/** Everything but the grey picture and the mask is drawn by the panes: no text, crosshair, pointer or key of niivue's. */
const OPTIONS: Partial<NVConfigOptions> = {
  isRadiologicalConvention: true,
  sagittalNoseLeft: true,
  crosshairWidth: 0,
  isOrientationTextVisible: false,
  isColorbar: false,
  loadingText: '',
  backColor: [0, 0, 0, 0],
  interactive: false,
  dragAndDropEnabled: false,
  isResizeCanvas: false,
  forceDevicePixelRatio: -1,
  logLevel: 'error',
}

/** niivue with panes that show exactly the part of a slice they are told to, filled to their edges. */
class PaneNiivue extends Niivue {
  readonly extents = new Map<SLICE_TYPE, Extent>()

  /** niivue shrinks a slice's pane to the shape of the whole slice, which would cut off a zoomed picture. */
  override draw2D(leftTopWidthHeight: number[], sliceType: SLICE_TYPE, customMm?: number): void {
    this.draw2DMain(leftTopWidthHeight.map(Math.round), sliceType, customMm)
  }

  override screenFieldOfViewExtendedVox(sliceType: SLICE_TYPE = SLICE_TYPE.AXIAL) {
    const view = super.screenFieldOfViewExtendedVox(sliceType)
    const extent = this.extents.get(sliceType)
    if (extent !== undefined) {
      view.mnMM[0] = extent.low[0]
      view.mnMM[1] = extent.low[1]
      view.mxMM[0] = extent.high[0]
      view.mxMM[1] = extent.high[1]
    }
    return view
  }
}

interface Pane {
  readonly canvas: HTMLCanvasElement
  scene: SliceScene | null
  width: number
  height: number
}

/**
 * All slice panes on one canvas by niivue: one copy of the scan on the graphics card however many panes there are. The
 * scan is taken from memory without a copy or a second decoding. `onfail` is called once if the card gives up.
 */
export class NiivueSlices implements SliceSheet {
  readonly #niivue: PaneNiivue
  readonly #canvas: HTMLCanvasElement
  readonly #onfail: () => void
  readonly #panes = new Set<Pane>()
  readonly #resized = new ResizeObserver(() => this.#request())
  #shown: { volume: Volume; image: NVImage } | null = null
  #window: GreyWindow | null = null
  #layers: readonly Layer[] = []
  #frame = 0
  #closed = false

  private constructor(niivue: PaneNiivue, canvas: HTMLCanvasElement, onfail: () => void) {
    this.#niivue = niivue
    this.#canvas = canvas
    this.#onfail = onfail
    this.#resized.observe(canvas)
    canvas.addEventListener('webglcontextlost', this.#fail)
  }

  /** Starts niivue on a canvas; throws where WebGL2 does not start. */
  static async open(canvas: HTMLCanvasElement, onfail: () => void): Promise<NiivueSlices> {
    const niivue = new PaneNiivue(OPTIONS)
    await niivue.attachToCanvas(canvas, false)
    // niivue paints its parent black; here the parent lies over the panes and must stay clear.
    canvas.parentElement?.style.removeProperty('background-color')
    niivue.drawRimOpacity = 1
    return new NiivueSlices(niivue, canvas, onfail)
  }

  pane(canvas: HTMLCanvasElement): SlicePainter {
    const pane: Pane = { canvas, scene: null, width: 0, height: 0 }
    return {
      draw: (scene, width, height) => {
        this.#panes.add(pane)
        Object.assign(pane, { scene, width, height })
        this.#request()
      },
      close: () => {
        this.#panes.delete(pane)
        this.#request()
      },
    }
  }

  /** Gives the graphics memory back at once; a canvas left to the garbage collector keeps it for minutes. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    cancelAnimationFrame(this.#frame)
    this.#resized.disconnect()
    this.#canvas.removeEventListener('webglcontextlost', this.#fail)
    this.#niivue.cleanup()
    this.#niivue.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  readonly #fail = () => {
    if (this.#closed) return
    this.close()
    this.#onfail()
  }

  #request(): void {
    if (this.#closed) return
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => {
      try {
        this.#draw()
      } catch {
        this.#fail()
      }
    })
  }

  #draw(): void {
    const panes = [...this.#panes].filter((pane) => pane.scene !== null && pane.width >= 1 && pane.height >= 1)
    const scene = panes[0]?.scene
    this.#canvas.style.visibility = scene ? 'visible' : 'hidden'
    if (!scene) return
    this.#arrange(panes)
    this.#showVolume(scene.volume, scene.window)
    this.#showLayers(scene.layers)
    this.#niivue.drawScene()
    for (const pane of panes) drawOver(pane)
  }

  /** Tells niivue where each pane lies, which slice it shows and which part of it. */
  #arrange(panes: readonly Pane[]): void {
    const sheet = this.#canvas.getBoundingClientRect()
    const dpr = devicePixelRatio
    const [width, height] = [Math.round(sheet.width * dpr), Math.round(sheet.height * dpr)]
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height })
    const middle: [number, number, number] = [0.5, 0.5, 0.5]
    this.#niivue.extents.clear()
    this.#niivue.customLayout = panes.flatMap(({ canvas, scene, ...pane }) => {
      if (scene === null) return []
      const { plane, slice } = scene
      const depth = depthOf(plane, slice)
      middle[depth.axis] = depth.fraction
      const sliceType = TYPE[plane.id]
      this.#niivue.extents.set(sliceType, extentOf(plane, scene.centre, scene.pixelsPerMm, pane.width, pane.height))
      const box = canvas.getBoundingClientRect()
      const [left, top] = [Math.round((box.left - sheet.left) * dpr), Math.round((box.top - sheet.top) * dpr)]
      const [w, h] = [Math.round(pane.width * dpr), Math.round(pane.height * dpr)]
      return [{ sliceType, position: [left / width, top / height, w / width, h / height] }]
    })
    this.#niivue.scene.crosshairPos = middle
  }

  #showVolume(volume: Volume, window: GreyWindow): void {
    if (this.#shown?.volume !== volume) {
      if (this.#shown !== null) this.#forgetVolume(this.#shown.image)
      const image = imageOf(volume, window)
      this.#niivue.addVolume(image)
      this.#shown = { volume, image }
      this.#refuseIfFull()
    } else if (this.#window?.low !== window.low || this.#window.high !== window.high) {
      this.#shown.image.cal_min = window.low
      this.#shown.image.cal_max = window.high
      this.#niivue.updateGLVolume()
    }
    this.#window = window
  }

  #forgetVolume(image: NVImage): void {
    this.#niivue.closeDrawing()
    this.#niivue.removeVolume(image)
    this.#layers = []
  }

  /** All labels are one drawing: a voxel shows the last one that it is in. */
  #showLayers(layers: readonly Layer[]): void {
    const niivue = this.#niivue
    niivue.drawOpacity = layers.length === 0 ? 0 : FILL_OPACITY
    const known = this.#layers
    if (layers.length === 0 || (layers.length === known.length && layers.every((l, n) => sameLayer(l, known[n] ?? l))))
      return
    const box = niivue.drawBitmap === null ? null : changedBox(known, layers)
    this.#layers = layers
    if (box === null) {
      this.#showAll(layers)
      return
    }
    if (box === 'nothing') return
    this.#showBox(layers, box)
  }

  #showAll(layers: readonly Layer[]): void {
    const niivue = this.#niivue
    for (const { colour, hex } of layers)
      niivue.drawLut.lut.set(new Uint8Array(new Uint32Array([pixelOf(hex)]).buffer), colour * 4)
    niivue.refreshColormaps()
    if (niivue.drawBitmap === null) this.#startDrawing()
    const [first] = layers
    if (niivue.drawBitmap === null || !first) return
    const [columns, rows, slices] = boxSize(first.mask.grid)
    fillDrawing(layers, { min: [0, 0, 0], max: [columns - 1, rows - 1, slices - 1] }, niivue.drawBitmap)
    niivue.refreshDrawing(false)
    this.#refuseIfFull()
  }

  /** Sends one box of the drawing, in the order of niivue's textures, to the texture that niivue keeps it in. */
  #showBox(layers: readonly Layer[], { min, max }: VoxelBox): void {
    const { gl, drawBitmap, drawTexture } = this.#niivue
    const [first] = layers
    if (!first || drawBitmap === null || drawTexture === null) return
    fillDrawing(layers, { min, max }, drawBitmap)
    const [columns, rows] = boxSize(first.mask.grid)
    const whole = [
      gl.UNPACK_ROW_LENGTH,
      gl.UNPACK_IMAGE_HEIGHT,
      gl.UNPACK_SKIP_PIXELS,
      gl.UNPACK_SKIP_ROWS,
      gl.UNPACK_SKIP_IMAGES,
    ]
    const skip = [columns, rows, ...min]
    gl.activeTexture(gl.TEXTURE0 + DRAWING_UNIT)
    gl.bindTexture(gl.TEXTURE_3D, drawTexture)
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    for (const [n, name] of whole.entries()) gl.pixelStorei(name, skip[n] ?? 0)
    const size = [max[0] - min[0] + 1, max[1] - min[1] + 1, max[2] - min[2] + 1] as const
    gl.texSubImage3D(gl.TEXTURE_3D, 0, ...min, ...size, gl.RED, gl.UNSIGNED_BYTE, drawBitmap)
    for (const name of whole) gl.pixelStorei(name, 0)
  }

  #startDrawing(): void {
    this.#niivue.createEmptyDrawing()
    // Two more copies of the scan's size, for tools that are not used here.
    this.#niivue.clickToSegmentGrowingBitmap = null
    this.#niivue.drawClearAllUndoBitmaps()
  }

  /** A texture that did not fit is no exception in WebGL; the picture would just be black. */
  #refuseIfFull(): void {
    const { gl } = this.#niivue
    if (gl.getError() === gl.OUT_OF_MEMORY) throw new Error('The scan does not fit on the graphics card.')
  }
}

/** niivue's image over the volume's own numbers: nothing is copied. */
function imageOf(volume: Volume, window: GreyWindow): NVImage {
  const { grid, data } = volume
  const whole = data.byteLength === data.buffer.byteLength
  // niivue's types know no shared memory; it only reads, and so does WebGL.
  const buffer = (whole ? data.buffer : data.slice().buffer) as ArrayBuffer
  const image = new NVImage()
  image.hdr = NVImage.createNiftiHeader([...grid.size], [...grid.spacing], boxAffine(grid), INT16)
  image.hdr.scl_slope = volume.slope
  image.hdr.scl_inter = volume.intercept
  // The constructor and the named options leave out the last argument, which is what saves the copy.
  const untouched = [true, 0.02, false, false, '', 0, 0, Number.NaN, Number.NaN, true, null, 0] as const
  image.init(buffer, 'scan', 'gray', 1, null, window.low, window.high, ...untouched, buffer)
  return image
}

/** What has to be drawn again, as a box in the order of niivue's textures; null for all of it. */
function changedBox(known: readonly Layer[], layers: readonly Layer[]): VoxelBox | 'nothing' | null {
  let all: VoxelBox | null = null
  if (known.length !== layers.length) return null
  for (const [n, layer] of layers.entries()) {
    const last = known[n]
    if (!last || last.hex !== layer.hex || last.colour !== layer.colour) return null
    // What was drawn may since have been changed in place, before another mask took its place.
    const boxes = [last.touchedSince?.(last.revision) ?? null]
    if (last.mask !== layer.mask) boxes.push(differingBox(last.mask, layer.mask))
    else if (last.revision !== layer.revision && !last.touchedSince) return null
    for (const box of boxes) if (box) all = all ? boxAround(all, box) : box
  }
  const grid = layers[0]?.mask.grid
  return all && grid ? boxInPicture(grid, boxPlane(grid), all) : 'nothing'
}

/** Writes labels as one byte a voxel, the number of their colour, within a box in the order of niivue's textures. */
function fillDrawing(layers: readonly Layer[], { min, max }: VoxelBox, bytes: Uint8Array): void {
  const [first] = layers
  if (!first) return
  const plane = boxPlane(first.mask.grid)
  const { columns } = plane
  const perSlice = columns * plane.rows
  const region = { left: min[0], right: max[0], top: min[1], bottom: max[1] }
  const on = new Uint8Array(perSlice)
  for (let slice = min[2]; slice <= max[2]; slice++) {
    const from = slice * perSlice
    for (let r = min[1]; r <= max[1]; r++) bytes.fill(0, from + r * columns + min[0], from + r * columns + max[0] + 1)
    for (const { mask, colour } of layers) {
      if (maskSlice(mask, plane, slice, on, region) === 0) continue
      for (let r = min[1]; r <= max[1]; r++) {
        const end = r * columns + max[0]
        for (let p = r * columns + min[0]; p <= end; p++) if (on[p] === 1) bytes[from + p] = colour
      }
    }
  }
}

/** Crosshair and ring on the pane's own canvas, which lies over the sheet. */
function drawOver({ canvas, scene, width, height }: Pane): void {
  const surface = scene === null ? null : surfaceOf(canvas, scene, width, height)
  if (scene === null || surface === null) return
  surface.context.setTransform(1, 0, 0, 1, 0, 0)
  surface.context.clearRect(0, 0, surface.width, surface.height)
  drawMarks(scene, surface)
}
