import { describe, expect, test } from 'vitest'
import { ijkToLps, lpsToIjk } from '../../../src/core/affine.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { LabelMap, Vec3, Volume } from '../../../src/core/types.ts'
import { backTo, cutOut, gridOn, latticeOf, reorder, reordered } from '../../../src/evidence/lattice.ts'
import { checkRelations, RELATION_IDS } from '../../../src/evidence/metamorphic.ts'
import { eachVoxel } from '../../support/masks.ts'
import { gridOf, randomVolume, volumeOf } from '../../support/phantoms.ts'

const GRID = gridOf([20, 24, 28], [1, 1, 1.5], { origin: [-10, 5, 30], direction: [0, -1, 0, 1, 0, 0, 0, 0, 1] })
const inHead = (i: number, j: number, k: number) => Math.hypot((i - 9.5) / 7, (j - 11.5) / 8, (k - 13.5) / 9)
const headAt = (i: number, j: number, k: number) => (inHead(i, j, k) > 1 ? 0 : inHead(i, j, k) > 0.6 ? 300 : 700)
const MR = volumeOf(GRID, headAt, { modality: 'MR', unit: 'a.u.' })
const CT = volumeOf(GRID, (i, j, k) => headAt(i, j, k) - 500)

/** Thirds of the scan's own range: does not care how voxels are stored or scaled. */
const steady = async ({ grid, data, slope, intercept }: Volume): Promise<LabelMap> => {
  const real = Float64Array.from(data, (v) => slope * v + intercept)
  const low = real.reduce((a, b) => Math.min(a, b))
  const high = real.reduce((a, b) => Math.max(a, b))
  return { grid, labels: Uint8Array.from(real, (v) => Math.min(2, Math.floor((3 * (v - low)) / (high - low)))) }
}
const nothing = async ({ grid, data }: Volume): Promise<LabelMap> => ({ grid, labels: new Uint8Array(data.length) })
const ran = (run: (v: Volume) => Promise<LabelMap>) => async (volume: Volume) => ({
  labels: await run(volume),
  wasRun: true,
})
const failing = async (volume: Volume, run: (v: Volume) => Promise<LabelMap>) =>
  (await checkRelations(volume, ran(run), IDLE_CONTEXT)).filter((r) => !r.held).map((r) => r.id)

describe('lattice', () => {
  const size: Vec3 = [3, 4, 5]
  const scan = randomVolume(gridOf(size, [1, 2, 3], { origin: [7, 8, 9] }), 3)
  test.each([
    ['a flip', latticeOf(scan.grid, { flip: [true, false, true] })],
    ['an exchange of axes', latticeOf(scan.grid, { order: [2, 0, 1] })],
    ['both', latticeOf(scan.grid, { order: [1, 2, 0], flip: [false, true, true] })],
  ])('%s leaves every voxel where it lies, and is undone', (_, lattice) => {
    const told = reordered(scan, lattice, gridOn(scan.grid, lattice))
    eachVoxel(told.grid, (i, j, k) => {
      const [x, y, z] = lpsToIjk(scan.grid, ijkToLps(told.grid, [i, j, k])).map(Math.round) as [number, number, number]
      const [nx, ny] = told.grid.size
      expect(told.data[i + nx * (j + ny * k)]).toBe(scan.data[x + size[0] * (y + size[1] * z)])
    })
    const back = reorder(told.data, told.grid.size, backTo(lattice, size), new Int16Array(scan.data.length))
    expect(back).toEqual(scan.data)
  })
  test('a shift and a flipped cut are undone where something is left', () => {
    for (const lattice of [
      latticeOf(scan.grid, { offset: [1, -1, 2] }),
      latticeOf(scan.grid, { offset: [1, 1, 0], size: [2, 2, 4], flip: [true, false, true] }),
    ]) {
      const told = reordered(scan, lattice, scan.grid)
      const absent = new Int16Array(scan.data.length).fill(-1)
      const back = reorder(told.data, lattice.size, backTo(lattice, size), absent)
      const left = back.filter((v, n) => v === scan.data[n]).length
      expect(left).toBeGreaterThanOrEqual(2 * 2 * 3)
      expect([...back.entries()].every(([n, v]) => v === -1 || v === scan.data[n] || told.data.includes(v))).toBe(true)
    }
  })
  test('a cut lies where it was', () => {
    const cut = cutOut(scan, { min: [1, 2, 1], max: [2, 3, 4] })
    expect(cut.grid.size).toEqual([2, 2, 4])
    expect(cut.grid.origin).toEqual([8, 12, 12])
    expect(cut.data[0]).toBe(scan.data[1 + 3 * (2 + 4 * 1)])
  })
})

