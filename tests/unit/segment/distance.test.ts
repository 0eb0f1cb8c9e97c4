import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { type Context, IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../../src/core/types.ts'
import { distanceSlices, faceDistanceSlices, type SliceSink } from '../../../src/segment/distance.ts'
import { bruteSquares } from '../../support/brute-distance.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

type Distance = (mask: Mask, bandMm: number, ctx: Context, sink: SliceSink) => Promise<void>

async function fieldOf(distance: Distance, mask: Mask, bandMm: number): Promise<number[]> {
  const field: number[] = []
  await distance(mask, bandMm, IDLE_CONTEXT, (k, square) => {
    expect(field.length).toBe(k * mask.grid.size[0] * mask.grid.size[1])
    field.push(...square)
  })
  return field
}

/** Within the band equal to trying all, beyond it Infinity. */
function expectExact(field: readonly number[], truth: readonly number[], bandMm: number): void {
  expect(field.length).toBe(truth.length)
  const limit = (bandMm * (1 + 1e-6)) ** 2
  const wrong = truth.findIndex((square, n) => {
    const own = field[n] as number
    return square <= limit && square < Infinity ? Math.abs(own - square) > square * 2e-7 : own !== Infinity
  })
  expect(wrong < 0 ? 'exact' : `voxel ${wrong}: ${field[wrong]} for ${truth[wrong]}`).toBe('exact')
}

const SIZE: Vec3 = [24, 24, 24]
const SPACINGS: readonly Vec3[] = [
  [1, 1, 1],
  [0.488, 0.488, 3],
  [0.3, 2.5, 0.7],
  [2.2, 0.4, 0.4],
]
const SHAPES: Readonly<Record<string, (spacing: Vec3) => Mask>> = {
  'sparse points': (spacing) => randomMask(gridOf(SIZE, spacing), 3, 0.002),
  noise: (spacing) => randomMask(gridOf(SIZE, spacing), 4, 0.3),
  'nearly full': (spacing) => randomMask(gridOf(SIZE, spacing), 5, 0.995),
  ball: (spacing) => maskOf(gridOf(SIZE, spacing), (i, j, k) => Math.hypot(i - 11, j - 12, k - 10) < 8),
  shell: (spacing) => maskOf(gridOf(SIZE, spacing), (i, j, k) => Math.abs(Math.hypot(i - 12, j - 12, k - 12) - 9) < 1),
  'one voxel': (spacing) => maskOf(gridOf(SIZE, spacing), (i, j, k) => i === 23 && j === 0 && k === 7),
  plane: (spacing) => maskOf(gridOf(SIZE, spacing), (_, j) => j === 9),
  nothing: (spacing) => emptyMask(gridOf(SIZE, spacing)),
  everything: (spacing) => maskOf(gridOf(SIZE, spacing), () => true),
}

test.each(SPACINGS)('24^3 at %f x %f x %f mm equals trying all, to centres and to faces', async (...spacing) => {
  for (const make of Object.values(SHAPES)) {
    const mask = make(spacing)
    for (const [distance, half] of [
      [distanceSlices, 0],
      [faceDistanceSlices, 0.5],
    ] as const) {
      const truth = bruteSquares(mask, (at) => hasVoxel(mask, ...at), half)
      for (const bandMm of [Infinity, 4.1, 0.9]) expectExact(await fieldOf(distance, mask, bandMm), truth, bandMm)
    }
  }
})

test.each([100, 96, 33])(
  'rows of several words, solid, empty and far ones among them: a block %i wide',
  async (width) => {
    const grid = gridOf([200, 30, 4], [0.5, 0.7, 1.1])
    const mask = maskOf(grid, (i, j, k) => (i < width && j < 12) || (i === 199 && j === 29 && k === 3))
    for (const [distance, half] of [
      [distanceSlices, 0],
      [faceDistanceSlices, 0.5],
    ] as const) {
      // Every site that matters lies on the faces of the block, which keeps trying all short.
      const isSite = ([i, j, k]: Vec3) => hasVoxel(mask, i, j, k) && (j === 11 || i === width - 1 || i === 199)
      const truth = bruteSquares(mask, isSite, half)
      const inBlock = truth.map((square, n) => (n % 200 < width && Math.floor(n / 200) % 30 < 12 ? 0 : square))
      for (const bandMm of [Infinity, 2, 7.3]) {
        expectExact(await fieldOf(distance, mask, bandMm), inBlock, bandMm)
      }
    }
  },
)

test('between solid words: one empty word, and the last voxel of a row in a word of its own', async () => {
  for (const nx of [96, 65, 33]) {
    const grid = gridOf([nx, 3, 3], [0.5, 0.7, 1.1])
    const mask = maskOf(grid, (i) => (i < 32 && nx > 33) || i >= 64 || (i === 32 && nx === 33))
    const truth = bruteSquares(mask, (at) => hasVoxel(mask, ...at))
    for (const bandMm of [Infinity, 0.5, 3]) expectExact(await fieldOf(distanceSlices, mask, bandMm), truth, bandMm)
  }
})

test('a column longer than two words of slices', async () => {
  const grid = gridOf([3, 2, 150], [1, 1, 0.4])
  const mask = maskOf(grid, (i, j, k) => i === 1 && j === 1 && (k === 5 || k === 71 || k === 149))
  const truth = bruteSquares(mask, (at) => hasVoxel(mask, ...at))
  for (const bandMm of [Infinity, 11, 3]) expectExact(await fieldOf(distanceSlices, mask, bandMm), truth, bandMm)
})

/** Field digests of an earlier, slower form, which trying all had confirmed: other ways to the envelope give the same bytes. */
const DIGESTS: readonly (readonly [number, number, number, string])[] = [
  [1, 1, 1, '0a327e60538f13e9'],
  [0.5, 0.6, 0.8, '9ec04e0d6fa768d7'],
  [0.488, 0.488, 3, '311d0c58054ce8e9'],
  [2.2, 0.4, 0.7, 'd1966a40c49242b3'],
]

test.each(DIGESTS)('random masks at %f x %f x %f mm give the bytes they always gave', async (sx, sy, sz, digest) => {
  const grid = gridOf([77, 61, 45], [sx, sy, sz])
  const hash = createHash('sha256')
  for (const [seed, density] of [
    [11, 0.0002],
    [12, 0.01],
    [13, 0.4],
  ] as const) {
    const mask = randomMask(grid, seed, density)
    for (const distance of [distanceSlices, faceDistanceSlices]) {
      for (const bandMm of [Infinity, 3.1]) {
        await distance(mask, bandMm, IDLE_CONTEXT, (_, square) => {
          hash.update(new Uint8Array(square.buffer, square.byteOffset, square.byteLength))
        })
      }
    }
  }
  expect(hash.digest('hex').slice(0, 16)).toBe(digest)
})
