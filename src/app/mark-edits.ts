import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { LandingBlock } from '../prepare/marks/ticket.ts'
import { alsoGripped, alsoWritten, type BodyMarks, NO_MARKS } from './body-marks.ts'
import type { Line } from './line.ts'
import { BLOCKS_STEP, CODE_STEP, HANGING_STEP, type MarkStep, PLATE_STEP, STAND_STEP, TEXT_STEP } from './mark-steps.ts'
import type { Body } from './part-body.ts'
import { listener } from './steps.ts'
import type { Params } from './templates.ts'

type Marked = Pick<Body, 'mesh' | 'reference'> & { readonly marks: BodyMarks }

/** A design that is made once from a body's mesh, and then put onto the mesh and its reference, the very same. */
export interface MarkEdit {
  readonly kind: 'design'
  readonly takes: 'each'
  readonly isMove: false
  readonly mark: (line: Line, body: Body, params: Params, ctx: Context) => Promise<Marked>
}

/** What a body carries once it has this mark. */
type Leaves<P> = (before: BodyMarks, params: P, blocks: readonly LandingBlock[]) => BodyMarks

const asBefore = (before: BodyMarks) => before

const markEdit = <P extends object>(step: MarkStep<P>, leaves: Leaves<P> = asBefore): MarkEdit => ({
  ...{ kind: 'design', takes: 'each', isMove: false },
  mark: async (line, body, params, ctx) => {
    const all: P = { ...step.spec.defaults, ...params }
    const { mark, blocks } = await line.workers.mesh.call(
      (api) => step.make(api, body.mesh, all, ctx.signal, listener(ctx)),
      ctx.signal,
    )
    const onto = (mesh: Mesh) => line.pipeline.runStage(step, { mesh, from: body.mesh, mark }, params, ctx)
    const mesh = await onto(body.mesh)
    // Without an edit of the anatomy the mesh is the reference itself.
    const reference = body.reference === body.mesh ? mesh : await onto(body.reference)
    return { mesh, reference, marks: leaves(body.marks ?? NO_MARKS, all, blocks) }
  },
})

/** Every mark on the part, by the name of its stage. */
export const MARK_EDITS: Readonly<Record<string, MarkEdit>> = {
  emboss: markEdit(TEXT_STEP, (before, { capHeightMm, hasSide }) =>
    alsoWritten(before, { textHeightMm: capHeightMm, hasSide, hasId: true }),
  ),
  code: markEdit(CODE_STEP, (before) => alsoWritten(before, { textHeightMm: null, hasSide: false, hasId: true })),
  'landing-blocks': markEdit(BLOCKS_STEP, (before, _, blocks) => alsoGripped(before, blocks)),
  'base-plate': markEdit(PLATE_STEP),
  stand: markEdit(STAND_STEP),
  'hanging-hole': markEdit(HANGING_STEP),
}
