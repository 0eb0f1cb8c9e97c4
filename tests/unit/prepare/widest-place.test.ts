import { expect, test } from 'vitest'
import { depthIn, type Outlines, type Point2, widestPlace } from '../../../src/prepare/widest-place.ts'

const rectangle = (x0: number, y0: number, x1: number, y1: number): Point2[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
]

test('the depth in a square with a hole', () => {
  const outlines: Outlines = [rectangle(0, 0, 10, 10), rectangle(4, 4, 6, 6).reverse()]
  expect(depthIn(outlines, 2, 5)).toBe(2)
  expect(depthIn(outlines, 3.5, 5)).toBe(0.5)
  expect(depthIn(outlines, 5, 5)).toBe(-1)
  expect(depthIn(outlines, -3, -4)).toBe(-5)
})

test.each([
  ['a square', [rectangle(0, 0, 10, 10)], 5],
  ['a bar', [rectangle(3, 3, 43, 11)], 4],
  // The circle in a corner of two sides and the hole: r = (10 - 3) / 2 along the diagonal does not fit; sides and hole do.
  ['a square with a hole', [rectangle(0, 0, 20, 20), rectangle(8, 8, 12, 12)], 4.686],
  // Two sides of the hypotenuse 5: r = (3 + 4 - 5) / 2.
  [
    'a triangle',
    [
      [
        [0, 0],
        [4, 0],
        [0, 3],
      ] as Point2[],
    ],
    1,
  ],
] as const)('the widest place of %s', (_, outlines, radiusMm) => {
  const place = widestPlace(outlines, [])
  expect(Math.abs((place?.radiusMm ?? 0) - radiusMm)).toBeLessThan(0.06)
})

test('the next one keeps away from those that are taken', () => {
  const bar: Outlines = [rectangle(0, 0, 40, 8)]
  const places: Point2[] = []
  for (let n = 0; n < 4; n++) {
    const next = widestPlace(bar, places)
    expect(next?.radiusMm).toBeGreaterThan(3.9)
    places.push(next?.at as Point2)
  }
  expect(widestPlace(bar, places)?.radiusMm).toBeLessThan(4.01)
})

test('no outline, no place', () => {
  expect(widestPlace([], [])).toBeNull()
})
