import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import { threshold } from '../../src/segment/threshold.ts'
import { gridOf, gyroidVolume, volumeOf } from './phantoms.ts'

export const REAL_MASK_SIDE = 512
const N = REAL_MASK_SIDE
/** From the project's folder, where benchmarks run. */
const SCAN = resolve('..', 'shared', 'data', 'ct_head_cranium', 'cranium_ct.nii.gz')

/** A mask to measure on, and what it is. */
export interface Subject {
  readonly what: string
  readonly mask: Mask
}

/** Bone of a head CT made 512^3, or of a phantom where the scan is not there. */
export function realMask(): Subject {
  if (!existsSync(SCAN)) {
    const mask = threshold(gyroidVolume(N), { lowHu: 0, highHu: 32767 }, IDLE_CONTEXT)
    return { what: 'gyroid phantom', mask }
  }
  const bone = threshold(enlarged(readNifti(SCAN)), { lowHu: 226, highHu: 3071 }, IDLE_CONTEXT)
  return { what: 'bone of a head CT', mask: bone }
}

/** An uncomplicated NIfTI-1 file of int16. */
function readNifti(path: string): Volume {
  const bytes = gunzipSync(readFileSync(path))
  const size = [42, 44, 46].map((at) => bytes.readInt16LE(at)) as [number, number, number]
  const first = bytes.readFloatLE(108)
  let at = first - 2
  return volumeOf(gridOf(size), () => {
    at += 2
    return bytes.readInt16LE(at)
  })
}

/** Resampled to 512^3 by linear interpolation along each axis. */
function enlarged({ grid, data }: Volume): Volume {
  const [nx, ny, nz] = grid.size
  const place = (n: number) =>
    Array.from({ length: N }, (_, i) => {
      const x = (i * (n - 1)) / (N - 1)
      const low = Math.min(n - 2, Math.floor(x))
      return { low, share: x - low }
    })
  const [xs, ys, zs] = [place(nx), place(ny), place(nz)]
  const at = (places: { low: number; share: number }[], i: number) => places[i] as { low: number; share: number }
  const line = (start: number, x: number) =>
    (data[start] as number) + x * ((data[start + 1] as number) - (data[start] as number))
  return volumeOf(gridOf([N, N, N]), (i, j, k) => {
    const [x, y, z] = [at(xs, i), at(ys, j), at(zs, k)]
    const start = x.low + nx * (y.low + ny * z.low)
    const near = line(start, x.share) * (1 - y.share) + line(start + nx, x.share) * y.share
    const far = line(start + nx * ny, x.share) * (1 - y.share) + line(start + nx * ny + nx, x.share) * y.share
    return Math.round(near * (1 - z.share) + far * z.share)
  })
}
