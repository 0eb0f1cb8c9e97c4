import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { countVoxels, emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Mask, Vec3 } from '../../../src/core/types.ts'
import type { CutOp } from '../../../src/segment/cut.ts'
import { combine, complement } from '../../../src/segment/logic.ts'
import { VIEW_SCISSORS, type ViewScissorsParams, viewScissors } from '../../../src/segment/view-scissors.ts'
import { evenOdd } from '../../support/even-odd.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'
import { parallelView, perspectiveView } from '../../support/views.ts'

const oblique: Grid = {
  size: [67, 11, 9],
  spacing: [0.45, 1.1, 2.3],
  origin: [10, -20, 30],
  direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
}
const straight = gridOf([37, 11, 9], [1, 1.5, 2], { origin: [-18, -7.5, -8] })
const centreOf = (grid: Grid) => ijkToLps(grid, grid.size.map((n) => (n - 1) / 2) as unknown as Vec3)

const cut = (mask: Mask, given: Partial<ViewScissorsParams>) =>
  viewScissors(mask, { ...VIEW_SCISSORS.defaults, ...given }, IDLE_CONTEXT)

/** The voxels whose centre appears inside, each projected by itself. */
function bruteForce(grid: Grid, m: readonly number[], corners: readonly number[]): Mask {
  const row = (r: number, [x, y, z]: Vec3) =>
    (m[4 * r] as number) * x + (m[4 * r + 1] as number) * y + (m[4 * r + 2] as number) * z + (m[4 * r + 3] as number)
  return maskOf(grid, (...ijk) => {
    const lps = ijkToLps(grid, ijk)
    const w = row(3, lps)
    return w > 0 && evenOdd(corners, row(0, lps) / w, row(1, lps) / w)
  })
}

const around = (grid: Grid, [x, y, z]: Vec3, mm: number): Vec3 => {
  const [cx, cy, cz] = centreOf(grid)
  const length = Math.sqrt(x * x + y * y + z * z)
  return [cx + (mm * x) / length, cy + (mm * y) / length, cz + (mm * z) / length]
}

/** Off the round numbers that fast-check favours: a centre within rounding of an edge may fall to either side. */
const number = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((n) => n / 1e6 + 1.7e-7)
const way: fc.Arbitrary<Vec3> = fc.tuple(number(1), number(1), number(1)).filter((n) => Math.max(...n) > 0.1)
const screen = number(1.4)
const anyOutline = fc.array(fc.tuple(screen, screen), { minLength: 3, maxLength: 12 }).map((corners) => corners.flat())

