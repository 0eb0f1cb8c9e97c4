import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { LANDING_BLOCKS } from '../prepare/marks/landing-blocks.ts'
import { STAND } from '../prepare/marks/stand.ts'
import type { LandingBlock } from '../prepare/marks/ticket.ts'
import type { AddedMark } from '../qa/added-marks.ts'
import { alsoGripped, alsoWritten, type BodyMarks, NO_MARKS } from './body-marks.ts'
import type { Line } from './line.ts'
import {
  BLOCKS_STEP,
  CODE_STEP,
  HANGING_STEP,
  type Marking,
  type MarkStep,
  PLATE_STEP,
  STAND_STEP,
  TEXT_STEP,
} from './mark-steps.ts'
import type { Body } from './part-body.ts'
import { listener } from './step-parts.ts'
import type { Params } from './templates.ts'

type Marked = Pick<Body, 'mesh' | 'reference' | 'added'> & { readonly marks: BodyMarks }

/** A design that is made once from a body's mesh, and then put onto the mesh and its reference, the very same. */
export interface MarkEdit {
  readonly kind: 'design'
  readonly takes: 'each'
  readonly moves?: undefined
  readonly mark: (line: Line, body: Body, params: Params, ctx: Context) => Promise<Marked>
  /** The step alone: the mark is made from one mesh and put onto another. */
  readonly again: (line: Line, meshes: Omit<Marking, 'mark'>, params: Params, ctx: Context) => Promise<Mesh>
}

/** What a body carries once it has this mark. */
type Leaves<P> = (before: BodyMarks, params: P, blocks: readonly LandingBlock[]) => BodyMarks

const asBefore = (before: BodyMarks) => before

/** What its making holds this mark to. */
type Holds<P> = (params: P) => Omit<AddedMark, 'faces'>
const solid = (...mm: number[]) => ({ kind: 'solid', leastMm: Math.min(...mm) }) as const

const markEdit = <P extends object>(step: MarkStep<P>, holds: Holds<P>, leaves: Leaves<P> = asBefore): MarkEdit => {
  const all = (params: Params): P => ({ ...step.spec.defaults, ...params })
  const made = ({ workers }: Line, from: Mesh, params: Params, ctx: Context) =>
    workers.mesh.call((api) => step.make(api, from, all(params), ctx.signal, listener(ctx)), ctx.signal)
  return {
    ...{ kind: 'design', takes: 'each' },
    mark: async (line, body, params, ctx) => {
      const { mark, blocks } = await made(line, body.mesh, params, ctx)
      const onto = (mesh: Mesh) => line.pipeline.runStage(step, { mesh, from: body.mesh, mark }, params, ctx)
      const mesh = await onto(body.mesh)
      // Without an edit of the anatomy the mesh is the reference itself.
      const reference = body.reference === body.mesh ? mesh : await onto(body.reference)
      const faces = await line.workers.mesh.call((api) => api.facesOfMark(mesh, body.mesh, mark), ctx.signal)
      const added = [...(body.added ?? []), { ...holds(all(params)), faces }].filter(
        (one) => one.faces.indices.length > 0,
      )
      const marks = leaves(body.marks ?? NO_MARKS, all(params), blocks)
      return { mesh, reference, marks, ...(added.length > 0 ? { added } : {}) }
    },
    again: async (line, meshes, params, ctx) => {
      const { mark } = await made(line, meshes.from, params, ctx)
      return line.pipeline.runStage(step, { ...meshes, mark }, params, ctx)
    },
  }
}

/** Every mark on the part, by the name of its stage. */
export const MARK_EDITS: Readonly<Record<string, MarkEdit>> = {
  emboss: markEdit(
    TEXT_STEP,
    ({ leastStrokeMm }) => ({ kind: 'text', leastMm: leastStrokeMm }),
    (before, { capHeightMm, hasSide, side }) => {
      const sides = side === '' ? [] : [side]
      return alsoWritten(before, { textHeightMm: capHeightMm, hasSide, hasId: true, sides })
    },
  ),
  code: markEdit(
    CODE_STEP,
    ({ moduleMm }) => ({ kind: 'code', leastMm: moduleMm }),
    (before) => alsoWritten(before, { textHeightMm: null, hasSide: false, hasId: true }),
  ),
  'landing-blocks': markEdit(
    BLOCKS_STEP,
    ({ edgeMm }) => solid(edgeMm, LANDING_BLOCKS.defaults.stalkMm),
    (before, _, blocks) => alsoGripped(before, blocks),
  ),
  'base-plate': markEdit(PLATE_STEP, ({ thicknessMm }) => solid(thicknessMm)),
  stand: markEdit(STAND_STEP, ({ postMm }) => solid(postMm, STAND.defaults.footThicknessMm)),
  'hanging-hole': markEdit(HANGING_STEP, ({ wallMm }) => solid(wallMm)),
}
