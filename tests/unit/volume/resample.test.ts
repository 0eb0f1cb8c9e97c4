import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ijkToLps, lpsToIjk, orientationLetters } from '../../../src/core/affine.ts'
import { hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, LabelMap, Mat3, Vec3, Volume } from '../../../src/core/types.ts'
import { RESAMPLE, type ResampleParams, resample, resampleTo } from '../../../src/volume/resample.ts'
import { resampleLabels, resampleMask } from '../../../src/volume/resample-nearest.ts'
import type { ResampleMethod } from '../../../src/volume/taps.ts'
import { targetGrid } from '../../../src/volume/target-grid.ts'
import { eachVoxel, tailIsClear } from '../../support/masks.ts'
import { gridOf, randomMask, randomVolume, volumeOf } from '../../support/phantoms.ts'

const METHODS: readonly ResampleMethod[] = ['linear', 'lanczos3', 'nearest']
const run = (volume: Volume, change: Partial<ResampleParams>) =>
  resample(volume, { ...RESAMPLE.defaults, ...change }, IDLE_CONTEXT)
const onto = (volume: Volume, grid: Grid, method: ResampleMethod = 'linear', fillValue: number | null = null) =>
  resampleTo(volume, grid, { method, fillValue }, IDLE_CONTEXT)

/** Turned about an axis through the origin, by Rodrigues' formula. */
function turned(axis: Vec3, angle: number): Mat3 {
  const length = Math.hypot(...axis)
  const [x, y, z] = axis.map((v) => v / length) as [number, number, number]
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const t = 1 - c
  return [
    t * x * x + c,
    t * x * y - s * z,
    t * x * z + s * y,
    t * x * y + s * z,
    t * y * y + c,
    t * y * z - s * x,
    t * x * z - s * y,
    t * y * z + s * x,
    t * z * z + c,
  ]
}

