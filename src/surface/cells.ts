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
  /** Of the word being visited, one word of 32 cells for each cell corner (numbered as in tables.ts). */
  readonly corners: Int32Array
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
    corners: new Int32Array(8),
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

/** Called for each word with a surface in it; `active` has a bit set for each cell that the surface crosses. */
export type Visit = (j: number, w: number, active: number) => void

/** Visits the words of the current slice, rows in order, words in order. */
export function sweep(pair: SlicePair, visit: Visit): void {
  const { lattice, stride, previous, current, corners } = pair
  const { rows, words } = lattice
  for (let j = 0; j < rows; j++) {
    let at = (j + 1) * stride
    for (let w = 0; w < words; w++, at++) {
      const low = at - stride
      const p00 = previous[low + 1] as number
      const p10 = previous[at + 1] as number
      const p01 = current[low + 1] as number
      const p11 = current[at + 1] as number
      const before00 = previous[low] as number
      const before10 = previous[at] as number
      const before01 = current[low] as number
      const before11 = current[at] as number
      const anySet = p00 | p10 | p01 | p11 | before00 | before10 | before01 | before11
      if (anySet === 0 || (p00 & p10 & p01 & p11 & before00 & before10 & before01 & before11) === -1) continue
      const q00 = (p00 << 1) | (before00 >>> 31)
      const q10 = (p10 << 1) | (before10 >>> 31)
      const q01 = (p01 << 1) | (before01 >>> 31)
      const q11 = (p11 << 1) | (before11 >>> 31)
      const any = p00 | p10 | p01 | p11 | q00 | q10 | q01 | q11
      const active = any & ~(p00 & p10 & p01 & p11 & q00 & q10 & q01 & q11)
      if (active === 0) continue
      corners[0] = q00
      corners[1] = p00
      corners[2] = q10
      corners[3] = p10
      corners[4] = q01
      corners[5] = p01
      corners[6] = q11
      corners[7] = p11
      visit(j, w, active)
    }
  }
}

/** Number of the lowest set bit; the word is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** Two corners of one cell that differ along x: bit 0 from the lower word, bit 1 from the upper one. */
export function pairAt(low: number, high: number, bit: number): number {
  return ((low >>> bit) & 1) | (((high >>> bit) & 1) << 1)
}
