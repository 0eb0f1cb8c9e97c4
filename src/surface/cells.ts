import { wordsPerRow } from '../core/mask.ts'
import type { Grid, Mask } from '../core/types.ts'

/**
 * The lattice that owns everything: point (p, j, k) with 0 <= p <= nx and so on is the upper corner of cell (p, j, k) and
 * owns the three edges that end in it from below. Points below 0 and at nx, ny, nz lie outside the mask, so surfaces
 * close at the border and no padded copy of the mask is needed.
 */
export interface Lattice {
  readonly size: readonly [nx: number, ny: number, nz: number]
  /** Mask words a row. */
  readonly maskWords: number
  /** Words a row of the lattice: one point more than voxels. */
  readonly words: number
  /** Rows a slice, ny + 1, and slices, nz + 1. */
  readonly rows: number
  readonly slices: number
}

/** The lattice over a mask of this grid. */
export function latticeOf(grid: Grid): Lattice {
  const [nx, ny, nz] = grid.size
  return {
    size: [nx, ny, nz],
    maskWords: wordsPerRow(grid),
    words: (nx >>> 5) + 1,
    rows: ny + 1,
    slices: nz + 1,
  }
}

/**
 * Two neighbouring mask slices with a zero row before and after and a zero word before each row: the sweep needs no
 * border case. Memory: two slices of bits.
 */
export interface SlicePair {
  readonly lattice: Lattice
  readonly bits: Int32Array
  readonly stride: number
  previous: Int32Array
  current: Int32Array
}

export function openPair(mask: Mask): SlicePair {
  const lattice = latticeOf(mask.grid)
  const stride = lattice.words + 1
  const length = stride * (lattice.rows + 1)
  const { words } = mask
  return {
    lattice,
    stride,
    bits: new Int32Array(words.buffer, words.byteOffset, words.length),
    previous: new Int32Array(length),
    current: new Int32Array(length),
  }
}

/** Moves to slice k: call with 0, 1, ... nz in this order. */
export function moveTo(pair: SlicePair, k: number): void {
  const { lattice, bits, stride } = pair
  const { maskWords } = lattice
  const [, ny, nz] = lattice.size
  const target = k === 0 ? pair.current : pair.previous
  if (k === 0) pair.previous.fill(0)
  else pair.previous = pair.current
  pair.current = target
  if (k === nz) {
    target.fill(0)
    return
  }
  for (let j = 0; j < ny; j++) {
    const from = (k * ny + j) * maskWords
    const to = (j + 1) * stride + 1
    for (let w = 0; w < maskWords; w++) target[to + w] = bits[from + w] as number
  }
}

/** Number of the lowest set bit; the word is not 0. */
export function lowestBit(word: number): number {
  // Not word & -word: the engine would leave integers for the negation.
  return 31 - Math.clz32(word & (~word + 1))
}

/** Two corners of one cell that differ along x: bit 0 from the lower word, bit 1 from the upper one. */
export function pairAt(low: number, high: number, bit: number): number {
  return ((low >>> bit) & 1) | (((high >>> bit) & 1) << 1)
}