const OBLIQUE = turned([1, 2, 3], 0.4)
const SCAN = gridOf([19, 14, 11], [0.8, 0.9, 2], { origin: [-7, 30, 12], direction: turned([3, 1, -1], 0.7) })

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const CURVES = {
  linear: { reach: 1, of: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  lanczos3: { reach: 3, of: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const

/** Real-number evaluation at a fractional index, the border repeated, the curve widened by `ratio` on each axis. */
function valueAt(volume: Volume, at: Vec3, method: 'linear' | 'lanczos3', ratio: Vec3 = [1, 1, 1]): number {
  const { size } = volume.grid
  const axes = at.map((place, a) => {
    const { reach, of } = CURVES[method]
    const wide = Math.max(1, ratio[a] as number)
    const low = Math.ceil(place - reach * wide)
    const taps = Array.from({ length: Math.floor(place + reach * wide) - low + 1 }, (_, n) => ({
      index: Math.min((size[a] as number) - 1, Math.max(0, low + n)),
      weight: of((low + n - place) / wide),
    }))
    const total = taps.reduce((sum, tap) => sum + tap.weight, 0)
    return taps.map((tap) => ({ ...tap, weight: tap.weight / total }))
  })
  let sum = 0
  for (const x of axes[0] ?? [])
    for (const y of axes[1] ?? [])
      for (const z of axes[2] ?? [])
        sum +=
          x.weight *
          y.weight *
          z.weight *
          (volume.data[x.index + size[0] * (y.index + size[1] * z.index)] ?? Number.NaN)
  return sum
}

const isInside = (grid: Grid, at: Vec3) =>
  at.every((place, a) => place >= -0.5 && place < (grid.size[a] as number) - 0.5)
/** Places within this of a border may fall on either side of it. */
const isNearBorder = (grid: Grid, at: Vec3) =>
  at.some((place, a) => Math.min(Math.abs(place + 0.5), Math.abs(place - (grid.size[a] as number) + 0.5)) < 1e-3)

/** Largest difference from real-number evaluation over the target voxels that lie inside. */
function worstError(scan: Volume, result: Volume, method: 'linear' | 'lanczos3', ratio?: Vec3, fill?: number): number {
  let worst = 0
  let n = 0
  eachVoxel(result.grid, (i, j, k) => {
    const value = result.data[n++] ?? Number.NaN
    const at = lpsToIjk(scan.grid, ijkToLps(result.grid, [i, j, k]))
    if (isNearBorder(scan.grid, at)) return
    if (!isInside(scan.grid, at)) {
      if (fill !== undefined) expect(value).toBe(fill)
      return
    }
    const truth = Math.max(-32768, Math.min(32767, valueAt(scan, at, method, ratio)))
    worst = Math.max(worst, Math.abs(value - truth))
  })
  return worst
}

describe('the new grid', () => {
  test('a change of spacing keeps the field of view about its centre, a change of size exactly', () => {
    const finer = targetGrid(SCAN, { spacingMm: [0.4, 0.45, 1], size: null, orientation: null })
    expect(finer.size).toEqual([38, 28, 22])
    const corner = (grid: Grid, side: 0 | 1) =>
      ijkToLps(grid, grid.size.map((n) => (side === 0 ? -0.5 : n - 0.5)) as unknown as Vec3)
    for (const side of [0, 1] as const)
      for (const a of [0, 1, 2] as const) expect(corner(finer, side)[a]).toBeCloseTo(corner(SCAN, side)[a], 9)
    const sized = targetGrid(SCAN, { spacingMm: null, size: [7, 5, 3], orientation: null })
    for (const side of [0, 1] as const)
      for (const a of [0, 1, 2] as const) expect(corner(sized, side)[a]).toBeCloseTo(corner(SCAN, side)[a], 9)
    expect(sized.direction).toBe(SCAN.direction)
    const odd = targetGrid(SCAN, { spacingMm: [1.5, 1.5, 1.5], size: null, orientation: null })
    const centre = (grid: Grid) => ijkToLps(grid, grid.size.map((n) => (n - 1) / 2) as unknown as Vec3)
    for (const a of [0, 1, 2] as const) expect(centre(odd)[a]).toBeCloseTo(centre(SCAN)[a], 9)
  })

  test.each(['LPS', 'RAS', 'SRA', 'PIR', 'ILA', 'ASL'])('axes point to %s, voxels keep their places', (orientation) => {
    const grid = targetGrid(SCAN, { spacingMm: null, size: null, orientation })
    expect(orientationLetters(grid.direction)).toBe(orientation)
    const columns = (m: Mat3) => [0, 1, 2].map((c) => [m[c] ?? 0, m[c + 3] ?? 0, m[c + 6] ?? 0].map(Math.abs).join())
    expect(columns(grid.direction).sort()).toEqual(columns(SCAN.direction).sort())
    const first = lpsToIjk(SCAN, grid.origin)
    for (const [a, place] of first.entries()) {
      expect(Math.min(Math.abs(place), Math.abs(place - (SCAN.size[a] as number) + 1))).toBeLessThan(1e-9)
    }
  })

  test.each([
    { spacingMm: [0, 1, 1] },
    { spacingMm: [1, Number.NaN, 1] },
    { size: [4, 4.5, 4] },
    { size: [4, 0, 4] },
    { spacingMm: [1, 1, 1], size: [4, 4, 4] },
    { orientation: 'LPX' },
    { orientation: 'LRS' },
    { orientation: 'LP' },
    { fillValue: Number.NaN },
  ] as const)('%j is refused', async (change) => {
    const volume = randomVolume(gridOf([4, 4, 4]), 1)
    await expect(Promise.resolve().then(() => run(volume, change))).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })

  test('a result that does not fit is refused with its bytes', async () => {
    const volume = randomVolume(gridOf([40, 40, 40]), 1)
    await expect(Promise.resolve().then(() => run(volume, { spacingMm: [0.01, 0.01, 0.01] }))).rejects.toMatchObject({
      code: 'volume/too-large',
      detail: { bytes: 4000 ** 3 * 2, limit: 2.4e9 },
    })
    await expect(
      resampleLabels({ grid: volume.grid, labels: new Uint8Array(64_000) }, gridOf([4096, 4096, 4096]), IDLE_CONTEXT),
    ).rejects.toMatchObject({ code: 'volume/too-large' })
  })

  test('a grid a long way off is refused', async () => {
    const far = { ...SCAN, origin: [9e6, 0, 0] as const }
    await expect(onto(randomVolume(SCAN, 1), far)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})

describe.each(METHODS)('%s', (method) => {
  test('the same grid gives the same bytes', async () => {
    const scan = randomVolume(SCAN, 3)
    const same = await run(scan, { method })
    expect(same).toEqual(scan)
    expect(same.data.buffer).not.toBe(scan.data.buffer)
  })

  test.each(['RAS', 'SLA', 'PIR', 'IPR'])('turned to %s and back: the same bytes', async (orientation) => {
    const scan = randomVolume(SCAN, 4)
    const there = await run(scan, { method, orientation })
    let n = 0
    eachVoxel(there.grid, (i, j, k) => {
      const [a, b, c] = lpsToIjk(SCAN, ijkToLps(there.grid, [i, j, k])).map(Math.round) as [number, number, number]
      if (there.data[n++] !== scan.data[a + 19 * (b + 14 * c)]) throw new Error(`voxel ${i} ${j} ${k} was moved`)
    })
    expect((await onto(there, SCAN, method)).data).toEqual(scan.data)
  })

  test.each([-32768, 1234, 32767])('a constant %i stays what it is, finer, coarser and oblique', async (value) => {
    const scan = volumeOf(SCAN, () => value)
    const centre = ijkToLps(SCAN, [8, 6, 5])
    const inner = gridOf([5, 4, 6], [0.5, 0.5, 0.5], { origin: centre, direction: OBLIQUE })
    const coarse = gridOf([2, 2, 2], [2.5, 2.5, 2.5], { origin: centre, direction: OBLIQUE })
    for (const result of [
      await run(scan, { method, spacingMm: [0.3, 2, 1.7] }),
      await run(scan, { method, size: [5, 29, 4], orientation: 'SRP' }),
      await onto(scan, inner, method),
      await onto(scan, coarse, method),
    ]) {
      expect(result.data.length).toBeGreaterThan(0)
      expect(new Set(result.data)).toEqual(new Set([value]))
    }
  })

  test('outside the scan lies the fill value, else the lowest value', async () => {
    const scan = { ...randomVolume(gridOf([6, 5, 4]), 5), slope: 2, intercept: -100 }
    const beside = gridOf([4, 4, 4], [1, 1, 1], { origin: [50, 0, 0] })
    const tilted = { ...beside, direction: OBLIQUE }
    for (const grid of [beside, tilted]) {
      expect(new Set((await onto(scan, grid, method, 500)).data)).toEqual(new Set([300]))
      expect(new Set((await onto(scan, grid, method, 1e9)).data)).toEqual(new Set([32767]))
      expect(new Set((await onto(scan, grid, method)).data)).toEqual(new Set([Math.min(...scan.data)]))
      const mirrored = { ...scan, slope: -2 }
      expect(new Set((await onto(mirrored, grid, method)).data)).toEqual(new Set([Math.max(...scan.data)]))
    }
    const half = await onto(scan, gridOf([12, 5, 4], [1, 1, 1], { origin: [-3, 0, 0] }), method, -100)
    expect([...half.data.subarray(0, 3), ...half.data.subarray(9, 12)]).toEqual([0, 0, 0, 0, 0, 0])
    expect(half.data.subarray(3, 9)).toEqual(scan.data.subarray(0, 6))
  })

  test('everything but grid and values is kept, the input is untouched, cancel throws', async () => {
    const scan = { ...randomVolume(SCAN, 6), slope: 2, intercept: -1024 }
    const before = scan.data.slice()
    const result = await run(scan, { method, spacingMm: [1, 1, 1] })
    expect(result).toEqual({ ...scan, grid: result.grid, data: result.data })
    expect(scan.data).toEqual(before)
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    for (const direction of [SCAN.direction, OBLIQUE]) {
      const grid = { ...SCAN, direction }
      await expect(resampleTo(scan, grid, { method, fillValue: 0 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
    }
  })
})

describe.each(['linear', 'lanczos3'] as const)('%s against real numbers', (method) => {
  test.each([
    [[0.5, 0.6, 1.1], 'RIP'],
    [[0.8, 1.9, 0.7], 'LPS'],
    [[2.4, 3.1, 4.5], 'SAL'],
  ] as const)('spacing %j, axes %s', async (spacingMm, orientation) => {
    const whole = randomVolume(SCAN, 7)
    // Lanczos overshoots by up to 1.56 a sum; beyond int16 each sum is cut.
    const scan = method === 'linear' ? whole : { ...whole, data: whole.data.map((v) => v >> 2) }
    const result = await run(scan, { method, spacingMm, orientation })
    const ratio = SCAN.spacing.map((mm, a) => {
      const along = [0, 1, 2].find((t) => Math.abs(columnDot(SCAN.direction, a, result.grid.direction, t)) > 0.99) ?? 0
      return (result.grid.spacing[along] as number) / mm
    }) as unknown as Vec3
    // 1.5 for rounding three times; a weight is wrong by up to 1 / 32768, and there are up to 23 of them a sum.
    expect(worstError(scan, result, method, ratio)).toBeLessThan(method === 'linear' ? 5 : 8)
  })

  test('an oblique grid, its corners outside', async () => {
    const scan = volumeOf(SCAN, (i, j, k) => Math.round(900 * Math.sin(i * 0.4) * Math.cos(j * 0.5 + k * 0.7)))
    const grid = gridOf([24, 20, 26], [0.7, 0.8, 0.75], { origin: ijkToLps(SCAN, [-3, -2, 2]), direction: OBLIQUE })
    const result = await onto(scan, grid, method, -4000)
    expect(result.data.filter((v) => v !== -4000).length).toBeGreaterThan(800)
    // Half a phase of 1 / 1024 voxel on three axes, where a step is at most 700: 1.
    expect(worstError(scan, result, method, [1, 1, 1], -4000)).toBeLessThan(2.6)
  })

  test('there and back at twice the resolution is near the start', async () => {
    const scan = volumeOf(gridOf([24, 22, 20]), (i, j, k) =>
      Math.round(1000 * Math.sin(i * 0.3 + j * 0.2) * Math.cos(k * 0.25)),
    )
    const finer = await run(scan, { method, spacingMm: [0.5, 0.5, 0.5] })
    const back = await onto(finer, scan.grid, method)
    let worst = 0
    let n = 0
    eachVoxel(scan.grid, (i, j, k) => {
      const difference = Math.abs((back.data[n] ?? 0) - (scan.data[n] ?? 0))
      n++
      if (Math.min(i, j, k) > 3 && i < 20 && j < 18 && k < 16) worst = Math.max(worst, difference)
    })
    // The widened curve smooths a wave of 20 voxels by some percent (linear), far less for Lanczos.
    expect(worst).toBeLessThan(method === 'linear' ? 60 : 8)
  })
})

const columnDot = (a: Mat3, columnA: number, b: Mat3, columnB: number) =>
  [0, 3, 6].reduce((sum, row) => sum + (a[row + columnA] as number) * (b[row + columnB] as number), 0)

test('linear reproduces a linear ramp in world coordinates, aligned and oblique', async () => {
  const ramp = (grid: Grid) => {
    const at = (i: number, j: number, k: number) => {
      const [x, y, z] = ijkToLps(grid, [i, j, k])
      return 20 * x - 31 * y + 17 * z + 400
    }
    return { at, volume: volumeOf(grid, (i, j, k) => Math.round(at(i, j, k))) }
  }
  const { volume } = ramp(SCAN)
  const inner = ijkToLps(SCAN, [6, 5, 4])
  for (const grid of [
    gridOf([9, 8, 7], [0.3, 0.4, 0.5], { origin: inner, direction: SCAN.direction }),
    gridOf([6, 6, 6], [0.5, 0.5, 0.5], { origin: inner, direction: OBLIQUE }),
  ]) {
    const result = await onto(volume, grid, 'linear', 9999)
    const truth = ramp(grid)
    let n = 0
    eachVoxel(grid, (i, j, k) => {
      // The scan itself is rounded (0.5), so are three sums (1.5); half a phase of the slope adds 0.05.
      expect(Math.abs((result.data[n++] ?? Number.NaN) - truth.at(i, j, k))).toBeLessThanOrEqual(2.1)
    })
  }
})

test('finer than the target averages out: a checkerboard becomes its mean', async () => {
  const scan = volumeOf(gridOf([48, 48, 48]), (i, j, k) => ((i + j + k) & 1) * 2000)
  for (const method of ['linear', 'lanczos3'] as const) {
    const aligned = await run(scan, { method, spacingMm: [4, 4, 4] })
    const tilted = await onto(scan, gridOf([5, 5, 5], [4, 4, 4], { origin: [18, 18, 18], direction: OBLIQUE }), method)
    for (const value of [...inner(aligned), ...tilted.data.subarray(0, 5)])
      expect(Math.abs(value - 1000)).toBeLessThan(60)
  }
})

/** Values away from the border, which repeats one of the two colours. */
function inner({ grid, data }: Volume): number[] {
  const values: number[] = []
  eachVoxel(grid, (i, j, k) => {
    if ([i, j, k].every((n, a) => n > 2 && n < (grid.size[a] as number) - 3)) {
      values.push(data[i + grid.size[0] * (j + grid.size[1] * k)] as number)
    }
  })
  return values
}

test('labels and masks take the voxel they lie in', async () => {
  const source = gridOf([37, 9, 8], [0.7, 1, 1.3], { origin: [2, 3, 4], direction: turned([0, 1, 1], 0.3) })
  const map: LabelMap = { grid: source, labels: Uint8Array.from(randomVolume(source, 8).data, (v) => v & 3) }
  const mask = randomMask(source, 9)
  const angle = fc.double({ min: -3, max: 3, noNaN: true })
  const spacing = fc.double({ min: 0.3, max: 2, noNaN: true })
  await fc.assert(
    fc.asyncProperty(angle, spacing, spacing, async (by, sx, sz) => {
      const grid = gridOf([41, 6, 7], [sx, 0.9, sz], { origin: [0, 2, 3], direction: turned([1, 1, 0], by) })
      const labels = await resampleLabels(map, grid, IDLE_CONTEXT)
      const bits = await resampleMask(mask, grid, IDLE_CONTEXT)
      expect(tailIsClear(bits)).toBe(true)
      let n = 0
      eachVoxel(grid, (i, j, k) => {
        const at = lpsToIjk(source, ijkToLps(grid, [i, j, k]))
        const label = labels.labels[n++]
        if (at.some((place) => Math.abs(place + 0.5 - Math.round(place + 0.5)) < 1e-3)) return
        const [a, b, c] = at.map(Math.round) as [number, number, number]
        const inside = isInside(source, at)
        expect(label).toBe(inside ? map.labels[a + 37 * (b + 9 * c)] : 0)
        expect(hasVoxel(bits, i, j, k)).toBe(hasVoxel(mask, a, b, c))
      })
    }),
    { numRuns: 40 },
  )
  expect((await resampleLabels(map, source, IDLE_CONTEXT)).labels).toEqual(map.labels)
  expect((await resampleMask(mask, source, IDLE_CONTEXT)).words).toEqual(mask.words)
})
