import { expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { labelsFrom, recounted } from '../../../src/import/label-values.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { gridOf } from '../../support/phantoms.ts'
import { dicomSlice, mhaFile, type NiftiOptions, niftiFile, nrrdFile } from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

const found = async (bytes: Uint8Array<ArrayBuffer>) => {
  const [one] = await scanFiles([{ path: 'a', file: new Blob([bytes]) }], IDLE_CONTEXT)
  if (!one) throw new Error('nothing found')
  return one
}
const LABELS = Array.from({ length: 36 }, (_, n) => (n < 10 ? 0 : n < 22 ? 2 : 7))
const GRID = gridOf([4, 3, 3])
const nrrdVoxels = new Uint8Array(Int16Array.from(LABELS).buffer)

test('numbers up to 255 stay what they are; each label is counted', () => {
  const { labels, found: all } = labelsFrom(Float32Array.from(LABELS))
  expect([...labels]).toEqual(LABELS)
  expect(all).toEqual([
    { label: 2, value: 2, voxels: 12 },
    { label: 7, value: 7, voxels: 14 },
  ])
  expect(recounted({ grid: GRID, labels: labels.map((v) => (v === 7 ? 0 : v)) }, all)).toEqual([
    { label: 2, value: 2, voxels: 12 },
    { label: 7, value: 7, voxels: 0 },
  ])
})
test('the numbers of an atlas are numbered from 1 in rising order', () => {
  const { labels, found: all } = labelsFrom(Int32Array.of(0, 2035, 17, 17, 1001, 0))
  expect([...labels]).toEqual([0, 3, 1, 1, 2, 0])
  expect(all.map(({ label, value }) => [label, value])).toEqual([
    [1, 17],
    [2, 1001],
    [3, 2035],
  ])
})
test('255 labels fit, 256 do not', () => {
  const many = (count: number) => Int32Array.from({ length: count + 1 }, (_, n) => n * 3)
  expect(labelsFrom(many(255)).found).toHaveLength(255)
  expect(() => labelsFrom(many(256))).toThrow(expect.objectContaining({ code: 'import/not-labels' }))
})
test.each([
  ['fractions', [0, 1, 0.5]],
  ['a negative number', [0, 1, -1]],
  ['no number', [0, Number.NaN, 1]],
  ['infinity', [0, Number.POSITIVE_INFINITY, 1]],
  ['background alone', [0, 0, 0]],
  ['nothing', []],
])('%s: no label map', (_, values) => {
  expect(() => labelsFrom(Float32Array.from(values))).toThrow(expect.objectContaining({ code: 'import/not-labels' }))
})

const intent = (o: NiftiOptions = {}): NiftiOptions => ({
  values: LABELS,
  ...o,
  patch: (view) => {
    if (o.version === 2) view.setInt32(504, 1002, o.littleEndian ?? true)
    else view.setInt16(68, 1002, o.littleEndian ?? true)
  },
})
const SLICER = {
  type: 'short',
  'Segment0_Name:=': 'Femur left of SECRET^PATIENT',
  'Segment0_LabelValue:=': '2',
  'Segment1_LabelValue:=': '7',
  'Segment1_Name:=': 'Tumour',
}

test.each([
  ['a NIfTI of whole numbers', niftiFile({ values: LABELS }), 'possible'],
  ['a NIfTI that says so', niftiFile(intent()), 'stated'],
  ['a NIfTI-2 that says so, big-endian', niftiFile(intent({ version: 2, littleEndian: false })), 'stated'],
  ['a NIfTI of fractions', niftiFile({ values: LABELS, type: 'f32' }), 'no'],
  ['a NIfTI with a scale', niftiFile({ values: LABELS, slope: 0.5 }), 'no'],
  ['several images', niftiFile({ size: [4, 3, 3, 2] }), 'no'],
  ['an NRRD of whole numbers', nrrdFile({}, nrrdVoxels), 'possible'],
  ['an NRRD of floats', nrrdFile({ type: 'float' }, new Uint8Array(144)), 'no'],
  ['a segmentation of 3D Slicer', nrrdFile(SLICER, nrrdVoxels), 'stated'],
  ['an MHA', mhaFile({}, nrrdVoxels), 'possible'],
  ['an MHA of doubles', mhaFile({ ElementType: 'MET_DOUBLE' }, new Uint8Array(288)), 'no'],
] as const)('%s: told before it is read', async (_, bytes, expected) => {
  expect((await found(bytes)).info.labels).toBe(expected)
})
test('a DICOM series holds none', async () => {
  const files = [0, 1, 2].map((z) => ({ path: `${z}`, file: new Blob([dicomSlice({ position: [0, 0, z] })]) }))
  const [series] = await scanFiles(files, IDLE_CONTEXT)
  expect([series?.info.labels, series?.readLabels]).toEqual(['no', null])
})

test('each format gives its labels; names are there for the worker, and in nothing that is listed', async () => {
  for (const bytes of [niftiFile({ values: LABELS }), nrrdFile({}, nrrdVoxels), mhaFile({}, nrrdVoxels)]) {
    const read = await (await found(bytes)).readLabels?.(GRID, IDLE_CONTEXT)
    expect([...(read?.map.labels ?? [])]).toEqual(LABELS)
    expect(read?.names.size).toBe(0)
  }
  const slicer = await found(nrrdFile(SLICER, nrrdVoxels))
  const read = await slicer.readLabels?.(GRID, IDLE_CONTEXT)
  expect(read?.names).toEqual(
    new Map([
      [2, 'Femur left of SECRET^PATIENT'],
      [7, 'Tumour'],
    ]),
  )
  expect(JSON.stringify(slicer.info)).not.toContain('SECRET')
})
test('of two stated places, the one counts on which the scan lies', async () => {
  const two = await found(niftiFile({ values: LABELS, quatern: [0, 0, 0, 9, 0, 0] }))
  const on = async (x: number) =>
    (
      await two.readLabels?.(
        gridOf([4, 3, 3], [1, 1, 1], { origin: [x, 0, 0], direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1] }),
        IDLE_CONTEXT,
      )
    )?.map.grid.origin[0]
  expect(await on(-9)).toBe(-9)
  expect(await on(0)).toBeCloseTo(0, 9)
})
