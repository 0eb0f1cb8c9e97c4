import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededNormal, seededRandom } from '../../../src/core/random.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, LabelMap, Mask, Volume } from '../../../src/core/types.ts'
import { Buckets } from '../../../src/segment/buckets.ts'
import { GROW_FROM_SEEDS, type Grown, growFromSeeds } from '../../../src/segment/grow-from-seeds.ts'
import type { GrowParams, GrowState } from '../../../src/segment/grow-state.ts'
import { eachVoxel } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask, randomVolume, volumeOf } from '../../support/phantoms.ts'

type Seed = readonly [i: number, j: number, k: number, label: number]

function seedsAt(grid: Grid, seeds: readonly Seed[]): LabelMap {
  const labels = new Uint8Array(grid.size[0] * grid.size[1] * grid.size[2])
  for (const [i, j, k, label] of seeds) labels[i + grid.size[0] * (j + grid.size[1] * k)] = label
  return { grid, labels }
}

const ANYWHERE: GrowParams = { marginFraction: null, locality: 2 }

function grow(
  volume: Volume,
  seeds: LabelMap,
  params: GrowParams = ANYWHERE,
  allowed: Mask | null = null,
  last: GrowState | null = null,
): Promise<Grown> {
  return growFromSeeds({ volume, seeds, allowed }, params, IDLE_CONTEXT, last)
}

const labelAt = ({ labels }: Grown, i: number, j: number, k: number) =>
  labels.labels[i + labels.grid.size[0] * (j + labels.grid.size[1] * k)]

/** Relaxes all steps again and again until nothing changes, with the rule of the result. */
function bruteForce(volume: Volume, seeds: LabelMap, allowed: Mask | null, { rule }: GrowState): Uint8Array {
  const { grid, data } = volume
  const [nx, ny, nz] = grid.size
  const best = Array.from(seeds.labels, (label) => (label === 0 ? null : { cost: 0, label }))
  const may = new Uint8Array(best.length)
  eachVoxel(grid, (i, j, k) => {
    const word = allowed?.words[(k * ny + j) * ((nx + 31) >> 5) + (i >> 5)]
    may[i + nx * (j + ny * k)] = word === undefined ? 1 : (word >>> (i & 31)) & 1
  })
  for (const [n, isAllowed] of may.entries()) if (!isAllowed) best[n] = null
  const steps = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const
  for (let changed = true; changed; ) {
    changed = false
    eachVoxel(grid, (i, j, k) => {
      const n = i + nx * (j + ny * k)
      for (const [axis, [a, b, c]] of steps.entries()) {
        for (const sign of [-1, 1]) {
          const [p, q, r] = [i + sign * a, j + sign * b, k + sign * c]
          if (p < 0 || q < 0 || r < 0 || p >= nx || q >= ny || r >= nz) continue
          const m = p + nx * (q + ny * r)
          const from = best[m]
          if (!from || !may[n] || seeds.labels[n] !== 0) continue
          const difference = Math.min(rule.span, Math.abs((data[n] ?? 0) - (data[m] ?? 0)))
          const step = (rule.lengths[axis] as number) + Math.floor((difference * rule.gain) / 4096)
          const cost = Math.min(65_534, from.cost + step)
          const old = best[n]
          if (old && (cost > old.cost || (cost === old.cost && from.label >= old.label))) continue
          best[n] = { cost, label: from.label }
          changed = true
        }
      }
    })
  }
  return Uint8Array.from(best, (value) => value?.label ?? 0)
}

function randomSeeds(grid: Grid, seed: number, labels: number, share = 0.02): LabelMap {
  const random = seededRandom(seed)
  const map = seedsAt(grid, [[0, 0, 0, 1]])
  for (let n = 1; n < map.labels.length; n++) if (random() < share) map.labels[n] = 1 + Math.floor(random() * labels)
  return map
}

/** Two blocks of the same brightness with a darker wall between them at i = 14 and 15, in noise. */
function twoBoxes(noise: number): Volume {
  const normal = seededNormal(5)
  return volumeOf(gridOf([30, 20, 18]), (i) => Math.round((i === 14 || i === 15 ? 100 : 600) + noise * normal()))
}

