import { deflateRawSync } from 'node:zlib'
import type { ErrorCode } from '../../src/core/errors.ts'
import {
  ascii,
  type DicomOptions,
  dicomFile,
  dicomSlice,
  dicomStack,
  type EnhancedFrame,
  element,
  enhancedImage,
  fragmented,
  item,
  joined,
  sequence,
  short,
  str,
} from '../support/scan-files.ts'
import type { HostileCase } from './cases.ts'

type Expected = ErrorCode | 'read'
type Bytes = Uint8Array<ArrayBuffer>

const named = (slices: readonly Bytes[]) => Object.fromEntries(slices.map((s, n) => [`I${n}`, s]))
const dicom = (name: string, expect: Expected, slices: () => readonly Bytes[], series?: number): HostileCase => ({
  name: `DICOM: ${name}`,
  files: () => named(slices()),
  expect,
  ...(series === undefined ? {} : { series }),
})
/** Five slices that share one fault. */
const all = (name: string, expect: Expected, o: DicomOptions): HostileCase =>
  dicom(name, expect, () => dicomStack(5, 1, o))
const also = (name: string, expect: Expected, elements: DicomOptions['also'] & object): HostileCase =>
  dicom(name, expect, () => dicomStack(5, 1, { also: elements }))

const PLAIN: HostileCase[] = [
  dicom('a good one', 'read', () => dicomStack(5, 1), 1),
  dicom('one slice only', 'import/too-few-slices', () => dicomStack(1, 1), 1),
  dicom('two slices only', 'import/too-few-slices', () => dicomStack(2, 1), 1),
  dicom('two series mixed', 'read', () => [...dicomStack(5, 1), ...dicomStack(4, 2, { seriesUid: '1.2.4' })], 2),
  dicom(
    'a localizer beside a series',
    'read',
    () => [...dicomStack(5, 1), dicomSlice({ orientation: [0, 1, 0, 0, 0, -1] })],
    1,
  ),
  dicom(
    'three directions, one slice each',
    'import/inconsistent-series',
    () => [
      dicomSlice(),
      dicomSlice({ orientation: [0, 1, 0, 0, 0, -1] }),
      dicomSlice({ orientation: [1, 0, 0, 0, 0, -1] }),
    ],
    3,
  ),
  dicom('a missing slice', 'import/missing-slices', () => dicomStack(6, 1).toSpliced(3, 1), 1),
  dicom('a slice twice', 'import/duplicate-slices', () => [...dicomStack(5, 1), ...dicomStack(1, 1)], 1),
  dicom('every slice twice', 'import/duplicate-slices', () => [...dicomStack(5, 1), ...dicomStack(5, 1)], 1),
  dicom('all slices at one place', 'import/not-a-volume', () => dicomStack(5, 0), 1),
  dicom(
    'gantry tilt',
    'import/tilted',
    () => Array.from({ length: 5 }, (_, k) => dicomSlice({ position: [0, 0.3 * k, k] })),
    1,
  ),
  dicom(
    'steps that grow',
    'import/uneven-slices',
    () => [0, 1, 2, 3, 4, 5.3, 6.6, 7.9, 9.2].map((z) => dicomSlice({ position: [0, 0, z] })),
    1,
  ),
  dicom(
    'one slice shifted sideways',
    'import/inconsistent-series',
    () => [0, 1, 2, 3, 4].map((k) => dicomSlice({ position: [k === 2 ? 3 : 0, 0, k] })),
    1,
  ),
  dicom(
    'slices of two sizes',
    'read',
    () => [...dicomStack(5, 1), ...dicomStack(4, 1, { columns: 8, rows: 8, pixels: new Array(64).fill(1) })],
    2,
  ),
  dicom(
    'one slice cut off',
    'import/truncated',
    () => dicomStack(5, 1).map((s, k) => (k === 2 ? s.slice(0, s.length - 10) : s)),
    1,
  ),
  dicom(
    'one slice cut off in its header',
    'import/missing-slices',
    () => dicomStack(5, 1).map((s, k) => (k === 2 ? s.slice(0, 250) : s)),
    1,
  ),
  dicom(
    'the last slice cut off in its header',
    'read',
    () => dicomStack(5, 1).map((s, k) => (k === 4 ? s.slice(0, 250) : s)),
    1,
  ),
  dicom('no image inside', 'import/nothing-readable', () => [dicomSlice({ modality: 'SR' })]),
]

