import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alsoGripped, alsoWritten, NO_MARKS, ticketOf } from '../../../src/app/body-marks.ts'
import { editsOfBody, isMirrored } from '../../../src/app/body-past.ts'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { editPart, removeEdit, stepPart } from '../../../src/app/edit-part.ts'
import { textLines } from '../../../src/app/mark-orders.ts'
import type { EditMade } from '../../../src/app/part-history.ts'
import { editsOf } from '../../../src/app/part-history.ts'
import { sideShown } from '../../../src/app/part-side.ts'
import { TEXT_WISH } from '../../../src/app/text-wish.ts'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import type { KeepOut } from '../../../src/prepare/marks/landing-blocks.ts'
import type { LandingBlock } from '../../../src/prepare/marks/ticket.ts'
import { plus } from '../../../src/prepare/plane.ts'
import { surfaceTree } from '../../../src/prepare/surface-tree.ts'
import { markTriangles } from '../../../src/qa/added-marks.ts'
import { triangleAreas } from '../../../src/qa/map-areas.ts'
import { PROCESSES } from '../../../src/qa/process.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { modelledDesk, reopenedDesk } from '../../support/part-desk.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

/** The mask's surface, and a model that is 0.1 mm smaller. */
const [REFERENCE, MESH] = [sphereMesh(70, [100, 50, 300]), sphereMesh(69.9, [100, 50, 300])]
const FACE = { pointLps: [100, -19.9, 300], normalLps: [0, -1, 0] }
const TEXT = { stage: 'emboss', params: { ...FACE, rows: 'one', capHeightMm: 4, depthMm: 1.5 }, on: [1] }
const BLOCKS = { stage: 'landing-blocks', params: { count: 3 }, on: [1] }
const LAY = { stage: 'lay-flat', params: { pointLps: [100, 50, 230.1], normalLps: [0, 0, -1] }, on: [1] }

let vault: Vault
let desk: Desk

beforeEach(async () => {
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
  desk = await modelledDesk(vault, REFERENCE, MESH)
  desk.data.side = 'left'
  desk.data.process = 'sla'
})
afterEach(async () => {
  await desk.store?.flush()
  vi.restoreAllMocks()
})

const stages = () => editsOf(desk.data.part).map(({ stage }) => stage)
const marks = (of = desk) => of.data.bodies[0]?.marks
const volumes = () => desk.data.bodies.flatMap(({ mesh, reference }) => [mesh, reference].map(meshVolumeMm3))

test('text goes onto the mesh and its reference alike, and says whose part it is and which side', async () => {
  const [before = 0, beforeOf = 0] = volumes()
  await editPart(desk, TEXT)
  expect(desk.jobs.problem).toBeNull()
  const [after = 0, afterOf = 0] = volumes()
  expect(after - before).toBeGreaterThan(30)
  // The same letters: only as much of their roots as lies in the 0.1 mm between the two differs.
  expect((afterOf - beforeOf) / (after - before)).toBeCloseTo(0.93, 1)
  expect(marks()?.text).toEqual({ textHeightMm: 4, hasSide: true, hasId: true, sides: ['left'] })
  const [edit] = editsOf(desk.data.part)
  expect(edit?.params.lines).toEqual([`${desk.store?.pseudonym} L r1`])
  const { embossWidthMm, embossDepthMm, hardWallMm } = PROCESSES.sla
  expect(edit?.params).toMatchObject({
    leastStrokeMm: embossWidthMm,
    leastDepthMm: embossDepthMm,
    leastWallMm: hardWallMm,
  })
})

test('blocks keep clear of text; undo takes both away, redo and a reload bring them back', async () => {
  await editPart(desk, TEXT)
  await editPart(desk, BLOCKS)
  expect(desk.jobs.problem).toBeNull()
  expect(marks()?.blocks.map(({ id }) => id)).toEqual(['A', 'B', 'C'])
  const keepOuts = editsOf(desk.data.part)[1]?.params.keepOuts ?? []
  const [keepOut] = keepOuts as unknown as readonly KeepOut[]
  expect(keepOut?.radiusMm).toBeGreaterThan(20)
  const { blocks = [] } = marks() ?? {}
  const apart = blocks.map(({ atLps: [x, y, z] }) => Math.hypot(x - 100, y + 19.9, z - 300))
  expect(Math.min(...apart)).toBeGreaterThan(keepOut?.radiusMm ?? 0)
  expect(ticketOf(desk.data.bodies)[1]).toMatchObject({ id: 'B', sizeMm: [10, 10, 10] })
  await stepPart(desk, 'undo')
  expect([ticketOf(desk.data.bodies), marks()?.text?.hasId]).toEqual([[], true])
  await stepPart(desk, 'undo')
  expect(marks()).toBeUndefined()
  await stepPart(desk, 'redo')
  await stepPart(desk, 'redo')
  await desk.store?.flush()
  const again = await reopenedDesk(vault, desk.store?.id ?? '')
  expect([marks(again)?.text, ticketOf(again.data.bodies)]).toEqual([marks()?.text, ticketOf(desk.data.bodies)])
  expect(ticketOf(again.data.bodies)).toHaveLength(3)
})

