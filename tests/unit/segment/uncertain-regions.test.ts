import { describe, expect, it } from 'vitest'
import { countVoxels, hasVoxel, maskFromBytes } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Mask, Vec3 } from '../../../src/core/types.ts'
import { editedMm3 } from '../../../src/segment/burden.ts'
import { MOST_REGIONS, touchedRegions, uncertainRegions } from '../../../src/segment/uncertain-regions.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'

const GRID = gridOf([70, 64, 60])
const SURE = 250
const CENTRE = 30

const within = (i: number, j: number, k: number, r: number, [x, y, z]: Vec3 = [CENTRE, CENTRE, CENTRE]) =>
  Math.hypot(i - x, j - y, k - z) <= r
const ball = maskOf(GRID, (i, j, k) => within(i, j, k, 20))

/** Sure everywhere but where a function of the voxel says. */
function certaintyOf(grid: Grid, at: (i: number, j: number, k: number) => number | null): Uint8Array {
  const [nx, ny, nz] = grid.size
  const bytes = new Uint8Array(nx * ny * nz)
  for (let n = 0; n < bytes.length; n++) {
    bytes[n] = at(n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))) ?? SURE
  }
  return bytes
}
const cube = (i: number, j: number, k: number, [x, y, z]: Vec3, edge: number) =>
  i >= x && i < x + edge && j >= y && j < y + edge && k >= z && k < z + edge
const regionsOf = (mask: Mask, certainty: Uint8Array, filmMm = 1) =>
  uncertainRegions(mask, certainty, filmMm, IDLE_CONTEXT)

describe('uncertainRegions', () => {
  it('finds a region and says where, how large and how unsure', () => {
    const { regions, mask } = regionsOf(
      ball,
      certaintyOf(GRID, (i, j, k) => (cube(i, j, k, [28, 30, 32], 5) ? 102 : null)),
    )
    expect(regions).toEqual([{ at: [30, 32, 34], mm3: 125, meanCertainty: expect.closeTo(0.4, 12), pieces: 1 }])
    expect(countVoxels(mask)).toBe(125)
  })

  it('does not take the film of a sharp border for a region, but a thick one', () => {
    const film = (width: number) =>
      certaintyOf(GRID, (i, j, k) =>
        Math.abs(Math.hypot(i - CENTRE, j - CENTRE, k - CENTRE) - 20) < width / 2 ? 130 : null,
      )
    expect(regionsOf(ball, film(1)).regions).toEqual([])
    expect(regionsOf(ball, film(5)).regions.length).toBeGreaterThan(0)
    // On a scan finer than the network's grid the film is as thick as the network's voxels.
    expect(regionsOf(ball, film(2.4), 3).regions).toEqual([])
  })

  it.each([
    [50, 0],
    [51, 1],
  ])('lists %i mm3: %i', (mm3, listed) => {
    // Two slices of 5 x 5 voxels, and one voxel more.
    const grid = gridOf([40, 40, 40], [1, 1, mm3 / 50])
    const mask = maskOf(grid, () => true)
    const { regions } = regionsOf(
      mask,
      certaintyOf(grid, (i, j, k) => (i >= 9 && i < 14 && j >= 9 && j < 14 && k >= 9 && k < 11 ? 0 : null)),
      0.5,
    )
    expect(regions).toHaveLength(listed)
  })

  it('takes a voxel at 0.7 for sure and one below it for unsure', () => {
    const at = (value: number) =>
      regionsOf(
        ball,
        certaintyOf(GRID, (i, j, k) => (cube(i, j, k, [28, 28, 28], 6) ? value : null)),
      ).regions.length
    expect([at(178), at(179)]).toEqual([1, 0])
  })

  it('leaves alone what lies farther than 3 mm from the structure, and takes in what lies beside it', () => {
    const besides = (x: number) =>
      regionsOf(
        ball,
        certaintyOf(GRID, (i, j, k) => (cube(i, j, k, [x, 25, 25], 10) ? 100 : null)),
      )
    expect(besides(55).regions).toEqual([])
    const [region] = besides(51).regions
    expect(region?.mm3).toBeGreaterThan(50)
    expect(hasVoxel(besides(51).mask, 54, 30, 30)).toBe(false)
  })

  it('sorts by expected error and lists the small ones together', () => {
    const all = maskOf(GRID, () => true)
    const certainty = certaintyOf(GRID, (i, j, k) => {
      const [a, b, c] = [Math.floor(i / 10), Math.floor(j / 16), Math.floor(k / 15)]
      const n = a + 5 * b
      if (c > 0 || b > 3 || a > 4 || n >= 15) return null
      return cube(i, j, k, [10 * a + 2, 16 * b + 2, 2], 4 + (n % 3)) ? 60 : null
    })
    const { regions, mask } = regionsOf(all, certainty)
    expect(regions).toHaveLength(MOST_REGIONS)
    expect(regions.map(({ pieces }) => pieces)).toEqual([...new Array(MOST_REGIONS - 1).fill(1), 4])
    expect(regions[0]?.mm3).toBe(216)
    expect(regions.reduce((sum, { mm3 }) => sum + mm3, 0)).toBe(countVoxels(mask))
  })

  it('finds nothing in an empty structure', () => {
    const empty = maskOf(GRID, () => false)
    expect(regionsOf(empty, new Uint8Array(70 * 64 * 60)).regions).toEqual([])
  })
})

describe('touchedRegions', () => {
  const places: readonly Vec3[] = Array.from({ length: 14 }, (_, n) => [
    4 + 20 * (n % 3),
    4 + 20 * (Math.floor(n / 3) % 3),
    2 + 12 * Math.floor(n / 9),
  ])
  const all = maskOf(GRID, () => true)
  const uncertainty = regionsOf(
    all,
    certaintyOf(GRID, (i, j, k) => {
      const n = places.findIndex((at) => cube(i, j, k, at, 4))
      return n < 0 ? null : 20 + n
    }),
  )
  const without = (at: Vec3) => maskOf(GRID, (i, j, k) => !(i === at[0] && j === at[1] && k === at[2]))

  it('names the regions in which an edit changed a voxel, and only those', () => {
    expect(uncertainty.regions.map(({ pieces }) => pieces)).toEqual([...new Array(11).fill(1), 3])
    places.forEach((at, n) => {
      expect(touchedRegions(all, without(at), uncertainty)).toEqual([Math.min(n, 11)])
    })
    expect(touchedRegions(all, without([0, 0, 0]), uncertainty)).toEqual([])
    expect(touchedRegions(all, all, uncertainty)).toEqual([])
  })
})

describe('editedMm3', () => {
  it('is the volume of the symmetric difference', () => {
    const grid = gridOf([5, 1, 1], [2, 3, 4])
    const [a, b] = [maskFromBytes(grid, [1, 1, 0, 0, 0]), maskFromBytes(grid, [0, 1, 1, 1, 0])]
    expect(editedMm3(a, b)).toBe(3 * 24)
    expect(editedMm3(a, a)).toBe(0)
  })
})
