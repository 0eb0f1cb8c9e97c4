import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import { HALF_VOXEL, ONE_VOXEL, PLACE_BITS, type Sampling } from './sampling.ts'
import { PHASE_SHIFT, type PhaseTaps, WEIGHT_BITS } from './taps.ts'

const ONE = 1 << WEIGHT_BITS
const HALF = ONE >> 1
const PHASE_HALF = 1 << (PHASE_SHIFT - 1)
const FRACTION = ONE_VOXEL - 1

/** Halves up; Lanczos may overshoot int16. */
const rounded = (sum: number) => {
  const value = (sum + HALF) >> WEIGHT_BITS
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value
}

/**
 * Stored values on a grid turned against the source's: for each voxel the sums along z, then y, then x of the source, each
 * rounded to int16, with the weights of its place to 1 / 1024 voxel. `out` holds the fill value already. No scratch.
 */
export async function resampleOblique(
  volume: Volume,
  sampling: Sampling,
  taps: PhaseTaps,
  out: Int16Array,
  ctx: Context,
): Promise<void> {
  const { size } = volume.grid
  const [nx, ny, nz] = sampling.target.size
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = sampling.steps
  const value = interpolator(volume, taps)
  const [endX, endY, endZ] = size.map((n) => n * ONE_VOXEL - HALF_VOXEL) as [number, number, number]
  const pace = pacer(ctx)
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const startX = (xy[j] as number) + (xz[k] as number)
      const startY = (yy[j] as number) + (yz[k] as number)
      const startZ = (zy[j] as number) + (zz[k] as number)
      for (let i = 0; i < nx; i++, at++) {
        const x = startX + (xx[i] as number)
        const y = startY + (yx[i] as number)
        const z = startZ + (zx[i] as number)
        if (x < -HALF_VOXEL || y < -HALF_VOXEL || z < -HALF_VOXEL || x >= endX || y >= endY || z >= endZ) continue
        out[at] = value(x, y, z)
      }
      await pace.breathe((k + j / ny) / nz)
    }
  }
}

type ValueAt = (x: number, y: number, z: number) => number

/** The value at a place. One function for each number of taps, sums along z written out: a loop there took 5 times as long. */
function interpolator(volume: Volume, taps: PhaseTaps): ValueAt {
  if (taps.taps === 1) return nearestAt(volume)
  return taps.taps === 2 ? linearAt(volume, taps) : lanczosAt(volume, taps)
}

const phaseOf = (place: number) => ((place & FRACTION) + PHASE_HALF) >> PHASE_SHIFT
const clamped = (index: number, count: number) => (index < 0 ? 0 : index < count ? index : count - 1)

function nearestAt({ grid, data }: Volume): ValueAt {
  const [nx, ny] = grid.size
  const index = (place: number) => (place + HALF_VOXEL) >> PLACE_BITS
  return (x, y, z) => data[index(x) + nx * (index(y) + ny * index(z))] as number
}

function linearAt({ grid, data }: Volume, { weights }: PhaseTaps): ValueAt {
  const [nx, ny, nz] = grid.size
  const area = nx * ny
  return (x, y, z) => {
    const upperZ = weights[phaseOf(z) * 2 + 1] as number
    const lowerZ = ONE - upperZ
    const upperY = weights[phaseOf(y) * 2 + 1] as number
    const upperX = weights[phaseOf(x) * 2 + 1] as number
    const [i, j, k] = [x >> PLACE_BITS, y >> PLACE_BITS, z >> PLACE_BITS]
    const below = clamped(k, nz) * area
    const above = clamped(k + 1, nz) * area
    const front = clamped(j, ny) * nx
    const back = clamped(j + 1, ny) * nx
    const left = clamped(i, nx)
    const right = clamped(i + 1, nx)
    const alongZ = (column: number) =>
      (Math.imul(data[below + column] as number, lowerZ) + Math.imul(data[above + column] as number, upperZ) + HALF) >>
      WEIGHT_BITS
    const between = (a: number, b: number, upper: number) =>
      (Math.imul(a, ONE - upper) + Math.imul(b, upper) + HALF) >> WEIGHT_BITS
    const l = between(alongZ(left + front), alongZ(left + back), upperY)
    const r = between(alongZ(right + front), alongZ(right + back), upperY)
    return between(l, r, upperX)
  }
}

function lanczosAt({ grid, data }: Volume, { taps, before, weights }: PhaseTaps): ValueAt {
  const [nx, ny, nz] = grid.size
  const area = nx * ny
  return (x, y, z) => {
    const [i, j, k] = [(x >> PLACE_BITS) - before, (y >> PLACE_BITS) - before, (z >> PLACE_BITS) - before]
    const [phaseX, phaseY, phaseZ] = [phaseOf(x) * taps, phaseOf(y) * taps, phaseOf(z) * taps]
    const slice0 = clamped(k, nz) * area
    const slice1 = clamped(k + 1, nz) * area
    const slice2 = clamped(k + 2, nz) * area
    const slice3 = clamped(k + 3, nz) * area
    const slice4 = clamped(k + 4, nz) * area
    const slice5 = clamped(k + 5, nz) * area
    const weight0 = weights[phaseZ] as number
    const weight1 = weights[phaseZ + 1] as number
    const weight2 = weights[phaseZ + 2] as number
    const weight3 = weights[phaseZ + 3] as number
    const weight4 = weights[phaseZ + 4] as number
    const weight5 = weights[phaseZ + 5] as number
    let sumX = 0
    for (let a = 0; a < taps; a++) {
      const left = clamped(i + a, nx)
      let sumY = 0
      for (let b = 0; b < taps; b++) {
        const column = left + clamped(j + b, ny) * nx
        const lower =
          Math.imul(data[slice0 + column] as number, weight0) +
          Math.imul(data[slice1 + column] as number, weight1) +
          Math.imul(data[slice2 + column] as number, weight2)
        const upper =
          Math.imul(data[slice3 + column] as number, weight3) +
          Math.imul(data[slice4 + column] as number, weight4) +
          Math.imul(data[slice5 + column] as number, weight5)
        sumY = (sumY + Math.imul(rounded((lower + upper) | 0), weights[phaseY + b] as number)) | 0
      }
      sumX = (sumX + Math.imul(rounded(sumY), weights[phaseX + a] as number)) | 0
    }
    return rounded(sumX)
  }
}
