import type { DataSet } from 'dicom-parser'
import { describe, expect, test } from 'vitest'
import { digestMesh } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { type DicomModel, type DicomPatient, PLAIN_MODEL } from '../../../src/export/dicom-model.ts'
import { readDicom } from '../../../src/export/dicom-read.ts'
import { countBytes, dicomFrame } from '../../../src/export/dicom-write.ts'
import { type ExportInput, exportMesh } from '../../../src/export/export.io.ts'
import { fileNotes, PLAIN_COLOUR } from '../../../src/export/file-notes.ts'
import { UNNAMED } from '../../../src/export/part-name.ts'
import { reread } from '../../../src/export/reread.io.ts'
import { writeStl } from '../../../src/export/stl.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { fileOf, joined } from '../../support/file-parts.ts'
import { passingFindings, releasedForTest } from '../../support/findings.ts'
import { boxMesh } from '../../support/meshes.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

// PS3.3 A.85, C.24.2 and C.35.1, read back by dicom-parser, which shares no code with the writer.

const mesh = sphereMesh(20, [-31.5, 12.25, 400])
const input: ExportInput = {
  mesh,
  checkedDigest: await digestMesh(mesh),
  findings: passingFindings('planning'),
  acknowledgements: [],
  policy: POLICIES.planning,
  format: 'dicom-stl',
  traceId: '7K3MQ-2XA9B',
  name: { anatomy: 'femur', laterality: 'left', part: 1, of: 1 },
}
const write = async (change: Partial<ExportInput> = {}) =>
  (await exportMesh({ ...input, ...change }, IDLE_CONTEXT)).file
const saying = async (dicom: Partial<DicomModel>) =>
  (await readDicom(await write({ dicom: { ...PLAIN_MODEL, ...dicom } }))).elements
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer())
/** Value of the first code in a sequence, with its scheme. */
function codeIn(set: DataSet, tag: string): string[] {
  const item = set.elements[tag]?.items?.[0]?.dataSet
  return ['x00080100', 'x00080102', 'x00080104'].map((part) => item?.string(part) ?? '')
}
const patient: DicomPatient = {
  name: 'Doe^J\u00f6rg',
  id: '4711',
  birthDate: '19700101',
  sex: 'M',
  studyUid: '1.2.3',
  frameOfReferenceUid: '1.2.4',
  sources: [{ classUid: '1.2.840.10008.5.1.4.1.1.2', instanceUid: '1.2.5' }],
}

