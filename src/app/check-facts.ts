import { meshVolumeMm3 } from '../core/mesh.ts'
import { isMirrored } from './body-past.ts'
import { labelMm3 } from './case-data.svelte.ts'
import type { Desk } from './desk.svelte.ts'
import type { CheckOrder } from './line.ts'
import type { Body } from './part-body.ts'
import { editsOf } from './part-history.ts'
import { labelOfBody } from './part-labels.ts'
import { scaleOfBody } from './part-scale.ts'
import { sideShown } from './part-side.ts'
import { printerErrorMm, roomFor } from './print-records.ts'

/** What the check is told of a body besides its surfaces. */
export type CheckFacts = Omit<CheckOrder, 'mesh' | 'reference'>

/** Null without a model, or when the body's label is gone. */
export function checkFacts({ data, prints }: Pick<Desk, 'data' | 'prints'>, body: Body): CheckFacts | null {
  const { base, volume, passport, side, policy, process } = data
  const label = labelOfBody(data, body)
  if (!base || !volume || !passport || !label) return null
  const { id, reference, shells, marks, added = [], origin } = body
  // As much of the label as is left in this body by design.
  const maskMm3 = labelMm3(label) * (meshVolumeMm3(reference) / (origin?.surfaceMm3 ?? meshVolumeMm3(base.reference)))
  return {
    ...{ volume, passport, sideVerified: side !== null, policy, process, ai: label.ai, maskMm3 },
    buildMm: roomFor(prints.kept, process),
    printerMm: printerErrorMm(prints.kept, process),
    scale: scaleOfBody(editsOf(data.part), id),
    marks: marks?.text ?? null,
    shows: { side: sideShown(data, id), isMirrored: isMirrored(editsOf(data.part), id) },
    ...{ added, declaredShells: shells },
  }
}
