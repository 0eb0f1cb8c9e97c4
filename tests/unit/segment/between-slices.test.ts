import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countVoxels, emptyMask, hasVoxel, maskFromBytes, maskToBytes, maskVolumeMm3 } from '../../../src/core/mask.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, LabelMap, Mask } from '../../../src/core/types.ts'
import { betweenLabelSlices, betweenSlices } from '../../../src/segment/between-slices.ts'
import { components } from '../../../src/segment/components.ts'
import { paintedAxis, type SliceAxis, stackOf } from '../../../src/segment/painted-slices.ts'
import { signedDistance } from '../../../src/segment/slice-distance.ts'
import { eachVoxel, maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const fillIn = (mask: Mask, axis: SliceAxis = 2) => betweenSlices(mask, { axis }, IDLE_CONTEXT)
/** Only slices whose number is in the list are painted. */
const painted = (grid: Grid, slices: readonly number[], inside: (i: number, j: number, k: number) => boolean) =>
  maskOf(grid, (i, j, k) => slices.includes(k) && inside(i, j, k))
const disc = (i: number, j: number, u: number, v: number, radius: number) => (i - u) ** 2 + (j - v) ** 2 <= radius ** 2

describe('between painted slices', () => {
  test('a cylinder is whole again, whatever is left of it', async () => {
    const grid = gridOf([50, 44, 21])
    const inside = (i: number, j: number) => disc(i, j, 24, 21, 15)
    const filled = await fillIn(painted(grid, [2, 3, 9, 18], inside))
    expect(maskText(filled)).toBe(maskText(maskOf(grid, (i, j, k) => k >= 2 && k <= 18 && inside(i, j))))
    expect(tailIsClear(filled)).toBe(true)
  })

  test('a cone from three slices has the volume of a cone', async () => {
    const grid = gridOf([90, 90, 41], [0.5, 0.5, 1])
    const radius = (k: number) => 8 + 30 * (k / 40)
    const filled = await fillIn(painted(grid, [0, 20, 40], (i, j, k) => disc(i, j, 44, 44, radius(k))))
    // A frustum between the centres of the first and the last slice, and half a slice of each end.
    const [r, R] = [radius(0) * 0.5, radius(40) * 0.5]
    const truth = (Math.PI * 40 * (r * r + r * R + R * R)) / 3 + (Math.PI * (r * r + R * R)) / 2
    expect(Math.abs(maskVolumeMm3(filled) / truth - 1)).toBeLessThan(0.01)
    eachVoxel(grid, (i, j, k) => {
      // On each slice the outline is within a voxel of the cone's.
      const distance = Math.hypot(i - 44, j - 44)
      if (distance < radius(k) - 1) expect(hasVoxel(filled, i, j, k)).toBe(true)
      if (distance > radius(k) + 1) expect(hasVoxel(filled, i, j, k)).toBe(false)
    })
  })

  test('one part becomes two without a break', async () => {
    const grid = gridOf([60, 40, 13])
    const filled = await fillIn(
      painted(grid, [0, 12], (i, j, k) =>
        k === 0 ? disc(i, j, 30, 20, 14) : disc(i, j, 20, 20, 6) || disc(i, j, 40, 20, 6),
      ),
    )
    expect(components(filled, 6, IDLE_CONTEXT).count).toBe(1)
    const slice = (k: number) => maskOf(gridOf([60, 40, 1]), (i, j) => hasVoxel(filled, i, j, k))
    expect(components(slice(1), 6, IDLE_CONTEXT).count).toBe(1)
    expect(components(slice(11), 6, IDLE_CONTEXT).count).toBe(2)
    const areas = Array.from({ length: 13 }, (_, k) => countVoxels(slice(k)))
    for (let k = 1; k < 13; k++) expect(areas[k]).toBeLessThanOrEqual(areas[k - 1] as number)
  })

  test('a vessel that runs across more than its width stays whole', async () => {
    const grid = gridOf([60, 30, 9])
    const filled = await fillIn(painted(grid, [0, 8], (i, j, k) => disc(i, j, k === 0 ? 10 : 42, 12 + k / 2, 5)))
    expect(components(filled, 6, IDLE_CONTEXT).count).toBe(1)
    for (let k = 0; k <= 8; k++) {
      eachVoxel(gridOf([60, 30, 1]), (i, j) => {
        const distance = Math.hypot(i - (10 + 4 * k), j - (12 + k / 2))
        if (distance < 4) expect(hasVoxel(filled, i, j, k)).toBe(true)
        if (distance > 6) expect(hasVoxel(filled, i, j, k)).toBe(false)
      })
    }
  })

  test('along each axis alike, and painted slices stay as they are', async () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 5, max: 9 }),
    )
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, seed) => {
        const grid = gridOf(size, [1, 0.7, 2])
        const some = randomMask(grid, seed, 0.4)
        const mask = painted(grid, [0, 3, size[2] - 1], (i, j, k) => hasVoxel(some, i, j, k) || i + j === 0)
        const across = await fillIn(mask)
        for (const k of [0, 3, size[2] - 1]) {
          eachVoxel(gridOf([size[0], size[1], 1]), (i, j) =>
            expect(hasVoxel(across, i, j, k)).toBe(hasVoxel(mask, i, j, k)),
          )
        }
        const turned = gridOf([size[2], size[0], size[1]], [2, 1, 0.7])
        const sideways = await fillIn(
          maskOf(turned, (i, j, k) => hasVoxel(mask, j, k, i)),
          0,
        )
        const upright = await fillIn(
          maskOf(gridOf([size[0], size[2], size[1]], [1, 2, 0.7]), (i, j, k) => hasVoxel(mask, i, k, j)),
          1,
        )
        eachVoxel(grid, (i, j, k) => {
          expect(hasVoxel(sideways, k, i, j)).toBe(hasVoxel(across, i, j, k))
          expect(hasVoxel(upright, i, k, j)).toBe(hasVoxel(across, i, j, k))
        })
      }),
      { numRuns: 30 },
    )
  })

  test('empty slices outside the painted ones stay empty; the input is untouched; cancel throws', async () => {
    const grid = gridOf([20, 20, 12])
    const mask = painted(grid, [3, 7], (i, j) => disc(i, j, 9, 9, 5))
    const before = mask.words.slice()
    const filled = await fillIn(mask)
    expect(mask.words).toEqual(before)
    eachVoxel(grid, (i, j, k) => expect(hasVoxel(filled, i, j, k)).toBe(k >= 3 && k <= 7 && disc(i, j, 9, 9, 5)))
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(betweenSlices(mask, { axis: 2 }, ctx)).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('nothing painted, one slice, and no gap are named', () => {
    const grid = gridOf([9, 9, 9])
    const code = (value: string) => expect.objectContaining({ code: value })
    expect(() => fillIn(emptyMask(grid))).toThrow(code('segment/empty'))
    expect(() => fillIn(painted(grid, [4], () => true))).toThrow(code('segment/no-gap'))
    expect(() => fillIn(painted(grid, [4, 5, 6], () => true))).toThrow(code('segment/no-gap'))
    expect(() =>
      fillIn(
        painted(grid, [3, 5], () => true),
        0,
      ),
    ).toThrow(code('segment/no-gap'))
    const map = { grid, labels: new Uint8Array(729) }
    expect(() => betweenLabelSlices(map, { axis: 2 }, IDLE_CONTEXT)).toThrow(code('segment/empty'))
  })
})

