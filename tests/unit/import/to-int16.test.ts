import { describe, expect, test } from 'vitest'
import { toInt16 } from '../../../src/import/to-int16.ts'

const real = (r: ReturnType<typeof toInt16>) => Array.from(r.data, (v) => v * r.slope + r.intercept)

describe('to 16 bits', () => {
  test('integers that fit are kept, an own Int16Array is handed through', () => {
    const values = Int16Array.of(-1024, 0, 3071)
    const r = toInt16(values, 'CT')
    expect(r.data).toBe(values)
    expect([r.slope, r.intercept, r.notes]).toEqual([1, 0, []])
    expect(r.range).toEqual([-1024, 3071])
  })
  test('voxels on shared memory are copied: the codec goes on with it', () => {
    const shared = new Int16Array(new SharedArrayBuffer(6))
    shared.set([1, 2, 3])
    const r = toInt16(shared, 'MR')
    expect(r.data.buffer).not.toBe(shared.buffer)
    expect([...r.data]).toEqual([1, 2, 3])
  })
  test('unsigned 16-bit integers are exact through an offset', () => {
    const r = toInt16(Uint16Array.of(0, 40_000, 65_535), 'MR')
    expect(real(r)).toEqual([0, 40_000, 65_535])
    expect(r.notes).toEqual([])
  })
  test('whole numbers in floats are exact', () => {
    const r = toInt16(Float32Array.of(-1000, 0, 1200), 'CT')
    expect([r.slope, r.intercept, r.notes]).toEqual([1, 0, []])
    expect(real(r)).toEqual([-1000, 0, 1200])
  })
  test('values on the lattice of the file are exact', () => {
    const stored = [-5, 0, 1, 4000, 32_000]
    const slope = Math.fround(0.01234)
    const r = toInt16(
      Float32Array.from(stored, (v) => v * slope + 3),
      'MR',
      { slope, intercept: 3 },
    )
    expect([...r.data]).toEqual(stored)
    expect(r.notes).toEqual([])
  })
  test('an unsigned lattice is shifted, not lost', () => {
    const stored = [0, 7, 65_535]
    const r = toInt16(
      Float64Array.from(stored, (v) => v * 0.25),
      'MR',
      { slope: 0.25, intercept: 0 },
    )
    expect(real(r)).toEqual(stored.map((v) => v * 0.25))
    expect(r.notes).toEqual([])
  })
  test('fractional HU are rounded to one HU, and noted', () => {
    const r = toInt16(Float32Array.of(-1000.4, 0.6, 1200.2), 'CT')
    expect(real(r)).toEqual([-1000, 1, 1200])
    expect(r.notes).toEqual(['rounded-to-int16'])
  })
  test('other fractions are quantised within half a step, and noted', () => {
    const values = Float32Array.from({ length: 500 }, (_, n) => Math.sin(n) * 3.7)
    const r = toInt16(values, 'MR')
    const worst = Math.max(...real(r).map((v, n) => Math.abs(v - (values[n] ?? 0))))
    expect(worst).toBeLessThanOrEqual(r.slope / 2 + 1e-12)
    expect(r.slope).toBeCloseTo((r.range[1] - r.range[0]) / 65_534, 9)
    expect(r.notes).toEqual(['quantised'])
  })
  test('voxels that are no numbers become the minimum, and are noted', () => {
    const r = toInt16(Float32Array.of(Number.NaN, 5, Number.POSITIVE_INFINITY, -7), 'MR')
    expect(real(r)).toEqual([-7, 5, -7, -7])
    expect(r.notes).toEqual(['non-finite-voxels'])
    expect(r.range).toEqual([-7, 5])
  })
  test('nothing but NaN is an empty image, not a crash', () => {
    expect(real(toInt16(Float32Array.of(Number.NaN, Number.NaN), 'guess'))).toEqual([0, 0])
  })
  test('CT is told by air and bone; a label map or MR is not', () => {
    expect(toInt16(Int16Array.of(-1024, 1500), 'guess').modality).toBe('CT')
    expect(toInt16(Int16Array.of(0, 1500), 'guess').modality).toBe('other')
    expect(toInt16(Int16Array.of(-1024, 0), 'guess').modality).toBe('other')
    expect(toInt16(Int16Array.of(0, 1), 'guess').notes).toContain('modality-guessed')
  })
})
