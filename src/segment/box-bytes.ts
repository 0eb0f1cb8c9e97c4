import type { Grid, Vec3, VoxelBox } from '../core/types.ts'

// One byte a voxel of a box of a grid, x fastest: 1 for voxels that are meant. For filters that only a part of a scan needs.

const sizeOf = ({ min, max }: VoxelBox): Vec3 => [max[0] - min[0] + 1, max[1] - min[1] + 1, max[2] - min[2] + 1]

/** The box with so many voxels more on each side, within the grid. */
export function grown({ min, max }: VoxelBox, by: readonly number[], { size }: Grid): VoxelBox {
  const edge = (value: number, axis: number, sign: number) =>
    Math.min((size[axis] as number) - 1, Math.max(0, value + sign * (by[axis] as number)))
  return {
    min: [edge(min[0], 0, -1), edge(min[1], 1, -1), edge(min[2], 2, -1)],
    max: [edge(max[0], 0, 1), edge(max[1], 1, 1), edge(max[2], 2, 1)],
  }
}

/** Calls with every voxel of a box, and its place in the bytes. */
export function eachOf({ min, max }: VoxelBox, visit: (i: number, j: number, k: number, at: number) => void): void {
  let at = 0
  for (let k = min[2]; k <= max[2]; k++)
    for (let j = min[1]; j <= max[1]; j++) for (let i = min[0]; i <= max[0]; i++) visit(i, j, k, at++)
}

/** One byte a voxel of the box: 1 where the predicate holds. */
export function marked(box: VoxelBox, holds: (i: number, j: number, k: number) => boolean): Uint8Array {
  const [nx, ny, nz] = sizeOf(box)
  const bytes = new Uint8Array(nx * ny * nz)
  eachOf(box, (i, j, k, at) => {
    bytes[at] = holds(i, j, k) ? 1 : 0
  })
  return bytes
}

const AXES = [0, 1, 2] as const

/** Widened by so many voxels to both sides along each axis. */
export function widened(bytes: Uint8Array, box: VoxelBox, reach: readonly number[]): Uint8Array {
  const wide = (now: Uint8Array, axis: 0 | 1 | 2) =>
    windowed(now, sizeOf(box), axis, reach[axis] as number, reach[axis] as number, 1)
  return AXES.reduce(wide, bytes)
}

/** What holds a box of voxels that is wider than the film along every axis: an opening by that box. */
export function withoutFilm(bytes: Uint8Array, box: VoxelBox, { spacing }: Grid, filmMm: number): Uint8Array {
  const size = sizeOf(box)
  const width = (axis: 0 | 1 | 2) => Math.max(2, Math.floor(filmMm / spacing[axis]) + 1)
  const narrow = AXES.reduce((now, axis) => windowed(now, size, axis, 0, width(axis) - 1, width(axis)), bytes)
  return AXES.reduce((now, axis) => windowed(now, size, axis, width(axis) - 1, 0, 1), narrow)
}

/** 1 where at least `need` of the voxels from `back` before to `ahead` after along an axis are 1; outside is 0. */
function windowed(
  bytes: Uint8Array,
  [nx, ny, nz]: Vec3,
  axis: 0 | 1 | 2,
  back: number,
  ahead: number,
  need: number,
): Uint8Array {
  const out = new Uint8Array(bytes.length)
  const step = [1, nx, nx * ny][axis] as number
  const length = [nx, ny, nz][axis] as number
  for (let start = 0; start < bytes.length; start++) {
    if (Math.floor(start / step) % length !== 0) continue
    let count = 0
    for (let n = -ahead; n < length; n++) {
      if (n + ahead < length) count += bytes[start + (n + ahead) * step] as number
      if (n - back > 0) count -= bytes[start + (n - back - 1) * step] as number
      if (n >= 0 && count >= need) out[start + n * step] = 1
    }
  }
  return out
}
