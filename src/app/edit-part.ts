import { PipelineError } from '../core/errors.ts'
import { meshVolumeMm3, triangleCount } from '../core/mesh.ts'
import { subContext } from '../core/pace.ts'
import { type Context, IDLE_CONTEXT } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { drainOrder } from './build-up.ts'
import type { Desk } from './desk.svelte.ts'
import { addLabel } from './label-body.ts'
import { markOrder } from './mark-orders.ts'
import { type Body, named } from './part-body.ts'
import { editBodies, partEditOf } from './part-edits.ts'
import {
  bodiesAfter,
  type EditMade,
  type EditOrder,
  editsOf,
  movedBy,
  type PartHistory,
  pendingActs,
  recordEdits,
} from './part-history.ts'
import { partRow } from './part-row.ts'
import { infosOf, noteSlots, slotsAtHand } from './part-slots.ts'
import { type FreshMesh, placePart } from './part-steps.ts'
import { bodiesOfInfos } from './restore-case.ts'

/** Stage name of taking an edit out of the list. */
const REMOVE = 'remove-edit'

/** Makes edits of some bodies, one on the other, and goes on with what they leave. They are undone together. */
export async function editPart(desk: Desk, ...orders: readonly EditOrder[]): Promise<void> {
  const { data } = desk
  const asked = orders.filter(({ stage, on }) => on.length > 0 || partEditOf(stage).takes === 'together')
  const [first] = asked
  if (!first) return
  await desk.jobs.run(first.stage, async (ctx) => {
    const whole = await Promise.all(asked.map((order) => wholeOrder(desk, order)))
    const made = await remade(desk, editsOf(data.part), data.bodies, whole, ctx)
    await goOn(desk, first.stage, made, ctx)
  })
}

/** An order with what it takes from the case: as it is made and kept. */
const wholeOrder = async (desk: Desk, order: EditOrder): Promise<EditOrder> =>
  order.stage === 'drain' ? drainOrder(desk.data, order) : markOrder(desk, order)

/**
 * Takes one edit out of the list and makes the later ones again without it. Throws 'prepare/failed' when they cannot do
 * without: they work on a body that it made, or on places where it left the part.
 */
export async function removeEdit(desk: Desk, index: number): Promise<void> {
  const { data, store } = desk
  const edits = editsOf(data.part)
  const [removed, later] = [edits[index], edits.slice(index + 1)]
  if (!removed || !store) return
  await desk.jobs.run(REMOVE, async (ctx) => {
    requireFree(removed, later)
    const before = edits.slice(0, index)
    const bodies = await stored(desk, before)
    const made = await remade(desk, before, bodies, later, ctx)
    await goOn(desk, REMOVE, made, ctx)
  })
}

/** Whether edits that come after may stand without it. */
export const mayBeRemoved = (edit: EditOrder, later: readonly EditOrder[]): boolean =>
  partEditOf(edit.stage).moves === undefined || later.every(({ stage }) => partEditOf(stage).kind === 'anatomy')

function requireFree(edit: EditOrder, later: readonly EditOrder[]): void {
  if (mayBeRemoved(edit, later)) return
  throw new PipelineError(
    'prepare/failed',
    'Later edits stand on the part as this one left it. Take those out first, or undo back to here.',
  )
}

/** Takes the last change of the part back, or brings it again. */
export async function stepPart(desk: Desk, way: 'undo' | 'redo'): Promise<void> {
  const { data } = desk
  const name = pendingActs(data.part)[way]
  const next = movedBy(data.part, way)
  if (!next || name === null) return
  await desk.jobs.run(way, async (ctx) => {
    const bodies = await stored(desk, editsOf(next))
    await place(desk, { part: next, bodies, fresh: [] }, `${way} ${name}`, ctx)
  })
}