describe('labels between slices', () => {
  const grid = gridOf([40, 24, 9])
  const mapOf = (label: (i: number, j: number, k: number) => number): LabelMap => {
    const labels = new Uint8Array(40 * 24 * 9)
    let n = 0
    eachVoxel(grid, (i, j, k) => {
      labels[n++] = label(i, j, k)
    })
    return { grid, labels }
  }
  const only = ({ labels }: LabelMap, label: number) =>
    maskFromBytes(
      grid,
      labels.map((v) => (v === label ? 1 : 0)),
    )

  test('labels apart are filled as if each were alone', async () => {
    const map = mapOf((i, j, k) => {
      if ((k === 0 || k === 6) && disc(i, j, 9, 11, 6)) return 3
      return (k === 2 || k === 8) && disc(i, j, 29, 11, 4 + k / 2) ? 255 : 0
    })
    const filled = await betweenLabelSlices(map, { axis: 2 }, IDLE_CONTEXT)
    for (const label of [3, 255]) {
      expect(maskToBytes(only(filled, label))).toEqual(maskToBytes(await fillIn(only(map, label))))
    }
  })

  test('a contested voxel goes to the label it lies deeper in, a tie to the lower; what is painted stays', async () => {
    const map = mapOf((i, _, k) => (k === 0 || k === 8 ? (i < 21 ? 2 : i > 22 ? 1 : 0) : 0))
    map.labels[10 + 40 * (12 + 24 * 4)] = 9
    const filled = await betweenLabelSlices(map, { axis: 2 }, IDLE_CONTEXT)
    eachVoxel(grid, (i, j, k) => {
      const label = filled.labels[i + 40 * (j + 24 * k)]
      if (i === 10 && j === 12 && k === 4) expect(label).toBe(9)
      else expect(label).toBe(i < 21 ? 2 : i > 22 ? 1 : 0)
    })
    // Two labels of the same depth, then one deeper than the other, on different slices of the same place.
    const nested = async (radius: number) => {
      const two = mapOf((i, j, k) => {
        if (k === 0 || k === 8) return disc(i, j, 18, 11, radius) ? 5 : 0
        return (k === 1 || k === 7) && disc(i, j, 18, 11, 6) ? 3 : 0
      })
      const { labels } = await betweenLabelSlices(two, { axis: 2 }, IDLE_CONTEXT)
      return [1, 4].map((k) => [...new Set(labels.subarray(40 * 24 * k, 40 * 24 * (k + 1)))].sort())
    }
    expect(await nested(6)).toEqual([
      [0, 3],
      [0, 3],
    ])
    expect(await nested(9)).toEqual([
      [0, 3, 5],
      [0, 5],
    ])
  })
})

