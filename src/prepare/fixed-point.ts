import { meshBounds } from '../core/mesh.ts'
import type { Mesh, Vec3 } from '../core/types.ts'

/** Positions as whole numbers of 2^-bits mm from the middle of the mesh: sums of them are exact in any order, anywhere. */
export interface FixedPoint {
  readonly values: Int32Array
  readonly centre: Vec3
  readonly bits: number
}

/** 1 nm: finer than float32 beyond 16 mm from the origin. */
const MOST_BITS = 20

/** Half the longest side of the mesh's box in mm. */
function halfExtent({ min, max }: { readonly min: Vec3; readonly max: Vec3 }): number {
  return Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2
}

/** As fine as keeps `times` half extents of the mesh below 2^31. Memory: 12 bytes a vertex. */
export function toFixedPoint(mesh: Mesh, times: number): FixedPoint {
  const bounds = meshBounds(mesh)
  const centre = [0, 1, 2].map((k) => ((bounds.min[k] ?? 0) + (bounds.max[k] ?? 0)) / 2) as unknown as Vec3
  let bits = MOST_BITS
  // No logarithm: engines differ in its last bit.
  while (halfExtent(bounds) * times * 2 ** bits >= 2 ** 31) bits--
  const scale = 2 ** bits
  const { positions } = mesh
  const values = new Int32Array(positions.length)
  const [x, y, z] = centre
  for (let p = 0; p < positions.length; p += 3) {
    values[p] = Math.round(((positions[p] as number) - x) * scale)
    values[p + 1] = Math.round(((positions[p + 1] as number) - y) * scale)
    values[p + 2] = Math.round(((positions[p + 2] as number) - z) * scale)
  }
  return { values, centre, bits }
}

/** Positions in LPS mm. Coordinates that did not change keep all bits of the input. */
export function fromFixedPoint(
  now: Int32Array,
  { values, centre, bits }: FixedPoint,
  input: Float32Array,
): Float32Array {
  const out = new Float32Array(now.length)
  const size = 2 ** -bits
  for (let i = 0; i < now.length; i++) {
    const value = now[i] as number
    out[i] = value === values[i] ? (input[i] as number) : (centre[i % 3] as number) + value * size
  }
  return out
}
