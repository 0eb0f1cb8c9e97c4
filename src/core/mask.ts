import { voxelMm3 } from './affine.ts'
import type { Grid, Mask, Vec3, VoxelBox } from './types.ts'

/** 32-bit words per x-row. */
export function wordsPerRow(grid: Grid): number {
  return (grid.size[0] + 31) >>> 5
}

/** Words of a whole mask of this grid. */
export function maskLength(grid: Grid): number {
  return wordsPerRow(grid) * grid.size[1] * grid.size[2]
}

/** An empty mask. */
export function emptyMask(grid: Grid): Mask {
  return { grid, words: new Uint32Array(maskLength(grid)) }
}

/** Bits of the last word of a row that hold voxels; the others must stay zero. */
export function tailBits(grid: Grid): number {
  const used = grid.size[0] & 31
  return used === 0 ? 0xffffffff : (2 ** used - 1) >>> 0
}

/** Whether voxel (i, j, k) is set; outside the grid it is not. */
export function hasVoxel(mask: Mask, i: number, j: number, k: number): boolean {
  const [nx, ny, nz] = mask.grid.size
  if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return false
  const word = mask.words[(k * ny + j) * wordsPerRow(mask.grid) + (i >> 5)] ?? 0
  return ((word >>> (i & 31)) & 1) === 1
}

/** Bits of word w of a row that belong to voxels first .. last; w is one of the words from first >> 5 to last >> 5. */
export function runBits(w: number, first: number, last: number): number {
  const head = w === first >> 5 ? -1 << (first & 31) : -1
  const tail = w === last >> 5 ? -1 >>> (31 - (last & 31)) : -1
  return head & tail
}

/** Set voxels in a 32-bit word. */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Number of set voxels. */
export function countVoxels(mask: Mask): number {
  let total = 0
  for (const word of mask.words) total += popcount(word)
  return total
}

/** Volume of the set voxels in mm3. */
export function maskVolumeMm3(mask: Mask): number {
  return countVoxels(mask) * voxelMm3(mask.grid)
}

/**
 * The box around the voxels in which two masks of one grid differ, as wide along x as the words that hold them; null for
 * none. Reads each word once.
 */
export function differingBox(a: Mask, b: Mask): VoxelBox | null {
  const [nx, ny, nz] = a.grid.size
  const perRow = wordsPerRow(a.grid)
  const min = [perRow, ny, nz] as [number, number, number]
  const max = [-1, -1, -1] as [number, number, number]
  for (let at = 0; at < a.words.length; at++) {
    if (a.words[at] === b.words[at]) continue
    const row = Math.floor(at / perRow)
    const ijk = [at % perRow, row % ny, Math.floor(row / ny)] as const
    for (const axis of [0, 1, 2] as const) {
      min[axis] = Math.min(min[axis], ijk[axis])
      max[axis] = Math.max(max[axis], ijk[axis])
    }
  }
  if (max[0] < 0) return null
  return { min: [32 * min[0], min[1], min[2]], max: [Math.min(nx - 1, 32 * max[0] + 31), max[1], max[2]] }
}

/** The box around two boxes. */
export function boxAround(a: VoxelBox, b: VoxelBox): VoxelBox {
  const each = (pick: (m: number, n: number) => number, m: Vec3, n: Vec3): Vec3 => [
    pick(m[0], n[0]),
    pick(m[1], n[1]),
    pick(m[2], n[2]),
  ]
  return { min: each(Math.min, a.min, b.min), max: each(Math.max, a.max, b.max) }
}

/** One byte a voxel (0 or 1), x fastest. For viewers and file writers. Memory: one byte a voxel. */
export function maskToBytes(mask: Mask): Uint8Array {
  const [nx, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const bytes = new Uint8Array(nx * ny * nz)
  for (let row = 0, at = 0; row < ny * nz; row++, at += nx) {
    for (let w = 0; w < perRow; w++) {
      let bits = mask.words[row * perRow + w] ?? 0
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits)
        bytes[at + w * 32 + bit] = 1
        bits &= bits - 1
      }
    }
  }
  return bytes
}

/** Packs bytes (non-zero = inside), x fastest, into a mask. */
export function maskFromBytes(grid: Grid, bytes: ArrayLike<number>): Mask {
  const mask = emptyMask(grid)
  const [nx, ny, nz] = grid.size
  const perRow = wordsPerRow(grid)
  for (let row = 0, at = 0; row < ny * nz; row++) {
    for (let i = 0; i < nx; i++, at++) {
      if (bytes[at])
        mask.words[row * perRow + (i >> 5)] = ((mask.words[row * perRow + (i >> 5)] ?? 0) | (1 << (i & 31))) >>> 0
    }
  }
  return mask
}
