import { triangleCross } from '../core/triangle.ts'
import type { Mesh } from '../core/types.ts'
import { trianglesAround } from '../prepare/triangles-around.ts'

/** Surface smaller than this has no direction and no wall of its own: half a millimetre square, finer than any process prints. */
export const PATCH_MM2 = 0.25

/** Patches of very fine meshes stop growing here: more triangles would not change their mean, only the time. */
const MAX_TRIANGLES = 256
/** Mean normal of a patch against its area: below this an edge runs through it (a right angle in the middle has 0.71). */
const FLATNESS = 0.8
/** A triangle that leans more than 60 degrees from its flat patch is a sliver or a fold. */
const LEAN_COSINE = 0.5

export interface PatchNormals {
  /** Unit vector a triangle, outwards; zero for a triangle without area that has no patch to ask. */
  readonly normals: Float32Array
  /** One byte a triangle: 0 for slivers and folds, whose own direction says nothing about the surface. */
  readonly sound: Uint8Array
}

/**
 * The direction of the surface around each triangle: the area-weighted mean normal of the rings of triangles around it, until
 * PATCH_MM2 are reached. Larger triangles, and those beside an edge, keep their own. Equal positions must share one index.
 * Memory: about 40 bytes a triangle.
 */
export function patchNormals(mesh: Mesh): PatchNormals {
  const { indices } = mesh
  const count = indices.length / 3
  const areas = areaVectors(mesh)
  const normals = new Float32Array(3 * count)
  const sound = new Uint8Array(count)
  const gather = patchGatherer(mesh, areas)
  const sum = new Float64Array(4)
  for (let t = 0; t < count; t++) {
    const [x, y, z] = [areas[3 * t] as number, areas[3 * t + 1] as number, areas[3 * t + 2] as number]
    const own = Math.sqrt(x * x + y * y + z * z)
    gather(t, sum)
    const [sx = 0, sy = 0, sz = 0, area = 0] = sum
    const mean = Math.sqrt(sx * sx + sy * sy + sz * sz)
    const flat = mean >= FLATNESS * area && mean > 0
    const length = flat ? mean : own
    if (length === 0) continue
    normals[3 * t] = (flat ? sx : x) / length
    normals[3 * t + 1] = (flat ? sy : y) / length
    normals[3 * t + 2] = (flat ? sz : z) / length
    sound[t] = own > 0 && (!flat || x * sx + y * sy + z * sz >= LEAN_COSINE * own * mean) ? 1 : 0
  }
  return { normals, sound }
}

/** Normal of each triangle, as long as its area in mm2. */
function areaVectors({ positions: p, indices }: Mesh): Float32Array {
  const out = new Float32Array(indices.length)
  const cross = new Float64Array(3)
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    triangleCross(p, a, b, c, cross)
    out[t] = (cross[0] as number) / 2
    out[t + 1] = (cross[1] as number) / 2
    out[t + 2] = (cross[2] as number) / 2
  }
  return out
}

/** Fills `sum` with the area vectors of a patch, added up, and their total area. Whole rings, so their order is of no account. */
function patchGatherer({ positions, indices }: Mesh, areas: Float32Array): (t: number, sum: Float64Array) => void {
  const { start, member } = trianglesAround(indices, positions.length / 3)
  const size = new Float32Array(indices.length / 3)
  for (let t = 0; t < size.length; t++)
    size[t] = Math.hypot(areas[3 * t] as number, areas[3 * t + 1] as number, areas[3 * t + 2] as number)
  const taken = new Uint32Array(size.length)
  const patch: number[] = []
  return (t, sum) => {
    sum.fill(0)
    patch.length = 0
    const take = (s: number) => {
      if (taken[s] === t + 1) return
      taken[s] = t + 1
      patch.push(s)
      for (let k = 0; k < 3; k++) sum[k] = (sum[k] as number) + (areas[3 * s + k] as number)
      sum[3] = (sum[3] as number) + (size[s] as number)
    }
    take(t)
    let from = 0
    while ((sum[3] as number) < PATCH_MM2 && from < patch.length && patch.length < MAX_TRIANGLES) {
      const to = patch.length
      for (; from < to; from++) {
        const corner = 3 * (patch[from] as number)
        for (let k = 0; k < 3; k++) {
          const v = indices[corner + k] as number
          for (let i = start[v] as number; i < (start[v + 1] as number); i++) take(member[i] as number)
        }
      }
    }
  }
}