describe.each([
  ['from afar', 90],
  ['from inside the scan', 3],
])('a camera %s', (_, mm) => {
  test('sees inside what each voxel, projected by itself, shows', async () => {
    await fc.assert(
      fc.asyncProperty(way, anyOutline, fc.boolean(), async (direction, corners, parallel) => {
        const [eye, target] = [around(oblique, direction, mm), centreOf(oblique)]
        const viewProjection = parallel ? parallelView(eye, target, 20) : perspectiveView(eye, target)
        const added = await cut(emptyMask(oblique), { op: 'add-inside', viewProjection, corners })
        expect(maskText(added)).toBe(maskText(bruteForce(oblique, viewProjection, corners)))
        expect(tailIsClear(added)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

/** Crosses itself, and holds the middle of the view. */
const ring = [-0.613, -0.507, 0.711, -0.402, 0.555, 0.633, -0.1, 0.2, -0.501, 0.577, 0.3, -0.8]

/** The view turned by a quarter and mirrored. */
const rolled = (m: readonly number[]) => [...m.slice(4, 8), ...m.slice(0, 4), ...m.slice(8)]

describe.each([
  ['along the rows', [1, 0, 0]],
  ['against the rows', [-1, 0, 0]],
  ['along j', [0, 1, 0]],
  ['along k', [0, 0, 1]],
] as const)('a view %s of a straight grid', (_, direction) => {
  test.each([60, 9])('from %i mm, where the camera stands on the line of the middle row', async (mm) => {
    const [eye, target] = [around(straight, direction, mm), centreOf(straight)]
    const views = [parallelView(eye, target, 12), perspectiveView(eye, target)]
    for (const viewProjection of [...views, ...views.map(rolled)]) {
      const added = await cut(emptyMask(straight), { op: 'add-inside', viewProjection, corners: ring })
      expect(countVoxels(added)).toBeGreaterThan(0)
      expect(maskText(added)).toBe(maskText(bruteForce(straight, viewProjection, ring)))
    }
  })
})

test('what is inside is removed, what is outside is removed, the rest stays', async () => {
  const viewProjection = perspectiveView(around(oblique, [1, 2, 3], 90), centreOf(oblique))
  const mask = randomMask(oblique, 4)
  const before = mask.words.slice()
  const inside = bruteForce(oblique, viewProjection, ring)
  expect(countVoxels(inside)).toBeGreaterThan(100)
  const results = await Promise.all(
    (['remove-inside', 'remove-outside', 'add-inside'] as const).map((op) =>
      cut(mask, { op, viewProjection, corners: ring }),
    ),
  )
  const wanted = (['subtract', 'intersect', 'union'] as const).map((op) => combine(mask, inside, op))
  expect(results.map(maskText)).toEqual(wanted.map(maskText))
  expect(mask.words).toEqual(before)
})

test.each(['perspective', 'parallel'])(
  'depths in a %s view are mm from the camera, both ends included',
  async (kind) => {
    for (const away of [50, 50.1, 49.7, 53.3]) {
      const eye: Vec3 = [0, 0, away]
      const viewProjection = kind === 'parallel' ? parallelView(eye, [0, 0, 0], 30) : perspectiveView(eye, [0, 0, 0])
      const full = complement(emptyMask(straight))
      // Of z = -8 .. 8 mm in steps of 2 these are 2, 0 and -2.
      const depthMm = [away - 2, away + 2] as const
      const gone = await cut(full, { viewProjection, corners: [-2, -2, 2, -2, 2, 2, -2, 2], depthMm })
      expect(maskText(gone)).toBe(maskText(maskOf(straight, (_i, _j, k) => k < 3 || k > 5)))
      const outside = await cut(full, { op: 'remove-outside', viewProjection, corners: [5, 5, 6, 5, 6, 6], depthMm })
      expect(outside.words).toEqual(gone.words)
    }
  },
)

test('outlines that share corners share no voxel', async () => {
  const viewProjection = perspectiveView(around(oblique, [1, -2, 1], 60), centreOf(oblique))
  const square = [-1, -1, 1, -1, 1, 1, -1, 1]
  const corner = (n: number) => square.slice((2 * n) % 8, ((2 * n) % 8) + 2)
  const parts = await Promise.all(
    [0, 1, 2, 3].map((n) =>
      cut(emptyMask(oblique), {
        op: 'add-inside',
        viewProjection,
        corners: [...corner(n), ...corner(n + 1), 0.25, -0.125],
      }),
    ),
  )
  const whole = await cut(emptyMask(oblique), { op: 'add-inside', viewProjection, corners: square })
  expect(parts.reduce((sum, part) => sum + countVoxels(part), 0)).toBe(countVoxels(whole))
  expect(parts.reduce((all, part) => combine(all, part, 'union')).words).toEqual(whole.words)
})

test('outlines that share an edge through voxel centres share no voxel', async () => {
  const viewProjection = parallelView([0.5, 0, 90], [0.5, 0, 0], 7)
  const at = (i: number, j: number) => [(i - 18.5) / 7, (j * 1.5 - 7.5) / 7] as const
  const pairs = [
    [at(2, 0), at(34, 10)],
    [at(5, 9), at(31, 1)],
    [at(0, 5), at(36, 5)],
    [at(7, 3), at(28, 10)],
  ] as const
  for (const [from, to] of pairs) {
    const of = (...corners: (readonly number[])[]) =>
      cut(emptyMask(straight), { op: 'add-inside', viewProjection, corners: corners.flat() })
    const [above, below, both] = await Promise.all([
      of(from, to, at(-9, 99)),
      of(to, from, at(9, -99)),
      of(from, at(9, -99), to, at(-9, 99)),
    ])
    expect(countVoxels(combine(above, below, 'intersect'))).toBe(0)
    expect(maskText(combine(above, below, 'union'))).toBe(maskText(both))
  }
})

test('rounding that leaves a parallel view a trace of perspective moves nothing', async () => {
  const viewProjection = parallelView([0, 0, 90], [0, 0, 0], 8)
  // The upper and lower edge lie 8 millionths of a mm outside rows of centres.
  const y = 0.562501
  const corners = [-0.99, -y, 0.99, -y, 0.99, y, -0.99, y]
  for (const noise of [0, 1e-17, -1e-17]) {
    const m = [12, 13, 14].reduce((noisy, at, n) => noisy.with(at, (n + 1) * noise), viewProjection)
    const added = await cut(emptyMask(straight), { op: 'add-inside', viewProjection: m, corners })
    expect(maskText(added)).toBe(maskText(bruteForce(straight, m, corners)))
    expect(countVoxels(added)).toBe(15 * 7 * 9)
  }
})

test('a freehand outline of a thousand corners', async () => {
  const corners = Array.from({ length: 1000 }, (_, n) => {
    const angle = (n * 2 * Math.PI) / 1000
    const r = 0.6 + 0.2 * Math.sin(9 * angle)
    return [r * Math.cos(angle), r * Math.sin(angle)]
  }).flat()
  const viewProjection = perspectiveView(around(oblique, [-1, 2, 1], 80), centreOf(oblique))
  const added = await cut(emptyMask(oblique), { op: 'add-inside', viewProjection, corners })
  expect(maskText(added)).toBe(maskText(bruteForce(oblique, viewProjection, corners)))
})

const view = perspectiveView([0, 0, 90], [0, 0, 0])

test.each([
  ['two corners', { corners: [0, 0, 1, 1] }],
  ['a corner that is no number', { corners: [0, 0, 1, 1, Number.NaN, 0] }],
  ['a corner far outside', { corners: [0, 0, 1, 1, 1001, 0] }],
  ['a corner far outside on the other side', { corners: [0, 0, 1, 1, -1001, 0] }],
  ['no matrix', { viewProjection: [] }],
  ['a matrix of nine', { viewProjection: view.slice(0, 9) }],
  ['a matrix with a number that is none', { viewProjection: view.with(3, Number.NaN) }],
  ['a matrix that shows nothing', { viewProjection: view.map(() => 0) }],
  ['depths out of order', { depthMm: [5, 4] as const }],
  ['a depth that is no number', { depthMm: [Number.NaN, 4] as const }],
  [
    'a depth of a view without one',
    { viewProjection: view.map((n, at) => (at < 8 ? n : 0)), depthMm: [0, 9] as const },
  ],
  ['no such operation', { op: 'add-outside' as CutOp }],
])('%s: refused', async (_, given) => {
  const params = { viewProjection: view, corners: ring, ...given }
  await expect(cut(emptyMask(straight), params)).rejects.toMatchObject({ code: 'app/bad-parameter' })
})

test('a cancelled cut stops', async () => {
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  const params = { ...VIEW_SCISSORS.defaults, viewProjection: view, corners: ring }
  await expect(viewScissors(emptyMask(straight), params, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})

test('an empty view of the scan: nothing is inside', async () => {
  const away = perspectiveView([0, 0, 90], [0, 0, 180])
  const added = await cut(emptyMask(straight), { op: 'add-inside', viewProjection: away, corners: ring })
  expect(countVoxels(added)).toBe(0)
  expect(hasVoxel(added, 0, 0, 0)).toBe(false)
})
