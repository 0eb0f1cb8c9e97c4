import { AS_SCANNED, type PartScale } from '../qa/checks/scale.ts'
import type { EditMade } from './part-history.ts'

/**
 * How large a body is against the scan, by the edits that led to it: factors multiply, reasons are told one after the other. A
 * body that an edit made is as large as the first one it was made of.
 */
export function scaleOfBody(
  edits: readonly Pick<EditMade, 'stage' | 'params' | 'on' | 'after'>[],
  id: number,
): PartScale {
  const known = new Map<number, PartScale>()
  for (const { stage, params, on, after } of edits) {
    const from = known.get(on[0] ?? id) ?? AS_SCANNED
    for (const body of after) if (!known.has(body.id)) known.set(body.id, on.length > 0 ? from : AS_SCANNED)
    if (stage !== 'scale') continue
    for (const body of on) known.set(body, scaled(known.get(body) ?? AS_SCANNED, params))
  }
  return known.get(id) ?? AS_SCANNED
}

function scaled({ factor, reason }: PartScale, params: EditMade['params']): PartScale {
  const times = typeof params.factor === 'number' ? params.factor : 1
  const why = typeof params.reason === 'string' ? params.reason : ''
  return { factor: factor * times, reason: [reason, why].filter(Boolean).join('; ') }
}
