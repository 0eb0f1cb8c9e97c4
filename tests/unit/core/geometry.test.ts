import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { determinant, ijkToLps, lpsToIjk, orientationLetters, rasAffine, sameGrid } from '../../../src/core/affine.ts'
import { countVoxels, hasVoxel, maskFromBytes, maskToBytes, maskVolumeMm3, tailBits } from '../../../src/core/mask.ts'
import { meshBounds, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { seededNormal, seededRandom } from '../../../src/core/random.ts'
import type { Grid, Mat3, Vec3 } from '../../../src/core/types.ts'
import { boxMesh, inverted } from '../../support/meshes.ts'
import { gridOf } from '../../support/phantoms.ts'

const turned = (angle: number): Mat3 => [
  Math.cos(angle),
  -Math.sin(angle),
  0,
  Math.sin(angle),
  Math.cos(angle),
  0,
  0,
  0,
  1,
]
const oblique = (angle: number): Grid => ({
  size: [5, 6, 7],
  spacing: [0.5, 0.7, 2],
  origin: [-30, 12, 400],
  direction: turned(angle),
})

describe('grids', () => {
  test('index to world and back', () => {
    const index = fc.tuple(fc.double({ min: -9, max: 99, noNaN: true }), fc.integer({ min: 0, max: 9 }), fc.integer())
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), index, (angle, ijk) => {
        const grid = oblique(angle)
        const back = lpsToIjk(grid, ijkToLps(grid, ijk))
        for (const axis of [0, 1, 2] as const) expect(back[axis]).toBeCloseTo(ijk[axis], 4)
      }),
      { numRuns: 50 },
    )
  })
  test('the NIfTI affine is the LPS one with the first two rows negated', () => {
    const grid = oblique(0.3)
    const a = rasAffine(grid)
    const ijk: Vec3 = [2, 3, 4]
    const ras = [0, 1, 2].map((r) =>
      [0, 1, 2].reduce((sum, c) => sum + (a[4 * r + c] ?? 0) * (ijk[c] ?? 0), a[4 * r + 3] ?? 0),
    )
    const [x, y, z] = ijkToLps(grid, ijk)
    for (const [n, v] of [-x, -y, z].entries()) expect(ras[n]).toBeCloseTo(v, 9)
    expect(a.slice(12)).toEqual([0, 0, 0, 1])
  })
  test.each([
    [[1, 0, 0, 0, 1, 0, 0, 0, 1], 'LPS', 1],
    [[-1, 0, 0, 0, -1, 0, 0, 0, 1], 'RAS', 1],
    [[1, 0, 0, 0, 0, 1, 0, -1, 0], 'LIP', 1],
    [[-1, 0, 0, 0, 1, 0, 0, 0, 1], 'RPS', -1],
  ] as const)('%j points to %s', (direction, letters, hand) => {
    expect(orientationLetters(direction)).toBe(letters)
    expect(determinant(direction)).toBe(hand)
  })
  test('a shift of a tenth of a millimetre is another grid', () => {
    expect(sameGrid(oblique(0), { ...oblique(0), origin: [-30, 12.1, 400] })).toBe(false)
    expect(sameGrid(oblique(0), { ...oblique(0), origin: [-30, 12.00001, 400] })).toBe(true)
  })
})

test('masks pack and unpack, with clear tails', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.integer(), (nx, seed) => {
      const grid = gridOf([nx, 3, 2], [2, 1, 0.5])
      const next = seededRandom(seed)
      const bytes = Uint8Array.from({ length: nx * 6 }, () => (next() < 0.5 ? 1 : 0))
      const mask = maskFromBytes(grid, bytes)
      expect(maskToBytes(mask)).toEqual(bytes)
      const set = bytes.reduce((sum, b) => sum + b, 0)
      expect(countVoxels(mask)).toBe(set)
      expect(maskVolumeMm3(mask)).toBe(set)
      const perRow = mask.words.length / 6
      for (let row = 0; row < 6; row++) expect((mask.words[(row + 1) * perRow - 1] ?? 0) & ~tailBits(grid)).toBe(0)
      expect(hasVoxel(mask, nx - 1, 2, 1)).toBe(bytes.at(-1) === 1)
      expect(hasVoxel(mask, nx, 2, 1)).toBe(false)
    }),
    { numRuns: 60 },
  )
})

test('volume and bounds of a box far from the origin', () => {
  const box = boxMesh([1000, -2000, 500], [1002, -1997, 504])
  expect(meshVolumeMm3(box)).toBeCloseTo(24, 3)
  expect(meshVolumeMm3(inverted(box))).toBeCloseTo(-24, 3)
  expect(meshBounds(box)).toEqual({ min: [1000, -2000, 500], max: [1002, -1997, 504] })
})

test('seeded numbers repeat, differ by seed and have the stated spread', () => {
  const take = (next: () => number, n: number) => Array.from({ length: n }, next)
  expect(take(seededRandom(7), 5)).toEqual(take(seededRandom(7), 5))
  expect(take(seededRandom(7), 5)).not.toEqual(take(seededRandom(8), 5))
  const normal = take(seededNormal(3), 20_000)
  const mean = normal.reduce((sum, v) => sum + v, 0) / normal.length
  const deviation = Math.sqrt(normal.reduce((sum, v) => sum + (v - mean) ** 2, 0) / normal.length)
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(deviation - 1)).toBeLessThan(0.03)
})
