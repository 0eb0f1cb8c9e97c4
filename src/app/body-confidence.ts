import type { Desk } from './desk.svelte.ts'
import type { Body } from './part-body.ts'
import { labelOfBody } from './part-labels.ts'
import { confidenceOf } from './queries.ts'

/** How sure the network was at each vertex of a body, 0 to 255; null where no network marked it. */
export async function bodyConfidence(
  { data, workers }: Pick<Desk, 'data' | 'workers'>,
  body: Body,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const label = labelOfBody(data, body)
  const source = label?.ai ? data.aiSources.get(label.ai.source) : undefined
  if (!label?.ai || !source) return null
  return confidenceOf(workers, body.mesh, label.mask.grid, source.certainty, label.ai.model.spacingMm, signal)
}
