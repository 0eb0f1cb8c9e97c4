import type { Vec3 } from '../core/types.ts'
import type { Member } from './card.ts'

/** One axis of a member's view. */
interface AxisView {
  /** By voxel of the view: the conformed voxel shown there. */
  readonly from: Int32Array
  /** By conformed voxel: the voxel of the view that speaks for it. */
  readonly to: Int32Array
}

export type MemberView = readonly [AxisView, AxisView, AxisView]

/**
 * Where a member sees each voxel, and which of its answers counts for each: mirrored about the middle of the conformed grid,
 * then moved by whole voxels. Where a shifted view reaches past the grid the outermost plane is repeated; conformed voxels
 * that it leaves out take the answer of the nearest that it saw.
 */
export function memberView({ flip, shiftVoxels }: Member, size: Vec3): MemberView {
  const axis = (a: 0 | 1 | 2): AxisView => {
    const last = size[a] - 1
    const clamped = (n: number) => Math.min(last, Math.max(0, n))
    const mirrored = (n: number) => (flip[a] ? last - n : n)
    const indices = (place: (n: number) => number) => Int32Array.from({ length: size[a] }, (_, n) => place(n))
    return {
      from: indices((n) => mirrored(clamped(n - shiftVoxels[a]))),
      to: indices((n) => clamped(mirrored(n) + shiftVoxels[a])),
    }
  }
  return [axis(0), axis(1), axis(2)]
}

/**
 * A tile of a member's view, x fastest, in the network's values: `table` as normalisation() gives it, `first` its first voxel in
 * the view, all of it inside.
 */
export function tileOf(
  data: Int16Array,
  size: Vec3,
  table: Float32Array,
  view: MemberView,
  first: Vec3,
  tile: Vec3,
): Float32Array {
  const [nx, ny] = size
  const [width, height, depth] = tile
  const values = new Float32Array(width * height * depth)
  const half = table.length >> 1
  const columns = view[0].from.subarray(first[0], first[0] + width)
  let at = 0
  for (let k = 0; k < depth; k++) {
    const slice = view[2].from[first[2] + k] as number
    for (let j = 0; j < height; j++) {
      const row = (slice * ny + (view[1].from[first[1] + j] as number)) * nx
      for (let i = 0; i < width; i++, at++) {
        values[at] = table[(data[row + (columns[i] as number)] as number) + half] as number
      }
    }
  }
  return values
}
