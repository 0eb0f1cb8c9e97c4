import type { ErrorCode } from '../../src/core/errors.ts'
import {
  ascii,
  dicomSlice,
  dicomStack,
  gzipped,
  joined,
  mhaFile,
  niftiFile,
  nrrdFile,
  zipped,
} from '../support/scan-files.ts'
import { DICOM_CASES } from './dicom-cases.ts'

/** One bad (or tricky) input. Run by the Node test with a stand-in decoder and by the browser journey with the real one. */
export interface HostileCase {
  readonly name: string
  /** File names as a person would drop them. */
  readonly files: () => Readonly<Record<string, Uint8Array<ArrayBuffer>>>
  /** The code that scan, a series' problem or read must give; 'read' when the first series must be read. */
  readonly expect: ErrorCode | 'read'
  /** Number of series when the scan succeeds. */
  readonly series?: number
}

const one = (name: string, make: () => Uint8Array<ArrayBuffer>) => () => ({ [name]: make() })
const stack = (slices: readonly Uint8Array<ArrayBuffer>[], prefix = 'I') =>
  Object.fromEntries(slices.map((s, n) => [`${prefix}${n}`, s]))
const nifti = (name: string, expect: HostileCase['expect'], o: Parameters<typeof niftiFile>[0]): HostileCase => ({
  name: `NIfTI: ${name}`,
  files: one('scan.nii', () => niftiFile(o)),
  expect,
})
const setFloat = (at: number, v: number) => (view: DataView) => view.setFloat32(at, v, true)
const setShort = (at: number, v: number) => (view: DataView) => view.setInt16(at, v, true)
const PLAIN: HostileCase[] = [
  { name: 'nothing at all', files: () => ({}), expect: 'import/empty' },
  { name: 'an empty file', files: one('scan.nii', () => new Uint8Array()), expect: 'import/empty' },
  { name: 'text named .nii', files: one('scan.nii', () => ascii('hello '.repeat(100))), expect: 'import/unsupported' },
  { name: 'a PDF', files: one('scan.dcm', () => ascii('%PDF-1.7\n...')), expect: 'import/unsupported' },
  {
    name: 'a PNG named .nii.gz',
    files: one('scan.nii.gz', () => joined([Uint8Array.of(0x89), ascii('PNG\r\n'), new Uint8Array(500)])),
    expect: 'import/unsupported',
  },
  {
    name: 'random bytes',
    files: one('scan.dcm', () => Uint8Array.from({ length: 4096 }, (_, n) => (n * 7919 + (n >> 3) * 31) & 255)),
    expect: 'import/unsupported',
  },
  {
    name: 'a PDF beside an empty file',
    files: () => ({ 'a.pdf': ascii('%PDF-1.7'), b: new Uint8Array() }),
    expect: 'import/nothing-readable',
  },
]

