import { expect, test } from 'vitest'
import { type Checked, checkDigest } from '../../../src/app/check-codec.ts'
import { checkOfPart, findingsSlot } from '../../../src/app/check-part.ts'
import { exportModel, partTraceId, sealedName } from '../../../src/app/export.ts'
import type { ExportRequest } from '../../../src/app/export-step.ts'
import type { Line } from '../../../src/app/line.ts'
import type { KeptAsset, Step } from '../../../src/app/pipeline.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { PLAIN_MODEL } from '../../../src/export/dicom-model.ts'
import { PLAIN_COLOUR } from '../../../src/export/file-notes.ts'
import { partText } from '../../../src/export/part-name.ts'
import type { TraceEntry } from '../../../src/trace/chain.ts'
import { passingFindings } from '../../support/findings.ts'
import { boxMesh } from '../../support/meshes.ts'
import { testRecipient } from '../../support/sealed-3mf.ts'

const box = (x: number) => boxMesh([x, 0, 0], [x + 1, 1, 1])
const checkOf = (meshDigest: string, findings = passingFindings()): Checked => ({
  ...{ findings, meshDigest },
  ...{ thicknessMm: Float32Array.of(1, 2), deviationMm: Float32Array.of(0, 0.1) },
})
const failing = () =>
  passingFindings().map((f) => (f.check === 'orientation' ? { ...f, level: 'fail' as const, hard: true } : f))
const ORDER = {
  name: { anatomy: 'femur', laterality: 'left' },
  acknowledgements: [],
  policy: 'teaching',
  process: 'fdm',
  trace: [],
  format: 'stl',
} as const

/** A line on which files are written without a worker; what is kept is noted. */
function lineOf() {
  const kept: KeptAsset[] = []
  const given: { readonly input: Partial<ExportRequest>; readonly params: Record<string, unknown> }[] = []
  const runStage = async (
    step: Step<unknown, object, unknown>,
    input: Partial<ExportRequest>,
    params: Record<string, unknown>,
  ) => {
    given.push({ input, params })
    const sealed = input.recipients?.length ? new Blob(['sealed']) : null
    const output = { format: 'stl', file: new Blob(['solid']), digest: 'd', sealed }
    kept.push(...(await step.keep(output, 'd')))
    return output
  }
  return { line: { pipeline: { runStage }, workers: {}, onStage: () => {} } as unknown as Line, kept, given }
}

test('one body is one file under the trace id, in the slot it always had', async () => {
  const { line, kept } = lineOf()
  const { traceId, files } = await exportModel(
    line,
    { ...ORDER, bodies: [{ mesh: box(0), check: checkOf('a') }] },
    IDLE_CONTEXT,
  )
  expect(files.map(({ row }) => row.fileName)).toEqual([`${traceId}.stl`])
  expect(kept.map(({ role, slot }) => slot ?? role)).toEqual(['export-stl'])
})

test('several bodies are as many files, which say which of how many they are', async () => {
  const { line, kept } = lineOf()
  const bodies = [1, 2, 3].map((n) => ({ mesh: box(n), check: checkOf(`${n}`) }))
  const { traceId, files } = await exportModel(line, { ...ORDER, bodies }, IDLE_CONTEXT)
  expect(files.map(({ row }) => row.fileName)).toEqual([1, 2, 3].map((n) => `${traceId}-part-${n}-of-3.stl`))
  expect(kept.map(({ slot }) => slot)).toEqual(['export-stl/1', 'export-stl/2', 'export-stl/3'])
})

test('a file that holds several bodies holds all of them', async () => {
  const { line, kept } = lineOf()
  const bodies = [1, 2].map((n) => ({ mesh: box(n), check: checkOf(`${n}`) }))
  const { traceId, files } = await exportModel(line, { ...ORDER, format: '3mf', bodies }, IDLE_CONTEXT)
  expect(files.map(({ row }) => row.fileName)).toEqual([`${traceId}.3mf`])
  expect(kept).toHaveLength(1)
})

test('bodies of several labels have the name and the colour of theirs', async () => {
  const { line, given } = lineOf()
  const bone = { mesh: box(1), check: checkOf('1') }
  const brain = { ...bone, name: { anatomy: 'brain', laterality: 'none' }, colour: '#8FA2FF' } as const
  await exportModel(line, { ...ORDER, format: '3mf', bodies: [bone, brain] }, IDLE_CONTEXT)
  expect(given[0]?.input.bodies?.map(({ name, colour }) => [name, colour])).toEqual([
    [{ anatomy: 'femur', laterality: 'left', part: 1, of: 2 }, PLAIN_COLOUR],
    [{ anatomy: 'brain', laterality: 'none', part: 2, of: 2 }, '#8FA2FF'],
  ])
})

