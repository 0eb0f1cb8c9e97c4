import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type LayFlatParams, lowestMm } from '../prepare/lay-flat.ts'
import type { Line } from './line.ts'
import { MARK_EDITS, type MarkEdit } from './mark-edits.ts'
import { DECIMATE_STEP, REPAIR_STEP, SMOOTH_STEP } from './mesh-steps.ts'
import { type Body, bodiesOf, nextBodyId, pairReferences, replaced } from './part-body.ts'
import {
  BOOLEAN_STEP,
  COMBINE_STEP,
  DRAIN_STEP,
  HOLLOW_STEP,
  MIRROR_STEP,
  OFFSET_STEP,
  PEGS_STEP,
  SCALE_STEP,
  SPLIT_SHELLS_STEP,
  THICKEN_STEP,
  WRAP_STEP,
} from './part-geometry.ts'
import type { EditOrder } from './part-history.ts'
import { LABEL_BODY } from './part-labels.ts'
import { layingFlat, type Move, mirroring, movedAdded, movedBlocks, scaling } from './part-moves.ts'
import {
  type Settle,
  withConnectors,
  withDrains,
  withHollowAccuracy,
  withMirrorPlane,
  withOffsetAccuracy,
  withScaleCentre,
} from './part-places.ts'
import { LAY_FLAT_STEP, type MeshesStep, ofOne, onlyOf, PIECE_STEP } from './part-steps.ts'
import { solidsOf } from './queries.ts'
import type { Params } from './templates.ts'

/**
 * An edit of the part. A 'design' adds or removes material on purpose, or moves the whole: it is made on a body's mesh and on
 * its reference alike, so that the checks still measure only what happened to the anatomy. 'anatomy' moves the surface itself:
 * it is made on the mesh alone, and the error ledger says how far.
 */
export interface MeshEdit {
  readonly kind: 'design' | 'anatomy'
  /** Made on each chosen body by itself, or on all of them at once, in the order they were chosen. */
  readonly takes: 'each' | 'together'
  /** Of an edit that leaves the part elsewhere: a place that was picked later means nothing without it. */
  readonly moves?: (settled: Params) => Move
  /** A design that leaves what is written on a body as it was, readable; any other takes it away. Blocks go along with a move only. */
  readonly keepsText?: true
  /** Whether what it makes holds all of the bodies that it takes, and not the first alone. */
  readonly joins?: (params: Params) => boolean
  readonly settle: Settle
  readonly run: (line: Line, meshes: readonly Mesh[], params: Params, ctx: Context) => Promise<readonly Mesh[]>
}

/** A design that adds a body made of another label, as label-body.ts does. */
export interface LabelEdit {
  readonly kind: 'design'
  readonly takes: 'together'
  readonly moves?: undefined
  readonly adds: 'label'
}

/** An edit of bodies that are there. */
export type BodyEdit = MeshEdit | MarkEdit
export type PartEdit = BodyEdit | LabelEdit

interface Options<P> extends Partial<Pick<MeshEdit, 'takes' | 'keepsText' | 'joins' | 'settle'>> {
  readonly moves?: (settled: P) => Move
}

const partEdit = <P extends object>(
  kind: MeshEdit['kind'],
  step: MeshesStep<P>,
  { moves, ...options }: Options<P> = {},
): MeshEdit => ({
  kind,
  takes: 'each',
  settle: (_, params) => params,
  ...options,
  ...(moves ? { moves: (settled) => moves({ ...step.spec.defaults, ...settled }) } : {}),
  run: (line, meshes, params, ctx) => line.pipeline.runStage(step, meshes, params, ctx),
})

function withFloor(meshes: readonly Mesh[], params: Params): Params {
  const where = { ...LAY_FLAT_STEP.spec.defaults, ...params } as LayFlatParams
  return { ...params, floorMm: where.floorMm ?? lowestMm(onlyOf(meshes), where) }
}

