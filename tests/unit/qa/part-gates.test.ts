import { describe, expect, test } from 'vitest'
import type { Laterality } from '../../../src/core/anatomy.ts'
import { type CheckId, type Finding, PROCESS_IDS } from '../../../src/core/finding.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { checkAiConfidence } from '../../../src/qa/checks/ai-confidence.ts'
import { checkAiReview } from '../../../src/qa/checks/ai-review.ts'
import { checkBoundaryEdges } from '../../../src/qa/checks/boundary-edges.ts'
import { checkErrorBudget } from '../../../src/qa/checks/error-budget.ts'
import { checkGenus } from '../../../src/qa/checks/genus.ts'
import { checkNonManifoldEdges } from '../../../src/qa/checks/non-manifold-edges.ts'
import { checkOrientation } from '../../../src/qa/checks/orientation.ts'
import { checkScale } from '../../../src/qa/checks/scale.ts'
import { checkSelfIntersections } from '../../../src/qa/checks/self-intersections.ts'
import { checkSideAndId, type PartSide } from '../../../src/qa/checks/side-and-id.ts'
import { checkStructures } from '../../../src/qa/checks/structures.ts'
import type { Deviation } from '../../../src/qa/deviation.ts'
import { errorBudget, PUBLISHED_PRINT_MM, PUBLISHED_SEGMENTATION_MM } from '../../../src/qa/error-budget.ts'
import { genusOf } from '../../../src/qa/genus.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { measureStructures } from '../../../src/qa/structures.ts'
import { topology } from '../../../src/qa/topology.ts'
import { AMBER_LABEL, openRegion, SIGNED } from '../../support/label-ai.ts'
import { boxMesh, inverted, joinMeshes, placed, sphereMesh, withFlipped, withHole } from '../../support/meshes.ts'

const { planning, communication, teaching } = POLICIES
const E = 1e-3
const NOTHING: Mesh = { positions: new Float32Array(0), indices: new Uint32Array(0) }
/** A box of so many mm3, `at` mm along x. */
const block = (mm3: number, at: number) => boxMesh([at, 0, 0], [at + mm3, 1, 1])
const ball = sphereMesh(20, 24)

const sound = topology(ball)
const doubled: Mesh = { ...ball, indices: new Uint32Array([...ball.indices, ...ball.indices.slice(30, 33)]) }
const p95 = (mm: number): Deviation => {
  const spread = { meanMm: 0, p95Mm: mm, maxMm: mm, points: 1 }
  return { toReference: spread, fromReference: spread, signedMm: new Float32Array(0), places: [] }
}
const AS_SIGNED: PartSide = { side: 'left', isMirrored: false }
const marks = (textHeightMm: number | null, hasSide = true, hasId = true) =>
  checkSideAndId({ textHeightMm, hasSide, hasId }, AS_SIGNED, planning)
const said = (sides: readonly Laterality[], shows: Partial<PartSide> = {}, policy = planning) =>
  checkSideAndId({ textHeightMm: 9, hasSide: true, hasId: true, sides }, { ...AS_SIGNED, ...shows }, policy)
const structures = (mesh: Mesh, reference: Mesh) =>
  checkStructures(measureStructures(mesh, reference, planning.droppedMm3), planning)
const scaled = (factor: number, reason: string | null) => checkScale({ factor, reason }, planning)
/** With segmentation and print as published for SLS, edits of this much just reach the budget. */
const EDITS_AT_BUDGET = Math.sqrt(1 - PUBLISHED_SEGMENTATION_MM ** 2 - PUBLISHED_PRINT_MM.sls ** 2)
const budget = (editsMm: number) => checkErrorBudget(null, p95(editsMm), { process: 'sls', printerMm: null }, planning)
const review = (open: number) =>
  checkAiReview(
    { ...AMBER_LABEL, regions: Array.from({ length: open }, () => openRegion()), secondReader: SIGNED },
    planning,
  )

