import type { ManifoldToplevel } from 'manifold-3d'
import type { Mesh } from '../../core/types.ts'
import { type Frame, toLps } from './frame.ts'

/** A closed outline in mm: counter-clockwise round material, clockwise round a hole. */
export type Ring = [number, number][]

/** Height in mm at a place of the plane. */
export type HeightAt = (x: number, y: number) => number

export interface PrismEnds {
  readonly top: HeightAt
  /** Below the top everywhere. */
  readonly bottom: HeightAt
  /** No edge of the ends is longer, so that they follow a curved surface. Infinity for flat ends. */
  readonly maxEdgeMm: number
}

/**
 * What stands over outlines between two heights, as a closed mesh in LPS mm; rings must not cross or touch. Both ends are cut
 * into the same triangles, so that they cannot cross each other however rough the heights are.
 */
export function prism(rings: readonly Ring[], ends: PrismEnds, frame: Frame, lib: ManifoldToplevel): Mesh {
  const flat = fine(flatTriangles(rings, lib), ends.maxEdgeMm)
  const count = flat.points.length
  const positions = new Float32Array(6 * count)
  flat.points.forEach(([x, y], v) => {
    positions.set(toLps(frame, x, y, ends.bottom(x, y)), 3 * v)
    positions.set(toLps(frame, x, y, ends.top(x, y)), 3 * (count + v))
  })
  const indices: number[] = []
  for (const [a, b, c] of flat.triangles) indices.push(a, c, b, count + a, count + b, count + c)
  for (const [a, b] of rims(flat.triangles)) indices.push(a, b, count + b, a, count + b, count + a)
  return { positions, indices: new Uint32Array(indices) }
}

type Triangle = readonly [number, number, number]

interface FlatMesh {
  readonly points: readonly (readonly [number, number])[]
  readonly triangles: readonly Triangle[]
}

function flatTriangles(rings: readonly Ring[], lib: ManifoldToplevel): FlatMesh {
  return { points: rings.flat(), triangles: lib.triangulate(rings.map((ring) => [...ring])) }
}

/** With the edges halved until none is longer; edges of two triangles are cut in one place, so none comes apart. */
function fine(mesh: FlatMesh, maxEdgeMm: number): FlatMesh {
  const points = [...mesh.points]
  let triangles = mesh.triangles
  for (;;) {
    const middles = new Map<string, number>()
    const middle = (a: number, b: number): number => {
      const [p, q] = [points[a] as readonly [number, number], points[b] as readonly [number, number]]
      if (Math.hypot(p[0] - q[0], p[1] - q[1]) <= maxEdgeMm) return -1
      const key = a < b ? `${a} ${b}` : `${b} ${a}`
      const known = middles.get(key)
      if (known !== undefined) return known
      middles.set(key, points.length)
      points.push([(p[0] + q[0]) / 2, (p[1] + q[1]) / 2])
      return points.length - 1
    }
    const next = triangles.flatMap(([a, b, c]) => cut(a, b, c, middle(a, b), middle(b, c), middle(c, a)))
    if (next.length === triangles.length) return { points, triangles }
    triangles = next
  }
}

/** A triangle cut at the middles of its long edges; -1 for an edge that is short enough. */
function cut(a: number, b: number, c: number, ab: number, bc: number, ca: number): Triangle[] {
  const cuts = [ab, bc, ca].filter((m) => m >= 0).length
  if (cuts === 0) return [[a, b, c]]
  if (cuts === 3)
    return [
      [a, ab, ca],
      [ab, b, bc],
      [ca, bc, c],
      [ab, bc, ca],
    ] // prettier-ignore
  // Turned so that the first edge is cut and, of two cut ones, the third is not.
  if (ab < 0 || (cuts === 2 && ca >= 0)) return cut(b, c, a, bc, ca, ab)
  if (cuts === 1)
    return [
      [a, ab, c],
      [ab, b, c],
    ] // prettier-ignore
  return [
    [a, ab, c],
    [ab, bc, c],
    [ab, b, bc],
  ] // prettier-ignore
}

/** Edges of one triangle only, in its direction. */
function rims(triangles: readonly Triangle[]): (readonly [number, number])[] {
  const edges = triangles.flatMap(
    ([a, b, c]) =>
      [
        [a, b],
        [b, c],
        [c, a],
      ] as const,
  ) // prettier-ignore
  const known = new Set(edges.map(([a, b]) => `${a} ${b}`))
  return edges.filter(([a, b]) => !known.has(`${b} ${a}`))
}