const NIFTI: HostileCase[] = [
  nifti('a good one', 'read', {}),
  nifti('zero size', 'import/bad-header', { patch: setShort(42, 0) }),
  nifti('negative size', 'import/bad-header', { patch: setShort(44, -5) }),
  nifti('no dimensions', 'import/bad-header', { patch: setShort(40, 0) }),
  nifti('absurd number of dimensions', 'import/bad-header', { patch: setShort(40, 900) }),
  nifti('32767 voxels along each axis', 'import/too-large', {
    patch: (v) => {
      for (const at of [42, 44, 46]) v.setInt16(at, 32767, true)
    },
  }),
  nifti('zero spacing', 'import/bad-header', { patch: setFloat(80, 0) }),
  nifti('NaN spacing', 'import/bad-header', { patch: setFloat(84, Number.NaN) }),
  nifti('negative spacing', 'import/bad-header', { patch: setFloat(88, -1) }),
  nifti('absurd spacing', 'import/bad-header', { patch: setFloat(88, 1e9) }),
  nifti('voxel type 0', 'import/bad-header', { patch: setShort(70, 0) }),
  nifti('voxel type 999', 'import/bad-header', { patch: setShort(70, 999) }),
  nifti('complex voxels', 'import/unsupported', { patch: setShort(70, 32) }),
  nifti('coloured voxels', 'import/unsupported', { patch: setShort(70, 128) }),
  nifti('four frames, none chosen', 'import/choose-series', { size: [4, 3, 3, 4] }),
  nifti('vectors of three numbers', 'import/unsupported', { size: [4, 3, 3, 1, 3] }),
  nifti('more frames than the file holds', 'import/choose-series', { size: [4, 3, 3, 30_000], values: [0, 1, 2] }),
  nifti('one slice', 'import/too-few-slices', { size: [40, 30, 1] }),
  nifti('voxels past the end', 'import/bad-header', { patch: setFloat(108, 1e12) }),
  nifti('offset NaN', 'import/bad-header', { patch: setFloat(108, Number.NaN) }),
  nifti('offset inside the header', 'import/bad-header', { patch: setFloat(108, 100) }),
  nifti('slope NaN is no slope', 'read', { slope: Number.NaN }),
  nifti('intercept NaN', 'import/bad-header', { slope: 2, intercept: Number.NaN }),
  nifti('singular sform', 'import/bad-header', { srow: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] }),
  nifti('singular sform, good qform', 'read', {
    srow: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    quatern: [0, 0, 0, 5, 6, 7],
  }),
  nifti('sheared sform', 'volume/non-orthogonal', { srow: [1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] }),
  nifti('big endian', 'read', { littleEndian: false }),
  nifti('version 2', 'read', { version: 2 }),
  {
    name: 'NIfTI: cut off in its header',
    files: one('scan.nii', () => niftiFile().slice(0, 200)),
    expect: 'import/truncated',
  },
  {
    name: 'NIfTI: cut off in its voxels',
    files: one('scan.nii', () => niftiFile().slice(0, 400)),
    expect: 'import/truncated',
  },
  {
    name: 'NIfTI: wrong mark',
    files: one('scan.nii', () => niftiFile({ patch: (v) => v.setUint8(344, 0) })),
    expect: 'import/bad-header',
  },
]

const NOISE = Array.from({ length: 20_000 }, (_, n) => (Math.imul(n, 2654435761) >>> 7) % 4000)
const bigNifti = () => niftiFile({ size: [20, 20, 50], values: NOISE })
const COMPRESSED: HostileCase[] = [
  { name: 'gzip: a good one', files: one('scan.nii.gz', () => gzipped(bigNifti())), expect: 'read' },
  {
    name: 'gzip: cut off',
    files: one('scan.nii.gz', () => gzipped(bigNifti()).slice(0, 9000)),
    expect: 'import/truncated',
  },
  {
    name: 'gzip: damaged',
    files: one('scan.nii.gz', () => {
      const bytes = gzipped(bigNifti())
      bytes.fill(0xff, 9000, 9400)
      return bytes
    }),
    expect: 'import/corrupt',
  },
  {
    name: 'gzip: wrong checksum',
    files: one('scan.nii.gz', () => {
      const bytes = gzipped(bigNifti())
      bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0x55
      return bytes
    }),
    expect: 'import/corrupt',
  },
  {
    name: 'gzip: a bomb behind a small header',
    files: one('scan.nii.gz', () => gzipped(joined([niftiFile(), new Uint8Array(40_000_000)]))),
    expect: 'import/zip-bomb',
  },
  {
    name: 'gzip: of something else',
    files: one('scan.nii.gz', () => gzipped(ascii('hello'.repeat(200)))),
    expect: 'import/unsupported',
  },
  { name: 'zip: a series', files: one('s.zip', () => zipped(stack(dicomStack(5, 1)))), expect: 'read', series: 1 },
  {
    name: 'zip: a bomb',
    files: one('s.zip', () => zipped({ 'a.dcm': new Uint8Array(100_000_000) })),
    expect: 'import/zip-bomb',
  },
  {
    name: 'zip: a zip inside',
    files: one('s.zip', () => zipped({ 'inner.zip': zipped(stack(dicomStack(5, 1))) })),
    expect: 'import/unsupported',
  },
  {
    name: 'zip: cut off',
    files: one('s.zip', () => zipped(stack(dicomStack(5, 1))).slice(0, -40)),
    expect: 'import/truncated',
  },
  {
    name: 'zip: one bit of a slice flipped',
    files: one('s.zip', () => {
      const bytes = zipped({ 'I0.dcm': dicomSlice({ columns: 64, rows: 64, pixels: NOISE.slice(0, 4096) }) })
      bytes[4000] = (bytes[4000] ?? 0) ^ 0x10
      return bytes
    }),
    expect: 'import/corrupt',
  },
  { name: 'zip: empty', files: one('s.zip', () => zipped({})), expect: 'import/nothing-readable' },
]

