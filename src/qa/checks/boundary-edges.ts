import type { Finding } from '../../core/finding.ts'
import { edgePlaces } from '../edge-places.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'
import type { Topology } from '../topology.ts'

/** Edges of one triangle only: the surface is open there (3MF core 4.1). */
export function checkBoundaryEdges({ tree, faults, edges }: Topology, policy: Policy): Finding {
  const value = faults.boundary.length
  return finding(policy, {
    check: 'boundary-edges',
    // A mesh without any triangle has no open edge, and is no part.
    level: value > 0 || edges === 0 ? 'fail' : 'pass',
    value,
    limit: 0,
    unit: 'count',
    detail: { edges, triangles: tree.mesh.indices.length / 3 },
    places: edgePlaces(tree.mesh, faults.boundary),
  })
}