/** Area of the body that marks account for, and of what the marks of it are known to have added. */
function markedMm2(of = desk) {
  const [body] = of.data.bodies
  if (!body) throw new Error('no body')
  const added = body.added ?? []
  const areas = triangleAreas(body.mesh)
  const on = markTriangles(body.mesh, added, PROCESSES.sla)
  const known = added.map(({ faces }) => triangleAreas(faces).reduce((sum, mm2) => sum + mm2, 0))
  return { found: areas.reduce((sum, mm2, t) => sum + (on[t] === 1 ? mm2 : 0), 0), known }
}

test('what marks added is known on the part, also after it was turned and in the case opened again', async () => {
  await editPart(desk, TEXT)
  await editPart(desk, BLOCKS)
  const { found, known } = markedMm2()
  expect(known).toHaveLength(2)
  // Three blocks of six faces of 1 cm2, less where a stalk stands.
  expect(known[1]).toBeGreaterThan(1700)
  expect(known[0]).toBeGreaterThan(100)
  expect(found).toBeCloseTo((known[0] ?? 0) + (known[1] ?? 0), 0)
  await editPart(desk, LAY)
  expect(markedMm2().found / found).toBeCloseTo(1, 2)
  await desk.store?.flush()
  const again = await reopenedDesk(vault, desk.store?.id ?? '')
  expect(markedMm2(again)).toEqual(markedMm2())
  expect(again.data.bodies[0]?.added).toMatchObject([
    { kind: 'text', leastMm: 0.5 },
    { kind: 'solid', leastMm: 5 },
  ])
})

test('sunk text leaves all of the part as wall', async () => {
  await editPart(desk, { ...TEXT, params: { ...TEXT.params, how: 'engrave' } })
  expect([desk.jobs.problem, desk.data.bodies[0]?.added]).toEqual([null, undefined])
})

/** How far the surface of a body lies from both ends of a block along each of its axes, mm. */
function offFaces({ atLps, axes, sizeMm }: LandingBlock): number {
  const [body] = desk.data.bodies
  const tree = surfaceTree(body?.mesh ?? { positions: new Float32Array(), indices: new Uint32Array() })
  const ends = axes.flatMap((axis, k) =>
    [-0.5, 0.5].map((way) => {
      const [x, y, z] = plus(atLps, axis, way * (sizeMm[k] as number))
      return tree.distance(x, y, z)
    }),
  )
  // The stalk stands in the middle of one face.
  return ends.sort((a, b) => a - b)[4] ?? Number.NaN
}

test.each([
  ['laid flat', { ...LAY, params: { pointLps: [100, 50, 230.1], normalLps: [0.3, 0.4, -0.6] } }, 1],
  ['mirrored', { stage: 'mirror', params: { signedBy: 'AB' }, on: [1] }, 1],
  ['scaled', { stage: 'scale', params: { factor: 1.5, reason: 'to be seen from afar' }, on: [1] }, 1.5],
])('on a part that is %s the ticket has its blocks where they are', async (_, move, factor) => {
  await editPart(desk, BLOCKS)
  const before = marks()?.blocks ?? []
  expect(Math.max(...before.map(offFaces))).toBeLessThan(1e-4)
  await editPart(desk, move)
  expect(desk.jobs.problem).toBeNull()
  const blocks = marks()?.blocks ?? []
  expect(blocks.map(({ id, sizeMm }) => [id, ...sizeMm])).toEqual(
    before.map(({ id, sizeMm }) => [id, ...sizeMm.map((mm) => mm * factor)]),
  )
  expect(Math.max(...blocks.map(offFaces))).toBeLessThan(1e-3)
  expect(ticketOf(desk.data.bodies).map(({ axes }) => axes)).toEqual(blocks.map(({ axes }) => axes))
})

test('turning the part keeps what is written and the blocks; without the text it is nameless', async () => {
  await editPart(desk, TEXT)
  await editPart(desk, BLOCKS)
  await editPart(desk, LAY)
  expect(desk.jobs.problem).toBeNull()
  expect(marks()?.text).toEqual({ textHeightMm: 4, hasSide: true, hasId: true, sides: ['left'] })
  expect(marks()?.blocks).toHaveLength(3)
  await stepPart(desk, 'undo')
  await removeEdit(desk, 0)
  expect([stages(), marks()?.text, marks()?.blocks.length]).toEqual([['landing-blocks'], null, 3])
})

test('text that does not fit leaves the part as it was and names the largest height that does', async () => {
  await editPart(desk, { ...TEXT, params: { ...TEXT.params, capHeightMm: 30 } })
  expect(desk.jobs.problem).toMatchObject({ code: 'prepare/no-room' })
  expect(desk.jobs.problem?.message).toMatch(/The largest that fits here is \d/)
  expect([stages(), marks()]).toEqual([[], undefined])
})