/** Every edit of the part, by the name of its stage. */
export const PART_EDITS: Readonly<Record<string, PartEdit>> = {
  'lay-flat': partEdit('design', LAY_FLAT_STEP, { moves: layingFlat, keepsText: true, settle: withFloor }),
  smooth: partEdit('anatomy', ofOne(SMOOTH_STEP)),
  decimate: partEdit('anatomy', ofOne(DECIMATE_STEP)),
  repair: partEdit('anatomy', ofOne(REPAIR_STEP)),

  hollow: partEdit('design', HOLLOW_STEP, { keepsText: true, settle: withHollowAccuracy }),
  drain: partEdit('design', DRAIN_STEP, { keepsText: true, settle: withDrains }),
  pegs: partEdit('design', PEGS_STEP, { settle: withConnectors }),
  'split-shells': partEdit('design', SPLIT_SHELLS_STEP),
  'combine-bodies': partEdit('design', COMBINE_STEP, { takes: 'together', joins: () => true }),
  boolean: partEdit('design', BOOLEAN_STEP, { takes: 'together', joins: ({ operation }) => operation === 'union' }),
  mirror: partEdit('design', MIRROR_STEP, { moves: mirroring, settle: withMirrorPlane }),
  scale: partEdit('design', SCALE_STEP, { moves: scaling, settle: withScaleCentre }),
  offset: partEdit('design', OFFSET_STEP, { settle: withOffsetAccuracy }),
  thicken: partEdit('anatomy', THICKEN_STEP),
  wrap: partEdit('anatomy', WRAP_STEP),
  ...MARK_EDITS,
  [LABEL_BODY]: { kind: 'design', takes: 'together', adds: 'label' },
}

/** The edit of this name. Throws 'app/bad-parameter' for none. */
export function partEditOf(stage: string): PartEdit {
  const edit = PART_EDITS[stage]
  if (edit) return edit
  throw new PipelineError(
    'app/bad-parameter',
    `There is no edit "${stage}". Undo it, or open the case in the version that made it.`,
  )
}

/** Makes an edit of some bodies of a part; the others stay as they are, the very same. */
export async function editBodies(
  line: Line,
  bodies: readonly Body[],
  { stage, params, on }: EditOrder,
  ctx: Context,
  edit: BodyEdit,
): Promise<readonly Body[]> {
  line.onStage(stage)
  const chosen = bodiesOf(bodies, on)
  const groups = edit.takes === 'each' ? chosen.map((body) => [body]) : [chosen]
  let now = bodies
  for (const [n, group] of groups.entries()) {
    const part = subContext(ctx, n / groups.length, (n + 1) / groups.length)
    const made = await editGroup(line, edit, group, params, part)
    now = replaced(now, group, numbered(made, group, now))
  }
  return now
}

/** A body before it has a number. */
type NewBody = Omit<Body, 'id' | 'name'>

async function editGroup(
  line: Line,
  edit: BodyEdit,
  group: readonly Body[],
  params: Params,
  ctx: Context,
): Promise<readonly NewBody[]> {
  if ('mark' in edit) return markGroup(line, edit, group, params, ctx)
  if (edit.joins?.(params) === true) requireOneLabel(group)
  const meshes = group.map(({ mesh }) => mesh)
  const references = group.map(({ reference }) => reference)
  const settled = await edit.settle(meshes, params, line, ctx)
  if (edit.kind === 'anatomy') {
    const made = await pieces(line, await edit.run(line, meshes, settled, ctx), ctx)
    if (made.length !== group.length) throw new Error('an edit of the anatomy makes one mesh of each')
    return group.map((body, n) => ({ ...body, mesh: made[n] ?? body.mesh }))
  }
  const half = subContext(ctx, 0, 0.5)
  const made = await pieces(line, await edit.run(line, meshes, settled, half), half)
  const rest = subContext(ctx, 0.5, 1)
  // Without an edit of the anatomy the mesh is the reference itself.
  const isSame = meshes.every((mesh, n) => mesh === references[n])
  const madeOf = isSame ? made : await pieces(line, await edit.run(line, references, settled, rest), rest)
  const paired = pairReferences(made, madeOf)
  const shells = await declaredShells(line, group, paired, ctx)
  const marks = keptMarks(edit, group, made.length, settled)
  const kept = { ...originOf(group), ...marks, ...keptAdded(edit, group, settled) }
  return made.map((mesh, n) => ({ mesh, reference: paired[n] ?? mesh, shells: shells[n] ?? 1, ...kept }))
}