test('the distance of a slice is exact against every pixel of the other state', () => {
  const random = seededRandom(3)
  for (const [size, spacing, share] of [
    [[17, 1, 13], [0.5, 1, 0.8], 0.5],
    [[30, 1, 9], [2, 1, 0.3], 0.95],
    [[8, 1, 31], [1, 1, 1], 0.03],
  ] as const) {
    const stack = stackOf(gridOf(size, spacing), 1)
    const shape = Uint8Array.from({ length: size[0] * size[2] }, () => (random() < share ? 1 : 0))
    const distance = signedDistance(shape, stack)
    for (let p = 0; p < shape.length; p++) {
      let best = Number.POSITIVE_INFINITY
      for (let q = 0; q < shape.length; q++) {
        if (shape[q] === shape[p]) continue
        const du = ((p % size[0]) - (q % size[0])) * stack.unitU
        const dv = (Math.floor(p / size[0]) - Math.floor(q / size[0])) * stack.unitV
        best = Math.min(best, du * du + dv * dv)
      }
      const units = Math.min(32_767, Math.floor(Math.sqrt(best)))
      expect(distance[p]).toBe(shape[p] === 1 ? units : -units)
    }
  }
})

test.each([0, 1, 2] as const)('painted slices across axis %i are found', (axis) => {
  const grid = gridOf([20, 22, 24])
  const drawn = maskOf(grid, (i, j, k) => {
    const at = [i, j, k]
    const across = at[axis] as number
    return (across === 4 || across === 13) && at.every((n, a) => a === axis || Math.abs(n - 11) < 5)
  })
  expect(paintedAxis(drawn)).toBe(axis)
  expect(paintedAxis(maskOf(grid, (i) => i === 3))).toBe(2)
  expect(paintedAxis(emptyMask(grid))).toBe(2)
})
