import type { Finding } from '../../core/finding.ts'
import { type LabelAi, openRegions } from '../../segment/label-ai.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** What an AMBER mask still asks of people: unsure regions nobody accepted or edited, and one for a missing second reader. */
export function checkAiReview(ai: LabelAi | null, policy: Policy): Finding {
  const amber = ai?.band === 'amber' ? ai : null
  const open = amber ? openRegions(amber) : []
  const readerMissing = amber !== null && amber.secondReader === null
  const value = open.length + (readerMissing ? 1 : 0)
  return finding(policy, {
    check: 'ai-review',
    level: value > 0 ? 'fail' : 'pass',
    value,
    limit: 0,
    unit: 'count',
    detail: {
      openRegions: open.length,
      secondReader: amber ? (readerMissing ? 'missing' : 'signed') : 'not needed',
      editedMm3: ai?.editedMm3 ?? 0,
      aiMm3: ai?.aiMm3 ?? 0,
    },
    places: open.map(({ at, mm3 }) => ({ at, value: mm3 })),
  })
}
