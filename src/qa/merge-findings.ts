import type { CheckId, Finding } from '../core/finding.ts'

/** What was found of one body. */
export interface BodyFindings {
  readonly body: number
  readonly findings: readonly Finding[]
}

const SEVERITY = { pass: 0, warn: 1, fail: 2 } as const

/** Above 0 when `a` is worse. Within a level, a failure is worse the farther it is past its limit, and all else the nearer to it. */
function worse(a: Finding, b: Finding): number {
  const byLevel = SEVERITY[a.level] - SEVERITY[b.level]
  if (byLevel !== 0) return byLevel
  const past = Math.abs(a.value - a.limit) - Math.abs(b.value - b.limit)
  return a.level === 'fail' ? past : -past
}

/**
 * Findings of all bodies of a part as one list: for each check that of the body it is worst on, with `body` in its detail, and
 * the places of every body on which it is as bad, those of the worst first. In the order of the first body. Of one body: as it is.
 */
export function mergeFindings(bodies: readonly BodyFindings[]): readonly Finding[] {
  const [first, ...others] = bodies
  if (!first) return []
  if (others.length === 0) return first.findings
  const checks = new Set<CheckId>(bodies.flatMap(({ findings }) => findings.map(({ check }) => check)))
  return [...checks].flatMap((check) => {
    const found = bodies.flatMap(({ body, findings }) => {
      const finding = findings.find((one) => one.check === check)
      return finding ? [{ body, finding }] : []
    })
    const [worst, ...rest] = found.sort((a, b) => worse(b.finding, a.finding) || a.body - b.body)
    if (!worst) return []
    const alike = rest.filter(({ finding }) => finding.level === worst.finding.level)
    const places = [worst, ...alike].flatMap(({ finding }) => finding.places)
    return [{ ...worst.finding, detail: { ...worst.finding.detail, body: worst.body }, places }]
  })
}
