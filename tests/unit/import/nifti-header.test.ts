import { describe, expect, test } from 'vitest'
import { determinant, ijkToLps, orientationLetters, rasAffine } from '../../../src/core/affine.ts'
import { niftiBytes, niftiVoxel, plainNiftiHeader, readNiftiHeader } from '../../../src/import/nifti-header.ts'
import { niftiFile } from '../../support/scan-files.ts'

const close = (a: readonly number[], b: readonly number[]) => {
  expect(a).toHaveLength(b.length)
  for (const [n, v] of a.entries()) expect(v).toBeCloseTo(b[n] ?? Number.NaN, 5)
}

describe('NIfTI headers', () => {
  test.each([
    [1, true],
    [1, false],
    [2, true],
    [2, false],
  ] as const)('version %i, little endian %s: size, place and scale', (version, littleEndian) => {
    const srow = [0, 0, 3, -10, -2, 0, 0, 20, 0, 1.5, 0, 30]
    const file = niftiFile({ version, littleEndian, srow, spacing: [2, 1.5, 3], slope: 0.5, intercept: -7 })
    const h = readNiftiHeader(file)
    expect([h.version, h.littleEndian, h.type]).toEqual([version, littleEndian, 'i16'])
    expect(h.grid.size).toEqual([4, 3, 3])
    expect([h.slope, h.intercept]).toEqual([0.5, -7])
    close(rasAffine(h.grid), [...srow, 0, 0, 0, 1])
    expect(niftiBytes(h)).toBe(file.length)
    expect(niftiVoxel(new DataView(file.buffer), h, 5)).toBe(5 * 0.5 - 7)
  })
  test('RAS becomes LPS: the letters keep their meaning', () => {
    const ras = readNiftiHeader(niftiFile()).grid
    expect(orientationLetters(ras.direction)).toBe('RAS')
    const las = readNiftiHeader(niftiFile({ srow: [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] })).grid
    expect(orientationLetters(las.direction)).toBe('LAS')
    expect(determinant(las.direction)).toBeCloseTo(-1, 9)
  })
  test('the quaternion form: a quarter turn about z, with a flipped third axis', () => {
    const quatern = [0, 0, Math.SQRT1_2, 1, 2, 3]
    const h = readNiftiHeader(niftiFile({ srow: null, quatern, spacing: [2, 3, 4], qfac: -1 }))
    // i goes along +y (RAS), j along -x, k along -z.
    close(rasAffine(h.grid), [0, -3, 0, 1, 2, 0, 0, 2, 0, 0, -4, 3, 0, 0, 0, 1])
  })
  test('sform and qform that differ are noted, and the sform counts', () => {
    const same = readNiftiHeader(niftiFile({ quatern: [0, 0, 0, 0, 0, 0] }))
    expect(same.notes).not.toContain('qform-sform-differ')
    const shifted = readNiftiHeader(niftiFile({ quatern: [0, 0, 0, 9, 0, 0] }))
    expect(shifted.notes).toContain('qform-sform-differ')
    close(ijkToLps(shifted.grid, [0, 0, 0]), [0, 0, 0])
  })
  test('no form at all: voxel sizes count and the orientation is called unknown', () => {
    const h = readNiftiHeader(niftiFile({ srow: null, spacing: [2, 3, 4] }))
    expect(h.grid.spacing).toEqual([2, 3, 4])
    expect(h.notes).toContain('orientation-unknown')
  })
  test('metres and micrometres become mm', () => {
    const srow = [0.002, 0, 0, 0, 0, 0.002, 0, 0, 0, 0, 0.002, 0]
    const h = readNiftiHeader(niftiFile({ units: 1, srow, spacing: [0.002, 0.002, 0.002] }))
    close(h.grid.spacing, [2, 2, 2])
    expect(h.notes).toContain('unit-converted-to-mm')
  })
  test('the header for the decoder has the same voxels and no placement', () => {
    const file = niftiFile({ version: 2, littleEndian: false, slope: 2, intercept: 1 })
    const h = readNiftiHeader(file)
    const plain = readNiftiHeader(plainNiftiHeader(h))
    expect(plain.grid.spacing).toEqual([1, 1, 1])
    expect({ ...plain, grid: 0, version: 0, notes: 0 }).toEqual({ ...h, grid: 0, version: 0, notes: 0 })
    expect(plain.grid.size).toEqual(h.grid.size)
  })
})
