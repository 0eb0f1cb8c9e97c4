import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3, Volume } from '../../../src/core/types.ts'
import { denoise } from '../../../src/volume/denoise.ts'
import { gaussianTaps } from '../../../src/volume/gaussian.ts'
import { gridOf } from '../../support/phantoms.ts'

const anySize = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 7 }))

function randomVolume(size: Vec3, seed: number, span = 65_536, spacing: Vec3 = [0.5, 0.8, 2]): Volume {
  const random = seededRandom(seed)
  const data = Int16Array.from({ length: size[0] * size[1] * size[2] }, () => Math.floor((random() - 0.5) * span))
  return { grid: gridOf(size, spacing), data, slope: 1, intercept: 0, modality: 'CT', unit: 'HU' }
}

/** Calls with each voxel and a reader of stored values that repeats the border. */
function eachNeighbourhood({ grid, data }: Volume, visit: (read: (a: number, b: number, c: number) => number) => void) {
  const [nx, ny, nz] = grid.size
  const clamp = (v: number, n: number) => Math.min(n - 1, Math.max(0, v))
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        visit((a, b, c) => data[clamp(i + a, nx) + nx * (clamp(j + b, ny) + ny * clamp(k + c, nz))] ?? Number.NaN)
      }
    }
  }
}

describe('median', () => {
  test.each([4, 65_536])('equals sorting the 27 neighbours (values from a span of %i)', async (span) => {
    await fc.assert(
      fc.asyncProperty(anySize, fc.nat(), async (size, seed) => {
        const volume = randomVolume(size, seed, span)
        const truth: number[] = []
        eachNeighbourhood(volume, (read) => {
          const all: number[] = []
          for (const c of [-1, 0, 1]) for (const b of [-1, 0, 1]) for (const a of [-1, 0, 1]) all.push(read(a, b, c))
          truth.push(all.sort((p, q) => p - q)[13] ?? Number.NaN)
        })
        const smooth = await denoise(volume, { method: 'median', sigmaMm: 0 }, IDLE_CONTEXT)
        expect([...smooth.data]).toEqual(truth)
      }),
      { numRuns: 150 },
    )
  })

  test('a single bright voxel goes, an edge stays', async () => {
    const volume = randomVolume([9, 9, 9], 1, 1)
    const step = { ...volume, data: volume.data.map((_, n) => (n % 9 > 4 ? 1000 : -1000)) }
    const spiked = { ...step, data: step.data.slice() }
    spiked.data[2 + 9 * (4 + 9 * 4)] = 3000
    expect((await denoise(spiked, { method: 'median', sigmaMm: 0 }, IDLE_CONTEXT)).data).toEqual(step.data)
  })
})

describe('gaussian', () => {
  test('taps follow the curve and sum to 32768', () => {
    for (const [sigma, spacing] of [
      [0.5, 0.5],
      [1, 0.488],
      [0.3, 5],
      [10, 0.3],
    ] as const) {
      const taps = gaussianTaps(sigma, spacing)
      expect(taps.reduce((sum, w, n) => sum + (n === 0 ? w : 2 * w), 0)).toBe(32_768)
      for (const [n, w] of taps.entries()) {
        const ratio = Math.exp(-0.5 * ((n * spacing) / sigma) ** 2)
        expect(Math.abs(w / (taps[0] ?? 0) - ratio)).toBeLessThan(0.01)
      }
    }
    expect(gaussianTaps(0.3, 5)).toEqual(Int32Array.of(32_768))
  })

  test('equals real-number smoothing in mm within the rounding, at the extremes of int16 too', async () => {
    await fc.assert(
      fc.asyncProperty(anySize, fc.nat(), fc.constantFrom(0.2, 0.6, 1.5), async (size, seed, sigmaMm) => {
        const volume = randomVolume(size, seed)
        const taps = volume.grid.spacing.map((mm) => gaussianTaps(sigmaMm, mm)) as [Int32Array, Int32Array, Int32Array]
        const [rx, ry, rz] = taps.map((t) => t.length - 1) as [number, number, number]
        const truth: number[] = []
        eachNeighbourhood(volume, (read) => {
          let sum = 0
          for (let c = -rz; c <= rz; c++) {
            for (let b = -ry; b <= ry; b++) {
              for (let a = -rx; a <= rx; a++) {
                const weight = (taps[0][Math.abs(a)] ?? 0) * (taps[1][Math.abs(b)] ?? 0) * (taps[2][Math.abs(c)] ?? 0)
                sum += (weight / 32_768 ** 3) * read(a, b, c)
              }
            }
          }
          truth.push(sum)
        })
        const smooth = await denoise(volume, { method: 'gaussian', sigmaMm }, IDLE_CONTEXT)
        for (const [n, value] of smooth.data.entries())
          expect(Math.abs(value - (truth[n] ?? 0))).toBeLessThanOrEqual(1.51)
      }),
      { numRuns: 60 },
    )
  })

  test('halves are rounded up, whatever the sign', async () => {
    // Taps of a row of two with its border repeated: the sums are known by hand.
    const [centre = 0, side = 0] = gaussianTaps(0.3, 1)
    expect(gaussianTaps(0.3, 1)).toHaveLength(2)
    const row = (a: number, b: number): Volume => ({
      ...randomVolume([2, 1, 1], 1, 1, [1, 1, 1]),
      data: Int16Array.of(a, b),
    })
    for (const [a, b] of [
      [-3, 1000],
      [1000, -3],
      [-32768, 32767],
      [-32768, -32768],
    ] as const) {
      const smooth = await denoise(row(a, b), { method: 'gaussian', sigmaMm: 0.3 }, IDLE_CONTEXT)
      const exact = (p: number, q: number) => Math.floor(((centre + side) * p + side * q) / 32_768 + 0.5)
      expect([...smooth.data]).toEqual([exact(a, b), exact(b, a)])
    }
  })

  test('a constant stays what it is; noise falls', async () => {
    const flat = { ...randomVolume([20, 9, 5], 1), data: new Int16Array(900).fill(-32768) }
    expect((await denoise(flat, { method: 'gaussian', sigmaMm: 1 }, IDLE_CONTEXT)).data).toEqual(flat.data)
    const noisy = randomVolume([40, 40, 40], 2, 200, [1, 1, 1])
    const smooth = await denoise(noisy, { method: 'gaussian', sigmaMm: 1 }, IDLE_CONTEXT)
    const deviation = (data: Int16Array) => Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length)
    // A Gaussian of 1 voxel leaves 1 / sqrt(8 pi^1.5) = 0.15 of white noise.
    expect(deviation(smooth.data) / deviation(noisy.data)).toBeCloseTo(0.15, 1)
  })

  test.each([0, -1, 11, Number.NaN])('a width of %d mm is refused', async (sigmaMm) => {
    await expect(
      denoise(randomVolume([3, 3, 3], 1), { method: 'gaussian', sigmaMm }, IDLE_CONTEXT),
    ).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
  })
})

test.each(['median', 'gaussian'] as const)(
  '%s: everything but the values is kept, the input is untouched, cancel throws',
  async (method) => {
    const volume = { ...randomVolume([7, 6, 5], 4), slope: 2, intercept: -1024 }
    const before = volume.data.slice()
    const smooth = await denoise(volume, { method, sigmaMm: 1 }, IDLE_CONTEXT)
    expect(smooth).toEqual({ ...volume, data: smooth.data })
    expect(smooth.data.buffer).not.toBe(volume.data.buffer)
    expect(volume.data).toEqual(before)
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(denoise(volume, { method, sigmaMm: 1 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
  },
)
