import type { Finding } from '../../core/finding.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'
import type { Structures } from '../structures.ts'

/** Solids of the mask of which the part has nothing; refused when the whole label is gone. */
export function checkStructures({ before, dropped, isGone }: Structures, policy: Policy): Finding {
  return finding(policy, {
    check: 'structures',
    level: isGone ? 'fail' : dropped.length > 0 ? 'warn' : 'pass',
    value: dropped.length,
    limit: 0,
    unit: 'count',
    detail: {
      before,
      label: isGone ? 'gone' : 'there',
      droppedAboveMm3: policy.droppedMm3,
      largestDroppedMm3: dropped[0]?.volumeMm3 ?? 0,
    },
    places: dropped.map(({ at, volumeMm3 }) => ({ at, value: volumeMm3 })),
  })
}
