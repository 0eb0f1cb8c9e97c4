import { Matrix4 } from 'three'
import type { Place } from '../core/finding.ts'
import { Places } from './places.ts'
import type { RayTree } from './ray-tree.ts'
import { cornerTrianglesMeet, edgeTrianglesMeet, triangleMeetsTriangle } from './triangle-pair.ts'

/** Beyond this many pairs the number says nothing new, and a spoilt mesh could have billions. */
export const MAX_CROSSINGS = 100_000

export interface Crossings {
  /** Pairs of triangles that meet other than in common corners; at most MAX_CROSSINGS. */
  readonly pairs: number
  readonly places: readonly Place[]
}

/** Self-intersections of a mesh whose equal positions share one index. Exact, so the count is the same on every machine. */
export function crossings({ mesh, bvh }: RayTree): Crossings {
  const boxes = triangleBoxes(mesh.positions, mesh.indices)
  const places = new Places('high')
  let pairs = 0
  const count = (s: number, t: number) => {
    if (!boxesMeet(boxes, 6 * s, 6 * t) || !trianglesCross(mesh.positions, mesh.indices, 3 * s, 3 * t)) return
    pairs++
    const v = 3 * (mesh.indices[3 * s] as number)
    places.add(mesh.positions[v] as number, mesh.positions[v + 1] as number, mesh.positions[v + 2] as number, 1)
  }
  bvh.bvhcast(bvh, new Matrix4(), {
    intersectsRanges(from1, count1, from2, count2) {
      // The tree meets itself: each pair of leaves comes in both orders.
      if (from1 > from2) return false
      for (let s = from1; s < from1 + count1; s++)
        for (let t = from1 === from2 ? s + 1 : from2; t < from2 + count2; t++) count(s, t)
      return pairs >= MAX_CROSSINGS
    },
  })
  return { pairs: Math.min(pairs, MAX_CROSSINGS), places: places.worst() }
}

function triangleBoxes(p: Float32Array, indices: Uint32Array): Float32Array {
  const boxes = new Float32Array(indices.length * 2)
  for (let t = 0; t < indices.length; t += 3) {
    const a = 3 * (indices[t] as number)
    const b = 3 * (indices[t + 1] as number)
    const c = 3 * (indices[t + 2] as number)
    for (let k = 0; k < 3; k++) {
      boxes[2 * t + k] = Math.min(p[a + k] as number, p[b + k] as number, p[c + k] as number)
      boxes[2 * t + 3 + k] = Math.max(p[a + k] as number, p[b + k] as number, p[c + k] as number)
    }
  }
  return boxes
}

function boxesMeet(b: Float32Array, s: number, t: number): boolean {
  return (
    (b[s] as number) <= (b[t + 3] as number) &&
    (b[t] as number) <= (b[s + 3] as number) &&
    (b[s + 1] as number) <= (b[t + 4] as number) &&
    (b[t + 1] as number) <= (b[s + 4] as number) &&
    (b[s + 2] as number) <= (b[t + 5] as number) &&
    (b[t + 2] as number) <= (b[s + 5] as number)
  )
}

/** Sorts a pair by how many corners it shares; s and t are offsets of the triangles' first index. */
function trianglesCross(p: Float32Array, indices: Uint32Array, s: number, t: number): boolean {
  let shared = 0
  let atS = 0
  let atT = 0
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      if (indices[s + i] !== indices[t + j]) continue
      shared++
      // For one shared corner its place; for two, the sum minus all leaves the place of the odd one out.
      atS += i
      atT += j
    }
  }
  const vs = (k: number) => 3 * (indices[s + (k % 3)] as number)
  const vt = (k: number) => 3 * (indices[t + (k % 3)] as number)
  if (shared === 0) return triangleMeetsTriangle(p, vs(0), vs(1), vs(2), vt(0), vt(1), vt(2))
  if (shared === 1) return cornerTrianglesMeet(p, vs(atS), vs(atS + 1), vs(atS + 2), vt(atT + 1), vt(atT + 2))
  if (shared === 2) return edgeTrianglesMeet(p, vs(4 - atS), vs(5 - atS), vs(3 - atS), vt(3 - atT))
  return true
}
