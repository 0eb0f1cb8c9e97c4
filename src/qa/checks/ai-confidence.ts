import type { Finding } from '../../core/finding.ts'
import type { LabelAi } from '../../segment/label-ai.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Whether the part rests on an AI mask that is not to be believed; the value is 1 for RED. No policy lets anybody waive it. */
export function checkAiConfidence(ai: LabelAi | null, policy: Policy): Finding {
  return finding(policy, {
    check: 'ai-confidence',
    level: ai?.band === 'red' ? 'fail' : 'pass',
    value: ai?.band === 'red' ? 1 : 0,
    limit: 0,
    unit: 'count',
    detail: ai
      ? {
          band: ai.band,
          model: ai.model.id,
          version: ai.model.version,
          evaluated: ai.model.evaluated ? 'yes' : 'no',
          structure: ai.structure,
        }
      : { band: 'none' },
  })
}