test('without a signed side there is none on the part, and the part does not claim one', async () => {
  desk.data.side = null
  await editPart(desk, TEXT)
  expect(marks()?.text).toEqual({ textHeightMm: 4, hasSide: false, hasId: true })
  expect(editsOf(desk.data.part)[0]?.params.lines).toEqual([`${desk.store?.pseudonym} r1`])
})

test('the id of the model is that of its recipe, whatever was edited since', async () => {
  const wish = { ...TEXT_WISH, id: 'model', rows: 'several' } as const
  const before = await textLines(desk, wish, 1)
  await editPart(desk, LAY)
  expect(before).toEqual([expect.stringMatching(/^[0-9A-Z]{5}-[0-9A-Z]{5} L$/), 'r1'])
  expect(await textLines(desk, wish, 1)).toEqual(before)
})

const past = (stage: string, on: readonly number[], after: readonly number[], params = {}): EditMade => ({
  ...{ stage, on, params, fromMm3: 0, toMm3: 0 },
  row: { stage, meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 },
  after: after.map((id) => ({ id, name: '', mesh: '', reference: '', shells: 1 })),
})

test('a body knows the edits of all it was made of, and no others', () => {
  const edits = [
    past('scale', [1], [1], { factor: 0.5 }),
    past('cut', [1], [1, 2]),
    past('mirror', [2], [1, 2]),
    past('cut', [2], [1, 2, 3]),
    past('smooth', [1], [1, 2, 3]),
  ]
  const of = (id: number) => editsOfBody(edits, id).map(({ stage }) => stage)
  expect([of(1), of(3)]).toEqual([
    ['scale', 'cut', 'smooth'],
    ['scale', 'cut', 'mirror', 'cut'],
  ])
  expect([1, 2, 3].map((id) => isMirrored(edits, id))).toEqual([false, true, true])
  const joined = [...edits, past('combine', [1, 3], [1, 2])]
  expect([1, 2].map((id) => isMirrored(joined, id))).toEqual([true, true])
})

test('mirrored twice is as scanned, two mirrored bodies joined are mirrored, a body that is added is not', () => {
  const both = [past('cut', [1], [1, 2]), past('mirror', [1, 2], [1, 2])]
  expect(isMirrored([...both, past('mirror', [1], [1, 2])], 1)).toBe(false)
  expect(isMirrored([...both, past('combine-bodies', [2, 1], [2])], 2)).toBe(true)
  expect(isMirrored([...both, past('add', [], [1, 2, 3])], 3)).toBe(false)
  // Cut at once, each piece stands behind the body it came from.
  const one = [past('cut', [1], [1, 2]), past('mirror', [2], [1, 2]), past('cut', [1, 2], [1, 3, 2, 4])]
  expect([1, 3, 2, 4].map((id) => isMirrored(one, id))).toEqual([false, false, true, true])
  // A number that was free again is another body.
  const gone = [past('cut', [1], [1, 2]), past('mirror', [2], [1, 2]), past('boolean', [1, 2], [1])]
  expect(isMirrored([...gone, past('add', [], [1, 2])], 2)).toBe(false)
})

test('text on a mirrored part says the side it shows and that it is mirrored; what was written before is gone', async () => {
  await editPart(desk, TEXT)
  await editPart(desk, { stage: 'mirror', params: { signedBy: 'AB' }, on: [1] })
  expect([desk.jobs.problem, marks()]).toEqual([null, undefined])
  const behind = { pointLps: [100, 119.9, 300], normalLps: [0, 1, 0] }
  await editPart(desk, { ...TEXT, params: { ...TEXT.params, ...behind } })
  expect(desk.jobs.problem).toBeNull()
  expect(editsOf(desk.data.part)[2]?.params.lines).toEqual([`${desk.store?.pseudonym} R r1 MIRROR`])
  expect(marks()?.text?.sides).toEqual(['right'])
  expect(sideShown(desk.data, 1)).toBe('right')
  expect(desk.store?.trace.find(({ stage }) => stage === 'mirror')?.params).toMatchObject({ signedBy: 'AB' })
})

test('the lowest text counts, a code names the part, and blocks are lettered on', () => {
  const code = alsoWritten(NO_MARKS, { textHeightMm: null, hasSide: false, hasId: true })
  expect(code.text).toEqual({ textHeightMm: null, hasSide: false, hasId: true })
  const low = alsoWritten(code, { textHeightMm: 5, hasSide: true, hasId: false, sides: ['left'] })
  expect(alsoWritten(low, { textHeightMm: 8, hasSide: false, hasId: false, sides: ['right'] }).text).toEqual({
    textHeightMm: 5,
    hasSide: true,
    hasId: true,
    sides: ['left', 'right'],
  })
  const block: LandingBlock = {
    id: 'A',
    atLps: [0, 0, 0],
    axes: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    sizeMm: [10, 10, 10],
  }
  const twice = alsoGripped(alsoGripped(low, [block]), [block])
  expect(twice.blocks.map(({ id }) => id)).toEqual(['A', 'B'])
  const bodies = [{ id: 1 }, { id: 4, marks: twice }]
  expect(ticketOf(bodies).map(({ id }) => id)).toEqual(['4A', '4B'])
})
