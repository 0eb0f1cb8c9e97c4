import { boxInPicture, type Plane } from './plane.ts'
import { maskSlice, outline, type Region, wholeOf } from './slice-pixels.ts'
import { type Layer, pixelOf } from './slice-scene.ts'

/** Above this many pieces an outline is noise, and drawing it would stall the page. */
const MOST_LINES = 120_000
/** Rows of squares whose outline is one path: under a brush only paths it touched are made again. */
const BAND_ROWS = 24

/** What a picture was last drawn from. */
interface Shown {
  readonly layer: Layer
  readonly plane: Plane
  readonly slice: number
}

/** A label in one slice: its area as a picture and its edge as paths. After a change in place only that part is redone. */
export class LayerPicture {
  readonly picture = document.createElement('canvas')
  #on = new Uint8Array(0)
  #paths: Path2D[] = []
  #lines: number[] = []
  #shown: Shown | null = null

  /** The edge in pixels of the picture; empty where it would be noise. */
  get paths(): readonly Path2D[] {
    return this.#lines.reduce((sum, n) => sum + n, 0) > MOST_LINES ? [] : this.#paths
  }

  /** Gives the part of the picture that looks different now; null for nothing. */
  show(layer: Layer, plane: Plane, slice: number): Region | null {
    const region = this.#changed(layer, plane, slice)
    this.#shown = { layer, plane, slice }
    if (region === 'all') this.#start(plane)
    if (region === null) return null
    const { columns, rows } = plane
    const part = region === 'all' ? wholeOf(plane) : region
    const set = maskSlice(layer.mask, plane, slice, this.#on, part)
    this.#paint(part, columns, pixelOf(layer.hex))
    const [from, to] = region === 'all' ? [0, bandsOf(rows) - 1] : [bandOf(part.top), bandOf(part.bottom + 1)]
    for (let band = from; band <= to; band++) {
      const first = band * BAND_ROWS - 1
      const last = Math.min(rows, first + BAND_ROWS)
      const lines = region === 'all' && set === 0 ? [] : outline(this.#on, columns, rows, first, last)
      this.#lines[band] = lines.length / 4
      this.#paths[band] = pathOf(lines)
    }
    return part
  }

  /** The part that is not what was drawn last; null for nothing. */
  #changed(layer: Layer, plane: Plane, slice: number): Region | 'all' | null {
    const last = this.#shown
    if (!last || last.plane !== plane || last.slice !== slice) return 'all'
    if (last.layer.mask !== layer.mask || last.layer.hex !== layer.hex) return 'all'
    if (last.layer.revision === layer.revision) return null
    const box = layer.touchedSince?.(last.layer.revision)
    if (!box) return box === null ? null : 'all'
    const { min, max } = boxInPicture(layer.mask.grid, plane, box)
    if (slice < min[2] || slice > max[2]) return null
    return { left: min[0], right: max[0], top: min[1], bottom: max[1] }
  }

  #start({ columns, rows }: Plane): void {
    this.#on = new Uint8Array(columns * rows)
    this.picture.width = columns
    this.picture.height = rows
    this.#paths = []
    this.#lines = []
  }

  #paint({ left, right, top, bottom }: Region, columns: number, colour: number): void {
    const image = new ImageData(right - left + 1, bottom - top + 1)
    const pixels = new Uint32Array(image.data.buffer)
    let n = 0
    for (let r = top; r <= bottom; r++) {
      for (let c = left; c <= right; c++) pixels[n++] = this.#on[r * columns + c] === 1 ? colour : 0
    }
    this.picture.getContext('2d')?.putImageData(image, left, top)
  }
}

/** The band of the squares whose upper row is `row` - 1. */
const bandOf = (row: number): number => Math.floor(row / BAND_ROWS)
const bandsOf = (rows: number): number => bandOf(rows) + 1

/** Lines x0 y0 x1 y1 as a path. */
export function pathOf(lines: readonly number[]): Path2D {
  const path = new Path2D()
  for (let n = 0; n < lines.length; n += 4) {
    path.moveTo(lines[n] as number, lines[n + 1] as number)
    path.lineTo(lines[n + 2] as number, lines[n + 3] as number)
  }
  return path
}
