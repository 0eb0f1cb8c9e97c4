import { deflateRawSync, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { missingHead } from '../../../src/import/bare-dicom.ts'
import { inflateDicom } from '../../../src/import/dicom-inflate.ts'
import { groupSeries, type SeriesGroup, stackGroup } from '../../../src/import/dicom-series.ts'
import { type ImageTags, readImageTags } from '../../../src/import/dicom-tags.ts'
import { type Deflated, inflateExactly, inflateHead } from '../../../src/import/inflate.io.ts'
import { labelsFrom } from '../../../src/import/label-values.ts'
import { readMhaHeader } from '../../../src/import/mha-header.ts'
import { readNiftiHeader } from '../../../src/import/nifti-header.ts'
import { readNrrdHeader } from '../../../src/import/nrrd-header.ts'
import { compressedFrames } from '../../../src/import/pixel-data.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { warningsOf } from '../../../src/import/scan-warnings.ts'
import { partsOf } from '../../../src/import/series-part.ts'
import { sniff } from '../../../src/import/sniff.ts'
import { numbersOf } from '../../../src/import/text-header.ts'
import type { Scalars } from '../../../src/import/to-int16.ts'
import { unzip } from '../../../src/import/zip.io.ts'
import {
  ascii,
  dicomFile,
  dicomSlice,
  dicomStack,
  element,
  enhancedImage,
  fragmented,
  gzipped,
  joined,
  mhaFile,
  niftiFile,
  nrrdFile,
  str,
  zipped,
} from '../../support/scan-files.ts'
import { type Fuzzer, type Fuzzers, fuzzer, mutated, raw } from './fuzzer.ts'

type Bytes = Uint8Array<ArrayBuffer>

const ignore = () => {}
const tagsOf = (bytes: Uint8Array) => readImageTags(bytes, { fileBytes: bytes.length, inflate: inflateDicom })

const slice = dicomSlice({ preamble: ascii('II*\0') })
const frames = [0, 1, 2].map((z) => ({ position: [0, 0, z] as const, temporal: z, echoTime: 10 + z, bValue: z }))
const enhanced = enhancedImage(frames, { modality: 'MR' })
const deflated = dicomSlice({
  syntax: '1.2.840.10008.1.2.1.99',
  body: (body) => new Uint8Array(deflateRawSync(body)),
})
const squeezed = dicomSlice({
  syntax: '1.2.840.10008.1.2.5',
  also: {
    '0028,0008': str(0x0028, 0x0008, 'IS', '2'),
    '7fe0,0010': fragmented([ascii('abcd'), ascii('efgh')], [0, 12]),
  },
})
const DICOM = [slice, enhanced, deflated, squeezed]
const labelNrrd = nrrdFile({
  'Segment0_LabelValue:=': '7',
  'Segment0_Name:=': 'Femur left',
  'Segment1_LabelValue:=': '8',
  'Segment1_Name:=': 'rib 3',
})

/** Elements in any order with any tag, type and length, as a writer gone mad would put them. */
const anyElements = fc
  .array(
    fc.record({
      group: fc.constantFrom(0x0002, 0x0008, 0x0010, 0x0020, 0x0028, 0x5200, 0x7fe0, 0xfffe),
      tag: fc.constantFrom(0x0000, 0x0002, 0x0008, 0x0010, 0x0011, 0x0032, 0x0100, 0x9229, 0x9230, 0xe000, 0xe0dd),
      vr: fc.constantFrom('US', 'DS', 'IS', 'SQ', 'UN', 'OB', 'OW', 'FD', 'UI', 'zz'),
      value: fc.uint8Array({ maxLength: 40 }),
      stated: fc.option(fc.constantFrom(0, 1, 0xffff, 0xfffffff0, 0xffffffff), { nil: undefined }),
    }),
    { maxLength: 30 },
  )
  .map((all) => dicomFile(joined(all.map((e) => element(e.group, e.tag, e.vr, e.value, e.stated)))))

/** A slice whose texts say anything, lawful or not; the file itself is in order. */
const oddValues = fc
  .record({
    frames: fc.constantFrom('1', '3', '700', '99999', '100000', '-1', '1e5', ''),
    imageType: fc.constantFrom('ORIGINAL\\PRIMARY', 'DERIVED\\MOSAIC', '\\'.repeat(300), 'LOCALIZER\\'.repeat(80)),
    slope: fc.constantFrom('1', '0', 'NaN', '1e400', '\\', '1\\2'),
    position: fc.constantFrom('0\\0\\0', '1e300\\0\\0', '\\\\', '0', '0\\0\\-1e-9', '5\\5\\5'),
    spacing: fc.constantFrom('1\\1', '0\\1', '1', '1e-9\\1', '99\\99'),
    orientation: fc.constantFrom('1\\0\\0\\0\\1\\0', '0\\0\\0\\0\\0\\0', '1\\0\\0\\1\\0\\0', '1', 'a\\b\\c\\d\\e\\f'),
    acquisition: fc.constantFrom('1', '2', '', 'x'.repeat(60)),
  })
  .map((v) =>
    dicomSlice({
      imageType: v.imageType,
      also: {
        '0020,0012': str(0x0020, 0x0012, 'IS', v.acquisition),
        '0020,0032': str(0x0020, 0x0032, 'DS', v.position),
        '0020,0037': str(0x0020, 0x0037, 'DS', v.orientation),
        '0028,0008': str(0x0028, 0x0008, 'IS', v.frames),
        '0028,0030': str(0x0028, 0x0030, 'DS', v.spacing),
        '0028,1053': str(0x0028, 0x1053, 'DS', v.slope),
      },
    }),
  )

const imagesOf = (files: readonly Uint8Array[]) =>
  files.flatMap((bytes, file) => {
    try {
      const tags = tagsOf(bytes)
      return tags === null || tags === 'not-an-image' ? [] : [{ file, tags }]
    } catch {
      return []
    }
  })

/** All that is made of tags before a voxel is read. */
function seriesOf(files: readonly Uint8Array[]) {
  const groups = groupSeries(imagesOf(files))
  partsOf(groups)
  groups.map(warningsOf)
  return stacksOf(groups)
}

const stacksOf = (groups: readonly SeriesGroup[]) => groups.map((group) => stackGroup(group))

const readDicom: Fuzzer[] = [
  ...DICOM.map((file) => fuzzer(mutated(file), tagsOf, 600)),
  fuzzer(raw(dicomFile(new Uint8Array())), tagsOf, 300),
  fuzzer(anyElements, tagsOf, 1500),
  fuzzer(oddValues, tagsOf, 60),
]
const groupDicom: Fuzzer[] = [
  fuzzer(fc.array(oddValues, { minLength: 1, maxLength: 4 }), seriesOf, 40),
  fuzzer(fc.array(fc.oneof(...DICOM.map((file) => mutated(file))), { minLength: 3, maxLength: 8 }), seriesOf, 300),
]

const stack = dicomStack(4, 1)
const series = fc
  .tuple(mutated(stack[1] ?? slice), fc.nat(slice.length))
  .map(([bytes, cut]): readonly Bytes[] => [...stack.toSpliced(1, 1, bytes), bytes.slice(0, cut)])

/** Scans files, then reads what calls itself whole: as a scan and as a label map. */
async function scanned(files: readonly Bytes[]) {
  const given = files.map((file, n) => ({ path: `${n}`, file: new Blob([file]) }))
  const found = await scanFiles(given, IDLE_CONTEXT)
  const whole = found.filter(({ info }) => info.problem === null)
  for (const one of whole) {
    const { volume } = await one.load(IDLE_CONTEXT, ignore)
    expect(volume.data).toHaveLength(volume.grid.size.reduce((a, b) => a * b))
  }
  for (const { readLabels, info } of whole) {
    if (info.labels !== 'no') await readLabels?.({ ...GRID, size: info.size }, IDLE_CONTEXT)
  }
  return whole
}
const GRID = {
  size: [4, 3, 3],
  spacing: [1, 1, 1],
  origin: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
} as const
const one = (file: Bytes, within = file.length) => mutated(file, within).map((bytes) => [bytes])
const readSeries: Fuzzer[] = [fuzzer(series, scanned, 300)]
const packedNrrd = nrrdFile({ encoding: 'gzip' }, gzipped(new Uint8Array(72)))
const packedMha = mhaFile({ CompressedData: 'True' }, new Uint8Array(deflateSync(new Uint8Array(72))))
const readSingle: Fuzzer[] = [
  fuzzer(one(niftiFile(), 352), scanned, 200),
  fuzzer(one(niftiFile({ version: 2 }), 544), scanned, 100),
  fuzzer(one(gzipped(niftiFile())), scanned, 100),
  // Damaged before it is packed: its checksum is right.
  fuzzer(
    mutated(niftiFile(), 352).map((bytes) => [gzipped(bytes)]),
    scanned,
    100,
  ),
  fuzzer(one(labelNrrd), scanned, 150),
  fuzzer(one(packedNrrd), scanned, 100),
  fuzzer(one(packedMha), scanned, 100),
]

/** No voxel size of a header that is read may be unlawful. */
const isLawful = ({ grid }: ReturnType<typeof readNiftiHeader> | ReturnType<typeof readMhaHeader>) => {
  for (const figure of [...grid.spacing, ...grid.origin, ...grid.direction]) expect(Number.isFinite(figure)).toBe(true)
  for (const mm of grid.spacing) expect(mm).toBeGreaterThan(0)
}

const nrrd: Fuzzer[] = [
  fuzzer(mutated(nrrdFile()), readNrrdHeader, 800, isLawful),
  fuzzer(mutated(labelNrrd), readNrrdHeader, 800, isLawful),
  fuzzer(raw(ascii('NRRD0004\n')), readNrrdHeader, 300),
]
const mha: Fuzzer[] = [
  fuzzer(mutated(mhaFile()), readMhaHeader, 1200, isLawful),
  fuzzer(raw(ascii('ObjectType = Image\n')), readMhaHeader, 300),
]
const nifti: Fuzzer[] = [
  fuzzer(mutated(niftiFile(), 352), readNiftiHeader, 1500, isLawful),
  fuzzer(mutated(niftiFile({ version: 2, quatern: [0, 0, 0, 1, 2, 3] }), 544), readNiftiHeader, 1000, isLawful),
  fuzzer(raw(niftiFile().slice(0, 4)), readNiftiHeader, 300),
]

const squeezedTags = tagsOf(squeezed) as ImageTags
const pixels: Fuzzer[] = [
  fuzzer(
    mutated(squeezed.slice(squeezedTags.place.at)).map((rest) =>
      joined([squeezed.subarray(0, squeezedTags.place.at), rest]),
    ),
    (file) => compressedFrames(file, squeezedTags),
    1500,
  ),
]

const PACKED: Readonly<Record<Deflated, Bytes>> = {
  gzip: gzipped(ascii('hello '.repeat(50))),
  deflate: new Uint8Array(deflateSync(ascii('hello '.repeat(50)))),
  'deflate-raw': new Uint8Array(deflateRawSync(ascii('hello '.repeat(50)))),
}
const inflating = (Object.keys(PACKED) as Deflated[]).flatMap((format): Fuzzer[] => [
  fuzzer(
    mutated(PACKED[format]),
    (bytes) => inflateExactly(new Blob([bytes]), format, 300, IDLE_CONTEXT.signal, ignore),
    100,
  ),
  fuzzer(raw(), (bytes) => inflateHead(new Blob([bytes]), format, 300, IDLE_CONTEXT.signal), 60),
])

const zip = zipped({ 'a/b.dcm': slice, 'c.txt': ascii('hello '.repeat(50)) })
const voxels = fc.oneof(
  fc
    .array(fc.oneof(fc.double(), fc.integer({ min: -3, max: 70_000 })), { minLength: 1, maxLength: 400 })
    .map((v) => Float64Array.from(v)),
  fc.uint16Array({ minLength: 1, maxLength: 2000 }),
  fc.int8Array({ minLength: 1, maxLength: 400 }),
)

export const IMPORT_FUZZERS: Fuzzers = {
  'import/bare-dicom.ts': [
    fuzzer(mutated(slice.slice(132)), missingHead, 1000),
    fuzzer(
      mutated(slice.slice(132)).map((bytes) => [bytes, bytes, bytes]),
      scanned,
      100,
    ),
  ],
  'import/dicom-inflate.ts': [
    fuzzer(mutated(PACKED['deflate-raw']), inflateDicom, 800),
    fuzzer(raw(), inflateDicom, 400),
  ],
  'import/dicom-tags.ts': readDicom,
  'import/dicom-series.ts': groupDicom,
  'import/series-part.ts': groupDicom,
  'import/scan-warnings.ts': groupDicom,
  'import/inflate.io.ts': inflating,
  'import/label-values.ts': [fuzzer<Scalars, unknown>(voxels, labelsFrom, 800)],
  'import/mha-header.ts': mha,
  'import/nifti-header.ts': nifti,
  'import/nrrd-header.ts': nrrd,
  'import/pixel-data.ts': pixels,
  'import/read-file.io.ts': readSingle,
  'import/scan-single.io.ts': readSingle,
  'import/stored-voxels.ts': readSeries,
  'import/scan-dicom.io.ts': readSeries,
  'import/sniff.ts': [fuzzer(raw(), sniff, 500), fuzzer(mutated(mhaFile()), sniff, 300)],
  'import/text-header.ts': [
    ...nrrd,
    ...mha,
    fuzzer(fc.string({ unit: fc.constantFrom(...'0123456789.-+eE(), \t'), maxLength: 400 }), numbersOf, 500),
  ],
  'import/zip.io.ts': [
    fuzzer(mutated(zip), (bytes) => unzip(new Blob([bytes]), IDLE_CONTEXT.signal, ignore), 500),
    fuzzer(raw(ascii('PK\x03\x04')), (bytes) => unzip(new Blob([bytes]), IDLE_CONTEXT.signal, ignore), 100),
  ],
}
