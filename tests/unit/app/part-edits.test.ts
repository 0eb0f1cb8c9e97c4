import { expect, test } from 'vitest'
import type { Line } from '../../../src/app/line.ts'
import type { Body } from '../../../src/app/part-body.ts'
import { type BodyEdit, editBodies, partEditOf } from '../../../src/app/part-edits.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { joinedMesh, meshBounds } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { solidCount } from '../../../src/qa/solids.ts'
import type { TraceStep } from '../../../src/trace/chain.ts'
import { boxMesh } from '../../support/meshes.ts'

const box = (from: number, to: number) => boxMesh([from, 0, 0], [to, 1, 1])
const body = (id: number, mesh: Mesh, reference = mesh, shells = 1): Body => ({
  id,
  name: `named ${id}`,
  mesh,
  reference,
  shells,
})

/** An edit that does what it is told, without a worker. */
const edit = (
  kind: BodyEdit['kind'],
  make: (meshes: readonly Mesh[]) => readonly Mesh[],
  takes: BodyEdit['takes'] = 'each',
): BodyEdit => ({
  ...{ kind, takes, settle: (_, params) => params, run: async (_, meshes) => make(meshes) },
})
function lineOf() {
  const steps: TraceStep[] = []
  const workers = { mesh: { call: async (work: (api: object) => unknown) => work({ solids: solidCount }) } }
  const pipeline = createPipeline(workers as unknown as Workers, { record: async (step) => void steps.push(step) })
  return { line: { workers, pipeline, onStage: () => {} } as unknown as Line, steps }
}
const run = (bodies: readonly Body[], on: readonly number[], by: BodyEdit, { line } = lineOf()) =>
  editBodies(line, bodies, { stage: 'test', params: {}, on }, IDLE_CONTEXT, by)
const failed = expect.objectContaining({ code: 'prepare/failed' })
/** Cuts at the middle of x. */
const halves = (meshes: readonly Mesh[]) =>
  meshes.flatMap((mesh) => {
    const { min, max } = meshBounds(mesh)
    const middle = (min[0] + max[0]) / 2
    return [box(min[0], middle), box(middle, max[0])]
  })

test('of one body several are made: the first keeps its number, and each is traced as a piece', async () => {
  const lined = lineOf()
  const bodies = [body(1, box(0, 4)), body(2, box(9, 13))]
  const made = await run(bodies, [1], edit('design', halves), lined)
  expect(made.map(({ id, name }) => [id, name])).toEqual([
    [1, ''],
    [3, ''],
    [2, 'named 2'],
  ])
  expect(made[2]).toBe(bodies[1])
  expect(lined.steps.map(({ stage, params }) => [stage, params])).toEqual([
    ['piece', { index: 0 }],
    ['piece', { index: 1 }],
  ])
})

test('references are made alike and go to the piece they lie at, whatever the order', async () => {
  let times = 0
  const cut = edit('design', (meshes) => (times++ === 0 ? halves(meshes) : [...halves(meshes)].reverse()))
  const made = await run([body(1, box(0, 4), box(0.1, 4.1))], [1], cut)
  expect(
    made.map(({ mesh, reference }) => [meshBounds(mesh).min[0], meshBounds(reference).min[0]].map(Math.round)),
  ).toEqual([
    [0, 0],
    [2, 2],
  ])
})

test('when the reference falls apart otherwise than the mesh, nothing is made', async () => {
  const bodies = [body(1, box(0, 4), box(-1, 4))]
  const cut = edit('design', ([mesh]) => (mesh === bodies[0]?.mesh ? [box(0, 1), box(1, 2)] : [box(0, 2)]))
  await expect(run(bodies, [1], cut)).rejects.toThrow(failed)
  await expect(
    run(
      bodies,
      [1],
      edit('design', () => []),
    ),
  ).rejects.toThrow(failed)
})

test('an edit of several bodies at once gets them in the order asked for and leaves one', async () => {
  const bodies = [body(1, box(0, 1)), body(2, box(2, 3)), body(3, box(4, 5))]
  const seen: number[] = []
  const join = edit(
    'design',
    (meshes) => {
      seen.push(...meshes.map((mesh) => meshBounds(mesh).min[0]))
      return [joinedMesh(meshes)]
    },
    'together',
  )
  const made = await run(bodies, [3, 1], join)
  expect(seen.slice(0, 2)).toEqual([4, 0])
  expect(made.map(({ id, name, shells }) => [id, name, shells])).toEqual([
    [2, 'named 2', 1],
    [3, 'named 3', 2],
  ])
})

test('an edit of no body adds one', async () => {
  const made = await run(
    [body(1, box(0, 1))],
    [],
    edit('design', () => [box(5, 6)], 'together'),
  )
  expect(made.map(({ id, shells }) => [id, shells])).toEqual([
    [1, 1],
    [2, 1],
  ])
  expect(made[1]?.mesh).toBe(made[1]?.reference)
})

test('pieces that a design makes are meant; a loose speck stays unwanted', async () => {
  const speck = box(20, 20.5)
  const withSpeck = joinedMesh([box(0, 4), speck])
  const moved = edit('design', ([mesh]) => (mesh ? [mesh] : []))
  expect((await run([body(1, withSpeck)], [1], moved))[0]?.shells).toBe(1)
  const parted = edit('design', () => [joinedMesh([box(0, 1), box(3, 4), speck])])
  expect((await run([body(1, withSpeck)], [1], parted))[0]?.shells).toBe(2)
})

test('an edit of the anatomy keeps number, name, reference and what was declared', async () => {
  const from = body(4, box(0, 4), box(0, 4.1), 3)
  const [made] = await run(
    [from],
    [4],
    edit('anatomy', () => [box(0, 3)]),
  )
  expect(made).toMatchObject({ id: 4, name: 'named 4', shells: 3 })
  expect(made?.reference).toBe(from.reference)
})

test('bodies of two labels are not joined; one taken away from the other stays what it was', async () => {
  const joining = { ...edit('design', ([mesh]) => (mesh ? [mesh] : []), 'together'), joins: () => true }
  const origin = { label: 2, surfaceMm3: 4 }
  const bodies = [body(1, box(0, 4)), { ...body(2, box(2, 6)), origin }]
  await expect(run(bodies, [1, 2], joining)).rejects.toEqual(failed)
  const [left] = await run(bodies, [2, 1], { ...joining, joins: () => false })
  expect(left?.origin).toBe(origin)
  const of = (stage: string, operation?: string) => {
    const by = partEditOf(stage)
    return 'joins' in by && by.joins?.(operation === undefined ? {} : { operation })
  }
  expect([of('combine-bodies'), of('boolean', 'union'), of('boolean', 'subtract'), of('boolean')]).toEqual([
    ...[true, true, false, false],
  ])
})

test('pieces of a body are of its label', async () => {
  const origin = { label: 2, surfaceMm3: 4 }
  const made = await run([{ ...body(1, box(0, 4)), origin }], [1], edit('design', halves))
  expect(made.map((one) => one.origin)).toEqual([origin, origin])
})

test('an edit that is not there is named', () => {
  expect(() => partEditOf('turn-to-gold')).toThrow(/turn-to-gold/)
})
