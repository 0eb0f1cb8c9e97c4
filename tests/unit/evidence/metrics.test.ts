import { expect, test } from 'vitest'
import { emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Mask, Vec3 } from '../../../src/core/types.ts'
import { diceOf, type Metrics, metricsOf, toleranceFor } from '../../../src/evidence/metrics.ts'
import { surfelAreas } from '../../../src/evidence/surfel-areas.ts'
import { eachVoxel, setVoxel } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const measured = async (a: Mask, b: Mask, toleranceMm = 1): Promise<Metrics> => {
  const metrics = await metricsOf(a, b, toleranceMm, IDLE_CONTEXT)
  if (!metrics) throw new Error('both empty')
  return metrics
}

/** One set voxel. */
const dot = (grid: Grid, at: Vec3) => {
  const mask = emptyMask(grid)
  setVoxel(mask, ...at)
  return mask
}

test('two cubes one voxel apart give the published values', async () => {
  const grid = gridOf([100, 100, 100], [2, 1, 1])
  const m = await measured(
    maskOf(grid, (i) => i < 50),
    maskOf(grid, (i) => i < 51),
  )
  expect(m.meanMm[0]).toBeCloseTo(0.322, 3)
  expect(m.meanMm[1]).toBeCloseTo(0.339, 3)
  expect([m.hd95Mm, m.hausdorffMm]).toEqual([2, 2])
  expect(m.overlap[0]).toBeCloseTo(0.842, 3)
  expect(m.overlap[1]).toBeCloseTo(0.83, 3)
  expect(m.nsd).toBeCloseTo(0.836, 3)
  expect(m.dice).toBeCloseTo(0.99, 3)
  expect(m.volumeErrorPercent).toBeCloseTo(2, 9)
})

test('two voxels 2 mm apart give the published values', async () => {
  const grid = gridOf([100, 100, 100], [3, 2, 1])
  const m = await measured(dot(grid, [50, 60, 70]), dot(grid, [50, 60, 72]))
  expect(m.meanMm).toEqual([1.5, 1.5])
  expect([m.hd95Mm, m.hausdorffMm, m.nsd, m.dice]).toEqual([2, 2, 0.5, 0])
  expect(m.overlap).toEqual([0.5, 0.5])
})

test('an empty side counts as a failure, two empty sides are left out', async () => {
  const grid = gridOf([40, 9, 9], [3, 2, 1])
  const [full, none] = [dot(grid, [35, 4, 4]), emptyMask(grid)]
  const missed = await measured(full, none)
  expect(missed).toMatchObject({ dice: 0, nsd: 0, hd95Mm: Infinity, hausdorffMm: Infinity, volumeErrorPercent: -100 })
  expect(missed.meanMm).toEqual([Infinity, Number.NaN])
  const invented = await measured(none, full)
  expect(invented).toMatchObject({ dice: 0, nsd: 0, hd95Mm: Infinity, hausdorffMm: Infinity })
  expect(invented.meanMm).toEqual([Number.NaN, Infinity])
  expect(invented.volumeErrorPercent).toBe(Infinity)
  expect(await metricsOf(none, none, 1, IDLE_CONTEXT)).toBeNull()
  expect(diceOf(none, none)).toBeNaN()
})

test('a mask against itself is perfect, wherever it touches the border', async () => {
  const whole = maskOf(gridOf([33, 5, 6], [0.5, 1, 2]), () => true)
  const m = await measured(whole, whole, 0)
  expect(m).toMatchObject({ dice: 1, nsd: 1, hd95Mm: 0, hausdorffMm: 0, volumeErrorPercent: 0 })
  expect(m.meanMm).toEqual([0, 0])
})

test('grids must be the same', async () => {
  const [a, b] = [gridOf([4, 4, 4]), gridOf([4, 4, 4], [1, 1, 2])]
  await expect(metricsOf(dot(a, [1, 1, 1]), dot(b, [1, 1, 1]), 1, IDLE_CONTEXT)).rejects.toMatchObject({
    code: 'segment/grid-mismatch',
  })
})

test('the tolerance never falls below half the largest edge', () => {
  expect(toleranceFor(1, [0.5, 0.5, 5])).toBe(2.5)
  expect(toleranceFor(1, [0.5, 0.5, 1])).toBe(1)
})

test('areas of the plain cases follow from geometry', () => {
  const areas = surfelAreas([2, 3, 5])
  // One corner: a triangle between the middles of three edges.
  expect(areas[0b00000001]).toBeCloseTo(Math.hypot(15, 10, 6) / 8, 12)
  // Corners 0 and 1 lie along x: a plane through the middles of the edges along y and z.
  expect(areas[0b00000011]).toBeCloseTo(2 * Math.hypot(1.5, 2.5), 12)
  expect([areas[0b00001111], areas[0b00110011], areas[0b01010101]]).toEqual([6, 10, 15])
  expect([areas[0], areas[255]]).toEqual([0, 0])
})

