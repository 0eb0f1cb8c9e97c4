import { parseDicom } from 'dicom-parser'
import { expect, test } from 'vitest'
import type { ImageTags } from '../../../src/import/dicom-tags.ts'
import { readImageTags } from '../../../src/import/dicom-tags.ts'
import { compressedFrames, isReadable, nativeRange } from '../../../src/import/pixel-data.ts'
import { pixelFile } from '../../../src/import/pixel-file.ts'
import { ascii, dicomSlice, element, fragmented, item, joined, str } from '../../support/scan-files.ts'

const inflate = () => new Uint8Array()
const tagsOf = (bytes: Uint8Array): ImageTags => {
  const tags = readImageTags(bytes, { fileBytes: bytes.length, inflate })
  if (tags === null || tags === 'not-an-image') throw new Error(String(tags))
  return tags
}
const words = (...list: string[]) => list.map(ascii)
const JPEG = (text: string) => joined([Uint8Array.of(0xff, 0xd8, 0xff), ascii(text)])

/** An image of `frames` frames whose pixels are these fragments. */
const compressed = (frames: number, fragments: readonly Uint8Array[], table: readonly number[] = []) =>
  dicomSlice({
    syntax: '1.2.840.10008.1.2.4.70',
    also: { '0028,0008': str(0x0028, 0x0008, 'IS', String(frames)), '7fe0,0010': fragmented(fragments, table) },
  })
const textOf = (file: Uint8Array) =>
  compressedFrames(file, tagsOf(file)).map((pieces) => pieces.map((p) => String.fromCharCode(...p)).join('|'))

test('one frame is all its fragments', () => {
  expect(textOf(compressed(1, words('ab', 'cd')))).toEqual(['ab|cd'])
})
test('several frames: one fragment each, else by the table, else by the mark of a picture', () => {
  expect(textOf(compressed(3, words('ab', 'cd', 'ef')))).toEqual(['ab', 'cd', 'ef'])
  expect(textOf(compressed(2, words('ab', 'cd', 'ef'), [0, 20]))).toEqual(['ab|cd', 'ef'])
  const marked = [JPEG('a'), ascii('bc'), JPEG('d'), ascii('ef')]
  expect(textOf(compressed(2, marked)).map((t) => t.replace(/[^a-z|]/g, ''))).toEqual(['a|bc', 'd|ef'])
  expect(textOf(compressed(2, marked, [0, 4711])).map((t) => t.replace(/[^a-z|]/g, ''))).toEqual(['a|bc', 'd|ef'])
})
test('frames that cannot be told apart, or are not there, are refused', () => {
  expect(() => textOf(compressed(2, words('ab', 'cd', 'ef')))).toThrow(/not in order/)
  expect(() => textOf(compressed(2, words('ab')))).toThrow(/cut off/)
  expect(() => textOf(compressed(1, []))).toThrow(/not in order/)
})
test('a compressed file cut off inside a fragment is told, and one that only lacks the mark of the end is read', () => {
  const file = compressed(1, words('abcd', 'efgh'))
  expect(textOf(file.slice(0, -8))).toEqual(['abcd|efgh'])
  expect(() => textOf(file.slice(0, -10))).toThrow(/cut off/)
})
test('an item whose length is undefined or reaches past the end is refused', () => {
  const lie = (stated: number) =>
    dicomSlice({
      syntax: '1.2.840.10008.1.2.5',
      also: {
        '7fe0,0010': element(
          0x7fe0,
          0x0010,
          'OB',
          joined([item(new Uint8Array()), item(ascii('ab'), stated)]),
          0xffffffff,
        ),
      },
    })
  expect(() => textOf(lie(0xffffffff))).toThrow(/not in order/)
  expect(() => textOf(lie(0x7fffffff))).toThrow(/cut off/)
})

test.each([
  ['1.2.840.10008.1.2', false, true],
  ['1.2.840.10008.1.2.4.50', true, true],
  ['1.2.840.10008.1.2.4.91', true, true],
  ['1.2.840.10008.1.2.5', true, true],
  ['1.2.840.10008.1.2.4.100', true, false],
  ['1.2.840.10008.1.2.4.201', true, false],
  ['1.2.840.10008.1.2.5', false, false],
  ['1.2.840.10008.1.2.1', true, false],
  ['1.2.3.4', false, false],
])('syntax %s, encapsulated %s: readable %s', (syntax, encapsulated, readable) => {
  const tags = tagsOf(dicomSlice({ syntax: '1.2.840.10008.1.2.1' }))
  const asked = { format: { ...tags.format, syntax }, place: { ...tags.place, encapsulated } }
  expect(isReadable(asked)).toBe(readable)
})

test('the file for the codec holds the pixels and nothing else of a person', () => {
  const file = dicomSlice({ position: [11, 22, 33], slope: 3, intercept: -1024, photometric: 'MONOCHROME1' })
  const tags = tagsOf(file)
  const [from, to] = nativeRange(tags, 0)
  const made = pixelFile([file.subarray(from, to)], tags.format, tags.place, 5)
  const set = parseDicom(made)
  expect(made.length).toBeLessThan(to - from + 700)
  expect(Object.keys(set.elements).filter((tag) => /^x0010|^x00281/.test(tag))).toEqual([])
  expect(set.string('x00200032')).toBe('0\\0\\5')
  expect(set.string('x00280004')).toBe('MONOCHROME2')
  const pixels = set.elements.x7fe00010
  expect(made.subarray(pixels?.dataOffset, (pixels?.dataOffset ?? 0) + 32)).toEqual(file.subarray(from, to))
  expect(String.fromCharCode(...made)).not.toMatch(/SECRET|1\.2\.3/)
})
test('odd pixels and odd fragments are padded to even', () => {
  const tags = tagsOf(dicomSlice({ bits: 8, signed: false, columns: 3, rows: 3, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9] }))
  const set = parseDicom(pixelFile([Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)], tags.format, tags.place, 0))
  expect(set.elements.x7fe00010?.length).toBe(10)
  const packed = { ...tags.place, encapsulated: true }
  const format = { ...tags.format, syntax: '1.2.840.10008.1.2.5' }
  const file = parseDicom(pixelFile([Uint8Array.of(1, 2, 3)], format, packed, 0))
  expect(file.elements.x7fe00010?.fragments?.map((f) => f.length)).toEqual([4])
})
