import type { Finding } from '../../core/finding.ts'
import { type Crossings, MAX_CROSSINGS } from '../crossings.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Pairs of triangles that go through each other. */
export function checkSelfIntersections({ pairs, places }: Crossings, policy: Policy): Finding {
  return finding(policy, {
    check: 'self-intersections',
    level: grade(pairs, policy.selfIntersections),
    value: pairs,
    limit: shownLimit(policy.selfIntersections),
    unit: 'count',
    detail: { counting: pairs >= MAX_CROSSINGS ? 'stopped' : 'complete' },
    places,
  })
}
