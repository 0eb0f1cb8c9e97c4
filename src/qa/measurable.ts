import type { Mesh } from '../core/types.ts'

/**
 * Without triangles that have a corner which is no number or no vertex: they become holes, which fail, where searching would
 * never end.
 */
export function measurable(mesh: Mesh): Mesh {
  const { positions: p, indices } = mesh
  const isPlace = (v: number) =>
    Number.isFinite(p[3 * v]) && Number.isFinite(p[3 * v + 1]) && Number.isFinite(p[3 * v + 2])
  if (indices.every(isPlace)) return mesh
  const isSound = (t: number) => indices.subarray(3 * t, 3 * t + 3).every(isPlace)
  return { positions: p, indices: indices.filter((_, i) => isSound(Math.floor(i / 3))) }
}
