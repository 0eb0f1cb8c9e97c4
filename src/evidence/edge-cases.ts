import { ijkToLps } from '../core/affine.ts'
import { seededNormal } from '../core/random.ts'
import type { Vec3, Volume } from '../core/types.ts'
import type { Band } from '../infer/outcome.ts'
import { perAxis } from '../volume/target-grid.ts'
import { abdomenPhantom } from './abdomen-phantom.ts'
import { changeValues, intensitiesOf } from './intensity.ts'
import { flippedAlong, nearestAxis, reordered } from './lattice.ts'

export type EdgeCaseId =
  | 'empty'
  | 'constant'
  | 'one-slice'
  | 'anisotropy-10'
  | 'upside-down'
  | 'back-to-front'
  | 'wrong-modality'
  | 'wrong-modality-unsaid'
  | 'noise-only'
  | 'spacing-in-cm'

export interface EdgeCase {
  readonly id: EdgeCaseId
  /** What a person must be told of whatever the network makes of it. */
  readonly expected: Band
  /** Made from a head scan that the network knows; on another grid where that is the case. */
  readonly make: (known: Volume) => Volume
}

const EVERY = 10
const NOISE_SEED = 77

const red = (id: EdgeCaseId, make: EdgeCase['make']): EdgeCase => ({ id, expected: 'red', make })

/**
 * Inputs that no network should be believed on. A network made for heads in MR is meant; for one that also knows CT,
 * 'wrong-modality' still is the wrong part of the body.
 */
export const EDGE_CASES: readonly EdgeCase[] = [
  red('empty', (known) => changeValues(known, () => () => 0)),
  red('constant', (known) => {
    const { mean } = intensitiesOf(known)
    return changeValues(known, () => () => mean)
  }),
  red('one-slice', (known) => everySlice(known, Math.max(1, known.grid.size[2]), Math.floor(known.grid.size[2] / 2))),
  red('anisotropy-10', (known) => everySlice(known, EVERY, 0)),
  red('upside-down', (known) => turnedRound(known, 2)),
  red('back-to-front', (known) => turnedRound(known, 1)),
  red('wrong-modality', () => abdomenPhantom()),
  red('wrong-modality-unsaid', ({ modality, unit }) => ({ ...abdomenPhantom(), modality, unit })),
  red('noise-only', (known) => {
    const { floor, mean } = intensitiesOf(known)
    const normal = seededNormal(NOISE_SEED)
    return changeValues(known, () => () => Math.max(floor, mean + 0.3 * (mean - floor) * normal()))
  }),
  red('spacing-in-cm', (known) => {
    const tenth = (v: Vec3): Vec3 => [v[0] / 10, v[1] / 10, v[2] / 10]
    return { ...known, grid: { ...known.grid, spacing: tenth(known.grid.spacing), origin: tenth(known.grid.origin) } }
  }),
]

/** Every n-th slice from one on, as far apart as they then are. */
function everySlice(known: Volume, every: number, first: number): Volume {
  const { grid } = known
  const [nx, ny, nz] = grid.size
  const count = Math.ceil((nz - first) / every)
  const area = nx * ny
  const data = new Int16Array(area * count)
  for (let k = 0; k < count; k++) {
    const from = (first + k * every) * area
    data.set(known.data.subarray(from, from + area), k * area)
  }
  const apart = count > 1 ? every : 1
  const spacing = perAxis((a) => grid.spacing[a] * (a === 2 ? apart : 1))
  return { ...known, grid: { ...grid, size: [nx, ny, count], spacing, origin: ijkToLps(grid, [0, 0, first]) }, data }
}

/** The content mirrored along the voxel axis nearest to a world axis (1 front to back, 2 head to foot); the grid stays. */
function turnedRound(known: Volume, worldAxis: 1 | 2): Volume {
  return reordered(known, flippedAlong(known.grid, nearestAxis(known.grid, worldAxis)), known.grid)
}
