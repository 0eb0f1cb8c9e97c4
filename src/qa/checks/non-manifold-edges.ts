import type { Finding } from '../../core/finding.ts'
import { edgePlaces } from '../edge-places.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'
import type { Topology } from '../topology.ts'

/** Edges of three or more triangles, seen as a reader of positions sees them (3MF core 4.1). */
export function checkNonManifoldEdges(topology: Topology, policy: Policy): Finding {
  const { tree, faults, pinchedVertices, joinedVertices, collapsedTriangles } = topology
  const value = faults.crowded.length
  return finding(policy, {
    check: 'non-manifold-edges',
    level: value > 0 ? 'fail' : 'pass',
    value,
    limit: 0,
    unit: 'count',
    detail: { pinchedVertices, verticesInOnePlace: joinedVertices, collapsedTriangles },
    places: edgePlaces(tree.mesh, faults.crowded),
  })
}
