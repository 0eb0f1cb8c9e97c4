import { describe, expect, test } from 'vitest'
import type { Mat3, Vec3 } from '../../../src/core/types.ts'
import type { MeasuredBlock } from '../../../src/print/acceptance.ts'
import {
  compensation,
  controlChart,
  printErrorMm,
  printerStrainPercent,
  studentT975,
} from '../../../src/print/drift.ts'
import { reprintChart } from '../../../src/print/p-chart.ts'

const UPRIGHT: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]
/** The part's z lies along the printer's x. */
const LYING: Mat3 = [0, 0, 1, 1, 0, 0, 0, 1, 0]

/** What a printer with these strains makes of edges of 20 mm that lie as `rotation` says. */
function printed(strain: Vec3, rotation: Mat3): MeasuredBlock[] {
  const along = (axis: number) =>
    20 *
    Math.hypot(...[0, 1, 2].map((row) => (1 + (strain[row] as number) / 100) * (rotation[3 * row + axis] as number)))
  return [{ id: 'A', expectedMm: [20, 20, 20], measuredMm: [along(0), along(1), along(2)] }]
}
const turnedZ = (degrees: number): Mat3 => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return [c, -s, 0, s, c, 0, 0, 0, 1]
}

describe('strain of the printer', () => {
  test.each([
    ['upright', UPRIGHT],
    ['lying', LYING],
    ['turned by 20 degrees', turnedZ(20)],
  ])('is found from a part that stood %s', (_, rotation) => {
    const found = printerStrainPercent({ blocks: printed([1, -0.5, 0.25], rotation), rotation })
    expect(found?.[0]).toBeCloseTo(1, 2)
    expect(found?.[1]).toBeCloseTo(-0.5, 2)
    expect(found?.[2]).toBeCloseTo(0.25, 2)
  })
  test('is found from blocks that lie turned in a part that stood upright', () => {
    const turnedBy = turnedZ(20)
    const column = (k: 0 | 1 | 2): Vec3 => [turnedBy[k], turnedBy[3 + k] as number, turnedBy[6 + k] as number]
    const axes = [column(0), column(1), column(2)] as const
    const blocks = printed([1, -0.5, 0.25], turnedBy).map((block) => ({ ...block, axes }))
    const found = printerStrainPercent({ blocks, rotation: UPRIGHT })
    expect(found?.[0]).toBeCloseTo(1, 2)
    expect(found?.[1]).toBeCloseTo(-0.5, 2)
    expect(found?.[2]).toBeCloseTo(0.25, 2)
  })
  test('is not told where edges cannot tell the axes apart, or none was measured', () => {
    const rotation = turnedZ(45)
    expect(printerStrainPercent({ blocks: printed([1, -0.5, 0.25], rotation), rotation })).toBeNull()
    expect(printerStrainPercent({ blocks: [], rotation: UPRIGHT })).toBeNull()
  })
})

describe('how far off a printer prints', () => {
  const print = (...off: (number | null)[]) => ({
    blocks: [
      { id: 'A', expectedMm: [10, 10, 10], measuredMm: off.map((mm) => mm && 10 + mm) },
    ] as never as MeasuredBlock[],
  })
  test('is the root mean square over every measured edge, from eight measured prints on', () => {
    const seven = Array.from({ length: 7 }, () => print(0.3, -0.3, 0.3))
    expect(printErrorMm(seven)).toBeNull()
    expect(printErrorMm([...seven, print(null, null, null)])).toBeNull()
    expect(printErrorMm([...seven, print(0.3, null, -0.3)])).toBeCloseTo(0.3, 9)
    // 21 edges off by 0.3 and three by 0.1.
    expect(printErrorMm([...seven, print(0.1, 0.1, 0.1)])).toBeCloseTo(Math.sqrt((21 * 0.09 + 3 * 0.01) / 24), 9)
  })
})

