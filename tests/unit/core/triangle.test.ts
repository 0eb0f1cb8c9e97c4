import { describe, expect, test } from 'vitest'
import { triangleAreaMm2, triangleCross } from '../../../src/core/triangle.ts'

/** A vertex that no triangle has, then corners of a right triangle of 3 by 4 mm that faces +z, far from the origin. */
const P = Float32Array.of(9, 9, 9, 100, -50, 7, 103, -50, 7, 100, -46, 7)
const [A, B, C] = [3, 6, 9]

describe('a triangle', () => {
  test('has a cross product along its normal, twice as long as its area', () => {
    const out = new Float64Array(4).fill(-1)
    expect(triangleCross(P, A, B, C, out)).toBe(144)
    expect([...out]).toEqual([0, 0, 12, -1])
    expect(triangleAreaMm2(P, A, B, C, out)).toBe(6)
  })

  test('faces the other way when two corners are exchanged, and the same way whichever is first', () => {
    const [there, back, turned] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)]
    const p = Float32Array.of(0, 0, 0, 1, 2, 3, -2, 1, 5)
    expect(triangleCross(p, 0, 3, 6, there)).toBe(49 + 121 + 25)
    triangleCross(p, 0, 6, 3, back)
    triangleCross(p, 3, 6, 0, turned)
    expect([...there]).toEqual([7, -11, 5])
    expect([...back]).toEqual([-7, 11, -5])
    expect([...turned]).toEqual([7, -11, 5])
  })

  test.each([
    ['two corners in one place', Float32Array.of(1, 2, 3, 1, 2, 3, 4, 5, 6)],
    ['all corners on one line', Float32Array.of(1, 1, 1, 2, 2, 2, 5, 5, 5)],
  ])('with %s has no area', (_, p) => {
    const out = new Float64Array(3).fill(7)
    expect(triangleCross(p, 0, 3, 6, out)).toBe(0)
    expect([...out]).toEqual([0, 0, 0])
    expect(triangleAreaMm2(p, 0, 3, 6, out)).toBe(0)
  })
})
