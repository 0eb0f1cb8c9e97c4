import { describe, expect, test } from 'vitest'
import { digestVolume } from '../../../src/core/hash.ts'
import type { Volume } from '../../../src/core/types.ts'
import { CORRUPTIONS } from '../../../src/evidence/corruptions.ts'
import { intensitiesOf } from '../../../src/evidence/intensity.ts'
import { SEVERITIES } from '../../../src/evidence/severity.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

// Lengths that are no powers of two on two axes, and uneven voxels.
const GRID = gridOf([24, 26, 22], [2, 2, 2.5])

/** A head of sorts: a shell, two tissues in blocks, and a dark middle. */
const headAt = (i: number, j: number, k: number) => {
  const away = Math.hypot((i - 12) / 10, (j - 13) / 10.5, (k - 11) / 9)
  if (away > 1) return 0
  if (away > 0.85) return 900
  if (away < 0.25) return 150
  return Math.sin(0.31 * i) + Math.sin(0.23 * j + 1) + Math.sin(0.37 * k + 2) > 0 ? 420 : 640
}
const MR = volumeOf(GRID, headAt, { modality: 'MR', unit: 'a.u.' })
const CT = volumeOf(GRID, (i, j, k) => headAt(i, j, k) - 1000)
/** Stored upside down: real value = 500 - 0.5 x stored. */
const TURNED: Volume = { ...volumeOf(GRID, (i, j, k) => -2 * headAt(i, j, k) + 1000), slope: -0.5, intercept: 500 }

const distance = (a: Volume, b: Volume) => {
  let sum = 0
  for (let n = 0; n < a.data.length; n++) sum += ((a.data[n] as number) - (b.data[n] as number)) ** 2
  return Math.abs(a.slope) * Math.sqrt(sum / a.data.length)
}

// Severity 0 is attack 'zero-severity' of the red-team register.
describe.each(CORRUPTIONS.map((c) => [c.id, c.run] as const))('%s', (id, run) => {
  test.each([
    ['MR', MR, [1, 2, 3, 4]],
    ['CT', CT, [5, 6]],
    ['a scan with a negative slope', TURNED, [7]],
  ] as const)('goes further from %s with every severity, and 0 is the scan itself', async (_, scan, seeds) => {
    const before = await digestVolume(scan)
    for (const seed of seeds) {
      expect(await digestVolume(await run(scan, 0, seed))).toBe(before)
      let last = 0
      for (const severity of SEVERITIES) {
        const worse = await run(scan, severity, seed)
        expect(worse.grid).toEqual(scan.grid)
        expect({ ...worse, data: null }).toEqual({ ...scan, data: null })
        const away = distance(worse, scan)
        expect(away, `severity ${severity}, seed ${seed}`).toBeGreaterThanOrEqual(last)
        last = away
      }
      expect(last).toBeGreaterThan(0)
    }
    expect(await digestVolume(scan)).toBe(before)
  })
  test('is the same for the same seed, and another for another unless nothing is drawn', async () => {
    const digests: string[] = []
    for (const seed of [7, 7, 8, 9, 10, 11, 12, 13]) digests.push(await digestVolume(await run(MR, 3, seed)))
    expect(digests[0]).toBe(digests[1])
    expect(new Set(digests).size > 1).toBe(id !== 'blur')
  })
  test.each([
    ['constant', volumeOf(gridOf([6, 5, 4]), () => 40)],
    ['of one slice', volumeOf(gridOf([6, 5, 1]), (i) => i)],
    ['of one voxel', volumeOf(gridOf([1, 1, 1]), () => 3)],
  ])('a scan that is %s stays a scan', async (_, scan) => {
    for (const severity of SEVERITIES) expect((await run(scan, severity, 3)).data.length).toBe(scan.data.length)
  })
})

describe('what a corruption does', () => {
  const of = (id: string) => CORRUPTIONS.find((c) => c.id === id)?.run ?? (() => Promise.reject(new Error(id)))
  test('an offset moves every voxel by the same amount', async () => {
    const by = new Set<number>()
    const moved = await of('offset')(CT, 3, 1)
    for (let n = 0; n < CT.data.length; n++) by.add((moved.data[n] as number) - (CT.data[n] as number))
    expect([...by].map(Math.abs)).toEqual([20])
  })
  test('noise of CT has the deviation it says and no mean; of MR it is never below nothing', async () => {
    const still = volumeOf(gridOf([40, 40, 40]), () => 100)
    const { data } = await of('noise')(still, 2, 4)
    const mean = data.reduce((a, b) => a + b, 0) / data.length
    expect(mean).toBeCloseTo(100, 0)
    expect(Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length)).toBeCloseTo(40, 0)
    expect(Math.min(...(await of('noise')(MR, 5, 1)).data)).toBeGreaterThanOrEqual(0)
  })
  test('a cut field holds the darkest value in a slab on one side and is untouched elsewhere', async () => {
    const cut = await of('crop')(MR, 5, 2)
    const changed = cut.data.filter((v, n) => v !== MR.data[n])
    expect(changed.every((v) => v === 0)).toBe(true)
  })
  test('a ghost is a weaker copy of the scan, shifted along one axis by a part of the field', async () => {
    const [n, at] = [60, 30]
    const bar = volumeOf(gridOf([n, n, 2]), (i, j) => (i === at && j === at ? 6000 : 0), { modality: 'MR' })
    const ghosted = await of('ghost')(bar, 5, 1)
    const bright = [...ghosted.data.entries()].filter(([, v]) => v > 300).map(([index]) => index % (n * n))
    const along = bright.every((index) => index % n === at) || bright.every((index) => Math.floor(index / n) === at)
    expect(along).toBe(true)
  })
  test('a spike is one plane wave: what it adds has the height that was asked for', async () => {
    const { mean } = intensitiesOf(MR)
    const struck = await of('spike')(MR, 4, 9)
    const added = struck.data.map((v, n) => v - (MR.data[n] as number))
    expect(Math.max(...added) / mean).toBeCloseTo(0.5, 1)
    expect(Math.min(...added) / mean).toBeCloseTo(-0.5, 1)
  })
  test('a ghost takes nothing from the middle of k-space: what is even along the axis stays', async () => {
    const even = volumeOf(gridOf([16, 16, 4]), (_i, _j, k) => (k < 3 ? 500 : 0), { modality: 'MR' })
    expect(await digestVolume(await of('ghost')(even, 5, 1))).toBe(await digestVolume(even))
  })
  test('motion leaves the middle of k-space: the shape stays where the labels are', async () => {
    const ball = volumeOf(GRID, (i, j, k) => (Math.hypot(i - 12, j - 13, k - 11) < 5 ? 1000 : 0), { modality: 'MR' })
    for (const seed of [1, 2, 3, 4]) {
      const [x, y, z] = centre(await of('motion')(ball, 3, seed))
      expect(Math.hypot(x - 12, y - 13, z - 11), `seed ${seed}`).toBeLessThan(0.5)
    }
  })
})

/** Mean voxel index, weighed by value. */
function centre({ grid, data }: Volume): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0]
  const [nx, ny] = grid.size
  let total = 0
  for (let n = 0; n < data.length; n++) {
    const v = data[n] as number
    total += v
    sums[0] += v * (n % nx)
    sums[1] += v * (Math.floor(n / nx) % ny)
    sums[2] += v * Math.floor(n / nx / ny)
  }
  return [sums[0] / total, sums[1] / total, sums[2] / total]
}