describe('the control chart', () => {
  test('has the limits of the moving range', () => {
    // Ranges all 1: limits at 2.66 from the centre.
    const found = controlChart([0, 1, 0, 1, 0, 1, 0, 1])
    expect(found.centre).toBe(0.5)
    expect(found.limits?.high).toBeCloseTo(0.5 + 2.66, 9)
    expect(found.limits?.low).toBeCloseTo(0.5 - 2.66, 9)
    expect(found.signals).toEqual([])
  })
  test('has none below eight prints', () => {
    expect(controlChart([0, 1, 0, 1, 0, 1, 0]).limits).toBeNull()
  })
  test('marks what lies beyond, and eight in a row on one side', () => {
    expect(controlChart([-1, 1, -1, 1, -1, 1, -1, 1, -1, 12]).signals).toContainEqual({ index: 9, kind: 'beyond' })
    expect(controlChart([-1, 1, -1, 1, -1, 1, -1, 1, -1, 4]).signals).toEqual([])
    const low = [0.1, 0, 0.1, 0, 0.1, 0, 0.1, 0]
    const high = low.map((value) => value + 0.11)
    expect(controlChart([...low, ...high]).signals.map(({ index }) => index)).toContain(15)
    expect(controlChart([...low, ...high]).signals.every(({ kind }) => kind === 'run')).toBe(true)
  })
})

describe('suggested compensation', () => {
  const around = (mean: number, n: number) => Array.from({ length: n }, (_, k) => mean + (k % 2 === 0 ? 0.1 : -0.1))
  test('is the inverse of the mean, with its interval', () => {
    const found = compensation(around(1, 10))
    expect(found.factor).toBeCloseTo(1 / 1.01, 6)
    // sd = 0.1 sqrt(10 / 9), t(9) = 2.262
    expect(found.high - found.meanPercent).toBeCloseTo((2.262 * 0.1 * Math.sqrt(10 / 9)) / Math.sqrt(10), 4)
  })
  test('needs ten prints, and a mean that is not nothing', () => {
    expect(compensation(around(1, 9))).toMatchObject({ factor: null, why: 'too-few', n: 9 })
    expect(compensation(around(0.01, 12))).toMatchObject({ factor: null, why: 'may-be-nothing' })
    expect(compensation([])).toMatchObject({ factor: null, why: 'too-few' })
  })
  test.each([
    [7, 2.365],
    [9, 2.262],
    [19, 2.093],
    [49, 2.01],
  ])('t of %i degrees is that of the tables', (degrees, t) => {
    expect(studentT975(degrees)).toBeCloseTo(t, 2)
  })
})

describe('the rate of reprints', () => {
  const prints = (n: number, refused: number) => Array.from({ length: n }, (_, k) => k < refused)
  test.each([
    [50, 4, false],
    [50, 5, true],
    [50, 6, true],
    [3, 1, false],
    [20, 5, true],
  ])('of %i prints with %i refused asks to act: %s', (n, refused, mustAct) => {
    expect(reprintChart(prints(n, refused)).mustAct).toBe(mustAct)
  })
  test('looks at the last fifty alone', () => {
    const found = reprintChart([...prints(5, 5), ...prints(50, 0)])
    expect(found).toMatchObject({ rate: 0, window: 50, prints: 55, refused: 5, mustAct: false })
  })
  test('draws groups of ten against three standard errors', () => {
    const found = reprintChart([...prints(10, 1), ...prints(10, 1), ...prints(10, 1), ...prints(10, 9)])
    expect(found.centre).toBeCloseTo(0.3, 9)
    expect(found.limits?.high).toBeCloseTo(0.3 + 3 * Math.sqrt(0.021), 9)
    expect(found.limits?.low).toBe(0)
    expect(found.points.map(({ isBeyond }) => isBeyond)).toEqual([false, false, false, true])
    expect(reprintChart(prints(29, 1)).limits).toBeNull()
  })
  test('of no print at all is not known', () => {
    expect(reprintChart([])).toMatchObject({ window: 0, mustAct: false, points: [] })
    expect(reprintChart([]).rate).toBeNaN()
  })
})