test('areas do not depend on the side looked from, nor on turning the cell over', () => {
  const areas = surfelAreas([1, 1, 1])
  const turned = (cellCase: number, place: (corner: number) => number) =>
    Array.from({ length: 8 }, (_, c) => ((cellCase >> c) & 1) << place(c)).reduce((all, bit) => all | bit, 0)
  const cyclic = (c: number) => ((c << 1) & 7) | (c >> 2)
  for (let cellCase = 0; cellCase < 256; cellCase++) {
    expect(areas[255 - cellCase]).toBeCloseTo(areas[cellCase] as number, 12)
    expect(areas[turned(cellCase, (c) => c ^ 1)]).toBeCloseTo(areas[cellCase] as number, 12)
    expect(areas[turned(cellCase, cyclic)]).toBeCloseTo(areas[cellCase] as number, 12)
  }
})

test('areas of bent polygons are those of the published reference', () => {
  // Read off the reference's table: its rows for three, four and five corners, in a cube and at (2, 1, 1) mm.
  const cube = surfelAreas([1, 1, 1])
  expect([cube[0b00000111], cube[0b00011011], cube[0b00111101]].map((a) => a?.toFixed(4))).toEqual([
    '1.1495',
    '1.5731',
    '0.9236',
  ])
  const flat = surfelAreas([2, 1, 1])
  expect([flat[0b00010101], flat[0b00011101], flat[0b00111101]].map((a) => a?.toFixed(4))).toEqual([
    '1.6250',
    '2.7661',
    '1.7892',
  ])
})

/** All surfels of a mask, one cell at a time. */
function plainSurfels(mask: Mask): { at: Vec3; area: number }[] {
  const areas = surfelAreas(mask.grid.spacing)
  const found: { at: Vec3; area: number }[] = []
  const lattice = gridOf(mask.grid.size.map((n) => n + 1) as unknown as Vec3)
  eachVoxel(lattice, (p, j, k) => {
    let cellCase = 0
    for (let c = 0; c < 8; c++) {
      if (hasVoxel(mask, p - 1 + (c & 1), j - 1 + ((c >> 1) & 1), k - 1 + (c >> 2))) cellCase |= 1 << c
    }
    if (cellCase !== 0 && cellCase !== 255) found.push({ at: [p, j, k], area: areas[cellCase] as number })
  })
  return found
}

function plainSpread(a: Mask, b: Mask): { d: number; area: number }[] {
  const [sx, sy, sz] = a.grid.spacing
  const others = plainSurfels(b)
  return plainSurfels(a)
    .map(({ at, area }) => ({
      area,
      d: Math.min(
        ...others.map((o) => Math.hypot((at[0] - o.at[0]) * sx, (at[1] - o.at[1]) * sy, (at[2] - o.at[2]) * sz)),
      ),
    }))
    .sort((p, q) => p.d - q.d)
}

test('agrees with every pair of surfels measured one by one', async () => {
  const random = seededRandom(5)
  for (let seed = 0; seed < 12; seed++) {
    const size: Vec3 = [30 + Math.floor(random() * 8), 3 + Math.floor(random() * 4), 3 + Math.floor(random() * 4)]
    const grid = gridOf(size, [0.5 + random(), 0.5 + random(), 0.5 + 3 * random()])
    const [a, b] = [randomMask(grid, 2 * seed, 0.1), randomMask(grid, 2 * seed + 1, 0.05 + 0.5 * random())]
    const m = await measured(a, b, 1.1)
    const spreads = [plainSpread(a, b), plainSpread(b, a)]
    const sums = spreads.map((s) => s.reduce((sum, { area }) => sum + area, 0))
    spreads.forEach((s, side) => {
      const sum = sums[side] as number
      expect(m.meanMm[side]).toBeCloseTo(s.reduce((all, { d, area }) => all + d * area, 0) / sum, 5)
      const near = s.filter(({ d }) => d <= 1.1).reduce((all, { area }) => all + area, 0)
      expect(m.overlap[side]).toBeCloseTo(near / sum, 9)
    })
    const p95 = spreads.map((s, side) => {
      let below = 0
      for (const { d, area } of s) {
        below += area
        if (below >= 0.95 * (sums[side] as number)) return d
      }
      return Number.NaN
    })
    expect(m.hd95Mm).toBeCloseTo(Math.max(...p95), 5)
    expect(m.hausdorffMm).toBeCloseTo(Math.max(...spreads.map((s) => s.at(-1)?.d ?? 0)), 5)
  }
})

test('a ball and a shifted egg give what an independent reader of the reference gave', async () => {
  const grid = gridOf([70, 60, 50], [0.8, 1, 1.5])
  const egg = (x: number, y: number, z: number, a: number, b: number, c: number) =>
    maskOf(grid, (i, j, k) => ((0.8 * i - x) / a) ** 2 + ((j - y) / b) ** 2 + ((1.5 * k - z) / c) ** 2 <= 1)
  const m = await measured(egg(28, 30, 37, 20.1, 20.1, 20.1), egg(29.3, 31.1, 36, 22.3, 19.7, 18.9), 1)
  expect(m).toMatchObject({ hausdorffMm: 4 })
  expect(m.meanMm[0]).toBeCloseTo(0.8212119742718307, 8)
  expect(m.meanMm[1]).toBeCloseTo(0.8599661663769516, 8)
  expect(m.hd95Mm).toBeCloseTo(2.6, 6)
  expect(m.overlap[0]).toBeCloseTo(0.6790750539951219, 10)
  expect(m.overlap[1]).toBeCloseTo(0.6751164926348812, 10)
  expect(m.nsd).toBeCloseTo(0.6770738895411942, 10)
  expect(m.dice).toBeCloseTo(0.9128925936905987, 12)
})
