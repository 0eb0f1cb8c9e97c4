import { PipelineError } from '../core/errors.ts'
import { meshVolumeMm3 } from '../core/mesh.ts'
import type { Context } from '../core/stage.ts'
import { type Label, voxelsOf } from '../segment/label-set.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { Desk } from './desk.svelte.ts'
import { maskDigestNow } from './digests.ts'
import { type Line, markings, model } from './line.ts'
import { type Body, nextBodyId } from './part-body.ts'
import { partEditOf } from './part-edits.ts'
import type { EditMade } from './part-history.ts'
import { modelParams, type SmoothChoice } from './smooth-choice.ts'
import { keepNothing } from './step-parts.ts'
import { type Params, withOverrides } from './templates.ts'

/** `mask` is the digest of the label's voxels when it was asked for: made again later, it must be the same body. */
export type LabelBodyParams = SmoothChoice & { readonly label: number; readonly mask: string }

/** The order with the digest of the label's voxels. Errors: segment/no-label. */
export async function labelOrder(data: Pick<CaseData, 'label'>, params: Params): Promise<Params> {
  return { ...params, mask: await maskDigestNow(markedLabel(data, params.label).mask) }
}

function markedLabel(data: Pick<CaseData, 'label'>, id: unknown): Label {
  const label = data.label(typeof id === 'number' ? id : null)
  if (label && voxelsOf(label.mask) > 0) return label
  throw noLabel()
}

const noLabel = () =>
  new PipelineError('segment/no-label', 'This label is not there, or has no voxel. Choose another one.')

/**
 * Bodies with one more, made of another label by the recipe of the case. It is measured against that label's own surface and
 * voxels. Errors: segment/no-label; prepare/failed when the part no longer lies in the scan or the label has changed since.
 */
export async function addLabel(
  desk: Desk,
  bodies: readonly Body[],
  before: readonly EditMade[],
  params: Params,
  ctx: Context,
): Promise<readonly Body[]> {
  const { data } = desk
  const { label: id, mask: digest, ...choice } = params as unknown as LabelBodyParams
  const label = markedLabel(data, id)
  requireInPlace(before)
  if ((await maskDigestNow(label.mask)) !== digest) {
    throw new PipelineError('prepare/failed', 'The label has changed since its body was made. Undo, and add it anew.')
  }
  const { field } = data
  if (!field) throw noLabel()
  const range = label.limits ?? (label.ai ? null : data.draft)
  const template = withOverrides(data.recipe, modelParams(choice))
  const made = await model(unkept(desk.line()), markings(label.mask, field, range), template, ctx)
  const origin = { label: id, surfaceMm3: meshVolumeMm3(made.reference) }
  const { mesh, reference } = made
  return [...bodies, { id: nextBodyId(bodies), name: '', mesh, reference, shells: label.shells, origin }]
}

/** A part that was turned, mirrored or scaled lies elsewhere than the label in the scan. */
function requireInPlace(before: readonly EditMade[]): void {
  if (!before.some(({ stage }) => partEditOf(stage).moves)) return
  throw new PipelineError(
    'prepare/failed',
    'The part was turned, mirrored or scaled, so another label would not meet it. Undo that, add the label, then do it again.',
  )
}

/** The same line, whose steps leave the places of the first model in the vault alone: the part keeps what comes of them. */
const unkept = (line: Line): Line => ({
  ...line,
  pipeline: { runStage: (step, ...rest) => line.pipeline.runStage({ ...step, keep: keepNothing }, ...rest) },
})
