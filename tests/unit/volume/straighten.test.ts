import { describe, expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mat3, Vec3, Volume } from '../../../src/core/types.ts'
import { type Straightening, straightGrid } from '../../../src/import/bend.ts'
import { straighten } from '../../../src/volume/straighten.ts'
import { aroundOrigin, bentBall, linearErrorHu, softBallHu } from '../../support/bent-ball.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

const RADIUS = 13
const SIZE: Vec3 = [40, 40, 36]
const TURNED: Mat3 = [0.8, 0, 0.6, 0, 1, 0, -0.6, 0, 0.8]
const tangent = (deg: number) => Math.tan((deg * Math.PI) / 180)
const even = (count: number, step: number) => Array.from({ length: count }, (_, k) => k * step)
/** Even steps of 1 mm, but for some that are wider. */
const withSteps = (wider: Readonly<Record<number, number>>) => {
  let height = 0
  return Array.from({ length: SIZE[2] }, (_, k) => {
    if (k > 0) height += wider[k] ?? 1
    return height
  })
}

/** Largest difference from the ball, among voxels whose neighbours were scanned; and the ball's middle as marked at half height. */
function against({ grid, data }: Volume): { worstHu: number; middle: Vec3; mm3: number } {
  const [nx, ny] = grid.size
  let worstHu = 0
  let mm3 = 0
  const sum = [0, 0, 0]
  for (let n = 0; n < data.length; n++) {
    const place = ijkToLps(grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)])
    const value = data[n] as number
    if (Math.hypot(...place) < RADIUS + 3) worstHu = Math.max(worstHu, Math.abs(value - softBallHu(place, RADIUS)))
    if (value < 520) continue
    mm3 += grid.spacing[0] * grid.spacing[1] * grid.spacing[2]
    for (const axis of [0, 1, 2] as const) sum[axis] = (sum[axis] ?? 0) + place[axis]
  }
  const marked = mm3 / (grid.spacing[0] * grid.spacing[1] * grid.spacing[2])
  return { worstHu, middle: sum.map((s) => s / marked) as unknown as Vec3, mm3 }
}

const CASES: Readonly<Record<string, { bend: Straightening; stepMm: number; direction?: Mat3 }>> = {
  'a gantry tilt of 15 degrees': {
    bend: { heightsMm: even(SIZE[2], 1), shear: [0, tangent(15)], sliceMm: 1 },
    stepMm: 1.25,
  },
  'a tilt to both sides, backwards, of turned slices': {
    bend: { heightsMm: even(SIZE[2], 0.9), shear: [-tangent(8), -tangent(12)], sliceMm: 0.9 },
    // Along rows and along columns.
    stepMm: Math.hypot(1, 1.25),
    direction: TURNED,
  },
  'a slice missing at the edge of the ball': {
    bend: { heightsMm: withSteps({ 8: 2 }), shear: [0, 0], sliceMm: 1 },
    stepMm: 2,
  },
  'steps that grow': {
    bend: {
      heightsMm: withSteps(Object.fromEntries(even(17, 1).map((k) => [k + 19, 1.4]))),
      shear: [0, 0],
      sliceMm: 1,
    },
    stepMm: 1.4,
  },
  'a tilt and a gap': {
    bend: { heightsMm: withSteps({ 20: 1.8 }), shear: [tangent(10), 0], sliceMm: 1 },
    stepMm: Math.hypot(1, 1.8),
  },
}

describe('a ball seen by slices that make no even stack, brought to one', () => {
  test.each(Object.entries(CASES))('%s', async (_, { bend, stepMm, direction }) => {
    const lying = aroundOrigin(SIZE, [1, 1.25, 1], bend, direction)
    const seen = bentBall(lying, bend, RADIUS)
    const straight = await straighten(seen, bend, IDLE_CONTEXT)
    expect(straight.grid).toEqual(straightGrid(lying, bend))
    const { worstHu, middle, mm3 } = against(straight)
    // What linear interpolation can be wrong by, and half a HU twice for rounding to whole numbers on the way.
    expect(worstHu).toBeLessThanOrEqual(linearErrorHu(stepMm) + 2)
    expect(Math.hypot(...middle)).toBeLessThan(0.05)
    expect(Math.abs(mm3 / ((4 / 3) * Math.PI * RADIUS ** 3) - 1)).toBeLessThan(0.01)
    // The same slices taken as they lie are far off: the test would see it.
    expect(against(seen).worstHu).toBeGreaterThan(2 * linearErrorHu(stepMm) + 20)
  })
})

describe('what is kept', () => {
  const noise = volumeOf(gridOf([9, 7, 6]), (i, j, k) => ((i * 31 + j * 57 + k * 91) % 400) - 200)
  const slice = (v: Volume, k: number) => v.data.slice(k * 63, (k + 1) * 63)

  test('where new slices lie on scanned ones, the scanned values come back unchanged', async () => {
    const bend = { heightsMm: [0, 1, 2, 4, 5, 6], shear: [0, 0], sliceMm: 1 } as const
    const straight = await straighten(noise, bend, IDLE_CONTEXT)
    expect(straight.grid.size).toEqual([9, 7, 7])
    for (const [k, height] of bend.heightsMm.entries()) expect(slice(straight, height)).toEqual(slice(noise, k))
    const between = slice(noise, 2).map((v, n) => Math.floor((v + (slice(noise, 3)[n] as number) + 1) / 2))
    expect(slice(straight, 3)).toEqual(between)
  })
  test('a tilt by whole pixels moves slices and changes no value; what was not scanned is the lowest value', async () => {
    const bend = { heightsMm: even(6, 1), shear: [-1, 0], sliceMm: 1 } as const
    const { grid, data } = await straighten(noise, bend, IDLE_CONTEXT)
    expect(grid.size).toEqual([14, 7, 6])
    expect(grid.origin).toEqual([-5, 0, 0])
    const lowest = Math.min(...noise.data)
    for (let k = 0; k < 6; k++) {
      for (let j = 0; j < 7; j++) {
        for (let i = 0; i < 14; i++) {
          const from = i - 5 + k
          const expected = from >= 0 && from < 9 ? noise.data[from + 9 * (j + 7 * k)] : lowest
          expect(data[i + 14 * (j + 7 * k)]).toBe(expected)
        }
      }
    }
  })
  test('the input is not changed, and the same comes out again', async () => {
    const before = noise.data.slice()
    const bend = { heightsMm: [0, 1, 2.3, 3.1, 4.5, 6], shear: [0.1, -0.2], sliceMm: 0.8 } as const
    const [a, b] = [await straighten(noise, bend, IDLE_CONTEXT), await straighten(noise, bend, IDLE_CONTEXT)]
    expect(noise.data).toEqual(before)
    expect(a).toEqual(b)
  })
  test.each([
    ['heights that fall', { heightsMm: [0, 1, 2, 1.5, 4, 5] }],
    ['a height that is no number', { heightsMm: [0, 1, 2, Number.NaN, 4, 5] }],
    ['too few heights', { heightsMm: [0, 1, 2] }],
    ['no distance between slices', { heightsMm: even(6, 1), sliceMm: 0 }],
  ])('%s: refused by name', async (_, wrong) => {
    const bend = { shear: [0, 0], sliceMm: 1, ...wrong } as Straightening
    await expect(straighten(noise, bend, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
  test('more slices than fit: refused by name', async () => {
    const bend = { heightsMm: [0, 1, 2, 3, 4, 1e9], shear: [0, 0], sliceMm: 1 } as const
    await expect(straighten(noise, bend, IDLE_CONTEXT)).rejects.toMatchObject({ code: 'volume/too-large' })
  })
})