/** Where files are cut: before and in the mark, in the meta header, in each kind of element, in the pixels. */
const CUTS: readonly (readonly [number, Expected])[] = [
  [1, 'import/unsupported'],
  [127, 'import/unsupported'],
  [131, 'import/unsupported'],
  [132, 'import/corrupt'],
  [135, 'import/corrupt'],
  [140, 'import/corrupt'],
  [150, 'import/corrupt'],
  [180, 'import/corrupt'],
  [200, 'import/corrupt'],
  [215, 'import/corrupt'],
  [230, 'import/corrupt'],
  [250, 'import/corrupt'],
  [270, 'import/corrupt'],
  [290, 'import/corrupt'],
  [330, 'import/corrupt'],
  [380, 'import/corrupt'],
  [430, 'import/corrupt'],
  [-33, 'import/corrupt'],
  [-31, 'import/truncated'],
  [-1, 'import/truncated'],
]
const TRUNCATED = CUTS.map(([at, expect]) =>
  dicom(`every slice cut off at ${at}`, expect, () => dicomStack(5, 1).map((s) => s.slice(0, at))),
)

const POLYGLOTS = ['MZ\x90\0', '\x7fELF', '%PDF-1.7', 'PK\x03\x04', 'II*\0\x08\0\0\0', 'GIF89a', '\x1f\x8b\x08'].map(
  (start) => all(`a preamble that begins ${JSON.stringify(start)}`, 'read', { preamble: ascii(start) }),
)

const long = (v: number) => new Uint8Array(Uint32Array.of(v).buffer)
const LIES: HostileCase[] = [
  also('rows without a value', 'import/nothing-readable', {
    '0028,0010': element(0x0028, 0x0010, 'US', new Uint8Array()),
  }),
  also('rows as text', 'import/truncated', { '0028,0010': element(0x0028, 0x0010, 'LO', ascii('AB')) }),
  also('a name that reaches past the end', 'import/corrupt', {
    '0010,0010': element(0x0010, 0x0010, 'PN', ascii('SECRET'), 65_534),
  }),
  also('a name one byte too long', 'import/corrupt', {
    '0010,0010': element(0x0010, 0x0010, 'PN', ascii('SECRET'), 7),
  }),
  also('unknown bytes of 4 GB', 'import/corrupt', {
    '0009,1001': element(0x0009, 0x1001, 'UN', ascii('SECRET'), 0xfffffff0),
  }),
  also('a sequence that reaches past the end', 'import/corrupt', {
    '0008,1140': element(0x0008, 0x1140, 'SQ', item(ascii('abcdefgh')), 0x7ffffff0),
  }),
  also('an item that reaches past its sequence', 'import/corrupt', {
    '0008,1140': element(0x0008, 0x1140, 'SQ', item(str(0x0010, 0x0010, 'PN', 'SECRET'), 0x7ffffff0)),
  }),
  also('a type that is none', 'import/corrupt', {
    '0010,0020': element(0x0010, 0x0020, '\xff\x01', ascii('SECRET'), 0xffff),
  }),
  also('pixels of 4 GB', 'import/truncated', {
    '7fe0,0010': element(0x7fe0, 0x0010, 'OW', new Uint8Array(32), 0xfffffff0),
  }),
  also('no pixels', 'import/truncated', { '7fe0,0010': element(0x7fe0, 0x0010, 'OW', new Uint8Array()) }),
  also('fewer pixels than rows and columns', 'import/truncated', {
    '7fe0,0010': element(0x7fe0, 0x0010, 'OW', new Uint8Array(30)),
  }),
  also('more pixels than rows and columns', 'read', {
    '7fe0,0010': element(0x7fe0, 0x0010, 'OW', new Uint8Array(64)),
  }),
  also('65,535 rows and columns', 'import/truncated', {
    '0028,0010': short(0x0028, 0x0010, 65_535),
    '0028,0011': short(0x0028, 0x0011, 65_535),
  }),
  also('no rows', 'import/nothing-readable', { '0028,0010': short(0x0028, 0x0010, 0) }),
  ...['0', '-1', '1e9', 'NaN', 'two'].map((frames) =>
    also(`${frames} frames`, 'import/bad-header', { '0028,0008': str(0x0028, 0x0008, 'IS', frames) }),
  ),
  also('100,000 frames in a file of 1 kB', 'import/bad-header', { '0028,0008': str(0x0028, 0x0008, 'IS', '100000') }),
  dicom('4,000 frames at one place', 'import/not-a-volume', () => [
    dicomSlice({
      pixels: new Array(16 * 4000).fill(1),
      also: { '0028,0008': str(0x0028, 0x0008, 'IS', '4000') },
    }),
  ]),
  also('more frames than pixels', 'import/truncated', { '0028,0008': str(0x0028, 0x0008, 'IS', '9') }),
  also('more bits than there are', 'import/bad-header', { '0028,0101': short(0x0028, 0x0101, 17) }),
  also('a highest bit that is none', 'import/bad-header', { '0028,0102': short(0x0028, 0x0102, 99) }),
  also('64 bits', 'import/unsupported', { '0028,0100': short(0x0028, 0x0100, 64) }),
  also('1 bit', 'import/unsupported', { '0028,0100': short(0x0028, 0x0100, 1) }),
  dicom('a meta header that says it is longer', 'read', () =>
    dicomStack(5, 1).map((s) => {
      s.set(long(0x7fffffff), 140)
      return s
    }),
  ),
]

