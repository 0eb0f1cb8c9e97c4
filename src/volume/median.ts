import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'

/**
 * Median of the 3 x 3 x 3 neighbourhood of each voxel, stored values. Beyond the border the nearest voxel is repeated.
 * Memory: the result, three slices and a few rows. Measured: see denoise.ts.
 *
 * Neighbourhoods overlap, so most sorting is shared: triples along z once a voxel, nines in the y-z plane once a voxel
 * (three nines make a neighbourhood). With the nines sorted, and then each rank sorted across the three, only 13 of the
 * 27 can be the median: the lowest of a rank only from rank 5 up, the middle one in ranks 2 to 6, the highest up to
 * rank 3; 7 of the others are surely not above it, 7 not below. The median is the seventh of those 13.
 */
export async function median(volume: Volume, ctx: Context): Promise<Int16Array> {
  const [nx, ny, nz] = volume.grid.size
  const area = nx * ny
  const out = new Int16Array(volume.data.length)
  const triples = [new Int16Array(area), new Int16Array(area), new Int16Array(area)] as const
  const nines = new Int16Array((nx + 2) * 9)
  const candidates = new Int16Array(nx * 13)
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    sortTriples(volume.data, Math.max(0, k - 1) * area, k * area, Math.min(nz - 1, k + 1) * area, triples)
    for (let j = 0; j < ny; j++) {
      sortNines(triples, Math.max(0, j - 1) * nx, j * nx, Math.min(ny - 1, j + 1) * nx, nines, nx)
      nines.copyWithin(0, 9, 18)
      nines.copyWithin((nx + 1) * 9, nx * 9, (nx + 1) * 9)
      sortRanks(nines, candidates, nx)
      pickSevenths(candidates, out, k * area + j * nx, nx)
    }
    await pace.breathe((k + 1) / nz)
  }
  return out
}

type Triples = readonly [low: Int16Array, middle: Int16Array, high: Int16Array]

// The smaller and larger of two int16 without a branch: noise makes branches unpredictable (Math.min took twice as
// long). V8 stops inlining past some forty calls, and calls cost as much again: that is why the loops below are apart.
const min = (a: number, b: number) => b + ((a - b) & ((a - b) >> 31))
const max = (a: number, b: number) => a - ((a - b) & ((a - b) >> 31))

function sortTriples(data: Int16Array, below: number, here: number, above: number, [low, middle, high]: Triples): void {
  for (let n = 0; n < low.length; n++) {
    const a = data[below + n] as number
    const b = data[here + n] as number
    const c = data[above + n] as number
    const ab = min(a, b)
    const AB = max(a, b)
    const x = min(AB, c)
    low[n] = min(ab, x)
    middle[n] = max(ab, x)
    high[n] = max(AB, c)
  }
}

/** Merges the triples of three rows, column by column, into nines; nine n + 1 belongs to column n. */
function sortNines([low, middle, high]: Triples, p: number, q: number, r: number, nines: Int16Array, nx: number): void {
  for (let n = 0, to = 9; n < nx; n++, to += 9) {
    // Sorting each rank across the rows keeps the triples sorted: m is ordered along both indices.
    let a = low[p + n] as number
    let b = low[q + n] as number
    let c = low[r + n] as number
    let ab = min(a, b)
    let AB = max(a, b)
    let x = min(AB, c)
    const m00 = min(ab, x)
    const m01 = max(ab, x)
    const m02 = max(AB, c)
    a = middle[p + n] as number
    b = middle[q + n] as number
    c = middle[r + n] as number
    ab = min(a, b)
    AB = max(a, b)
    x = min(AB, c)
    const m10 = min(ab, x)
    const m11 = max(ab, x)
    const m12 = max(AB, c)
    a = high[p + n] as number
    b = high[q + n] as number
    c = high[r + n] as number
    ab = min(a, b)
    AB = max(a, b)
    x = min(AB, c)
    const m20 = min(ab, x)
    const m21 = max(ab, x)
    const m22 = max(AB, c)
    // m00 and m22 are the ends, the second and the last but one are known; merge (s, m11, t) with (u, v).
    const s = max(m01, m10)
    const t = min(m12, m21)
    const u = min(m02, m20)
    const v = max(m02, m20)
    const su = max(s, u)
    const o2 = min(su, t)
    const o3 = max(su, t)
    const e1 = min(m11, v)
    const e2 = max(m11, v)
    nines[to] = m00
    nines[to + 1] = min(m01, m10)
    nines[to + 2] = min(s, u)
    nines[to + 3] = min(e1, o2)
    nines[to + 4] = max(e1, o2)
    nines[to + 5] = min(e2, o3)
    nines[to + 6] = max(e2, o3)
    nines[to + 7] = max(m12, m21)
    nines[to + 8] = m22
  }
}

/** The 13 values of each neighbourhood that can be its median, still in three sorted groups: 4 low, 4 high, 5 middle. */
function sortRanks(nines: Int16Array, candidates: Int16Array, nx: number): void {
  for (let n = 0, at = 0, to = 0; n < nx; n++, at += 9) {
    for (let rank = at + 5; rank < at + 9; rank++, to++) {
      const ab = min(nines[rank] as number, nines[rank + 9] as number)
      candidates[to] = min(ab, nines[rank + 18] as number)
    }
    for (let rank = at; rank < at + 4; rank++, to++) {
      const ab = max(nines[rank] as number, nines[rank + 9] as number)
      candidates[to] = max(ab, nines[rank + 18] as number)
    }
    for (let rank = at + 2; rank < at + 7; rank++, to++) {
      const a = nines[rank] as number
      const b = nines[rank + 9] as number
      candidates[to] = max(min(a, b), min(max(a, b), nines[rank + 18] as number))
    }
  }
}

/** The seventh smallest of each 13. */
function pickSevenths(candidates: Int16Array, out: Int16Array, offset: number, nx: number): void {
  for (let n = 0, at = 0; n < nx; n++, at += 13) {
    const l1 = candidates[at] as number
    const l2 = candidates[at + 1] as number
    const l3 = candidates[at + 2] as number
    const l4 = candidates[at + 3] as number
    const h1 = candidates[at + 4] as number
    const h2 = candidates[at + 5] as number
    const h3 = candidates[at + 6] as number
    const h4 = candidates[at + 7] as number
    // Odd-even merge (Batcher 1968) of the low and the high group; its first and last are not needed.
    const odd2 = max(l1, h1)
    const odd3 = min(l3, h3)
    const even2 = max(l2, h2)
    const even3 = min(l4, h4)
    const o2 = min(odd2, odd3)
    const o3 = max(odd2, odd3)
    const o4 = max(l3, h3)
    const e1 = min(l2, h2)
    const e2 = min(even2, even3)
    const e3 = max(even2, even3)
    const a2 = min(e1, o2)
    const a3 = max(e1, o2)
    const a4 = min(e2, o3)
    const a5 = max(e2, o3)
    const a6 = min(e3, o4)
    const a7 = max(e3, o4)
    // The seventh of two sorted lists a and b is the least, over i + j = 7, of the greater of a[i] and b[j].
    const b1 = max(a6, candidates[at + 8] as number)
    const b2 = max(a5, candidates[at + 9] as number)
    const b3 = max(a4, candidates[at + 10] as number)
    const b4 = max(a3, candidates[at + 11] as number)
    const b5 = max(a2, candidates[at + 12] as number)
    out[offset + n] = min(min(min(a7, b1), min(b2, b3)), min(b4, b5))
  }
}