/** What stands on a body and is still there to be read or gripped. */
function keptMarks(edit: MeshEdit, group: readonly Body[], made: number, settled: Params): Pick<Body, 'marks'> {
  const [body] = group
  if (!body?.marks || group.length > 1 || made > 1) return {}
  const text = edit.keepsText === true ? body.marks.text : null
  const blocks = edit.moves ? movedBlocks(body.marks.blocks, edit.moves(settled)) : []
  return text || blocks.length > 0 ? { marks: { text, blocks } } : {}
}

/** What marks added goes along with every piece: on which of them it lies, the check sees. */
function keptAdded({ moves }: MeshEdit, group: readonly Body[], settled: Params): Pick<Body, 'added'> {
  const added = group.flatMap((body) => body.added ?? [])
  if (added.length === 0) return {}
  return { added: moves ? movedAdded(added, moves(settled)) : added }
}

async function markGroup(
  line: Line,
  edit: MarkEdit,
  group: readonly Body[],
  params: Params,
  ctx: Context,
): Promise<readonly NewBody[]> {
  const made = await edit.mark(line, onlyOf(group), params, ctx)
  const shells = await declaredShells(line, group, [made.reference], ctx)
  return [{ ...made, ...originOf(group), shells: shells[0] ?? 1 }]
}

/** What is made of several bodies belongs to the label of the first. */
function originOf([first]: readonly Body[]): Pick<NewBody, 'origin'> {
  return first?.origin ? { origin: first.origin } : {}
}

/** Each body is checked against the voxels of its own label, so bodies of two labels stay two. */
function requireOneLabel(group: readonly Body[]): void {
  const labels = new Set(group.map(({ origin }) => origin?.label))
  if (labels.size <= 1) return
  throw new PipelineError(
    'prepare/failed',
    'These bodies are made of different labels. Join the labels at Segment instead, or take one body away from the other.',
  )
}

/** What a step made, each with its own entry in the trace. */
async function pieces(line: Line, meshes: readonly Mesh[], ctx: Context): Promise<readonly Mesh[]> {
  if (meshes.length === 0 || meshes.some(({ indices }) => indices.length === 0)) {
    throw new PipelineError('prepare/failed', 'Nothing is left of the part. Choose another place, or smaller values.')
  }
  if (meshes.length === 1) return meshes
  const made: Mesh[] = []
  for (const index of meshes.keys()) made.push(await line.pipeline.runStage(PIECE_STEP, meshes, { index }, ctx))
  return made
}

/**
 * Solids that bodies are meant to have after a design: as many as their reference has. Those that it had too many before,
 * it still has: cutting a loose speck off, or turning it, does not make it wanted.
 */
async function declaredShells(line: Line, group: readonly Body[], made: readonly Mesh[], ctx: Context) {
  const count = (mesh: Mesh) => solidsOf(line.workers, mesh, ctx.signal)
  let unwanted = 0
  for (const { reference, shells } of group) unwanted += Math.max(0, (await count(reference)) - shells)
  const declared: number[] = []
  for (const mesh of made) declared.push(Math.max(1, (await count(mesh)) - unwanted))
  return declared
}

/** The first keeps the number of the first it was made of; one alone keeps its name as well. */
function numbered(made: readonly NewBody[], group: readonly Body[], bodies: readonly Body[]): readonly Body[] {
  const [first] = group
  const next = nextBodyId(bodies)
  const name = made.length === 1 ? (first?.name ?? '') : ''
  const added = first ? 1 : 0
  return made.map((body, n) => ({ ...body, name, id: n === 0 && first ? first.id : next + n - added }))
}