/** The bodies that a list of edits left. */
async function stored(desk: Desk, edits: readonly EditMade[]): Promise<readonly Body[]> {
  const { store, data } = desk
  if (!store) return data.bodies
  // What was made last may still be on its way to the vault.
  await store.flush()
  const bodies = await bodiesOfInfos(data, bodiesAfter(edits), store)
  if (bodies) return bodies
  throw new PipelineError('vault/missing', 'A body of this part is not in the vault any more. Make the model again.')
}

interface Remade {
  readonly edits: readonly EditMade[]
  readonly bodies: readonly Body[]
  readonly fresh: readonly FreshMesh[]
}

/** Makes edits one after the other, on what earlier ones left. */
async function remade(
  desk: Desk,
  before: readonly EditMade[],
  from: readonly Body[],
  orders: readonly (EditOrder & Partial<Pick<EditMade, 'after'>>)[],
  ctx: Context,
): Promise<Remade> {
  const { base, bodies: bodiesNow, part } = desk.data
  const line = desk.line()
  const slots = slotsAtHand(base, bodiesNow, part)
  noteStored(slots, from, before)
  const fresh: FreshMesh[] = []
  const edits = [...before]
  let bodies = from
  for (const [n, { stage, params, on, after: left = [] }] of orders.entries()) {
    const share = subContext(ctx, n / orders.length, (n + 1) / orders.length)
    const edit = partEditOf(stage)
    const fromEdit =
      'adds' in edit
        ? await addLabel(desk, bodies, edits, params, share)
        : await editBodies(line, bodies, { stage, params, on }, share, edit)
    // What is made again keeps the names that it was given.
    const made = named(fromEdit, left)
    const after = await infosOf(made, slots, fresh)
    const row = await partRow(desk.workers, stage, made, ctx.signal)
    edits.push({ stage, params, on, row, fromMm3: totalMm3(bodies), toMm3: totalMm3(made), after })
    bodies = made
  }
  return { edits, bodies, fresh }
}

/** Meshes that came out of the vault are there already. */
function noteStored(slots: Map<Mesh, string>, bodies: readonly Body[], edits: readonly EditMade[]): void {
  for (const [n, info] of bodiesAfter(edits).entries()) {
    const body = bodies[n]
    if (body) noteSlots(slots, body, info)
  }
}

async function goOn(desk: Desk, act: string, { edits, bodies, fresh }: Remade, ctx: Context): Promise<void> {
  const part = recordEdits(desk.data.part, act, edits)
  await place(desk, { part, bodies, fresh }, act, ctx)
}

interface Moment {
  readonly part: PartHistory
  readonly bodies: readonly Body[]
  readonly fresh: readonly FreshMesh[]
}

/** Writes down that these bodies are the part, and shows them. */
async function place(desk: Desk, { part, bodies, fresh }: Moment, act: string, ctx: Context): Promise<void> {
  const { data } = desk
  const from = data.bodies
  await desk.line().pipeline.runStage(placePart(fresh), { from, to: bodies }, { act }, ctx)
  data.setPart(part, bodies)
  const triangles = (of: readonly Body[]) => of.reduce((sum, { mesh }) => sum + triangleCount(mesh), 0)
  desk.lastChange = {
    stage: act.replace(/^(undo|redo) /, ''),
    from: triangles(from),
    to: triangles(bodies),
    unit: 'triangles',
  }
  desk.saveState()
}

const totalMm3 = (bodies: readonly Body[]) => bodies.reduce((sum, { mesh }) => sum + meshVolumeMm3(mesh), 0)

/** After a new model that did not come about: what it has put in the place of the present one in the vault goes again. */
export async function keepModel(desk: Desk): Promise<void> {
  const { base, bodies } = desk.data
  if (!base) return
  const fresh: FreshMesh[] = [
    { mesh: base.reference, role: 'reference-mesh', slot: 'reference-mesh' },
    { mesh: base.mesh, role: 'mesh', slot: 'mesh' },
  ]
  await desk
    .line()
    .pipeline.runStage(placePart(fresh), { from: bodies, to: bodies }, { act: 'keep-model' }, IDLE_CONTEXT)
}
