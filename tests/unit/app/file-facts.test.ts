import { expect, test, vi } from 'vitest'
import { CaseData } from '../../../src/app/case-data.svelte.ts'
import type { Checked } from '../../../src/app/check-codec.ts'
import { PLAIN_CHOICE } from '../../../src/app/file-choice.ts'
import { dicomFacts, dicomModel, lateralityOf, sideOfBodies, valuesFor } from '../../../src/app/file-facts.ts'
import { createWorkers } from '../../../src/app/workers.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { AMBER_LABEL } from '../../support/label-ai.ts'
import { labelsOf } from '../../support/labels.ts'
import { boxMesh } from '../../support/meshes.ts'
import { SAMPLE_PASSPORT } from '../../support/passport.ts'
import { gridOf, maskOf, volumeOf } from '../../support/phantoms.ts'

const GRID = gridOf([8, 8, 8])
const MASK = maskOf(GRID, () => true)
const mesh = boxMesh([0, 0, 0], [1, 2, 3])
const BODY = { id: 1, name: '', mesh: 'part/a', reference: 'part/a', shells: 1 }
const ROW = { stage: 'x', meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 }

/** A case with a model, after edits of these stages. */
function caseAfter(...stages: string[]): CaseData {
  const data = new CaseData()
  data.setVolume(
    volumeOf(GRID, (i) => i),
    SAMPLE_PASSPORT,
  )
  data.setLabels(labelsOf(GRID, [MASK]))
  data.setModel(1, mesh, mesh, [])
  const edits = stages.map((stage) => ({ stage, params: {}, on: [1], row: ROW, fromMm3: 6, toMm3: 6, after: [BODY] }))
  data.setPart({ versions: [{ act: '', edits }], position: 0 }, data.bodies)
  data.policy = 'planning'
  return data
}
const said = (...stages: string[]) => {
  const { modified, mirrored } = dicomFacts(caseAfter(...stages))
  return { modified, mirrored }
}

test('a DICOM file says what the case knows: its use, its scan, who marked it', () => {
  const data = caseAfter()
  const facts = { usage: 'planning', source: 'CT', modified: false, mirrored: false }
  expect(dicomFacts(data)).toEqual({ ...facts, byNetwork: false })
  const labels = labelsOf(GRID, [MASK])
  data.labels = { ...labels, labels: labels.labels.map((label) => ({ ...label, ai: AMBER_LABEL })) }
  expect(dicomFacts(data)).toEqual({ ...facts, byNetwork: true })
})

test('what keeps the anatomy is no modification, mirroring is said by itself, all else is one', () => {
  expect(said('lay-flat', 'smooth', 'decimate', 'repair')).toEqual({ modified: false, mirrored: false })
  expect(said('mirror')).toEqual({ modified: false, mirrored: true })
  expect(said('smooth', 'cut')).toEqual({ modified: true, mirrored: false })
  expect(said('mirror', 'anything new')).toEqual({ modified: true, mirrored: true })
  expect(said('mirror', 'mirror')).toEqual({ modified: false, mirrored: false })
})

test('the side that is shown of a case is that of its bodies', () => {
  expect(sideOfBodies(caseAfter(), 'left')).toBe('left')
  expect(sideOfBodies(caseAfter('mirror'), 'left')).toBe('right')
  expect(sideOfBodies(caseAfter('mirror'), 'none')).toBe('none')
  const data = caseAfter('mirror')
  data.bodies = [...data.bodies, { id: 2, name: '', mesh, reference: mesh, shells: 1 }]
  expect(sideOfBodies(data, 'left')).toBe('several')
  expect(sideOfBodies(data, 'none')).toBe('none')
})

test('a patient stands in it only when a person typed one', () => {
  const facts = dicomFacts(caseAfter())
  expect(dicomModel(facts, PLAIN_CHOICE)).toMatchObject({ patient: null, namesPatient: false })
  expect(dicomModel(facts, { ...PLAIN_CHOICE, patient: { name: ' ', id: '' } }).patient).toBeNull()
  const named = dicomModel(facts, { ...PLAIN_CHOICE, patient: { name: ' Doe^Jane ', id: '' }, namesPatient: true })
  expect(named).toMatchObject({
    patient: { name: 'Doe^Jane', id: '', birthDate: '', studyUid: '' },
    namesPatient: true,
  })
})

test('the side that was signed counts before the name of the label', () => {
  expect(lateralityOf('right', 'left')).toBe('right')
  expect(lateralityOf(null, 'left')).toBe('left')
  expect(lateralityOf('not-applicable', 'none')).toBe('none')
})

test('a PLY gets the thickness that was checked, or how sure the network was from 0 to 1', async () => {
  const data = caseAfter()
  const workers = createWorkers()
  const confidence = vi.fn(() => Uint8Array.of(0, 51, 255))
  vi.spyOn(workers.measure, 'call').mockImplementation(async (work) => work({ confidence } as never))
  const check = { thicknessMm: Float32Array.of(1, 2) } as unknown as Checked
  const values = (asked: 'thickness_mm' | 'confidence' | null) =>
    valuesFor({ data, workers }, { id: 1, name: '', mesh, reference: mesh, shells: 1 }, check, asked, IDLE_CONTEXT)
  expect(await values(null)).toBeNull()
  expect(await values('thickness_mm')).toEqual({ name: 'thickness_mm', values: check.thicknessMm })
  // No network marked this label.
  expect(await values('confidence')).toBeNull()
  const ai = AMBER_LABEL
  const labels = labelsOf(GRID, [MASK])
  data.labels = { ...labels, labels: labels.labels.map((label) => ({ ...label, ai })) }
  data.aiSources = new Map([[ai.source, { mask: MASK, unsure: MASK, certainty: new Uint8Array(512) }]])
  expect(await values('confidence')).toEqual({ name: 'confidence', values: Float32Array.of(0, 0.2, 1) })
})
