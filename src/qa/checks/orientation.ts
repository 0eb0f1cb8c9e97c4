import type { Finding, Place } from '../../core/finding.ts'
import { edgePlaces } from '../edge-places.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'
import { isSolid, type Shell } from '../shells.ts'
import type { Topology } from '../topology.ts'

/** Edges whose triangles disagree, and shells that face the wrong way for where they lie. */
export function checkOrientation({ tree, faults }: Topology, shells: readonly Shell[], policy: Policy): Finding {
  const inverted = shells.filter((s) => (isSolid(s) ? s.volumeMm3 < 0 : s.volumeMm3 > 0))
  const value = faults.inconsistent.length + inverted.length
  const shellPlaces: Place[] = inverted.map((s) => ({ at: s.at, value: Math.abs(s.volumeMm3) }))
  return finding(policy, {
    check: 'orientation',
    level: value > 0 ? 'fail' : 'pass',
    value,
    limit: 0,
    unit: 'count',
    detail: { inconsistentEdges: faults.inconsistent.length, invertedShells: inverted.length },
    places: [...shellPlaces.sort((a, b) => b.value - a.value), ...edgePlaces(tree.mesh, faults.inconsistent)],
  })
}
