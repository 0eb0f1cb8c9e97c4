import { PipelineError } from '../core/errors.ts'
import type { KeepOut } from '../prepare/marks/landing-blocks.ts'
import { partLines } from '../prepare/marks/part-text.ts'
import { PROCESSES } from '../qa/process.ts'
import { lineage } from '../trace/lineage.ts'
import { recipeOf } from '../trace/recipe.ts'
import { traceId } from '../trace/trace-id.ts'
import { editsOfBody, isMirrored } from './body-past.ts'
import type { Desk } from './desk.svelte.ts'
import { meshDigest } from './digests.ts'
import { labelOrder } from './label-body.ts'
import type { BlockParams, TextParams } from './mark-steps.ts'
import { type EditOrder, editsOf } from './part-history.ts'
import { LABEL_BODY } from './part-labels.ts'
import { scaleOfBody } from './part-scale.ts'
import { sideShown } from './part-side.ts'
import type { Params } from './templates.ts'
import { TEXT_WISH, type TextWish } from './text-wish.ts'

type MarkDesk = Pick<Desk, 'data' | 'store'>

/**
 * Trace id of the recipe that made the model, without any edit of the part. The id of the finished part cannot stand on it:
 * it is a digest of what stands there too.
 */
async function modelId({ data, store }: MarkDesk): Promise<string> {
  const { base } = data
  if (!base || !store) throw new PipelineError('app/bad-parameter', 'There is no model to mark. Make one first.')
  return traceId(recipeOf(lineage(store.trace, await meshDigest(base.mesh))))
}

/** What would be written on a body, line by line. */
export async function textLines(desk: MarkDesk, wish: TextWish, body: number): Promise<readonly string[]> {
  const { bodies, part } = desk.data
  const isNamed = wish.id === 'case' && (desk.store?.pseudonym ?? '') !== ''
  const lines = partLines({
    caseId: isNamed ? (desk.store?.pseudonym ?? '') : await modelId(desk),
    side: sideShown(desk.data, body) ?? 'none',
    part: 1 + bodies.findIndex(({ id }) => id === body),
    parts: bodies.length,
    revision: wish.revision,
    scale: scaleOfBody(editsOf(part), body).factor,
    mirrored: isMirrored(editsOf(part), body),
  })
  return wish.rows === 'one' ? [lines.join(' ')] : lines
}

async function textOrder(desk: MarkDesk, params: Params, body: number): Promise<Params> {
  const { id, rows, revision, ...rest } = { ...TEXT_WISH, ...params } as TextWish & Params
  const { embossWidthMm, embossDepthMm, hardWallMm } = PROCESSES[desk.data.process]
  return {
    ...rest,
    lines: await textLines(desk, { id, rows, revision }, body),
    hasSide: desk.data.side !== null,
    side: sideShown(desk.data, body) ?? '',
    leastStrokeMm: embossWidthMm,
    leastDepthMm: embossDepthMm,
    leastWallMm: hardWallMm,
  }
}

async function codeOrder(desk: MarkDesk, params: Params): Promise<Params> {
  const { leastFeatureMm } = PROCESSES[desk.data.process]
  return { ...params, text: await modelId(desk), leastFeatureMm }
}

/** A letter is about as wide as this share of its height, in the typeface of parts. */
const LETTER_WIDTH = 0.9

/** Blocks stand clear of what was written before. */
function blockOrder({ data }: MarkDesk, params: Params, body: number): Params {
  const keepOuts = editsOfBody(editsOf(data.part), body).flatMap((edit): KeepOut[] => {
    if (edit.stage !== 'emboss') return []
    const { pointLps, lines, capHeightMm } = edit.params as unknown as TextParams
    const longest = Math.max(...lines.map((line) => line.length))
    return [{ centreLps: pointLps, radiusMm: (capHeightMm * LETTER_WIDTH * longest) / 2 }]
  })
  return { ...params, keepOuts: keepOuts as unknown as BlockParams['keepOuts'] & Params[string] }
}

/** An order as it is made and kept: with what a mark or a label takes from the case and from the process. Others stay as they are. */
export async function markOrder(desk: MarkDesk, order: EditOrder): Promise<EditOrder> {
  const [body = 0] = order.on
  if (order.stage === 'emboss') return { ...order, params: await textOrder(desk, order.params, body) }
  if (order.stage === 'code') return { ...order, params: await codeOrder(desk, order.params) }
  if (order.stage === LABEL_BODY) return { ...order, params: await labelOrder(desk.data, order.params) }
  if (order.stage === 'landing-blocks') return { ...order, params: blockOrder(desk, order.params, body) }
  return order
}
