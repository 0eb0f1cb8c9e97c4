import { describe, expect, test } from 'vitest'
import { orientationLetters } from '../../../src/core/affine.ts'
import { crc32 } from '../../../src/import/crc32.ts'
import { readMhaHeader } from '../../../src/import/mha-header.ts'
import { readNrrdHeader } from '../../../src/import/nrrd-header.ts'
import { sniff } from '../../../src/import/sniff.ts'
import { thumbnailOf } from '../../../src/import/thumbnail.ts'
import { ascii, dicomSlice, gzipped, joined, mhaFile, niftiFile, nrrdFile, zipped } from '../../support/scan-files.ts'

test('CRC-32 of the standard check string', () => {
  expect(crc32(ascii('123456789'))).toBe(0xcbf43926)
  expect(crc32(ascii('6789'), crc32(ascii('12345')))).toBe(0xcbf43926)
})

test.each([
  ['dicom', dicomSlice()],
  ['nifti', niftiFile({ version: 2, littleEndian: false })],
  ['nrrd', nrrdFile()],
  ['mha', mhaFile()],
  ['gzip', gzipped(niftiFile())],
  ['zip', zipped({ a: ascii('b') })],
  ['pdf', ascii('%PDF-1.4')],
  ['text', ascii('a,b\n1,2')],
  ['unknown', Uint8Array.of(1, 2, 3)],
  ['empty', new Uint8Array()],
] as const)('content says %s', (kind, bytes) => {
  expect(sniff(bytes)).toBe(kind)
})

describe('NRRD and MHA headers', () => {
  test('an NRRD in RAS lands where it belongs in LPS', () => {
    const file = nrrdFile({
      space: 'right-anterior-superior',
      'space directions': '(-2,0,0) (0,3,0) (0,0,4)',
      'space origin': '(5,6,7)',
    })
    const { grid, offset } = readNrrdHeader(file)
    expect(grid.spacing).toEqual([2, 3, 4])
    expect(grid.origin).toEqual([-5, -6, 7])
    expect(orientationLetters(grid.direction)).toBe('LAS')
    expect(file.length - offset).toBe(72)
  })
  test('an NRRD without a space has an unknown orientation', () => {
    const h = readNrrdHeader(nrrdFile({ space: '', 'space directions': '', 'space origin': '', spacings: '1 2 3' }))
    expect(h.grid.spacing).toEqual([1, 2, 3])
    expect(h.notes).toEqual(['orientation-unknown'])
  })
  test('the rows of an MHA matrix are the voxel axes', () => {
    const { grid } = readMhaHeader(
      mhaFile({ TransformMatrix: '0 1 0 0 0 1 1 0 0', ElementSpacing: '1 2 3', Offset: '4 5 6' }),
    )
    expect(grid.direction).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0])
    expect(grid.origin).toEqual([4, 5, 6])
  })
  test('the header for the decoder says raw', () => {
    const zlib = readMhaHeader(mhaFile({ CompressedData: 'True', CompressedDataSize: '55' }))
    expect(zlib.encoding).toBe('zlib')
    expect(zlib.rawHeader).not.toMatch(/Compressed/)
    const gzip = readNrrdHeader(joined([nrrdFile({ encoding: 'gzip' })]))
    expect(gzip.encoding).toBe('gzip')
    expect(gzip.rawHeader).toMatch(/encoding: raw/)
  })
})

test('a thumbnail fits 96 x 96, keeps its shape and uses the whole grey scale', () => {
  const slice = Int16Array.from({ length: 200 * 100 }, (_, n) => (n % 200) * 10 - 1000)
  const t = thumbnailOf(slice, 200, 100)
  expect([t.width, t.height]).toEqual([96, 48])
  expect(Math.min(...t.pixels)).toBe(0)
  expect(Math.max(...t.pixels)).toBe(255)
  expect(t.pixels[10] ?? 0).toBeLessThan(t.pixels[80] ?? 0)
})