const GEOMETRY: HostileCase[] = [
  all('no positions', 'import/not-a-volume', { position: null }),
  also('a position of two numbers', 'import/not-a-volume', { '0020,0032': str(0x0020, 0x0032, 'DS', '1\\2') }),
  also('a position that is no number', 'import/not-a-volume', { '0020,0032': str(0x0020, 0x0032, 'DS', 'a\\b\\c') }),
  also('a position without end', 'import/not-a-volume', { '0020,0032': str(0x0020, 0x0032, 'DS', '0\\0\\1e999') }),
  all('no pixel size', 'import/bad-header', { spacing: null }),
  all('pixel size zero', 'import/bad-header', { spacing: [0, 0] }),
  all('a negative pixel size', 'import/bad-header', { spacing: [-1, 1] }),
  all('pixel size NaN', 'import/bad-header', { spacing: [Number.NaN, 1] }),
  all('pixels of a kilometre', 'import/bad-header', { spacing: [1e6, 1e6] }),
  all('orientation no direction', 'import/bad-header', { orientation: [1, 0, 0, 1, 0, 0] }),
  all('orientation zero', 'import/bad-header', { orientation: [0, 0, 0, 0, 0, 0] }),
  all('orientation not square', 'import/bad-header', { orientation: [1, 0, 0, 0.1, 0.995, 0] }),
  all('orientation of length two', 'import/bad-header', { orientation: [2, 0, 0, 0, 2, 0] }),
  all('orientation NaN', 'import/not-a-volume', { orientation: [Number.NaN, 0, 0, 0, 1, 0] }),
  all('orientation of five numbers', 'import/not-a-volume', { orientation: [1, 0, 0, 0, 1] }),
  all('slope zero', 'import/bad-header', { slope: 0 }),
  all('slope NaN', 'import/bad-header', { slope: Number.NaN }),
  all('colours', 'import/unsupported', { samples: 3, pixels: new Array(48).fill(1) }),
  all('a palette', 'import/unsupported', { photometric: 'PALETTE COLOR' }),
  all('X-ray pictures', 'import/wrong-modality', { modality: 'DX' }),
]

/** Sequences without lengths, each inside the other. */
function nested(depth: number): Uint8Array {
  const open = joined([
    Uint8Array.of(0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff),
  ])
  const close = Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
  return joined([...new Array(depth).fill(open), ...new Array(depth).fill(close)])
}

const DEFLATED = '1.2.840.10008.1.2.1.99'
const packed = (body: Uint8Array) => new Uint8Array(deflateRawSync(body))
const STRUCTURE: HostileCase[] = [
  also('20 sequences inside each other', 'read', { '0008,1140': nested(20) }),
  dicom('20,000 sequences inside each other', 'import/corrupt', () => [
    dicomSlice({ also: { '0008,1140': nested(20_000) } }),
  ]),
  also('sequences that never end', 'import/nothing-readable', { '0008,1140': nested(20).subarray(0, 300) }),
  also('10,000 empty items', 'read', {
    '0008,1140': sequence(0x0008, 0x1140, new Array(10_000).fill([])),
  }),
  all('deflated', 'read', { syntax: DEFLATED, body: packed }),
  all('deflated and cut off', 'import/corrupt', { syntax: DEFLATED, body: (b) => packed(b).subarray(0, 100) }),
  all('deflated that is not', 'import/corrupt', { syntax: DEFLATED, body: () => ascii('hello '.repeat(40)) }),
  dicom('a deflate bomb', 'import/zip-bomb', () => [
    dicomFile(new Uint8Array(), { syntax: DEFLATED, body: () => packed(new Uint8Array(150_000_000)) }),
  ]),
  all('big-endian by name only', 'import/corrupt', { syntax: '1.2.840.10008.1.2.2' }),
  all('implicit by name only', 'import/nothing-readable', { syntax: '1.2.840.10008.1.2' }),
  all('a syntax that is none', 'import/unsupported', { syntax: '1.2.3.4' }),
  all('video', 'import/unsupported', { syntax: '1.2.840.10008.1.2.4.102' }),
  all('compressed by name only', 'import/unsupported', { syntax: '1.2.840.10008.1.2.4.70' }),
]

