import type { Mesh } from '../../core/types.ts'
import { type NearSurface, surfaceTree } from '../surface-tree.ts'

/** Rounding to float32 and a rigid move keep a triangle this near to the surface it lies on, mm. */
const ON_MM = 1e-3
type Weights = readonly [number, number, number]
export const MIDDLE: Weights = [1 / 3, 1 / 3, 1 / 3]
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

export function isOn(tree: NearSurface, { positions, indices }: Mesh, t: number, weights: Weights): boolean {
  const along = (axis: number) =>
    weights.reduce((sum, w, k) => sum + w * (positions[3 * (indices[3 * t + k] as number) + axis] as number), 0)
  return tree.within(along(0), along(1), along(2), ON_MM) >= 0
}
