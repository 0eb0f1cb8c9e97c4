import { PipelineError } from '../core/errors.ts'
import { wordsPerRow } from '../core/mask.ts'
import type { Grid, LabelMap, Mask } from '../core/types.ts'

/** The voxel axis across the slices: 2 for axial slices of a scan stored axially. */
export type SliceAxis = 0 | 1 | 2

/** Throws app/bad-parameter unless this is a slice of the grid. */
export function requireSlice(grid: Grid, axis: SliceAxis, slice: number): void {
  const slices = grid.size[axis]
  if (slices !== undefined && Number.isInteger(slice) && slice >= 0 && slice < slices) return
  throw new PipelineError('app/bad-parameter', 'The scan has no such slice.', { axis, slice })
}

/** A stack of slices: pixels of a slice run along u (fastest), then v. */
export interface Stack {
  readonly axis: SliceAxis
  readonly width: number
  readonly height: number
  readonly slices: number
  /** Whole units a pixel is wide and high: 1/16 of the finer side, less where the slice is too large for 16 bits. */
  readonly unitU: number
  readonly unitV: number
}

const UNITS = 16
/** Distances past this count as this. */
export const FAR = 32_767

export function stackOf({ size, spacing }: Grid, axis: SliceAxis): Stack {
  const u = axis === 0 ? 1 : 0
  const v = axis === 2 ? 1 : 2
  const finer = Math.min(spacing[u], spacing[v])
  const diagonal = Math.hypot(size[u] * spacing[u], size[v] * spacing[v]) / finer
  const units = Math.min(UNITS, FAR / diagonal)
  return {
    axis,
    width: size[u],
    height: size[v],
    slices: size[axis],
    unitU: Math.max(1, Math.round((units * spacing[u]) / finer)),
    unitV: Math.max(1, Math.round((units * spacing[v]) / finer)),
  }
}

/** Two painted slices of a label with unpainted ones of that label between them. */
export interface Gap {
  readonly label: number
  readonly below: number
  readonly above: number
}

/** What is painted, and where the result goes. A mask is one label, 1. */
export interface Painting<Out> {
  readonly stack: Stack
  readonly gaps: readonly Gap[]
  /** One byte a pixel: 1 where the slice holds the label. */
  shape(label: number, slice: number): Uint8Array
  /** Takes the labels found for a slice, one byte a pixel; what is painted stays. */
  put(slice: number, labels: Uint8Array): void
  readonly result: Out
}

/** Slices that hold each label: present[label * slices + slice]. Throws segment/empty, segment/no-gap. */
function gapsOf(present: Uint8Array, slices: number): Gap[] {
  const gaps: Gap[] = []
  for (let label = 1; label * slices < present.length; label++) {
    let below = -1
    for (let k = 0; k < slices; k++) {
      if (present[label * slices + k] === 0) continue
      if (below >= 0 && k - below > 1) gaps.push({ label, below, above: k })
      below = k
    }
  }
  if (gaps.length > 0) return gaps
  if (!present.includes(1))
    throw new PipelineError('segment/empty', 'Nothing is painted. Paint the part on two slices.')
  throw new PipelineError(
    'segment/no-gap',
    'There is no gap to fill along this direction. Paint the part on two slices with others between them.',
  )
}

/** Where the pixels of a slice lie in voxels stored x fastest: pixel u of row v at start(v) + u * stride. */
interface Lines {
  readonly stride: number
  start(v: number): number
}

/** `rowLength` counts the voxels of an x-row with its padding, `rows` the rows of a voxel slice. */
function linesOf(axis: SliceAxis, slice: number, rowLength: number, rows: number): Lines {
  if (axis === 2) return { stride: 1, start: (v) => rowLength * (v + rows * slice) }
  if (axis === 1) return { stride: 1, start: (v) => rowLength * (slice + rows * v) }
  return { stride: rowLength, start: (v) => slice + rowLength * rows * v }
}

/** Which slices along an axis hold anything, as gapsOf() reads it: those of label 1 after those of label 0. */
function slicesOf(mask: Mask, axis: SliceAxis): Uint8Array {
  const slices = mask.grid.size[axis]
  const present = new Uint8Array(2 * slices)
  const [, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let w = 0; w < perRow; w++, at++) {
        const word = mask.words[at] as number
        if (word !== 0) markPresent(present, slices, axis, w, word, j, k)
      }
    }
  }
  return present
}

