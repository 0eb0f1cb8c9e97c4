import { describe, expect, test } from 'vitest'
import { digestVolume } from '../../../src/core/hash.ts'
import type { Volume } from '../../../src/core/types.ts'
import { abdomenPhantom } from '../../../src/evidence/abdomen-phantom.ts'
import { EDGE_CASES, type EdgeCaseId } from '../../../src/evidence/edge-cases.ts'
import type { Scope } from '../../../src/infer/card.ts'
import { scanFacts, scopeBreaches } from '../../../src/infer/scope.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

// A head with a bright face in front (small y) and a neck below (small z), on axes that point right, back and up.
const GRID = gridOf([40, 44, 50], [2, 2, 2], { origin: [40, -44, -50], direction: [-1, 0, 0, 0, 1, 0, 0, 0, 1] })
const HEAD = volumeOf(
  GRID,
  (i, j, k) => {
    const head = Math.hypot(i - 20, j - 22, k - 28) < 16
    const neck = k < 15 && Math.hypot(i - 20, j - 24) < 7
    return head || neck ? (j < 16 ? 900 : 400) : 0
  },
  { modality: 'MR', unit: 'a.u.' },
)
const made = (id: EdgeCaseId): Volume => {
  const found = EDGE_CASES.find((c) => c.id === id)
  if (!found) throw new Error(id)
  return found.make(HEAD)
}
/** Mean voxel index along an axis, weighed by value: where the signal lies. */
const middle = ({ grid, data }: Volume, axis: 0 | 1 | 2) => {
  const [nx, ny] = grid.size
  let sum = 0
  let total = 0
  for (let n = 0; n < data.length; n++) {
    const at = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)][axis] as number
    sum += at * (data[n] as number)
    total += data[n] as number
  }
  return sum / total
}
const distinct = ({ data }: Volume) => new Set(data).size

describe('edge cases', () => {
  test.each(EDGE_CASES.map((c) => [c.id, c] as const))(
    '%s is another scan, the same every time, and expected RED',
    async (_, { make, expected }) => {
      const before = await digestVolume(HEAD)
      const digest = await digestVolume(make(HEAD))
      expect(digest).not.toBe(before)
      expect(await digestVolume(make(HEAD))).toBe(digest)
      expect(await digestVolume(HEAD)).toBe(before)
      const { grid, data } = make(HEAD)
      expect(data.length).toBe(grid.size[0] * grid.size[1] * grid.size[2])
      expect(expected).toBe('red')
    },
  )
  test('nothing, and nothing but one value', () => {
    expect(new Set(made('empty').data)).toEqual(new Set([0]))
    expect(distinct(made('constant'))).toBe(1)
    expect(made('constant').data[0]).toBeGreaterThan(0)
  })
  test('one slice, and slices ten times as far apart as the voxels are wide', () => {
    expect(made('one-slice').grid).toMatchObject({ size: [40, 44, 1], spacing: [2, 2, 2], origin: [40, -44, 0] })
    expect(made('anisotropy-10').grid).toMatchObject({ size: [40, 44, 5], spacing: [2, 2, 20], origin: GRID.origin })
    expect(made('anisotropy-10').data[20 + 40 * (22 + 44 * 3)]).toBe(HEAD.data[20 + 40 * (22 + 44 * 30)])
  })
  test('upside down and back to front, on the same grid', () => {
    for (const [id, axis] of [
      ['upside-down', 2],
      ['back-to-front', 1],
    ] as const) {
      const turned = made(id)
      expect(turned.grid).toEqual(GRID)
      expect(middle(turned, axis)).toBeCloseTo(GRID.size[axis] - 1 - middle(HEAD, axis), 6)
      expect(middle(turned, 0)).toBeCloseTo(middle(HEAD, 0), 6)
    }
  })
  test('an abdomen in CT, once as what it is and once as what the network knows', async () => {
    expect(made('wrong-modality')).toMatchObject({ modality: 'CT', unit: 'HU' })
    expect(made('wrong-modality-unsaid')).toMatchObject({ modality: 'MR', unit: 'a.u.' })
    expect(await digestVolume({ ...made('wrong-modality-unsaid'), modality: 'CT', unit: 'HU' })).toBe(
      await digestVolume(made('wrong-modality')),
    )
  })
  test('noise has the mean of the scan and nothing of its shape', () => {
    const noise = made('noise-only')
    for (const axis of [0, 1, 2] as const) expect(middle(noise, axis)).toBeCloseTo((GRID.size[axis] - 1) / 2, 0)
    expect(noise.data.reduce((a, b) => a + b, 0) / HEAD.data.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 1)
  })
  test('centimetres taken for millimetres', () => {
    expect(made('spacing-in-cm').grid).toMatchObject({ spacing: [0.2, 0.2, 0.2], origin: [4, -4.4, -5] })
  })
})

test('the scope alone refuses what a scan says of itself; the rest is left to what the network finds', () => {
  const scope: Scope = {
    modalities: ['MR'],
    spacingMm: [0.5, 3],
    anisotropy: 4,
    fieldOfViewMm: [70, 400],
    ageYears: [0, 120],
  }
  const passes = (volume: Volume) => scopeBreaches(scope, scanFacts(volume, null)).length === 0
  expect(passes(HEAD)).toBe(true)
  expect(EDGE_CASES.filter((c) => passes(c.make(HEAD))).map((c) => c.id)).toEqual([
    'upside-down',
    'back-to-front',
    'wrong-modality-unsaid',
    'noise-only',
  ])
})

test('the abdomen has the values of one', () => {
  const { data, grid } = abdomenPhantom()
  const at = (x: number, y: number, z: number) => {
    const [i, j, k] = [x, y, z].map((mm, a) => Math.round((mm - (grid.origin[a] as number)) / 3)) as [
      number,
      number,
      number,
    ]
    return data[i + grid.size[0] * (j + grid.size[1] * k)] as number
  }
  expect(at(-170, -120, 0)).toBeLessThan(-900)
  expect(Math.abs(at(-80, -20, 50) - 110)).toBeLessThan(60)
  expect(Math.abs(at(0, 60, 20) - 220)).toBeLessThan(60)
  expect(at(55, -45, 30)).toBeLessThan(-700)
})
