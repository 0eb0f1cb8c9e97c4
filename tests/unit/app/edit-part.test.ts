import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onPlateNow } from '../../../src/app/build-up.ts'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { editPart, removeEdit, stepPart } from '../../../src/app/edit-part.ts'
import { acknowledge, makeModel } from '../../../src/app/make-part.ts'
import { Part } from '../../../src/app/part.svelte.ts'
import { editsOf, pendingActs } from '../../../src/app/part-history.ts'
import { digestMesh } from '../../../src/core/hash.ts'
import { meshBounds } from '../../../src/core/mesh.ts'
import type { Mesh } from '../../../src/core/types.ts'
import type { DrainParams } from '../../../src/prepare/drain.ts'
import { verifyChain } from '../../../src/trace/chain.ts'
import { lineage } from '../../../src/trace/lineage.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { inverted, joinMeshes } from '../../support/meshes.ts'
import { modelledDesk, reopenedDesk } from '../../support/part-desk.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

/** The mask's surface, and a model that is 0.1 mm smaller. */
const [REFERENCE, MESH] = [sphereMesh(20, [100, 50, 300]), sphereMesh(19.9, [100, 50, 300])]
const LAY = { stage: 'lay-flat', params: { pointLps: [100, 50, 280], normalLps: [1, 0, 0] }, on: [1] }
const SMOOTH = { stage: 'smooth', params: { iterations: 5, maxShiftMm: 0.2 }, on: [1] }

let vault: Vault
let desk: Desk

beforeEach(async () => {
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
  desk = await modelledDesk(vault, REFERENCE, MESH)
})
afterEach(async () => {
  await desk.store?.flush()
  vi.restoreAllMocks()
})

function onlyBody() {
  const [body] = desk.data.bodies
  if (!body || desk.data.bodies.length !== 1) throw new Error('not one body')
  return body
}
const stages = () => editsOf(desk.data.part).map(({ stage }) => stage)
const lowest = (mesh: Mesh) => meshBounds(mesh).min[2]
const steps = () => desk.store?.trace.map(({ stage }) => stage)

test('a designed edit moves mesh and reference alike and is one row of the ledger', async () => {
  await editPart(desk, LAY)
  expect(desk.jobs.problem).toBeNull()
  const { mesh, reference } = onlyBody()
  expect(lowest(mesh)).toBe(0)
  expect(lowest(reference)).toBeCloseTo(-0.1, 4)
  const [edit] = editsOf(desk.data.part)
  expect(edit?.row).toMatchObject({ stage: 'lay-flat', volumePercent: expect.closeTo(-1.49, 1) })
  expect(edit?.row.maxMm).toBeCloseTo(0.1, 2)
  expect(desk.data.ledger).toHaveLength(2)
  expect(steps()).toEqual(['smooth', 'lay-flat', 'lay-flat', 'place-part'])
})

test('an edit of the anatomy leaves the reference alone, and the trace leads from the part to the model', async () => {
  await editPart(desk, LAY)
  const { reference } = onlyBody()
  await editPart(desk, SMOOTH)
  expect(onlyBody().reference).toBe(reference)
  const trace = desk.store?.trace ?? []
  expect(await verifyChain(trace)).toEqual({ ok: true })
  const from = lineage(trace, await digestMesh(onlyBody().mesh)).map(({ stage }) => stage)
  expect(from).toEqual(['smooth', 'lay-flat', 'smooth'])
  // Of what is there nothing is read again.
  await stepPart(desk, 'undo')
  expect(onlyBody().reference).toBe(reference)
})

test('every edit, undo and redo voids the check and what was accepted', async () => {
  const check = () => {
    const maps = { thicknessMm: new Float32Array(), deviationMm: new Float32Array() }
    desk.data.setChecks(desk.data.bodies.map(() => ({ findings: [], meshDigest: '', ...maps })))
    desk.data.acknowledgements = [{ check: 'shells', reason: 'wanted like that' }]
    expect(desk.data.check).not.toBeNull()
  }
  for (const act of [() => editPart(desk, LAY), () => stepPart(desk, 'undo'), () => stepPart(desk, 'redo')]) {
    check()
    await act()
    expect([desk.data.check, desk.data.acknowledgements]).toEqual([null, []])
  }
})

test('undo and redo bring the very meshes back, from the vault after a reload too', async () => {
  await editPart(desk, LAY)
  const laid = await digestMesh(onlyBody().mesh)
  await editPart(desk, SMOOTH)
  const smoothed = await digestMesh(onlyBody().mesh)
  desk.data.activeBody = 1
  desk.saveState()
  const id = desk.store?.id ?? ''
  await desk.store?.flush()

  desk = await reopenedDesk(vault, id)
  expect(stages()).toEqual(['lay-flat', 'smooth'])
  expect(desk.data.activeBody).toBe(1)
  expect(await digestMesh(onlyBody().mesh)).toBe(smoothed)
  await stepPart(desk, 'undo')
  expect(await digestMesh(onlyBody().mesh)).toBe(laid)
  expect(pendingActs(desk.data.part)).toEqual({ undo: 'lay-flat', redo: 'smooth' })
  await stepPart(desk, 'undo')
  expect(onlyBody().mesh).toBe(desk.data.base?.mesh)
  await stepPart(desk, 'redo')
  await stepPart(desk, 'redo')
  expect(await digestMesh(onlyBody().mesh)).toBe(smoothed)
  expect(desk.jobs.problem).toBeNull()
  expect(steps()?.slice(-4)).toEqual(['place-part', 'place-part', 'place-part', 'place-part'])
})