/** Gates that count have the limit 0: there is nothing below it. The gates of limits.test.ts are not repeated. */
const AT_LIMITS: readonly (readonly [CheckId, string, Finding, Finding['level']])[] = [
  ['boundary-edges', 'none', checkBoundaryEdges(sound, planning), 'pass'],
  ['boundary-edges', 'one hole', checkBoundaryEdges(topology(withHole(ball, 300)), planning), 'fail'],
  ['non-manifold-edges', 'none', checkNonManifoldEdges(sound, planning), 'pass'],
  ['non-manifold-edges', 'one wall too many', checkNonManifoldEdges(topology(doubled), planning), 'fail'],
  ['orientation', 'none', checkOrientation(sound, [], planning), 'pass'],
  ['orientation', 'one triangle', checkOrientation(topology(withFlipped(ball, 300)), [], planning), 'fail'],
  ['self-intersections', 'none', checkSelfIntersections({ pairs: 0, places: [] }, communication), 'pass'],
  ['self-intersections', 'one', checkSelfIntersections({ pairs: 1, places: [] }, communication), 'warn'],
  [
    'structures',
    'a lost piece of 1 - e mm3',
    structures(block(8, 0), joinMeshes(block(8, 0), block(1 - E, 20))),
    'pass',
  ],
  ['structures', 'a lost piece of 1 mm3', structures(block(8, 0), joinMeshes(block(8, 0), block(1, 20))), 'pass'],
  [
    'structures',
    'a lost piece of 1 + e mm3',
    structures(block(8, 0), joinMeshes(block(8, 0), block(1 + E, 20))),
    'warn',
  ],
  ['structures', '1 - e mm3 left of a label', structures(block(1 - E, 0), block(8, 0)), 'fail'],
  ['structures', '1 mm3 left of a label', structures(block(1, 0), block(8, 0)), 'fail'],
  ['structures', '1 + e mm3 left of a label', structures(block(1 + E, 0), block(8, 0)), 'pass'],
  ['structures', 'nothing left of a label', structures(NOTHING, block(8, 0)), 'fail'],
  ['genus', 'the same', checkGenus(3, 3, planning), 'pass'],
  ['genus', 'one tunnel more', checkGenus(4, 3, planning), 'fail'],
  ['genus', 'one tunnel fewer', checkGenus(2, 3, teaching), 'fail'],
  ['scale', '1', scaled(1, null), 'pass'],
  ['scale', '1 - e', scaled(1 - E, null), 'fail'],
  ['scale', '1 + e', scaled(1 + E, null), 'fail'],
  ['scale', '1 + e, with a reason', scaled(1 + E, 'for the hand'), 'warn'],
  ['scale', '1 + e, with a word of seven', scaled(1 + E, '1234567 '), 'fail'],
  ['scale', 'no number', scaled(Number.NaN, 'for the hand'), 'fail'],
  ['scale', 'mirrored by a factor', scaled(-1, 'for the hand'), 'fail'],
  ['side-and-id', 'text of 7.5 - e mm', marks(7.5 - E), 'warn'],
  ['side-and-id', 'text of 7.5 mm', marks(7.5), 'pass'],
  ['side-and-id', 'text of 7.5 + e mm', marks(7.5 + E), 'pass'],
  ['side-and-id', 'text without a height', marks(Number.NaN), 'warn'],
  ['side-and-id', 'a code only', marks(null), 'pass'],
  ['side-and-id', 'no side', marks(9, false), 'fail'],
  ['side-and-id', 'no case ID', marks(9, true, false), 'fail'],
  ['side-and-id', 'nothing, to talk with a patient', checkSideAndId(null, AS_SIGNED, communication), 'fail'],
  ['side-and-id', 'nothing, for teaching', checkSideAndId(null, AS_SIGNED, teaching), 'pass'],
  ['side-and-id', 'the side it shows', said(['left']), 'pass'],
  ['side-and-id', 'the other side', said(['right']), 'fail'],
  ['side-and-id', 'both sides, even for teaching', said(['left', 'right'], {}, teaching), 'fail'],
  ['side-and-id', 'a side before one is signed', said(['right'], { side: null }), 'pass'],
  ['side-and-id', 'mirrored, with the side it shows now', said(['right'], { side: 'right', isMirrored: true }), 'warn'],
  ['side-and-id', 'mirrored, with the side of the scan', said(['left'], { side: 'right', isMirrored: true }), 'fail'],
  [
    'side-and-id',
    'mirrored, with nothing on it, for teaching',
    checkSideAndId(null, { ...AS_SIGNED, isMirrored: true }, teaching),
    'warn',
  ],
  ['error-budget', '1 - e mm', budget(EDITS_AT_BUDGET - E), 'pass'],
  ['error-budget', '1 mm', budget(EDITS_AT_BUDGET - 1e-9), 'pass'],
  ['error-budget', '1 + e mm', budget(EDITS_AT_BUDGET + E), 'warn'],
  ['error-budget', 'far beyond', budget(90), 'warn'],
  ['ai-confidence', 'amber', checkAiConfidence(AMBER_LABEL, planning), 'pass'],
  ['ai-confidence', 'red', checkAiConfidence({ ...AMBER_LABEL, band: 'red' }, planning), 'fail'],
  ['ai-review', 'nothing open', review(0), 'pass'],
  ['ai-review', 'one region open', review(1), 'fail'],
]

test('a printer that was measured counts in place of what is published, and is not told as assumed', () => {
  const of = (printerMm: number | null) => checkErrorBudget(null, p95(0.3), { process: 'sls', printerMm }, planning)
  expect(of(null).detail).toMatchObject({ printMm: PUBLISHED_PRINT_MM.sls, assumed: 'segmentation, print' })
  expect(of(0.5).detail).toMatchObject({ printMm: 0.5, assumed: 'segmentation' })
  expect(of(0.5).value).toBeCloseTo(Math.hypot(PUBLISHED_SEGMENTATION_MM, 0.3, 0.5), 9)
})