describe('growing from seeds', () => {
  test('equals relaxing every step until nothing changes', async () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 6 }),
    )
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.nat(1e6),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (size, seed, locality, walls) => {
          const grid = gridOf(size, [0.5, 0.7, 2])
          const volume = randomVolume(grid, seed)
          const seeds = randomSeeds(grid, seed, 3, 0.1)
          const allowed = walls ? randomMask(grid, seed, 0.8) : null
          if (allowed) allowed.words[0] = (allowed.words[0] ?? 0) | 1
          const grown = await grow(volume, seeds, { marginFraction: null, locality }, allowed)
          expect(grown.labels.labels).toEqual(bruteForce(volume, seeds, allowed, grown.state))
        },
      ),
      { numRuns: 120 },
    )
  })

  test.each([0, 20, 60])('two boxes part at the wall between them, noise of %i', async (noise) => {
    const volume = twoBoxes(noise)
    const grown = await grow(
      volume,
      seedsAt(volume.grid, [
        [2, 3, 4, 1],
        [27, 15, 12, 2],
      ]),
    )
    eachVoxel(volume.grid, (i, j, k) => {
      if (i < 14) expect(labelAt(grown, i, j, k)).toBe(1)
      if (i > 15) expect(labelAt(grown, i, j, k)).toBe(2)
    })
  })

  test('without contrast seeds meet half-way in mm, and a tie goes to the lower label', async () => {
    const flat = volumeOf(gridOf([1, 11, 21], [1, 1, 0.5]), () => 7)
    const along = await grow(
      flat,
      seedsAt(flat.grid, [
        [0, 5, 0, 9],
        [0, 5, 20, 4],
      ]),
    )
    for (let k = 0; k < 21; k++) expect(labelAt(along, 0, 5, k)).toBe(k < 10 ? 9 : 4)
    const corner = await grow(
      flat,
      seedsAt(flat.grid, [
        [0, 0, 10, 2],
        [0, 5, 0, 1],
      ]),
    )
    // 5 mm to either seed.
    expect(labelAt(corner, 0, 5, 10)).toBe(1)
  })

  test('what a wall of the mask cuts off, and what lies outside the box of the seeds, stays 0', async () => {
    const volume = volumeOf(gridOf([40, 10, 8]), () => 0)
    const allowed = maskOf(volume.grid, (i) => i !== 20)
    const walled = await grow(volume, seedsAt(volume.grid, [[3, 3, 3, 5]]), ANYWHERE, allowed)
    eachVoxel(volume.grid, (i, j, k) => expect(labelAt(walled, i, j, k)).toBe(i < 20 ? 5 : 0))
    const boxed = await grow(
      volume,
      seedsAt(volume.grid, [
        [10, 4, 4, 1],
        [29, 4, 4, 2],
      ]),
      GROW_FROM_SEEDS.defaults,
    )
    eachVoxel(volume.grid, (i, j, k) => {
      const inside = i >= 9 && i <= 30 && Math.abs(j - 4) <= 1 && Math.abs(k - 4) <= 1
      expect(labelAt(boxed, i, j, k) !== 0).toBe(inside)
    })
    expect(boxed.state.box).toEqual({ from: [9, 3, 3], end: [31, 6, 6] })
  })

  test('ways past the highest cost still reach, and the lowest label wins there', async () => {
    const stripes = volumeOf(gridOf([200, 1, 1]), (i) => (i & 1) * 1000)
    const grown = await grow(stripes, seedsAt(stripes.grid, [[0, 0, 0, 3]]))
    expect(grown.labels.labels.every((label) => label === 3)).toBe(true)
    expect([...grown.state.costs]).toContain(65_534)
    const two = await grow(
      stripes,
      seedsAt(stripes.grid, [
        [0, 0, 0, 3],
        [199, 0, 0, 2],
      ]),
    )
    expect(two.labels.labels).toEqual(
      bruteForce(
        stripes,
        seedsAt(stripes.grid, [
          [0, 0, 0, 3],
          [199, 0, 0, 2],
        ]),
        null,
        two.state,
      ),
    )
  })

  test('seeds keep their label, inputs are untouched, cancel throws', async () => {
    const volume = randomVolume(gridOf([20, 20, 20]), 1)
    const seeds = randomSeeds(volume.grid, 2, 4)
    const before = [volume.data.slice(), seeds.labels.slice()]
    const { labels } = await grow(volume, seeds)
    expect([volume.data, seeds.labels]).toEqual(before)
    for (const [n, label] of seeds.labels.entries()) if (label !== 0) expect(labels.labels[n]).toBe(label)
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    await expect(growFromSeeds({ volume, seeds, allowed: null }, ANYWHERE, ctx)).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  test('what cannot be grown is named', async () => {
    const volume = volumeOf(gridOf([5, 5, 5]), () => 0)
    const seeds = seedsAt(volume.grid, [[1, 1, 1, 1]])
    const code = (value: string) => expect.objectContaining({ code: value })
    await expect(grow(volume, seedsAt(volume.grid, []))).rejects.toEqual(code('segment/bad-seed'))
    const shut = maskOf(volume.grid, (i) => i > 2)
    await expect(grow(volume, seeds, ANYWHERE, shut)).rejects.toEqual(code('segment/bad-seed'))
    const other = gridOf([5, 5, 5], [1, 1, 2])
    await expect(grow(volume, seedsAt(other, [[1, 1, 1, 1]]))).rejects.toEqual(code('segment/grid-mismatch'))
    await expect(
      grow(
        volume,
        seeds,
        ANYWHERE,
        maskOf(other, () => true),
      ),
    ).rejects.toEqual(code('segment/grid-mismatch'))
    for (const bad of [
      { locality: 0 },
      { locality: 1.5 },
      { locality: 65 },
      { marginFraction: -1 },
      { marginFraction: Number.NaN },
    ]) {
      await expect(grow(volume, seeds, { ...ANYWHERE, ...bad })).rejects.toEqual(code('app/bad-parameter'))
    }
  })
})

