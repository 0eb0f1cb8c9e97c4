import type { Finding } from '../../core/finding.ts'
import type { LabelAi } from '../../segment/label-ai.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Whether anybody has measured the network that a part rests on; the value is 1 where nobody has. A policy may forbid that. */
export function checkAiEvaluated(ai: LabelAi | null, policy: Policy): Finding {
  const isUnknown = ai !== null && !ai.model.evaluated
  return finding(policy, {
    check: 'ai-evaluated',
    level: isUnknown ? (policy.modelMustBeEvaluated ? 'fail' : 'warn') : 'pass',
    value: isUnknown ? 1 : 0,
    limit: 0,
    unit: 'count',
    detail: { model: ai ? `${ai.model.id} ${ai.model.version}` : 'none' },
  })
}
