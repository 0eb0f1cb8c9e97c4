import type { Place } from '../core/finding.ts'
import type { Mesh } from '../core/types.ts'
import { nextHalfEdge } from '../prepare/topology.ts'
import { Places } from './places.ts'

/** Middles of edges given by a half-edge each, apart from each other. */
export function edgePlaces({ positions: p, indices }: Mesh, halfEdges: readonly number[]): Place[] {
  const places = new Places('high')
  for (const h of halfEdges) {
    const a = 3 * (indices[h] as number)
    const b = 3 * (indices[nextHalfEdge(h)] as number)
    const middle = (k: number) => ((p[a + k] as number) + (p[b + k] as number)) / 2
    places.add(middle(0), middle(1), middle(2), 1)
  }
  return places.worst()
}
