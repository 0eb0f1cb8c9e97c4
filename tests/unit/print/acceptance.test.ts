import { describe, expect, test } from 'vitest'
import {
  type AcceptanceInput,
  brokenRules,
  figuresOf,
  formOf,
  judgePrint,
  type MeasuredBlock,
  REPRINT_REASONS,
  STATED_REASONS,
} from '../../../src/print/acceptance.ts'
import { blocksByHand } from '../../../src/print/ticket.ts'

type Errors = readonly [number, number, number]

/** Three blocks of one size, each off by these amounts along x, y and z. */
const blocks = (sizeMm: number, errors: readonly Errors[]): MeasuredBlock[] =>
  errors.map((off, n) => ({
    id: 'ABC'[n] ?? 'D',
    expectedMm: [sizeMm, sizeMm, sizeMm],
    measuredMm: [sizeMm + off[0], sizeMm + off[1], sizeMm + off[2]],
  }))
const NONE: Errors = [0, 0, 0]
const input = (change: Partial<AcceptanceInput>): AcceptanceInput => ({
  blocks: blocks(10, [NONE, NONE, NONE]),
  stated: [],
  earlierFailures: 0,
  ...change,
})
const broken = (sizeMm: number, errors: readonly Errors[]) => brokenRules(figuresOf(blocks(sizeMm, errors)))

describe('figures', () => {
  test('are those reckoned by hand', () => {
    const found = figuresOf(blocks(10, [[0.1, -0.2, 0], [0.3, 0, 0], NONE]))
    expect(found.measured).toBe(9)
    expect(found.meanMm).toBeCloseTo(0.6 / 9, 9)
    expect(found.maxMm).toBeCloseTo(0.3, 9)
    expect(found.relativePercent).toBeCloseTo(3, 9)
    expect(found.biasMm).toBeCloseTo(0.2 / 9, 9)
    expect(found.axisBiasMm[0]).toBeCloseTo(0.4 / 3, 9)
    expect(found.axisBiasMm[1]).toBeCloseTo(-0.2 / 3, 9)
  })
  test('leave out what is not measured', () => {
    const half: MeasuredBlock = { id: 'A', expectedMm: [10, 10, 10], measuredMm: [10.2, null, null] }
    expect(figuresOf([half])).toMatchObject({ measured: 1, missing: 2 })
    expect(figuresOf([half]).axisBiasMm[1]).toBeNaN()
    expect(figuresOf(formOf(blocksByHand())).meanMm).toBeNaN()
  })
})

describe('every rule at its limit less a hundredth, at it, and a hundredth beyond', () => {
  // Edges of 100 mm keep the relative rule out of the way; each case breaks one rule alone.
  const alternating = (mm: number): Errors[] => [
    [mm, -mm, mm],
    [-mm, mm, -mm],
    [mm, -mm, 0],
  ]
  test.each([
    ['mean', 100, (mm: number) => [...alternating(mm).slice(0, 2), [mm, -mm, mm] as Errors], 0.5],
    ['max', 100, (mm: number) => [[mm, 0, 0] as Errors, NONE, NONE], 1],
    ['relative', 10, (mm: number) => [[0, mm, 0] as Errors, NONE, NONE], 0.3],
    ['relative', 10, (mm: number) => [NONE, NONE, [0, 0, -mm] as Errors], 0.3],
    ['bias', 100, (mm: number) => [0, 1, 2].map((): Errors => [mm, mm, mm]), 0.3],
    ['bias', 100, (mm: number) => [0, 1, 2].map((): Errors => [-mm, -mm, -mm]), 0.3],
  ] as const)('%s of edges of %i mm', (rule, sizeMm, errors, limit) => {
    expect(broken(sizeMm, errors(limit - 0.01))).toEqual([])
    expect(broken(sizeMm, errors(limit))).toEqual([])
    expect(broken(sizeMm, errors(limit + 0.01))).toEqual([rule])
  })
})

describe('the decision', () => {
  test('accepts a good set', () => {
    const good = blocks(10, [
      [0.08, -0.06, 0.11],
      [0.05, -0.03, 0.14],
      [0.03, 0.06, -0.02],
    ])
    expect(judgePrint(input({ blocks: good }))).toMatchObject({ decision: 'accept', reasons: [], broken: [] })
  })
  test('refuses a block that is 0.7 mm too large, by the relative rule alone', () => {
    for (const planted of [[0.7, 0.7, 0.7] as Errors, [0.7, 0, 0] as Errors]) {
      const found = judgePrint(input({ blocks: blocks(10, [NONE, planted, NONE]) }))
      expect(found).toMatchObject({ decision: 'reprint', broken: ['relative'], reasons: ['beyond-limits'] })
    }
  })
  test('stops at the second failure of one file', () => {
    const bad = blocks(10, [[0.7, 0, 0], NONE, NONE])
    expect(judgePrint(input({ blocks: bad, earlierFailures: 1 })).decision).toBe('stop')
    expect(judgePrint(input({ earlierFailures: 1 })).decision).toBe('accept')
  })
  test('refuses a part that measures well for every other reason of the list', () => {
    for (const reason of STATED_REASONS)
      expect(judgePrint(input({ stated: [reason] }))).toMatchObject({ decision: 'reprint', reasons: [reason] })
    expect(REPRINT_REASONS).toHaveLength(STATED_REASONS.length + 1)
  })
  test('stays open while a field is empty or a block is missing, whatever is measured so far', () => {
    const two = blocks(10, [[0.7, 0, 0], NONE])
    expect(judgePrint(input({ blocks: two }))).toMatchObject({ decision: 'open', broken: [] })
    const [first, ...rest] = blocks(10, [NONE, NONE, NONE])
    const gap = [{ ...(first as MeasuredBlock), measuredMm: [10, null, 10] as const }, ...rest]
    expect(judgePrint(input({ blocks: gap })).decision).toBe('open')
    expect(judgePrint(input({ blocks: gap, stated: ['visible-defect'] })).decision).toBe('reprint')
  })
})
