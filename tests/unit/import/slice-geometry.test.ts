import { describe, expect, test } from 'vitest'
import { determinant, ijkToLps } from '../../../src/core/affine.ts'
import { PipelineError } from '../../../src/core/errors.ts'
import type { Vec3 } from '../../../src/core/types.ts'
import { type SlicePlace, stackSlices } from '../../../src/import/slice-geometry.ts'

const place = (position: Vec3, over: Partial<SlicePlace> = {}): SlicePlace => ({
  position,
  row: [1, 0, 0],
  column: [0, 1, 0],
  spacingMm: [0.5, 0.6],
  ...over,
})
const at = (...heights: number[]) => heights.map((z) => place([0, 0, z]))
const codeOf = (slices: SlicePlace[]) => {
  try {
    const { crooked } = stackSlices(slices, [10, 20])
    return crooked?.problem.code ?? 'stacked'
  } catch (error) {
    if (error instanceof PipelineError) return error.code
    throw error
  }
}

describe('stacking slices', () => {
  test('order and spacing come from the positions', () => {
    const stack = stackSlices(at(4, 0, 2, 6), [10, 20])
    expect(stack.order).toEqual([1, 2, 0, 3])
    expect(stack.grid.spacing).toEqual([0.5, 0.6, 2])
    expect(stack.grid.size).toEqual([10, 20, 4])
    expect(stack.grid.origin).toEqual([0, 0, 0])
    expect(stack.sliceStepsMm).toEqual([2, 2, 2])
  })
  test('sagittal slices: every voxel keeps its place in the body, right-handed', () => {
    const sagittal = [3, 1, 2].map((x) => place([x, -100, 50], { row: [0, 1, 0], column: [0, 0, -1] }))
    const { grid, order } = stackSlices(sagittal, [10, 20])
    expect(determinant(grid.direction)).toBeCloseTo(1, 9)
    for (const [k, n] of order.entries()) {
      expect(ijkToLps(grid, [0, 0, k])).toEqual(sagittal[n]?.position)
      const p = ijkToLps(grid, [2, 3, k])
      expect(p[1]).toBeCloseTo(-100 + 2 * 0.5, 9)
      expect(p[2]).toBeCloseTo(50 - 3 * 0.6, 9)
    }
  })
  test('a tilted stack is refused, a tilt within 0.05 degrees is not', () => {
    const tilted = (deg: number) =>
      Array.from({ length: 100 }, (_, k) => place([0, Math.tan((deg * Math.PI) / 180) * k, k]))
    expect(codeOf(tilted(0.06))).toBe('import/tilted')
    expect(codeOf(tilted(-12))).toBe('import/tilted')
    expect(codeOf(tilted(0.04))).toBe('stacked')
    expect(stackSlices(tilted(0.04), [10, 20]).tiltDeg).toBeCloseTo(0.04, 6)
  })
  test('rounded positions of a thin stack are no tilt', () => {
    expect(codeOf([place([0, 0, 0]), place([0, 0.005, 0.6]), place([0, 0.01, 1.2])])).toBe('stacked')
  })
  test('gaps, repeats, one place, too few', () => {
    expect(codeOf(at(0, 1, 2, 4, 5))).toBe('import/missing-slices')
    expect(codeOf(at(0, 5, 15, 25))).toBe('import/missing-slices')
    expect(codeOf(at(0, 1, 1, 2))).toBe('import/duplicate-slices')
    expect(codeOf(at(3, 3, 3))).toBe('import/not-a-volume')
    expect(codeOf(at(0, 1))).toBe('import/too-few-slices')
  })
  test('a small unevenness is noted, a growing one refused', () => {
    const slightly = stackSlices(at(0, 1, 2.03, 3, 4), [10, 20])
    expect(slightly.notes).toEqual(['uneven-slices'])
    expect(slightly.worstStepDeviation).toBeCloseTo(0.03, 6)
    expect(stackSlices(at(0, 1, 2.005, 3, 4), [10, 20]).notes).toEqual([])
    expect(codeOf(at(0, 1, 2, 3, 4, 5.3, 6.6, 7.9, 9.2))).toBe('import/uneven-slices')
  })
  test('what would mend a crooked stack is told', () => {
    const mend = (slices: SlicePlace[]) => stackSlices(slices, [10, 20]).crooked
    const tilt = Math.tan((12 * Math.PI) / 180)
    // Backwards along the columns, and positions as a header rounds them.
    const tilted = [0, 1, 2, 3, 4].map((k) => place([0, Number((-tilt * 1.25 * k).toFixed(3)), 1.25 * k]))
    expect(mend(tilted)?.bend.heightsMm).toEqual([0, 1.25, 2.5, 3.75, 5])
    expect(mend(tilted)?.bend.shear[1]).toBeCloseTo(-tilt, 3)
    expect(mend(tilted)?.remedy).toMatchObject({ gaps: 0, size: [10, 22, 5], spacingMm: [0.5, 0.6, 1.25] })
    expect(mend(tilted)?.remedy.tiltDeg).toBeCloseTo(12, 1)
    expect(mend(at(0, 1, 2, 4, 5))).toMatchObject({
      bend: { heightsMm: [0, 1, 2, 4, 5], shear: [0, 0], sliceMm: 1 },
      remedy: { tiltDeg: 0, finestStepMm: 1, widestStepMm: 2, gaps: 1, size: [10, 20, 6] },
    })
    // The finest part of the scan keeps its detail; jitter of the header is no finer part.
    expect(mend(at(0, 3, 6, 9, 10, 11, 14))?.bend.sliceMm).toBe(1)
    expect(mend(at(0, 1, 2, 2.95, 4, 5, 7))?.bend.sliceMm).toBeCloseTo(1, 6)
    expect(stackSlices(at(0, 1, 2), [10, 20]).crooked).toBeNull()
  })
  test('a tilt and a gap are mended together; a tilt of slices that also wander is not', () => {
    const tilted = (k: number) => place([0.2 * k, 0, k])
    const both = stackSlices([0, 1, 2, 4, 5].map(tilted), [10, 20]).crooked
    expect(both?.problem.code).toBe('import/missing-slices')
    expect(both?.bend.shear[0]).toBeCloseTo(0.2, 9)
    expect(both?.remedy.tiltDeg).toBeCloseTo(11.31, 2)
    expect(() =>
      stackSlices(
        [0, 1, 2, 3, 4].map((k) => (k === 2 ? place([2, 0, k]) : tilted(k))),
        [10, 20],
      ),
    ).toThrow(/tilted/)
  })
  test('an even stack that would not fit is refused', () => {
    const wide = () => stackSlices(at(0, 1, 2, 3, 40), [6000, 6000])
    expect(wide).toThrow(/million voxels/)
  })
  test('slices shifted sideways against each other are refused', () => {
    expect(codeOf([0, 1, 2, 3, 4].map((k) => place([k === 2 ? 3 : 0, 0, k])))).toBe('import/inconsistent-series')
  })
  test('an orientation that is none is refused', () => {
    expect(codeOf([0, 1, 2].map((z) => place([0, 0, z], { column: [1, 0, 0] })))).toBe('import/bad-header')
    expect(codeOf([0, 1, 2].map((z) => place([0, 0, z], { row: [0, 0, 0] })))).toBe('import/bad-header')
  })
})