describe('going on from the last result', () => {
  const volume = randomVolume(gridOf([24, 18, 15], [0.6, 0.6, 1]), 9)
  const first: Seed[] = [
    [8, 6, 5, 1],
    [14, 9, 8, 2],
  ]

  const cases: Readonly<Record<string, readonly Seed[]>> = {
    'a new seed inside the box': [...first, [11, 7, 6, 3]],
    'new seeds outside, so that the box grows': [...first, [2, 1, 12, 3], [22, 16, 2, 1]],
    'the same seeds': first,
    'a seed that changed its label': [[8, 6, 5, 2], ...first.slice(1)],
    'a seed erased': first.slice(1),
  }
  test.each(Object.entries(cases))('%s: the same bytes as from the start', async (_, seeds) => {
    for (const params of [ANYWHERE, { marginFraction: 0.3, locality: 3 }]) {
      const last = await grow(volume, seedsAt(volume.grid, first), params)
      const kept = structuredClone(last.state)
      const map = seedsAt(volume.grid, seeds)
      expect(await grow(volume, map, params, null, last.state)).toEqual(await grow(volume, map, params))
      expect(last.state).toEqual(kept)
    }
  })

  test('another mask, other parameters, a smaller box: from the start', async () => {
    const seeds = seedsAt(volume.grid, first)
    const last = await grow(volume, seeds, ANYWHERE)
    const allowed = maskOf(volume.grid, (i, j) => i !== 11 || j < 8)
    const box = { marginFraction: 0.1, locality: 2 }
    expect(await grow(volume, seeds, ANYWHERE, allowed, last.state)).toEqual(
      await grow(volume, seeds, ANYWHERE, allowed),
    )
    expect(await grow(volume, seeds, box, null, last.state)).toEqual(await grow(volume, seeds, box))
    const compact = { marginFraction: null, locality: 9 }
    expect(await grow(volume, seeds, compact, null, last.state)).toEqual(await grow(volume, seeds, compact))
  })

  test('only what the new seed wins is worked on', async () => {
    const large = randomVolume(gridOf([60, 60, 60]), 3)
    const two: Seed[] = [
      [5, 5, 5, 1],
      [50, 50, 50, 2],
    ]
    const last = await grow(large, seedsAt(large.grid, two))
    let reports = 0
    const signal = { throwIfAborted: () => reports++ } as unknown as AbortSignal
    const more = seedsAt(large.grid, [...two, [30, 30, 30, 3]])
    const input = { volume: large, seeds: more, allowed: null }
    await growFromSeeds(input, ANYWHERE, { signal, progress: () => {} })
    const afresh = reports
    reports = 0
    await growFromSeeds(input, ANYWHERE, { signal, progress: () => {} }, last.state)
    expect(reports).toBeLessThan(afresh)
  })
})

test('buckets give back what was put in, level by level', () => {
  const buckets = new Buckets(100)
  const random = seededRandom(4)
  const held = Array.from({ length: 100 }, () => [] as number[])
  for (let n = 0; n < 300_000; n++) {
    const level = Math.floor(random() * 100)
    if (random() < 0.6) {
      buckets.push(level, n)
      held[level]?.push(n)
    } else expect(buckets.pop(level)).toBe(held[level]?.pop() ?? -1)
  }
  for (const [level, entries] of held.entries()) {
    for (const entry of entries.reverse()) expect(buckets.pop(level)).toBe(entry)
    expect(buckets.pop(level)).toBe(-1)
  }
  const { bytes } = buckets
  for (let n = 0; n < 1e6; n++) {
    buckets.push(n % 100, n)
    buckets.pop(n % 100)
  }
  expect(buckets.bytes).toBe(bytes)
})

test('the finest axis costs the locality, others by their spacing', async () => {
  const volume = volumeOf(gridOf([4, 4, 4], [0.5, 0.75, 2]), () => 0)
  const { state } = await grow(volume, seedsAt(volume.grid, [[0, 0, 0, 1]]), { marginFraction: null, locality: 4 })
  expect(state.rule.lengths).toEqual([4, 6, 16])
})