const TEXT: HostileCase[] = [
  { name: 'NRRD: a good one', files: one('a.nrrd', () => nrrdFile()), expect: 'read' },
  { name: 'NRRD: no end', files: one('a.nrrd', () => ascii('NRRD0004\ntype: short\n')), expect: 'import/bad-header' },
  { name: 'NRRD: unknown type', files: one('a.nrrd', () => nrrdFile({ type: 'block' })), expect: 'import/bad-header' },
  {
    name: 'NRRD: four dimensions',
    files: one('a.nrrd', () => nrrdFile({ dimension: '4' })),
    expect: 'import/unsupported',
  },
  {
    name: 'NRRD: absurd size',
    files: one('a.nrrd', () => nrrdFile({ sizes: '99999 99999 99999' })),
    expect: 'import/too-large',
  },
  {
    name: 'NRRD: size no number',
    files: one('a.nrrd', () => nrrdFile({ sizes: '4 x 3' })),
    expect: 'import/bad-header',
  },
  {
    name: 'NRRD: data elsewhere',
    files: one('a.nrrd', () => nrrdFile({ 'data file': 'a.raw' })),
    expect: 'import/unsupported',
  },
  {
    name: 'NRRD: sheared',
    files: one('a.nrrd', () => nrrdFile({ 'space directions': '(1,0,0) (0.3,1,0) (0,0,1)' })),
    expect: 'volume/non-orthogonal',
  },
  { name: 'NRRD: cut off', files: one('a.nrrd', () => nrrdFile({}, new Uint8Array(20))), expect: 'import/truncated' },
  {
    name: 'NRRD: gzip of too little',
    files: one('a.nrrd', () => nrrdFile({ encoding: 'gzip' }, gzipped(new Uint8Array(20)))),
    expect: 'import/truncated',
  },
  { name: 'MHA: a good one', files: one('a.mha', () => mhaFile()), expect: 'read' },
  {
    name: 'MHA: data elsewhere',
    files: one('a.mha', () => mhaFile({ ElementDataFile: 'a.raw' })),
    expect: 'import/unsupported',
  },
  {
    name: 'MHA: zero spacing',
    files: one('a.mha', () => mhaFile({ ElementSpacing: '1 0 1' })),
    expect: 'import/bad-header',
  },
  {
    name: 'MHA: negative size',
    files: one('a.mha', () => mhaFile({ DimSize: '4 -3 3' })),
    expect: 'import/bad-header',
  },
  {
    name: 'MHA: colours',
    files: one('a.mha', () => mhaFile({ ElementNumberOfChannels: '3' })),
    expect: 'import/unsupported',
  },
  {
    name: 'MHA: 60,000 spaces where its voxels are named',
    files: one('a.mha', () => ascii(`ObjectType = Image\nElementDataFile =${' '.repeat(60_000)}.`)),
    expect: 'import/bad-header',
  },
  {
    name: 'MHA: 60,000 empty lines',
    files: one('a.mha', () => ascii(`ObjectType = Image${'\n'.repeat(60_000)}`)),
    expect: 'import/bad-header',
  },
  { name: 'MHA: cut off', files: one('a.mha', () => mhaFile({}, new Uint8Array(20))), expect: 'import/truncated' },
]

export const HOSTILE_CASES: readonly HostileCase[] = [...PLAIN, ...NIFTI, ...COMPRESSED, ...TEXT, ...DICOM_CASES]
