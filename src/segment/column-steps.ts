import { tailBits, wordsPerRow } from '../core/mask.ts'
import type { Mask } from '../core/types.ts'

/** What a word of 32 voxels of the current slice is to the distance. */
export const FAR = 0
/** Some voxel is not set, and a set one lies within the band above or below some voxel. */
export const NEAR = 1
/** All voxels set: all distances 0. */
export const FULL = 2

/** Distance along z alone, one slice after the other. */
export interface ColumnSteps {
  /** FAR, NEAR or FULL, a byte a mask word of the slice. */
  readonly kind: Uint8Array
  /** Slices to the nearest set voxel of the column, `none` beyond the band. */
  readonly steps: Uint16Array
  /** Steps a row: 32 a mask word, and a gap that keeps columns of 512 rows out of one another's cache lines. */
  readonly stride: number
  readonly none: number
  /** For each word along x the rows [firstRow, endRow) with every voxel set in any slice; firstRow >= endRow for none. */
  readonly firstRow: Uint16Array
  readonly endRow: Uint16Array
  /** Call with 0, 1, 2 ... in this order. False when nothing lies within the band of any voxel. */
  moveTo(k: number): boolean
}

/** Slices whose words are joined, so that a search skips them at once. */
const CHUNK = 32
const GAP = 16

/**
 * The first pass of the distance needs bits only. A voxel knows the last and the next set slice of its column; both change
 * only where the column leaves a set run, so a step costs one comparison a voxel that is not set, and nothing for
 * words without a set voxel in the band or with all voxels set.
 * Memory: 6 bytes a voxel of one slice, and 1/32 of the mask.
 */
export function columnSteps(mask: Mask, band: number): ColumnSteps {
  const [, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const sliceWords = perRow * ny
  const stride = perRow * 32 + GAP
  const none = band + 1
  const words = new Int32Array(mask.words.buffer, mask.words.byteOffset, mask.words.length)
  const tail = tailBits(mask.grid) | 0
  // Beyond every band, seen from every slice.
  const unseen = 2 * nz + 2
  const Slices = unseen > 0x7fff ? Int32Array : Int16Array
  const last = new Slices(stride * ny)
  const next = new Slices(stride * ny)
  const steps = new Uint16Array(stride * ny).fill(none)
  const kind = new Uint8Array(sliceWords)
  /** Slices of the band around the current one with a set voxel in this word. */
  const inBand = new Uint16Array(sliceWords)
  const chunks = joinedChunks(words, sliceWords, nz)

  /** First slice from k on with this bit, `unseen` for none. */
  const search = (word: number, bit: number, k: number): number => {
    for (let s = k; s < nz; ) {
      if (s % CHUNK === 0 && (((chunks[(s / CHUNK) * sliceWords + word] as number) >>> bit) & 1) === 0) {
        s += CHUNK
        continue
      }
      if ((((words[s * sliceWords + word] as number) >>> bit) & 1) === 1) return s
      s++
    }
    return unseen
  }

  const count = (k: number, by: number) => {
    if (k < 0 || k >= nz) return
    for (let w = 0, at = k * sliceWords; w < sliceWords; w++, at++) {
      if (words[at] !== 0) inBand[w] = (inBand[w] as number) + by
    }
  }

  /** Voxels that the column leaves set behind: the slice before was set, this one is not. */
  const leave = (w: number, base: number, k: number, leaving: number) => {
    for (let bits = leaving; bits !== 0; bits &= bits - 1) {
      const bit = 31 - Math.clz32(bits & -bits)
      last[base + bit] = k === 0 ? -unseen : k - 1
      next[base + bit] = search(w, bit, k)
    }
  }

  const moveTo = (k: number): boolean => {
    if (k === 0) for (let s = 0; s <= Math.min(band, nz - 1); s++) count(s, 1)
    else {
      count(k + band, 1)
      count(k - band - 1, -1)
    }
    let any = false
    for (let j = 0, w = 0; j < ny; j++) {
      for (let x = 0; x < perRow; x++, w++) {
        const whole = x === perRow - 1 ? tail : -1
        const now = words[k * sliceWords + w] as number
        const before = k === 0 ? whole : (words[(k - 1) * sliceWords + w] as number)
        const base = j * stride + x * 32
        const leaving = before & ~now
        if (leaving !== 0) leave(w, base, k, leaving)
        const own = now === whole ? FULL : inBand[w] === 0 ? FAR : NEAR
        if (own === NEAR) measure(steps, last, next, base, k, none)
        else if (own !== kind[w]) steps.fill(own === FULL ? 0 : none, base, base + 32)
        kind[w] = own
        any ||= own !== FAR
      }
    }
    return any
  }
  return { kind, steps, stride, none, ...rowsInUse(chunks, perRow, ny), moveTo }
}

/** Steps of the 32 voxels of a word. The arrays are handed in: found in the scope, they were read anew for each voxel. */
function measure(
  steps: Uint16Array,
  last: Int16Array | Int32Array,
  next: Int16Array | Int32Array,
  base: number,
  k: number,
  none: number,
): void {
  for (let p = base; p < base + 32; p++) {
    const up = k - (last[p] as number)
    // Not above 0 within a set run, whose first slice `next` still names.
    const down = (next[p] as number) - k
    const nearer = up < down ? up : down
    steps[p] = nearer < 0 ? 0 : nearer < none ? nearer : none
  }
}

/** The words of each chunk of slices, joined. */
function joinedChunks(words: Int32Array, sliceWords: number, nz: number): Int32Array {
  const joined = new Int32Array(Math.ceil(nz / CHUNK) * sliceWords)
  for (let k = 0, at = 0; k < nz; k++) {
    const base = Math.floor(k / CHUNK) * sliceWords
    for (let w = 0; w < sliceWords; w++, at++) joined[base + w] = (joined[base + w] as number) | (words[at] as number)
  }
  return joined
}

function rowsInUse(chunks: Int32Array, perRow: number, ny: number): Pick<ColumnSteps, 'firstRow' | 'endRow'> {
  const firstRow = new Uint16Array(perRow).fill(ny)
  const endRow = new Uint16Array(perRow)
  for (let at = 0; at < chunks.length; at++) {
    if (chunks[at] === 0) continue
    const x = at % perRow
    const row = ((at - x) / perRow) % ny
    firstRow[x] = Math.min(firstRow[x] as number, row)
    endRow[x] = Math.max(endRow[x] as number, row + 1)
  }
  return { firstRow, endRow }
}