test('the trace keeps that a patient is named and never who, and which numbers a PLY has', async () => {
  const { line, given } = lineOf()
  const values = { name: 'thickness_mm', values: Float32Array.of(1, 2) } as const
  const bodies = [{ mesh: box(0), check: checkOf('a'), values }]
  const patient = {
    name: 'Doe^Jane',
    id: '4711',
    birthDate: '',
    sex: '',
    studyUid: '',
    frameOfReferenceUid: '',
  } as const
  const dicom = { ...PLAIN_MODEL, patient: { ...patient, sources: [] } }
  const rows = []
  for (const format of ['ply', 'dicom-stl', 'stl'] as const)
    rows.push(...(await exportModel(line, { ...ORDER, bodies, format, dicom }, IDLE_CONTEXT)).files)
  expect(given.map(({ params }) => [params.values, params.namesPatient])).toEqual([
    ['thickness_mm', false],
    ['', true],
    ['', false],
  ])
  expect(JSON.stringify(given.map(({ params }) => params))).not.toMatch(/Doe|4711/)
  expect(given.map(({ input }) => input.dicom?.patient?.id)).toEqual(['4711', '4711', '4711'])
  expect(given[0]?.input.values).toBe(values)
  expect(rows.map(({ row }) => [row.fileName.replace(/^.{11}/, ''), row.isNamed ?? false])).toEqual([
    ['.ply', false],
    ['.stl.dcm', true],
    ['.stl', false],
  ])
})

test('a mirrored body is named by the side it shows, and its own DICOM file says so', async () => {
  const { line, given } = lineOf()
  const bodies = [
    { mesh: box(0), check: checkOf('a') },
    { mesh: box(1), check: checkOf('b'), isMirrored: true },
  ]
  await exportModel(line, { ...ORDER, bodies, format: 'dicom-stl' }, IDLE_CONTEXT)
  expect(given.map(({ input }) => input.bodies?.map(({ name }) => partText(name)))).toEqual([
    ['femur-left-1-of-2'],
    ['femur-right-mirrored-2-of-2'],
  ])
  expect(given.map(({ input }) => input.dicom?.mirrored)).toEqual([false, true])
})

test('the trace keeps who accepted a finding; an acceptance of before there were initials has none', async () => {
  const { line, given } = lineOf()
  const acknowledgements = [
    { check: 'shells', reason: 'two bones: on purpose', by: 'AB' },
    { check: 'genus', reason: 'looked at and wanted' },
  ] as const
  await exportModel(line, { ...ORDER, acknowledgements, bodies: [{ mesh: box(0), check: checkOf('a') }] }, IDLE_CONTEXT)
  expect(given[0]?.params.accepted).toEqual(['shells by AB: two bones: on purpose', 'genus: looked at and wanted'])
})

test('one body that is refused refuses all, before any file is written', async () => {
  const { line, kept } = lineOf()
  const bodies = [
    { mesh: box(0), check: checkOf('a') },
    { mesh: box(1), check: checkOf('b', failing()) },
  ]
  await expect(exportModel(line, { ...ORDER, bodies }, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'qa/refused',
    detail: { gates: 'orientation' },
  })
  expect(kept).toEqual([])
})

test('the trace id comes from what led to every body', async () => {
  const [a, b] = [checkOf('a'), checkOf('b')]
  const entry = async (check: Checked, seq: number) =>
    ({
      seq,
      stage: 'check',
      version: 4,
      params: {},
      inputDigests: [],
      outputDigest: await checkDigest(check),
    }) as unknown as TraceEntry
  const trace = [await entry(a, 1), await entry(b, 2)]
  const ids = await Promise.all([partTraceId(trace, [a]), partTraceId(trace, [b]), partTraceId(trace, [a, b])])
  expect(new Set(ids).size).toBe(3)
})

test('the check of a part has the values of all vertices, and is none until every body is checked', () => {
  const bodies = [1, 2].map((id) => ({ id, name: '', mesh: box(id), reference: box(id), shells: 1 }))
  expect(checkOfPart(bodies, [checkOf('a')])).toBeNull()
  const check = checkOfPart(bodies, [checkOf('a'), checkOf('b', failing())])
  expect([...(check?.thicknessMm ?? [])]).toEqual([1, 2, 1, 2])
  expect(check?.findings.find((f) => f.check === 'orientation')).toMatchObject({ level: 'fail', detail: { body: 2 } })
  const only = checkOf('a')
  expect(checkOfPart(bodies.slice(0, 1), [only])).toBe(only)
  expect([findingsSlot(1, 1), findingsSlot(1, 2), findingsSlot(2, 2)]).toEqual(['findings', 'findings/1', 'findings/2'])
})

test('the trace keeps whom a file was sealed for by fingerprint alone; the row says that it left sealed', async () => {
  const { line, given } = lineOf()
  const { recipient } = await testRecipient('Printer-1')
  const bodies = [{ mesh: box(0), check: checkOf('a') }]
  const sealed = await exportModel(line, { ...ORDER, bodies, format: '3mf', recipients: [recipient] }, IDLE_CONTEXT)
  const plain = await exportModel(line, { ...ORDER, bodies, format: '3mf' }, IDLE_CONTEXT)
  expect(given.map(({ params }) => params.sealedFor)).toEqual([[recipient.fingerprint], []])
  expect(JSON.stringify(given.map(({ params }) => params))).not.toContain('Printer')
  expect([sealed, plain].map(({ files }) => files[0]?.row.isSealed ?? false)).toEqual([true, false])
  expect(sealedName(sealed.files[0]?.row.fileName ?? '')).toMatch(/^[0-9A-Z-]{11}\.sealed\.3mf$/)
})