const AXES: readonly SliceAxis[] = [2, 1, 0]

/** The axis whose slices were painted: of those with a gap the one with the smallest share painted; 2 when none has. */
export function paintedAxis(mask: Mask): SliceAxis {
  let best: { readonly axis: SliceAxis; readonly share: number } = { axis: 2, share: 1 }
  for (const axis of AXES) {
    const present = slicesOf(mask, axis).subarray(mask.grid.size[axis])
    const [first, last] = [present.indexOf(1), present.lastIndexOf(1)]
    const painted = present.reduce((sum, n) => sum + n, 0)
    const share = painted / (last - first + 1)
    if (first >= 0 && share < best.share) best = { axis, share }
  }
  return best.axis
}

/** A mask as painting; the result is a new mask. Errors: segment/empty, segment/no-gap. */
export function paintingOfMask(mask: Mask, axis: SliceAxis): Painting<Mask> {
  const stack = stackOf(mask.grid, axis)
  const ny = mask.grid.size[1]
  const perRow = wordsPerRow(mask.grid)
  const result: Mask = { grid: mask.grid, words: mask.words.slice() }
  return {
    stack,
    gaps: gapsOf(slicesOf(mask, axis), stack.slices),
    result,
    shape(_, slice) {
      const shape = new Uint8Array(stack.width * stack.height)
      const { stride, start } = linesOf(axis, slice, perRow * 32, ny)
      for (let v = 0, pixel = 0; v < stack.height; v++) {
        for (let u = 0, bit = start(v); u < stack.width; u++, pixel++, bit += stride) {
          shape[pixel] = ((mask.words[bit >>> 5] as number) >>> (bit & 31)) & 1
        }
      }
      return shape
    },
    put(slice, labels) {
      const { stride, start } = linesOf(axis, slice, perRow * 32, ny)
      for (let v = 0, pixel = 0; v < stack.height; v++) {
        for (let u = 0, bit = start(v); u < stack.width; u++, pixel++, bit += stride) {
          if (labels[pixel] === 0) continue
          result.words[bit >>> 5] = (result.words[bit >>> 5] as number) | (1 << (bit & 31))
        }
      }
    },
  }
}

function markPresent(
  present: Uint8Array,
  slices: number,
  axis: SliceAxis,
  w: number,
  word: number,
  j: number,
  k: number,
): void {
  if (axis !== 0) {
    present[slices + (axis === 1 ? j : k)] = 1
    return
  }
  for (let bits = word; bits !== 0; bits &= bits - 1) present[slices + w * 32 + 31 - Math.clz32(bits & -bits)] = 1
}

/** A label map as painting; the result is a new map. Errors: segment/empty, segment/no-gap. */
export function paintingOfLabels(map: LabelMap, axis: SliceAxis): Painting<LabelMap> {
  const stack = stackOf(map.grid, axis)
  const { slices } = stack
  const [nx, ny, nz] = map.grid.size
  const present = new Uint8Array(256 * slices)
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const label = map.labels[at] as number
        if (label !== 0) present[label * slices + (axis === 0 ? i : axis === 1 ? j : k)] = 1
      }
    }
  }
  const result: LabelMap = { grid: map.grid, labels: map.labels.slice() }
  return {
    stack,
    gaps: gapsOf(present, slices),
    result,
    shape(label, slice) {
      const shape = new Uint8Array(stack.width * stack.height)
      const { stride, start } = linesOf(axis, slice, nx, ny)
      for (let v = 0, pixel = 0; v < stack.height; v++) {
        for (let u = 0, voxel = start(v); u < stack.width; u++, pixel++, voxel += stride) {
          if (map.labels[voxel] === label) shape[pixel] = 1
        }
      }
      return shape
    },
    put(slice, labels) {
      const { stride, start } = linesOf(axis, slice, nx, ny)
      for (let v = 0, pixel = 0; v < stack.height; v++) {
        for (let u = 0, voxel = start(v); u < stack.width; u++, pixel++, voxel += stride) {
          if (result.labels[voxel] === 0) result.labels[voxel] = labels[pixel] as number
        }
      }
    },
  }
}
