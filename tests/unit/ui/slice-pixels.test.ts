import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { hasVoxel, maskFromBytes } from '../../../src/core/mask.ts'
import { seededRandom } from '../../../src/core/random.ts'
import type { Grid, Mat3, Vec3, Volume } from '../../../src/core/types.ts'
import { PLANE_IDS, planeOf, toPicture } from '../../../src/ui/viewer/plane.ts'
import { greySlice, maskSlice, outline, scaleBarMm } from '../../../src/ui/viewer/slice-pixels.ts'

const DIRECTIONS: readonly Mat3[] = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  [1, 0, 0, 0, 0, -1, 0, -1, 0],
  [0, 0.6, -0.8, 0, 0.8, 0.6, 1, 0, 0],
]
const SIZE: Vec3 = [37, 6, 5]
const gridOf = (direction: Mat3): Grid => ({ size: SIZE, spacing: [1, 2, 3], origin: [4, 5, 6], direction })

test.each(DIRECTIONS.map((d, n) => [n, d] as const))(
  'orientation %i: each pixel of slice and mask is the voxel at its place',
  (_n, direction) => {
    const grid = gridOf(direction)
    const random = seededRandom(7)
    const bytes = Uint8Array.from({ length: 37 * 6 * 5 }, () => (random() < 0.4 ? 1 : 0))
    const data = Int16Array.from({ length: 37 * 6 * 5 }, (_, n) => n % 256)
    const volume: Volume = { grid, data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
    const mask = maskFromBytes(grid, bytes)
    for (const id of PLANE_IDS) {
      const plane = planeOf(grid, id)
      const grey = new Uint32Array(plane.columns * plane.rows)
      const on = new Uint8Array(plane.columns * plane.rows)
      for (let k = 0; k < SIZE[2]; k++)
        for (let j = 0; j < SIZE[1]; j++)
          for (let i = 0; i < SIZE[0]; i += 9) {
            const [c, r, s] = toPicture(grid, plane, ijkToLps(grid, [i, j, k])).map(Math.round) as [
              number,
              number,
              number,
            ]
            greySlice(volume, plane, s, { low: 0, high: 255 }, grey)
            maskSlice(mask, plane, s, on)
            const at = r * plane.columns + c
            expect((grey[at] ?? 0) & 0xff).toBe((i + 37 * (j + 6 * k)) % 256)
            expect(on[at]).toBe(hasVoxel(mask, i, j, k) ? 1 : 0)
          }
    }
  },
)

test('the window maps its ends to black and white, with rescale applied', () => {
  const grid: Grid = { size: [4, 1, 1], spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
  const volume: Volume = {
    grid,
    data: Int16Array.of(0, 100, 150, 400),
    slope: 2,
    intercept: -200,
    modality: 'CT',
    unit: 'HU',
  }
  const out = new Uint32Array(4)
  greySlice(volume, planeOf(grid, 'axial'), 0, { low: 0, high: 200 }, out)
  expect([...out].map((p) => p & 0xff)).toEqual([0, 0, 127, 255])
  expect([...out].every((p) => p >>> 24 === 255)).toBe(true)
})

test('an outline is closed: every end meets exactly one other', () => {
  const random = seededRandom(3)
  const on = Uint8Array.from({ length: 20 * 13 }, () => (random() < 0.5 ? 1 : 0))
  const lines = outline(on, 20, 13)
  const ends = new Map<string, number>()
  for (let n = 0; n < lines.length; n += 2) {
    const key = `${lines[n]},${lines[n + 1]}`
    ends.set(key, (ends.get(key) ?? 0) + 1)
  }
  expect(lines.length).toBeGreaterThan(100)
  expect([...ends.values()].every((n) => n === 2)).toBe(true)
  expect(outline(new Uint8Array(12), 4, 3)).toEqual([])
  expect(outline(Uint8Array.of(1), 1, 1).length / 4).toBe(4)
})

test('a scale bar is a round length that fits', () => {
  expect(scaleBarMm(1, 130)).toBe(100)
  expect(scaleBarMm(3, 130)).toBe(20)
  expect(scaleBarMm(20, 130)).toBe(5)
  for (const k of [0.2, 1.3, 7, 44]) expect(scaleBarMm(k, 130) * k).toBeLessThanOrEqual(130)
})

test('a region of a mask and bands of its outline make the same picture as all at once', () => {
  const grid = gridOf([1, 0, 0, 0, 0, -1, 0, -1, 0])
  const random = seededRandom(11)
  const mask = maskFromBytes(
    grid,
    Uint8Array.from({ length: 37 * 6 * 5 }, () => (random() < 0.5 ? 1 : 0)),
  )
  const plane = planeOf(grid, 'axial')
  const { columns, rows } = plane
  const whole = new Uint8Array(columns * rows)
  const set = maskSlice(mask, plane, 2, whole)
  const parts = new Uint8Array(columns * rows).fill(9)
  const [right, bottom] = [columns - 1, rows - 1]
  const count =
    maskSlice(mask, plane, 2, parts, { left: 0, right: 4, top: 0, bottom }) +
    maskSlice(mask, plane, 2, parts, { left: 5, right, top: 0, bottom: 1 }) +
    maskSlice(mask, plane, 2, parts, { left: 5, right, top: 2, bottom })
  expect([count, parts]).toEqual([set, whole])
  const bands = [-1, 0, 2, rows].slice(0, -1).map((from, n) => outline(whole, columns, rows, from, [0, 2, rows][n]))
  expect(bands.flat()).toEqual(outline(whole, columns, rows))
})