describe('DICOM Encapsulated STL', () => {
  test('holds the very STL, with its length', async () => {
    const { document, elements, mime } = await readDicom(await write())
    const stl = joined(writeStl(releasedForTest(mesh)))
    expect(Buffer.compare(await bytesOf(document), stl)).toBe(0)
    expect(mime).toBe('model/stl')
    expect(elements.uint32('x00420015')).toBe(stl.length)
    expect(elements.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.104.3')
    expect(elements.string('x00020002')).toBe('1.2.840.10008.5.1.4.1.1.104.3')
    expect(elements.string('x00020010')).toBe('1.2.840.10008.1.2.1')
    expect(elements.string('x00020003')).toBe(elements.string('x00080018'))
  })
  test('says millimetres, use, algorithm, side and where it is from (C.35.1, C.24.2)', async () => {
    const set = await saying({ usage: 'planning', source: 'CT', byNetwork: true })
    expect(codeIn(set, 'x004008ea')).toEqual(['mm', 'UCUM', 'mm'])
    expect(codeIn(set, 'x00687003')).toEqual(['129013', 'DCM', 'Planning Intent'])
    expect(codeIn(set, 'x0040a043')).toEqual(['85040-4', 'LN', 'CT 3D CAM model'])
    const algorithm = set.elements.x00221612?.items?.[0]?.dataSet
    expect(algorithm?.string('x00660036')).toBe('Proofprint')
    expect(algorithm && codeIn(algorithm, 'x0066002f')).toEqual(['123110', 'DCM', 'Artificial Intelligence'])
    expect(set.string('x00080060')).toBe('M3D')
    expect(set.string('x00200062')).toBe('L')
    expect(set.string('x00420010')).toBe('femur-left-1-of-1')
    expect(set.string('x00700081')).toBe('Trace 7K3MQ-2XA9B')
  })
  test('says whether it was changed, mirrored or marked', async () => {
    const said = async (model: Partial<DicomModel>) => {
      const set = await saying(model)
      return ['x00687001', 'x00687002', 'x00280301'].map((tag) => set.string(tag))
    }
    expect(await said({})).toEqual(['NO', 'NO', 'NO'])
    expect(await said({ modified: true })).toEqual(['YES', 'NO', 'NO'])
    expect(await said({ mirrored: true })).toEqual(['NO', 'YES', 'NO'])
    expect(await said({ namesPatient: true })).toEqual(['NO', 'NO', 'YES'])
  })
  test('names nobody unless a person adds it', async () => {
    const plain = await saying({})
    for (const tag of ['x00100010', 'x00100020', 'x00100030', 'x00100040', 'x00080020', 'x00080050', 'x00080090'])
      expect([tag, plain.string(tag) ?? '', tag in plain.elements]).toEqual([tag, '', true])
    expect(plain.string('x00120062')).toBe('YES')
    expect(plain.elements.x00420013).toBeUndefined()
    const named = await saying({ patient })
    expect(named.string('x00100020')).toBe('4711')
    expect(named.string('x00120062')).toBe('NO')
    expect(named.string('x0020000d')).toBe('1.2.3')
    expect(named.string('x00200052')).toBe('1.2.4')
    expect(named.elements.x00420013?.items?.[0]?.dataSet?.string('x00081155')).toBe('1.2.5')
    const name = named.elements.x00100010
    const text = name && named.byteArray.slice(name.dataOffset, name.dataOffset + name.length)
    expect(new TextDecoder().decode(text as Uint8Array).trim()).toBe('Doe^J\u00f6rg')
  })
  test.each<[string, Partial<DicomPatient>]>([
    ['a name of two values', { name: 'a\\b' }],
    ['an id with a control character', { id: 'a\n' }],
    ['a date of another form', { birthDate: '1970-01-01' }],
    ['a UID that is none', { studyUid: '1.02.3' }],
  ])('%s is refused', async (_, wrong) => {
    const dicom = { ...PLAIN_MODEL, patient: { ...patient, ...wrong } }
    await expect(write({ dicom })).rejects.toMatchObject({ code: 'export/mismatch' })
  })
  test('the same part gives the same bytes, another part other UIDs, all lawful', async () => {
    const first = await write()
    expect(await bytesOf(await write())).toEqual(await bytesOf(first))
    const other = boxMesh([0, 0, 0], [1, 2, 3])
    const second = await write({ mesh: other, checkedDigest: await digestMesh(other) })
    const [a, b] = [(await readDicom(first)).elements, (await readDicom(second)).elements]
    const tags = ['x00080018', 'x0020000d', 'x0020000e', 'x00200052']
    const uids = [a, b].flatMap((set) => tags.map((tag) => set.string(tag) ?? ''))
    expect(new Set(uids).size).toBe(8)
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.(0|[1-9]\d{0,38})$/)
  })
  test.each([
    ['another side', 'femur-left', 'femur-righ'],
    ['another kind', 'model/stl', 'model/obj'],
    ['another maker', 'Proofprint', 'Mustermann'],
    ['another use', 'Educational', 'Educationel'],
  ])('%s than was written is found when it is read back', async (_, text, to) => {
    const bytes = await bytesOf(await write())
    const label = { name: input.name ?? UNNAMED, colour: PLAIN_COLOUR }
    const notes = await fileNotes(input.traceId, null, [label], [input.checkedDigest])
    const stl = countBytes(writeStl(releasedForTest(mesh)))
    const frame = await dicomFrame('stl', stl, PLAIN_MODEL, notes)
    const against = (file: Blob) =>
      reread([mesh], { file, format: 'dicom-stl', notes, values: null, frame }, input.policy, IDLE_CONTEXT)
    expect((await against(fileOf(bytes))).level).toBe('pass')
    const changed = bytes.slice()
    const at = Buffer.from(bytes).indexOf(text)
    expect(at).toBeGreaterThan(0)
    changed.set(new TextEncoder().encode(to), at)
    expect(await against(fileOf(changed))).toMatchObject({ level: 'fail', detail: { reason: 'metadata' } })
  })
  test('a file that is cut off is refused', async () => {
    const bytes = await bytesOf(await write())
    for (const end of [-40, 300])
      await expect(readDicom(fileOf(bytes.slice(0, end)))).rejects.toMatchObject({ code: 'export/mismatch' })
  })
})

describe('DICOM Encapsulated OBJ', () => {
  test('holds an OBJ, padded to an even length that its own length does not count', async () => {
    const { document, elements, mime } = await readDicom(await write({ format: 'dicom-obj' }))
    expect(mime).toBe('model/obj')
    expect(elements.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.104.4')
    expect((await document.text()).startsWith('# Proofprint OBJ, unit mm, LPS axes\n')).toBe(true)
    expect((await document.text()).endsWith('\n')).toBe(true)
    expect(elements.uint32('x00420015')).toBe(document.size)
  })
  test.each([0, 1])('of an even or odd number of bytes (%i) reads back', async (more) => {
    const other = boxMesh([0, 0, 0], [more === 0 ? 10 : 1, 2, 3])
    const file = await write({ format: 'dicom-obj', mesh: other, checkedDigest: await digestMesh(other) })
    expect(file.size % 2).toBe(0)
  })
})