describe('relations', () => {
  test.each([
    ['MR', MR],
    ['CT', CT],
  ])('all hold for a network that looks at values only (%s)', async (_, scan) => {
    const results = await checkRelations(scan, ran(steady), IDLE_CONTEXT)
    expect(results.map((r) => r.id)).toEqual(RELATION_IDS)
    expect(results.filter((r) => !r.held)).toEqual([])
    expect(results.every((r) => r.worstDice === 1)).toBe(true)
  })
  test('a network that takes the buffer as it lies is found by flips and exchanged axes', async () => {
    const byIndex = async (volume: Volume): Promise<LabelMap> => {
      const { labels } = await steady(volume)
      const [nx] = volume.grid.size
      return { grid: volume.grid, labels: labels.map((v, n) => (n % nx < nx / 4 ? 0 : v)) }
    }
    expect(await failing(MR, byIndex)).toEqual(expect.arrayContaining(['flip-x', 'axes-yzx', 'axes-zyx']))
  })
  test('a network that knows the place in the world, not the picture, is found by mirror and shift', async () => {
    const oneSided = async (volume: Volume): Promise<LabelMap> => {
      const { labels } = await steady(volume)
      const [nx, ny] = volume.grid.size
      const isLeft = (n: number) =>
        ijkToLps(volume.grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)])[0] < -24
      return { grid: volume.grid, labels: labels.map((v, n) => (isLeft(n) ? 0 : v)) }
    }
    expect(await failing(MR, oneSided)).toEqual(['mirror', 'shift'])
  })
  test('a fixed threshold is found by the scale of MR values, and a steep one by 5 HU', async () => {
    const fixed =
      (at: number) =>
      async ({ grid, data, slope, intercept }: Volume): Promise<LabelMap> => ({
        grid,
        labels: Uint8Array.from(data, (v) => (slope * v + intercept > at ? 1 : 0)),
      })
    expect(await failing(MR, fixed(400))).toEqual(['intensity'])
    expect(await failing(CT, fixed(-200))).toEqual(['intensity'])
    expect(await failing(CT, fixed(-100))).toEqual([])
  })
  test('a network that leans on the border is found by the margin', async () => {
    const fromBorder = async (volume: Volume): Promise<LabelMap> => {
      const { labels } = await steady(volume)
      return { grid: volume.grid, labels: labels.map((v) => (volume.grid.size[0] < 20 && v === 2 ? 1 : v)) }
    }
    expect(await failing(MR, fromBorder)).toEqual(['cut-margin'])
  })
  test('a network that finds nothing holds nothing', async () => {
    expect(await failing(MR, nothing)).toEqual(RELATION_IDS)
  })
  test('a scan that the scope guard sends back is neither held nor a Dice of 0', async () => {
    const guarded = async (volume: Volume) => {
      const isWhole = volume.grid.size[0] >= 20
      return { labels: await (isWhole ? steady(volume) : nothing(volume)), wasRun: isWhole }
    }
    const results = await checkRelations(MR, guarded, IDLE_CONTEXT)
    const cut = results.find((r) => r.id === 'cut-margin')
    expect(cut).toMatchObject({ worstDice: null, meanDice: null, held: false })
    expect(results.filter((r) => r.id !== 'cut-margin').every((r) => r.held)).toBe(true)
  })
  test('can be cancelled', async () => {
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(checkRelations(MR, ran(steady), ctx)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
