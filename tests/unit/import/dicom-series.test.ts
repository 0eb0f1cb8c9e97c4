import { describe, expect, test } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import { groupSeries, type ImageFile, stackGroup } from '../../../src/import/dicom-series.ts'
import { readImageTags } from '../../../src/import/dicom-tags.ts'
import {
  type DicomOptions,
  dicomSlice,
  dicomStack,
  double,
  type EnhancedFrame,
  enhancedImage,
  sequence,
  short,
  str,
} from '../../support/scan-files.ts'

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
    ['echo', { echoTime: 40 }],
    ['kind of number', { signed: false }],
  ])('another %s is another series', (_, other) => {
    expect(sizes([...dicomStack(4, 1), ...dicomStack(3, 1, other)])).toEqual([4, 3])
  })
  test('a localizer beside a series is left out', () => {
    expect(sizes([...dicomStack(4, 1), dicomSlice({ orientation: [0, 1, 0, 0, 0, -1] })])).toEqual([4])
  })
  test.each(['ORIGINAL\\PRIMARY\\LOCALIZER', 'DERIVED\\SECONDARY\\SCOUT'])(
    '%s is left out, however many',
    (imageType) => {
      expect(sizes([...dicomStack(4, 1), ...dicomStack(9, 5, { imageType })])).toEqual([4])
      expect(sizes(dicomStack(9, 5, { imageType }))).toEqual([9])
    },
  )
  test.each<[string, (n: number) => DicomOptions]>([
    ['time', (n) => ({ also: { '0020,0100': str(0x0020, 0x0100, 'IS', String(n)) } })],
    ['moment of the heart', (n) => ({ also: { '0018,1060': str(0x0018, 0x1060, 'DS', String(70 * n)) } })],
    ['diffusion weighting', (n) => ({ also: { '0018,9087': double(0x0018, 0x9087, 500 * n) } })],
  ])('the same places at another %s are another volume', (_, at) => {
    const groups = [0, 1, 2].flatMap((n) => dicomStack(4, 1, at(n)))
    expect(sizes(groups)).toEqual([4, 4, 4])
  })
  test('frames of an enhanced image part by time, echo and direction', () => {
    const frames = (over: (n: number) => Partial<EnhancedFrame>) =>
      sizes([
        enhancedImage(Array.from({ length: 8 }, (_, n) => ({ position: [0, 0, n % 4] as const, ...over(n >> 2) }))),
      ])
    expect(frames(() => ({}))).toEqual([8])
    expect(frames((n) => ({ temporal: n + 1 }))).toEqual([4, 4])
    expect(frames((n) => ({ echoTime: 10 + n }))).toEqual([4, 4])
    expect(frames((n) => ({ bValue: 1000 * n }))).toEqual([4, 4])
    expect(frames((n) => (n ? { orientation: [0, 1, 0, 0, 0, -1] } : {}))).toEqual([4, 4])
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

describe('kinds that are refused by name', () => {
  const refusal = (o: DicomOptions) => {
    const [group] = groupSeries(filesOf(dicomStack(4, 1, o)))
    try {
      return group && stackGroup(group) && 'stacked'
    } catch (error) {
      return error instanceof PipelineError ? error.code : error
    }
  }
  test.each<[string, DicomOptions, string]>([
    ['a palette', { photometric: 'PALETTE COLOR' }, 'import/unsupported'],
    ['video', { syntax: '1.2.840.10008.1.2.4.102' }, 'import/unsupported'],
    ['a table of values', { also: { '0028,3000': sequence(0x0028, 0x3000, []) } }, 'import/unsupported'],
    ['12 bits packed', { also: { '0028,0100': short(0x0028, 0x0100, 12) } }, 'import/unsupported'],
    ['more bits than there are', { also: { '0028,0101': short(0x0028, 0x0101, 20) } }, 'import/bad-header'],
    ['no bits', { also: { '0028,0101': short(0x0028, 0x0101, 0) } }, 'import/bad-header'],
    ['slope zero', { slope: 0 }, 'import/bad-header'],
    ['slope no number', { slope: Number.NaN }, 'import/bad-header'],
    ['slope without end', { slope: Number.POSITIVE_INFINITY }, 'import/bad-header'],
    ['a mosaic', { imageType: 'ORIGINAL\\PRIMARY\\M\\MOSAIC' }, 'import/unsupported'],
    ['8 bits', { bits: 8, pixels: new Array(16).fill(7) }, 'stacked'],
    ['32 bits', { bits: 32 }, 'stacked'],
  ])('%s', (_, o, code) => {
    expect(refusal(o)).toBe(code)
  })
})
