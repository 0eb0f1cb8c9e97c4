import { ijkToLps } from '../core/affine.ts'
import type { Grid, Vec3, Volume } from '../core/types.ts'
import { LEVELS, levelCounts } from '../volume/histogram.ts'
import { perAxis } from '../volume/target-grid.ts'
import { quantile } from './normalise.ts'

/** Air kept around what was found. */
const MARGIN_MM = 10
/** A plane with fewer voxels above the level than this holds specks, no head. */
const LEAST_SHARE = 0.002

/**
 * The part of a scan's grid that holds something: up to 10 mm past the outermost planes in which 0.2 % of the voxels lie
 * above the 2 % quantile by a tenth of the way to the 98 % quantile (the rough head of BET, Smith 2002; not Otsu's cut, which
 * bright outliers lift until it loses skin). The whole grid when there is no such plane. It only saves time, so it errs to the
 * outside: a noisy background or a table leaves more in.
 */
export function headGrid({ grid, data, slope }: Volume): Grid {
  const counts = levelCounts(data)
  const [dark, bright] = [quantile(counts, slope < 0 ? 0.98 : 0.02), quantile(counts, slope < 0 ? 0.02 : 0.98)]
  const isAbove = levelsAbove(dark + 0.1 * (bright - dark), slope)
  const profiles = profilesOf(grid.size, data, isAbove)
  const ranges = perAxisRange(grid, profiles)
  if (ranges === null) return grid
  const first = perAxis((a) => ranges[a].first)
  const size = perAxis((a) => ranges[a].end - ranges[a].first)
  return first.every((n) => n === 0) && size.every((n, a) => n === grid.size[a])
    ? grid
    : { ...grid, size, origin: ijkToLps(grid, first) }
}

function levelsAbove(stored: number, slope: number): Uint8Array {
  return Uint8Array.from({ length: LEVELS }, (_, n) => {
    const value = n - LEVELS / 2
    return (slope < 0 ? value < stored : value > stored) ? 1 : 0
  })
}

type Profiles = readonly [Uint32Array, Uint32Array, Uint32Array]

/** Voxels above, by plane across each axis. */
function profilesOf([nx, ny, nz]: Vec3, data: Int16Array, isAbove: Uint8Array): Profiles {
  const profiles = [new Uint32Array(nx), new Uint32Array(ny), new Uint32Array(nz)] as const
  const [x, y, z] = profiles
  for (let row = 0, at = 0; row < ny * nz; row++) {
    const before = at
    let found = 0
    for (let i = 0; i < nx; i++, at++) {
      const above = isAbove[(data[before + i] as number) + LEVELS / 2] as number
      x[i] = (x[i] as number) + above
      found += above
    }
    const j = row % ny
    const k = (row - j) / ny
    y[j] = (y[j] as number) + found
    z[k] = (z[k] as number) + found
  }
  return profiles
}

interface Range {
  readonly first: number
  readonly end: number
}

function perAxisRange({ size, spacing }: Grid, profiles: Profiles): readonly [Range, Range, Range] | null {
  const voxels = size[0] * size[1] * size[2]
  const rangeOf = (a: 0 | 1 | 2): Range | null => {
    const least = Math.max(1, (LEAST_SHARE * voxels) / size[a])
    const first = profiles[a].findIndex((n) => n >= least)
    if (first < 0) return null
    const margin = Math.ceil(MARGIN_MM / spacing[a])
    const last = profiles[a].findLastIndex((n) => n >= least)
    return { first: Math.max(0, first - margin), end: Math.min(size[a], last + 1 + margin) }
  }
  const [x, y, z] = [rangeOf(0), rangeOf(1), rangeOf(2)]
  return x && y && z ? [x, y, z] : null
}