test.each(AT_LIMITS)('%s, %s', (check, _, finding, level) => expect(finding).toMatchObject({ check, level }))

test('what concerns the part itself can be waived by nobody, tunnels by a reviewer', () => {
  expect([structures(NOTHING, ball), marks(null, false), scaled(2, null)].map(({ hard }) => hard)).toEqual([
    true,
    true,
    true,
  ])
  expect(checkGenus(1, 0, planning).hard).toBe(false)
})

describe('missing structures', () => {
  const small = sphereMesh(2, 12, [23, 0, 0])
  test('a piece is missed beside another that is near, largest first, with its place', () => {
    const both = joinMeshes(ball, small, sphereMesh(3, 12, [0, 30, 0]))
    const { before, dropped } = measureStructures(ball, both, 1)
    expect([before, dropped.length]).toEqual([3, 2])
    expect(dropped[0]?.volumeMm3).toBeGreaterThan(dropped[1]?.volumeMm3 ?? 0)
    expect(dropped[0]?.at[1]).toBeCloseTo(30, 0)
  })
  test('pieces that were smoothed, moved a little or joined are there', () => {
    const both = joinMeshes(ball, small)
    expect(measureStructures(placed(both, [1, 1, 1], [0.2, 0.1, 0]), both, 1).dropped).toEqual([])
    const bridge = boxMesh([15, -0.5, -0.5], [24, 0.5, 0.5])
    expect(measureStructures(joinMeshes(both, bridge), both, 1).dropped).toEqual([])
  })
  test('a cavity is no piece', () => {
    const hollow = joinMeshes(ball, inverted(sphereMesh(10)))
    expect(measureStructures(ball, hollow, 1)).toEqual({ before: 1, dropped: [], isGone: false })
  })
})

test('genus counts the tunnels of all pieces, and cavities are none', () => {
  expect(genusOf(ball)).toBe(0)
  expect(genusOf(joinMeshes(ball, inverted(sphereMesh(10)), block(8, 40)))).toBe(0)
  expect(genusOf(ring(8, 6))).toBe(1)
  expect(genusOf(joinMeshes(ring(8, 6), ring(5, 4)))).toBe(2)
})

/** A torus of so many steps around and across. */
function ring(around: number, across: number): Mesh {
  const positions: number[] = []
  const indices: number[] = []
  const at = (a: number, c: number) => (a % around) * across + (c % across)
  for (let a = 0; a < around; a++) {
    for (let c = 0; c < across; c++) {
      const [u, v] = [(2 * Math.PI * a) / around, (2 * Math.PI * c) / across]
      const radius = 10 + 3 * Math.cos(v)
      positions.push(radius * Math.cos(u), radius * Math.sin(u), 3 * Math.sin(v))
      indices.push(at(a, c), at(a + 1, c), at(a + 1, c + 1), at(a, c), at(a + 1, c + 1), at(a, c + 1))
    }
  }
  return { positions: new Float32Array(positions), indices: new Uint32Array(indices) }
}

describe('error budget', () => {
  const input = { ai: null, editsP95Mm: 0.3, process: 'fdm', printerMm: null } as const
  test('takes published figures where nothing was measured, and says so', () => {
    expect(errorBudget(input).parts).toEqual([
      { id: 'segmentation', mm: 0.8, basis: 'published' },
      { id: 'edits', mm: 0.3, basis: 'measured' },
      { id: 'print', mm: 0.16, basis: 'published' },
    ])
    expect(errorBudget(input).totalMm).toBeCloseTo(Math.sqrt(0.64 + 0.09 + 0.0256), 12)
  })
  test('takes how far the members of a network lie apart, and what the printer at hand holds', () => {
    const ai = { reasons: [{ rule: 's95', band: 'green', value: 0.4, limit: 1 }] } as const
    const measured = errorBudget({ ...input, ai, printerMm: 0.2 })
    expect(measured.parts.map(({ mm, basis }) => [mm, basis])).toEqual([
      [0.4, 'members'],
      [0.3, 'measured'],
      [0.2, 'printer'],
    ])
  })
  test('members that never overlapped tell no distance', () => {
    const ai = { reasons: [{ rule: 's95', band: 'red', value: null, limit: 2 }] } as const
    expect(errorBudget({ ...input, ai }).parts[0]).toMatchObject({ mm: 0.8, basis: 'published' })
  })
  test('every process has a figure, and the finding names what is assumed', () => {
    for (const process of PROCESS_IDS) expect(PUBLISHED_PRINT_MM[process]).toBeGreaterThan(0)
    expect(budget(0.3).detail).toMatchObject({ segmentationMm: 0.8, editsMm: 0.3, printMm: 0.11 })
    expect(budget(0.3).detail.assumed).toBe('segmentation, print')
  })
})
