import type { Finding } from '../../core/finding.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'
import { isSolid, type Shell } from '../shells.ts'

/** Separate solids against how many were declared. Cavities are told, not counted: bone is full of them. */
export function checkShells(shells: readonly Shell[], declared: number, policy: Policy): Finding {
  const bySize = (a: Shell, b: Shell) => Math.abs(b.volumeMm3) - Math.abs(a.volumeMm3)
  const solids = shells.filter(isSolid).sort(bySize)
  const cavities = shells.filter((s) => !isSolid(s))
  const loose = solids.slice(declared)
  const large = loose.filter((s) => Math.abs(s.volumeMm3) > policy.looseShellMm3)
  return finding(policy, {
    check: 'shells',
    level: large.length > 0 ? 'fail' : solids.length === declared ? 'pass' : 'warn',
    value: solids.length,
    limit: declared,
    unit: 'count',
    detail: {
      looseAboveLimit: large.length,
      looseLimitMm3: policy.looseShellMm3,
      largestLooseMm3: Math.abs(loose[0]?.volumeMm3 ?? 0),
      cavities: cavities.length,
      cavityMm3: cavities.reduce((sum, s) => sum + Math.abs(s.volumeMm3), 0),
    },
    places: loose.map((s) => ({ at: s.at, value: Math.abs(s.volumeMm3) })),
  })
}