test('what an edit after an undo gives up leaves the vault', async () => {
  await editPart(desk, SMOOTH)
  const slots = async () => {
    await desk.store?.flush()
    const { state } = await vault.openCase(desk.store?.id ?? '')
    return Object.keys((state as { assets: Record<string, string> }).assets).filter((slot) => slot.startsWith('part/'))
  }
  const before = await slots()
  expect(before).toHaveLength(1)
  await stepPart(desk, 'undo')
  expect(await slots()).toEqual(before)
  await editPart(desk, { ...SMOOTH, params: { iterations: 9 } })
  const after = await slots()
  expect(after).toHaveLength(1)
  expect(after).not.toEqual(before)
})

test('an edit is taken out of the list and the later ones are made again; undo brings it back', async () => {
  await editPart(desk, SMOOTH)
  await editPart(desk, LAY)
  const both = await digestMesh(onlyBody().mesh)
  await removeEdit(desk, 0)
  expect(stages()).toEqual(['lay-flat'])
  const without = await digestMesh(onlyBody().mesh)
  expect(without).not.toBe(both)
  await stepPart(desk, 'undo')
  expect([stages(), await digestMesh(onlyBody().mesh)]).toEqual([['smooth', 'lay-flat'], both])
  await stepPart(desk, 'redo')
  expect(await digestMesh(onlyBody().mesh)).toBe(without)
})

test('an edit that later places stand on stays, by name', async () => {
  await editPart(desk, LAY)
  await editPart(desk, LAY)
  await removeEdit(desk, 0)
  expect(desk.jobs.problem).toMatchObject({ code: 'prepare/failed' })
  expect(stages()).toEqual(['lay-flat', 'lay-flat'])
})

test('an edit that fails, and one of a body that is gone, changes nothing', async () => {
  const before = desk.data.bodies
  await editPart(desk, { ...LAY, params: { normalLps: [0, 0, 0] } })
  expect(desk.jobs.problem).toMatchObject({ code: 'app/bad-parameter' })
  await editPart(desk, { ...SMOOTH, on: [7] })
  expect(desk.jobs.problem).toMatchObject({ code: 'prepare/failed' })
  expect([desk.data.bodies, stages()]).toEqual([before, []])
})

test('drain holes are made where the part is lowest as it was chosen to stand at Print', async () => {
  const hollow = joinMeshes(MESH, inverted(sphereMesh(15, [100, 50, 300])))
  desk = await modelledDesk(vault, hollow, hollow)
  desk.data.onPlate = onPlateNow(desk.data, [0, 1, 0])
  await editPart(desk, {
    stage: 'drain',
    params: { diameterMm: 3, perCavity: 1, leastCavityMm3: 1, pickedLps: [] },
    on: [1],
  })
  expect(desk.jobs.problem).toBeNull()
  expect(editsOf(desk.data.part)[0]?.params).toMatchObject({ buildDirectionLps: [0, 1, 0], upFrom: 'print' })
  const drilled = desk.store?.trace.find(({ stage }) => stage === 'drain')?.params as unknown as DrainParams
  expect(drilled.holes.map(({ directionLps }) => directionLps.map((part) => Math.round(part) + 0))).toEqual([
    [0, -1, 0],
  ])
})

test('a finding is accepted in the name of somebody’s initials, or not at all', () => {
  for (const none of ['', 'A', 'ab', 'DOEJANE', 'J D']) {
    expect(() => acknowledge(desk, 'shells', 'two bones on purpose', none)).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  }
  expect(desk.data.acknowledgements).toEqual([])
  acknowledge(desk, 'shells', ' two bones on purpose ', 'AB')
  expect(desk.data.acknowledgements).toEqual([{ check: 'shells', reason: 'two bones on purpose', by: 'AB' }])
})

test('a new model drops the edits', async () => {
  await editPart(desk, LAY)
  desk.data.setModel(1, REFERENCE, MESH, desk.data.ledger)
  expect([stages(), onlyBody().mesh]).toEqual([[], MESH])
})

test('a new model that is cancelled half-way leaves model and edits as they were, in the vault too', async () => {
  await editPart(desk, SMOOTH)
  const before = await digestMesh(onlyBody().mesh)
  vi.spyOn(desk.workers.mesh, 'call').mockRejectedValue(new DOMException('Cancelled', 'AbortError'))
  await makeModel(desk, { strength: 'light', maxErrorMm: 0 })
  expect(steps()?.slice(-2)).toEqual(['surface', 'place-part'])
  await desk.store?.flush()
  desk = await reopenedDesk(vault, desk.store?.id ?? '')
  expect([stages(), await digestMesh(onlyBody().mesh)]).toEqual([['smooth'], before])
  await stepPart(desk, 'undo')
  expect([onlyBody().mesh, onlyBody().reference]).toEqual([MESH, REFERENCE])
})

test('a name given to a body stays in the sealed case: neither check nor trace know it, and it is there after a reload', async () => {
  await editPart(desk, LAY)
  const maps = { thicknessMm: new Float32Array(), deviationMm: new Float32Array() }
  desk.data.setChecks([{ findings: [], meshDigest: '', ...maps }])
  new Part(desk).rename(1, '  Maria’s hip, left  ')
  expect([onlyBody().name, desk.data.check === null]).toEqual(['Maria’s hip, left', false])
  expect(JSON.stringify(desk.store?.trace)).not.toContain('Maria')
  await editPart(desk, SMOOTH)
  await removeEdit(desk, 0)
  expect([stages(), onlyBody().name]).toEqual([['smooth'], 'Maria’s hip, left'])
  expect(JSON.stringify(desk.store?.trace)).not.toContain('Maria')
  await desk.store?.flush()
  const again = await reopenedDesk(vault, desk.store?.id ?? '')
  expect(again.data.bodies.map(({ name }) => name)).toEqual(['Maria’s hip, left'])
})
