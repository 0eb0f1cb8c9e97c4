import { describe, expect, test } from 'vitest'
import type { Slice } from '../../../src/import/dicom-series.ts'
import { readImageTags } from '../../../src/import/dicom-tags.ts'
import { StoredVoxels, WideVoxels } from '../../../src/import/stored-voxels.ts'
import { type DicomOptions, dicomSlice } from '../../support/scan-files.ts'

const inflate = () => new Uint8Array()
const slicesOf = (...each: DicomOptions[]): Slice[] =>
  each.map((o, file) => {
    const bytes = dicomSlice({ columns: 2, rows: 1, pixels: [0, 0], ...o })
    const tags = readImageTags(bytes, { fileBytes: bytes.length, inflate })
    if (tags === null || tags === 'not-an-image') throw new Error(String(tags))
    const [at] = tags.frames
    if (!at) throw new Error('no frame')
    return { file, frame: 0, tags, at }
  })
const real = ({ data, slope, intercept }: { data: Int16Array; slope: number; intercept: number }) =>
  Array.from(data, (v) => v * slope + intercept)

describe('one rescale for all slices', () => {
  test('HU are stored as they are where they fit', () => {
    const voxels = new StoredVoxels(slicesOf({ intercept: -1024 }, { intercept: -1024 }))
    expect(voxels.put(Uint16Array.of(0, 4095))).toBe(false)
    expect([...(voxels.data ?? [])]).toEqual([-1024, 3071, 0, 0])
    expect(voxels.put(Uint16Array.of(1, 2))).toBe(false)
    const r = voxels.finish('CT')
    expect([r.slope, r.intercept, r.range, r.notes]).toEqual([1, 0, [-1024, 3071], []])
    expect([...r.data]).toEqual([-1024, 3071, -1023, -1022])
  })
  test('the widest unsigned numbers move what was there before, and stay exact', () => {
    const voxels = new StoredVoxels(slicesOf({ signed: false, intercept: 10 }, { signed: false, intercept: 10 }))
    expect(voxels.put(Uint16Array.of(0, 7))).toBe(false)
    expect(voxels.put(Uint16Array.of(65_535, 3))).toBe(true)
    const r = voxels.finish('MR')
    expect(real(r)).toEqual([10, 17, 65_545, 13])
    expect(r.range).toEqual([10, 65_545])
  })
  test('the first block alone moves nothing that went out', () => {
    expect(new StoredVoxels(slicesOf({ signed: false })).put(Uint16Array.of(65_535, 0))).toBe(false)
  })
  test('a scale with fractions keeps the stored integers', () => {
    const voxels = new StoredVoxels(slicesOf({ slope: 0.25, intercept: 0.5 }))
    voxels.put(Int16Array.of(-3, 32_000))
    const r = voxels.finish('MR')
    expect([...r.data]).toEqual([-3, 32_000])
    expect([r.slope, r.intercept, r.range]).toEqual([0.25, 0.5, [-0.25, 8000.5]])
  })
  test('a falling scale has its range the right way round', () => {
    const voxels = new StoredVoxels(slicesOf({ slope: -2, intercept: 1 }))
    voxels.put(Int16Array.of(5, 10))
    expect(voxels.finish('MR').range).toEqual([-19, -9])
  })
  test('a codec that gives wider numbers than the file states is not believed', () => {
    expect(() => new StoredVoxels(slicesOf({})).put(Int32Array.of(1, 2))).toThrow(/wider/)
    const mixed = new StoredVoxels(slicesOf({ intercept: -1024 }))
    expect(() => mixed.put(Uint16Array.of(0, 65_535))).toThrow(/wider/)
  })
})

describe('MONOCHROME1', () => {
  test('MR is turned within the bits that are stored', () => {
    const voxels = new StoredVoxels(slicesOf({ photometric: 'MONOCHROME1', modality: 'MR', bits: 8, signed: false }))
    voxels.put(Uint8Array.of(0, 200))
    expect(real(voxels.finish('MR'))).toEqual([255, 55])
  })
  test('HU of a CT mean the same either way', () => {
    const voxels = new StoredVoxels(slicesOf({ photometric: 'MONOCHROME1', intercept: -1000 }))
    voxels.put(Int16Array.of(0, 2000))
    expect(real(voxels.finish('CT'))).toEqual([-1000, 1000])
  })
})

describe('a rescale of its own for each slice', () => {
  test('whole numbers are brought together exactly, and nothing is final before', () => {
    const voxels = new StoredVoxels(slicesOf({ slope: 1, intercept: -5 }, { slope: 2, intercept: 7 }))
    expect(voxels.put(Int16Array.of(1, 2, 3, 4))).toBe(false)
    expect(voxels.data).toBeNull()
    const r = voxels.finish('MR')
    expect(real(r)).toEqual([-4, -3, 13, 15])
    expect([r.range, r.notes]).toEqual([[-4, 15], []])
  })
  test('unsigned numbers are not lost on the way', () => {
    const voxels = new StoredVoxels(slicesOf({ signed: false }, { signed: false, intercept: -1 }))
    voxels.put(Uint16Array.of(65_535, 0, 65_535, 1))
    expect(real(voxels.finish('MR'))).toEqual([65_535, 0, 65_534, 0])
  })
  test('fractions are quantised within half a step, and noted', () => {
    const voxels = new StoredVoxels(slicesOf({ slope: 0.3 }, { slope: 0.7, intercept: 100 }))
    voxels.put(Int16Array.of(1, 30_000, -4, 77))
    const r = voxels.finish('MR')
    for (const [n, v] of [0.3, 9000, 97.2, 153.9].entries())
      expect(Math.abs((real(r)[n] ?? 0) - v)).toBeLessThanOrEqual(r.slope / 2 + 1e-9)
    expect(r.notes).toEqual(['quantised'])
  })
  test('CT with fractions is rounded to one HU, and noted', () => {
    const voxels = new StoredVoxels(slicesOf({ slope: 0.5 }, { slope: 0.25 }))
    voxels.put(Int16Array.of(3, -3, 5, 6))
    const r = voxels.finish('CT')
    expect([r.slope, r.intercept, r.notes]).toEqual([1, 0, ['rounded-to-int16']])
    for (const [n, v] of [1.5, -1.5, 1.25, 1.5].entries())
      expect(Math.abs((r.data[n] ?? 0) - v)).toBeLessThanOrEqual(0.5)
  })
})

test('pixels of 32 bits become real values first', () => {
  const voxels = new WideVoxels(slicesOf({ bits: 32, slope: 0.5 }, { bits: 32, slope: 0.5 }))
  voxels.put(Int32Array.of(100_000, 100_001))
  voxels.put(Int32Array.of(100_002, 100_003))
  expect(real(voxels.finish('MR'))).toEqual([50_000, 50_000.5, 50_001, 50_001.5])
})
