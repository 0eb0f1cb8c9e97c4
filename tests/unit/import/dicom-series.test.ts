import { describe, expect, test } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import { groupSeries, type ImageFile, stackGroup } from '../../../src/import/dicom-series.ts'
import { readImageTags } from '../../../src/import/dicom-tags.ts'
import { type DicomOptions, dicomSlice, dicomStack } from '../../support/scan-files.ts'

const inflate = () => {
  throw new Error('not deflated')
}
const tagsOf = (bytes: Uint8Array) => {
  const tags = readImageTags(bytes, { fileBytes: bytes.length, inflate })
  if (tags === null || tags === 'not-an-image') throw new Error(String(tags))
  return tags
}
const filesOf = (slices: readonly Uint8Array[]): ImageFile[] => slices.map((s, file) => ({ file, tags: tagsOf(s) }))
const sizes = (slices: readonly Uint8Array[]) => groupSeries(filesOf(slices)).map((g) => g.slices.length)

describe('DICOM tags', () => {
  test('geometry and intensity come out, the patient does not', () => {
    const tags = tagsOf(dicomSlice({ position: [1, 2, 3], spacing: [0.5, 0.7], slope: 2, intercept: -1024 }))
    expect(tags.frames).toEqual([
      {
        position: [1, 2, 3],
        row: [1, 0, 0],
        column: [0, 1, 0],
        spacingMm: [0.7, 0.5],
        slope: 2,
        intercept: -1024,
        rescaled: true,
        temporal: '',
        echo: '',
        bValue: '',
        frameType: '',
      },
    ])
    expect(tags.modality).toBe('CT')
    expect(tags.tagsKept).toBeLessThan(tags.tagsTotal)
    expect(JSON.stringify(tags)).not.toContain('SECRET')
  })
  test('a beginning without the pixels asks for more', () => {
    const bytes = dicomSlice()
    expect(readImageTags(bytes.slice(0, 300), { fileBytes: bytes.length, inflate })).toBeNull()
  })
  test('a file shorter than its pixels is told', () => {
    const bytes = dicomSlice()
    expect(tagsOf(bytes).pixelsComplete).toBe(true)
    expect(readImageTags(bytes.slice(0, -4), { fileBytes: bytes.length - 4, inflate })).toMatchObject({
      pixelsComplete: false,
    })
  })
})

describe('DICOM series', () => {
  test.each<[string, DicomOptions]>([
    ['series', { seriesUid: '9.9' }],
    ['pixel size', { spacing: [2, 2] }],
    ['size', { columns: 8, rows: 2 }],
    ['direction', { orientation: [0, 1, 0, 0, 0, -1] }],
    ['kind of image', { imageType: 'DERIVED\\SECONDARY' }],
  ])('another %s is another series', (_, other) => {
    expect(sizes([...dicomStack(4, 1), ...dicomStack(3, 1, other)])).toEqual([4, 3])
  })
  test('a localizer beside a series is left out', () => {
    expect(sizes([...dicomStack(4, 1), dicomSlice({ orientation: [0, 1, 0, 0, 0, -1] })])).toEqual([4])
  })
  test('direction cosines that differ in the sixth decimal are one series', () => {
    expect(
      sizes([...dicomStack(3, 1), ...dicomStack(3, 5, { orientation: [0.999999, 0.000001, 0, 0, 1, 0] })]),
    ).toEqual([6])
  })
  test('two acquisitions over the same places are parted', () => {
    expect(sizes([...dicomStack(4, 1), ...dicomStack(4, 1, { acquisition: 2 })])).toEqual([4, 4])
  })
  test('places repeated without a reason stay together, and are refused', () => {
    const [group] = groupSeries(filesOf([...dicomStack(4, 1), ...dicomStack(4, 1)]))
    const refused = () => group && stackGroup(group)
    expect(refused).toThrow(PipelineError)
    expect(refused).toThrow(/position of another/)
  })
})
