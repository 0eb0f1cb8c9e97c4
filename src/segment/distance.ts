import { wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'

/** Takes one axial slice of squared distances in mm2, x fastest; the array is reused after the call. */
export type SliceSink = (k: number, squareMm2: Float32Array) => void

const NONE = 0x7fffffff

/**
 * Exact Euclidean distance between voxel centres, squared, from every voxel to the nearest set voxel, slice by slice
 * from k = 0 up; Infinity beyond `bandMm`. Anisotropic spacing. Lower envelopes of parabolas within the slice
 * (Felzenszwalb and Huttenlocher 2012). For the distance inside a part pass its complement.
 * Memory: a few slices. The z pass goes first because it needs bits only: the next and the last set slice of each
 * column are carried along, so no field of the whole volume ever exists (a u32 or f32 field of 512x512x1000 is 1 GB).
 */
export async function distanceSlices(mask: Mask, bandMm: number, ctx: Context, sink: SliceSink): Promise<void> {
  const [nx, ny, nz] = mask.grid.size
  const [sx, sy, sz] = mask.grid.spacing
  const bandSlices = Math.min(nz, Math.floor(bandMm / sz + 1e-6))
  const bandMm2 = bandMm * bandMm * (1 + 2e-6)
  const columns = zColumns(mask, bandSlices)
  const square = new Float32Array(nx * ny)
  const row = envelope(nx, sx * sx)
  const column = envelope(ny, sy * sy)
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    if (columns.toSlice(k, square, sz)) {
      for (let j = 0; j < ny; j++) row(square, j * nx, 1)
      for (let i = 0; i < nx; i++) column(square, i, nx)
      for (let n = 0; n < square.length; n++) if ((square[n] as number) > bandMm2) square[n] = Infinity
    }
    sink(k, square)
    await pace.breathe((k + 1) / nz)
  }
}

/** Distance along z alone, for slices asked for in rising order. */
function zColumns(mask: Mask, band: number) {
  const [nx, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const sliceWords = perRow * ny
  const last = new Int32Array(nx * ny).fill(-NONE)
  const next = new Int32Array(nx * ny).fill(NONE)
  let entered = 0

  const eachSet = (k: number, visit: (pixel: number) => void) => {
    for (let j = 0, at = k * sliceWords; j < ny; j++) {
      for (let w = 0; w < perRow; w++, at++) {
        let bits = mask.words[at] as number
        while (bits !== 0) {
          visit(j * nx + w * 32 + 31 - Math.clz32(bits & -bits))
          bits &= bits - 1
        }
      }
    }
  }
  /** First set slice after k and within the band. */
  const search = (pixel: number, k: number) => {
    const i = pixel % nx
    const word = ((pixel - i) / nx) * perRow + (i >> 5)
    const end = Math.min(nz - 1, k + band)
    for (let s = k + 1; s <= end; s++) {
      if ((((mask.words[s * sliceWords + word] as number) >>> (i & 31)) & 1) === 1) return s
    }
    return NONE
  }

  /** Fills `square` (mm2) for slice k; false when nothing lies within the band. */
  const toSlice = (k: number, square: Float32Array, sz: number): boolean => {
    for (; entered <= Math.min(nz - 1, k + band); entered++) {
      const slice = entered
      eachSet(slice, (p) => {
        if (next[p] === NONE) next[p] = slice
      })
    }
    eachSet(k, (p) => {
      last[p] = k
    })
    let any = false
    for (let p = 0; p < square.length; p++) {
      if (last[p] === k) {
        square[p] = 0
        any = true
        continue
      }
      if ((next[p] as number) < k) next[p] = search(p, k)
      const steps = Math.min(k - (last[p] as number), (next[p] as number) - k)
      if (steps <= band) any = true
      square[p] = steps <= band ? (steps * sz) ** 2 : Infinity
    }
    return any
  }
  return { toSlice }
}

/** In-place one-dimensional squared distance over n samples `stride` apart, `step2` = squared sample spacing. */
function envelope(n: number, step2: number) {
  const value = new Float64Array(n)
  const site = new Int32Array(n)
  const from = new Float64Array(n + 1)
  return (f: Float32Array, offset: number, stride: number): void => {
    let top = -1
    for (let q = 0, at = offset; q < n; q++, at += stride) {
      const v = f[at] as number
      if (v === Infinity) continue
      value[q] = v
      let cross = -Infinity
      while (top >= 0) {
        const s = site[top] as number
        cross = (v - (value[s] as number)) / (2 * step2 * (q - s)) + (q + s) / 2
        if (cross > (from[top] as number)) break
        // Never the first: it reigns from -Infinity.
        top--
      }
      top++
      site[top] = q
      from[top] = cross
    }
    if (top < 0) return
    from[top + 1] = Infinity
    let part = 0
    for (let q = 0, at = offset; q < n; q++, at += stride) {
      while ((from[part + 1] as number) < q) part++
      const s = site[part] as number
      f[at] = (q - s) * (q - s) * step2 + (value[s] as number)
    }
  }
}
