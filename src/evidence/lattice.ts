import { ijkToLps } from '../core/affine.ts'
import type { Grid, Mat3, Vec3, Volume, VoxelBox } from '../core/types.ts'
import { perAxis } from '../volume/target-grid.ts'
import type { Axis } from './axis-filter.ts'
import { intensitiesOf, storedValue } from './intensity.ts'

/**
 * Voxels told in another order: axis a of the new lattice runs along source axis `order[a]`, backwards where `flip[a]`, over
 * the source voxels from `offset[a]` on, `size[a]` of them. What lies outside the source is filled.
 */
export interface Lattice {
  readonly order: readonly [Axis, Axis, Axis]
  readonly flip: readonly [boolean, boolean, boolean]
  readonly offset: Vec3
  readonly size: Vec3
}

/** The voxel axis that lies nearest to a world axis: 0 side to side, 1 front to back, 2 head to foot. */
export function nearestAxis({ direction }: Grid, world: Axis): Axis {
  const along = direction.slice(3 * world, 3 * world + 3).map(Math.abs)
  return along.indexOf(Math.max(...along)) as Axis
}

/** The lattice that runs backwards along one axis. */
export const flippedAlong = (grid: Pick<Grid, 'size'>, axis: Axis): Lattice =>
  latticeOf(grid, { flip: [axis === 0, axis === 1, axis === 2] })

/** The lattice of a grid as it is, with changes. */
export function latticeOf({ size }: Pick<Grid, 'size'>, change: Partial<Lattice> = {}): Lattice {
  const order = change.order ?? [0, 1, 2]
  return { order, flip: [false, false, false], offset: [0, 0, 0], size: perAxis((a) => size[order[a]]), ...change }
}

/** The lattice that brings voxels back to a source of this size. */
export function backTo({ order, flip, offset, size }: Lattice, source: Vec3): Lattice {
  const from = perAxis((b) => order.indexOf(b)) as [Axis, Axis, Axis]
  const back = (b: Axis) => {
    const a = from[b]
    return flip[a] ? offset[a] + size[a] - source[b] : -offset[a]
  }
  return { order: from, flip: [flip[from[0]], flip[from[1]], flip[from[2]]], offset: perAxis(back), size: source }
}

/** Source index along source axis order[a] of voxel t of new axis a. */
const sourceIndex = ({ flip, offset, size }: Lattice, a: Axis, t: number) =>
  flip[a] ? offset[a] + size[a] - 1 - t : offset[a] + t

/** Values in the order of the lattice, into `to`, which holds what lies outside. */
export function reorder<T extends Int16Array | Uint8Array>(from: T, source: Vec3, lattice: Lattice, to: T): T {
  const { order, size } = lattice
  const stride = [1, source[0], source[0] * source[1]] as const
  const starts = ([0, 1, 2] as const).map((a) =>
    Int32Array.from({ length: size[a] }, (_, t) => {
      const index = sourceIndex(lattice, a, t)
      return index < 0 || index >= source[order[a]] ? -1 : index * stride[order[a]]
    }),
  ) as [Int32Array, Int32Array, Int32Array]
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const z = starts[2][k] as number
      const y = starts[1][j] as number
      for (let i = 0; i < size[0]; i++, at++) {
        const x = starts[0][i] as number
        if (x >= 0 && y >= 0 && z >= 0) to[at] = from[x + y + z] as number
      }
    }
  }
  return to
}

/** The grid on which the reordered voxels lie where they were. */
export function gridOn(grid: Grid, lattice: Lattice): Grid {
  const { order, flip, size } = lattice
  const corner = [0, 0, 0]
  for (const a of [0, 1, 2] as const) corner[order[a]] = sourceIndex(lattice, a, 0)
  const column = (n: number) =>
    (grid.direction[3 * Math.floor(n / 3) + order[(n % 3) as Axis]] as number) * (flip[n % 3] ? -1 : 1)
  return {
    size,
    spacing: perAxis((a) => grid.spacing[order[a]]),
    origin: ijkToLps(grid, corner as unknown as Vec3),
    direction: Array.from({ length: 9 }, (_, n) => column(n)) as unknown as Mat3,
  }
}

/** The scan in the order of a lattice, on `grid`; the darkest value where there was nothing. */
export function reordered(volume: Volume, lattice: Lattice, grid: Grid): Volume {
  const [nx, ny, nz] = lattice.size
  const data = new Int16Array(nx * ny * nz).fill(storedValue(volume, intensitiesOf(volume).floor))
  return { ...volume, grid, data: reorder(volume.data, volume.grid.size, lattice, data) }
}

/** The part of a scan in a box, where it was. Memory: the part. */
export function cutOut(volume: Volume, { min, max }: VoxelBox): Volume {
  const lattice = latticeOf(volume.grid, { offset: min, size: perAxis((a) => max[a] - min[a] + 1) })
  return reordered(volume, lattice, gridOn(volume.grid, lattice))
}
