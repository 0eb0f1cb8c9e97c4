import type { Mesh } from '../../core/types.ts'
import { compact } from '../pieces.ts'
import { type NearSurface, surfaceTree } from '../surface-tree.ts'
import type { Mark } from './mark.ts'

/** Rounding to float32 and a rigid move keep a triangle this near to the surface it lies on, mm. */
const ON_MM = 1e-3
type Weights = readonly [number, number, number]
const MIDDLE: Weights = [1 / 3, 1 / 3, 1 / 3]
/** Places of a triangle by its corners: those themselves, the middles of the edges, and the middle. */
const PROBES: readonly Weights[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.5, 0.5, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  MIDDLE,
]

/** Which triangles of a mesh lie on a surface, with all corners and middles; one byte each. */
export function trianglesOn(mesh: Mesh, surface: Mesh): Uint8Array {
  const tree = surfaceTree(surface)
  const on = new Uint8Array(mesh.indices.length / 3)
  if (surface.indices.length === 0) return on
  return on.map((_, t) => (PROBES.every((weights) => isOn(tree, mesh, t, weights)) ? 1 : 0))
}

function isOn(tree: NearSurface, { positions, indices }: Mesh, t: number, weights: Weights): boolean {
  const along = (axis: number) =>
    weights.reduce((sum, w, k) => sum + w * (positions[3 * (indices[3 * t + k] as number) + axis] as number), 0)
  return tree.within(along(0), along(1), along(2), ON_MM) >= 0
}

/**
 * The triangles that a mark gave a part, out of the marked one: those on the mark's own surface and not on that of the part
 * before. None for a mark that takes material away: the wall it leaves is the part's. LPS mm; not closed.
 */
export function facesOfMark(marked: Mesh, before: Mesh, mark: Mark): Mesh {
  const none = { positions: new Float32Array(0), indices: new Uint32Array(0) }
  if (mark.how === 'remove') return none
  const onMark = trianglesOn(marked, mark.body)
  const old = surfaceTree(before)
  const isNew = (t: number) => onMark[t] === 1 && !isOn(old, marked, t, MIDDLE)
  return compact(
    marked.positions,
    marked.indices.filter((_, i) => isNew(Math.floor(i / 3))),
  )
}
