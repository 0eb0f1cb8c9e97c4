import { hasVoxel } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import { distanceSlices } from '../../src/segment/distance.ts'
import { type Bench, type BenchRow, benchRow, pairedMedians } from '../support/paired.ts'
import { gridOf, maskOf } from '../support/phantoms.ts'

const WORK = 'exact distance: bone-like mask, 0.5 x 0.6 x 0.8 mm, to squared mm'
const PEER = 'plain separable JS, three lower envelopes over a float32 field'
const CPU = { subject: 'cpu', adapter: `JavaScript, Node ${process.versions.node}`, isFallback: false }
/** The wall of a hollow model and a voxel. */
const BAND_MM = 3

/** A wavy shell like a skull's and struts like those of spongy bone in its lower half: a tenth of the volume. */
function boneLike(n: number): Mask {
  const wave = (6 * 2 * Math.PI) / n
  const c = (n - 1) / 2
  const sin = Float64Array.from({ length: n }, (_, i) => Math.sin(i * wave))
  const cos = Float64Array.from({ length: n }, (_, i) => Math.cos(i * wave))
  const at = (a: Float64Array, i: number) => a[i] as number
  return maskOf(gridOf([n, n, n], [0.5, 0.6, 0.8]), (i, j, k) => {
    const r = Math.hypot(i - c, j - c, k - c) / n
    const wall = 0.4 + 0.02 * at(sin, i) * at(cos, j) * at(sin, k)
    if (r > wall) return false
    if (r > wall - 0.02) return true
    const gyroid = at(sin, i) * at(cos, j) + at(sin, j) * at(cos, k) + at(sin, k) * at(cos, i)
    return k < 0.4 * n && gyroid > 0.5
  })
}

/**
 * The peer: squared distance in mm2 of every voxel by the published algorithm (Felzenszwalb and Huttenlocher 2012, with its
 * large number for "no site"), once an axis over one float32 field, line by line through float64 scratch.
 */
function plainDistance(mask: Mask): Float32Array {
  const [nx, ny, nz] = mask.grid.size
  const field = new Float32Array(nx * ny * nz)
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) field[at++] = hasVoxel(mask, i, j, k) ? 0 : NO_SITE
    }
  }
  const strides = [1, nx, nx * ny]
  for (const [axis, a, b] of [
    [0, 1, 2],
    [1, 0, 2],
    [2, 0, 1],
  ] as const) {
    const line = plainLine(mask.grid.size[axis], mask.grid.spacing[axis] ** 2)
    for (let q = 0; q < mask.grid.size[b]; q++) {
      for (let p = 0; p < mask.grid.size[a]; p++) {
        line(field, p * (strides[a] as number) + q * (strides[b] as number), strides[axis] as number)
      }
    }
  }
  return field
}

const NO_SITE = 1e20

function plainLine(n: number, step2: number) {
  const f = new Float64Array(n)
  const site = new Int32Array(n)
  const from = new Float64Array(n + 1)
  return (field: Float32Array, offset: number, stride: number) => {
    for (let q = 0; q < n; q++) f[q] = (field[offset + q * stride] as number) / step2
    let k = 0
    site[0] = 0
    from[0] = -Infinity
    from[1] = Infinity
    for (let q = 1; q < n; q++) {
      let s = site[k] as number
      let x = ((f[q] as number) + q * q - (f[s] as number) - s * s) / (2 * (q - s))
      while (x <= (from[k] as number)) {
        s = site[--k] as number
        x = ((f[q] as number) + q * q - (f[s] as number) - s * s) / (2 * (q - s))
      }
      site[++k] = q
      from[k] = x
      from[k + 1] = Infinity
    }
    k = 0
    for (let q = 0; q < n; q++) {
      while ((from[k + 1] as number) < q) k++
      const s = site[k] as number
      field[offset + q * stride] = ((q - s) * (q - s) + (f[s] as number)) * step2
    }
  }
}

/** Keeps the compiler from dropping work whose result nobody reads. */
async function sumOf(mask: Mask, bandMm: number): Promise<number> {
  let sum = 0
  await distanceSlices(mask, bandMm, IDLE_CONTEXT, (_: number, square: Float32Array) => {
    sum += square[square.length >> 1] as number
  })
  return sum
}

async function mustAgree(mask: Mask): Promise<void> {
  const truth = plainDistance(mask)
  let at = 0
  await distanceSlices(mask, Infinity, IDLE_CONTEXT, (_: number, square: Float32Array) => {
    for (const value of square) {
      const peer = truth[at++] as number
      if (Math.abs(value - peer) > peer * 4e-7)
        throw new Error(`not the same distance: ${value} here, ${peer} in the peer`)
    }
  })
}

async function atSize(n: number, rounds: number): Promise<BenchRow[]> {
  const mask = boneLike(n)
  await mustAgree(mask)
  const ms = await pairedMedians(
    {
      plain: () => plainDistance(mask),
      whole: () => sumOf(mask, Infinity),
      band: () => sumOf(mask, BAND_MM),
    },
    rounds,
  )
  const row = { size: `${n}^3`, peer: PEER, ...CPU }
  return [
    benchRow({ ...row, work: `${WORK}, whole` }, ms.whole, ms.plain),
    benchRow({ ...row, work: `${WORK}, within ${BAND_MM} mm` }, ms.band, ms.plain),
  ]
}

export const benches: readonly Bench[] = [
  { name: 'distance 256', run: () => atSize(256, 5) },
  { name: 'distance 512', run: () => atSize(512, 5) },
]