const squeezed = (name: string, expect: Expected, syntax: string, pixels: Uint8Array): HostileCase =>
  all(name, expect, { syntax, also: { '7fe0,0010': pixels } })
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70'
const RLE = '1.2.840.10008.1.2.5'
const noise = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 7919 + (n >> 3) * 31) & 255)
const lie = (stated: number) =>
  element(0x7fe0, 0x0010, 'OB', joined([item(long(0)), item(noise(64), stated)]), 0xffffffff)
const COMPRESSED: HostileCase[] = [
  squeezed('no fragments', 'import/corrupt', JPEG_LOSSLESS, fragmented([])),
  squeezed('a fragment that reaches past the end', 'import/truncated', JPEG_LOSSLESS, lie(0x7ffffff0)),
  squeezed('a fragment without a length', 'import/corrupt', JPEG_LOSSLESS, lie(0xffffffff)),
  squeezed('JPEG that is noise', 'import/corrupt', JPEG_LOSSLESS, fragmented([noise(64)])),
  squeezed('JPEG baseline that is noise', 'import/corrupt', '1.2.840.10008.1.2.4.50', fragmented([noise(64)])),
  squeezed('JPEG-LS that is noise', 'import/corrupt', '1.2.840.10008.1.2.4.80', fragmented([noise(64)])),
  squeezed('JPEG 2000 that is noise', 'import/corrupt', '1.2.840.10008.1.2.4.90', fragmented([noise(64)])),
  squeezed('RLE that is noise', 'import/corrupt', RLE, fragmented([noise(128)])),
  squeezed('RLE of 255 segments', 'import/corrupt', RLE, fragmented([joined([long(255), new Uint8Array(124)])])),
  squeezed(
    'RLE that ends early',
    'import/corrupt',
    RLE,
    fragmented([joined([long(2), long(64), long(66), new Uint8Array(52), ascii('\0a')])]),
  ),
]

const enhanced = (name: string, expect: Expected, frames: readonly EnhancedFrame[], o: DicomOptions = {}, series = 1) =>
  dicom(`enhanced: ${name}`, expect, () => [enhancedImage(frames, { modality: 'MR', ...o })], series)
const frames = (heights: readonly number[], over: (n: number) => Partial<EnhancedFrame> = () => ({})) =>
  heights.map((z, n): EnhancedFrame => ({ position: [0, 0, z], ...over(n) }))
const ENHANCED: HostileCase[] = [
  enhanced(
    'frames in any order, each with its scale',
    'read',
    frames([3, 1, 0, 2], (n) => ({ slope: 1 + n })),
  ),
  enhanced('a frame missing', 'import/missing-slices', frames([0, 1, 3, 4, 5])),
  enhanced('a frame twice', 'import/duplicate-slices', frames([0, 1, 2, 2, 3])),
  enhanced('two frames only', 'import/too-few-slices', frames([0, 1])),
  enhanced(
    'a scale of zero in one frame',
    'import/bad-header',
    frames([0, 1, 2], (n) => ({ slope: n })),
  ),
  enhanced('fewer functional groups than frames', 'import/not-a-volume', frames([0, 1, 2]), {
    also: { '5200,9230': sequence(0x5200, 0x9230, []) },
  }),
]

export const DICOM_CASES: readonly HostileCase[] = [
  ...PLAIN,
  ...TRUNCATED,
  ...POLYGLOTS,
  ...LIES,
  ...GEOMETRY,
  ...STRUCTURE,
  ...COMPRESSED,
  ...ENHANCED,
]
