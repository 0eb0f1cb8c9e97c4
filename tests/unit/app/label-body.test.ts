import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { editPart, removeEdit, stepPart } from '../../../src/app/edit-part.ts'
import { appearanceOf } from '../../../src/app/file-facts.ts'
import { editsOf } from '../../../src/app/part-history.ts'
import { LABEL_BODY, labelOfBody, labelsShown } from '../../../src/app/part-labels.ts'
import { digestMesh } from '../../../src/core/hash.ts'
import { meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { LABEL_HEX } from '../../../src/segment/label-colours.ts'
import { verifyChain } from '../../../src/trace/chain.ts'
import { lineage } from '../../../src/trace/lineage.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { labelsOf } from '../../support/labels.ts'
import { modelledDesk, reopenedDesk } from '../../support/part-desk.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

const SURFACE = sphereMesh(20, [100, 50, 300])
const ADD = { stage: LABEL_BODY, params: { label: 2, strength: 'light', maxErrorMm: 0 }, on: [] } as const
const LAY = { stage: 'lay-flat', params: { pointLps: [100, 50, 280], normalLps: [1, 0, 0] }, on: [1] }

let vault: Vault
let desk: Desk

beforeEach(async () => {
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
  desk = await modelledDesk(vault, SURFACE, SURFACE)
  const first = desk.data.label(1)?.mask
  if (!first) throw new Error('no label')
  desk.data.labels = labelsOf(first.grid, [first, half()])
})
afterEach(async () => {
  await desk.store?.flush()
  vi.restoreAllMocks()
})

const half = (below = 4) => maskOf(gridOf([8, 8, 8]), (i) => i < below)
const ids = () => desk.data.bodies.map(({ id, origin }) => [id, origin?.label ?? null])
const problem = () => desk.jobs.problem?.code ?? null

test('another label becomes a body of its own, with its own surface, name and colour', async () => {
  await editPart(desk, ADD)
  expect(problem()).toBeNull()
  expect(ids()).toEqual([
    [1, null],
    [2, 2],
  ])
  const [bone, added] = desk.data.bodies
  if (!bone || !added) throw new Error('not two bodies')
  expect(bone.mesh).toBe(desk.data.base?.mesh)
  expect(added.origin?.surfaceMm3).toBe(meshVolumeMm3(added.reference))
  // What the model was made of lies in its place in the vault as before.
  await desk.store?.flush()
  expect(labelsShown(desk.data).map(({ id }) => id)).toEqual([1, 2])
  expect(labelOfBody(desk.data, added)?.id).toBe(2)
  expect(appearanceOf(desk.data, added)).toEqual({
    name: { anatomy: desk.data.label(2)?.anatomy, laterality: 'none' },
    colour: LABEL_HEX[(desk.data.label(2)?.colour ?? 0) - 1]?.toUpperCase(),
  })
  const trace = desk.store?.trace ?? []
  expect(await verifyChain(trace)).toEqual({ ok: true })
  expect(lineage(trace, await digestMesh(added.mesh)).map(({ stage }) => stage)).toContain('surface')
})

test('a part of one label has no colour of its own', () => {
  const [body] = desk.data.bodies
  expect(body && appearanceOf(desk.data, body).colour).toBeUndefined()
})

test('it is undone, redone, and there after a reload; the first model keeps its place in the vault', async () => {
  await editPart(desk, ADD)
  await stepPart(desk, 'undo')
  expect(ids()).toEqual([[1, null]])
  await stepPart(desk, 'redo')
  const digests = await Promise.all(desk.data.bodies.map(({ mesh }) => digestMesh(mesh)))
  const id = desk.store?.id ?? ''
  await desk.store?.flush()
  desk = await reopenedDesk(vault, id)
  expect(await Promise.all(desk.data.bodies.map(({ mesh }) => digestMesh(mesh)))).toEqual(digests)
  expect(desk.data.base && (await digestMesh(desk.data.base.mesh))).toBe(digests[0])
})

test('a label that any body is made of drops the part when its voxels change, and the others do not', async () => {
  const [first, second] = [desk.data.label(1)?.mask, desk.data.label(2)?.mask]
  if (!first || !second) throw new Error('not two labels')
  desk.data.setLabels(labelsOf(first.grid, [first, half(3)]))
  expect(desk.data.bodies).toHaveLength(1)
  await editPart(desk, ADD)
  desk.data.setLabels(labelsOf(first.grid, [first, half(5)]))
  expect(desk.data.bodies).toEqual([])
})

test('a part that no longer lies in the scan takes no other label, and says why', async () => {
  await editPart(desk, LAY)
  await editPart(desk, ADD)
  expect(problem()).toBe('prepare/failed')
  expect(ids()).toEqual([[1, null]])
})

test('a label that is gone or has changed since gives no other body in its place', async () => {
  await editPart(desk, { ...ADD, params: { ...ADD.params, label: 7 } })
  expect(problem()).toBe('segment/no-label')
  desk.jobs.problem = null
  await editPart(desk, { stage: 'smooth', params: { iterations: 1, maxShiftMm: 0.1 }, on: [1] })
  await editPart(desk, ADD)
  const first = desk.data.label(1)?.mask
  // Behind the back of the rule that would drop the part.
  if (first) desk.data.labels = labelsOf(first.grid, [first, half(2)])
  await removeEdit(desk, 0)
  expect(problem()).toBe('prepare/failed')
  expect(editsOf(desk.data.part).map(({ stage }) => stage)).toEqual(['smooth', LABEL_BODY])
})
