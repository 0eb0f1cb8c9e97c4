import { describe, expect, test } from 'vitest'
import { readCsv } from '../../../src/evidence/csv.ts'
import { csvText } from '../../../src/print/csv-write.ts'
import {
  type CaseEffort,
  caseCost,
  effortRows,
  isMinutes,
  isSeconds,
  MOST_PARTS,
  minutesOf,
  NO_EFFORT,
  NO_MINUTES,
  NO_SECONDS,
  registryCase,
  totalMinutes,
} from '../../../src/print/effort.ts'

const EFFORT: CaseEffort = {
  who: 'staff',
  seconds: { scan: 60, segment: 1200, model: 300, check: 120, print: 90, verify: 30 },
  byHand: { clinician: { ...NO_MINUTES, consultation: 25 }, staff: { ...NO_MINUTES, finishing: 12 } },
}

describe('minutes', () => {
  test('of the stations go to the person at the screen, what is typed in to whom it belongs', () => {
    const { clinician, staff } = minutesOf(EFFORT)
    expect(clinician).toEqual({ ...NO_MINUTES, consultation: 25 })
    expect(staff).toEqual({ consultation: 0, segmentation: 21, cad: 7, preparation: 1.5, finishing: 12.5 })
    expect(minutesOf({ ...EFFORT, who: 'clinician' }).clinician.segmentation).toBe(21)
    expect(totalMinutes(staff)).toBe(42)
  })
  test('stored ones are looked at', () => {
    expect(isSeconds(NO_SECONDS)).toBe(true)
    expect(isSeconds({ ...NO_SECONDS, scan: -1 })).toBe(false)
    expect(isSeconds({ ...NO_SECONDS, scan: undefined })).toBe(false)
    expect(isMinutes({ ...NO_MINUTES, cad: Number.NaN })).toBe(false)
  })
})

test('the cost of a case is prints and labour, and tells what refused prints cost', () => {
  const prints = [
    { cost: 20, refused: true },
    { cost: 22, refused: false },
  ]
  const found = caseCost(prints, minutesOf(EFFORT), { clinician: 120, staff: 60 })
  expect(found).toEqual({ prints: 42, labour: 50 + 42, reprints: 20, total: 134 })
})

describe('what leaves', () => {
  test('has the shape of the registry', () => {
    const part = { region: 'extremity', subregion: 'hip', structure: 'femur', laterality: 'left' } as const
    const many = Array.from({ length: 25 }, () => part)
    const print = { parts: [0, 24], printer: 'Prusa MK4, PLA', scale: 1, material: 'PLA' }
    const found = registryCase(many, [print], minutesOf(EFFORT))
    expect(found.parts).toHaveLength(MOST_PARTS)
    expect(found.prints[0]?.parts).toEqual([0])
    expect(found.minutes.staff).toMatchObject({ segmentation: 21, preparation: 1.5 })
    expect(Object.keys(found)).toEqual(['format', 'parts', 'prints', 'minutes'])
  })
  test('is a table that a reader of its own takes', () => {
    const rows = effortRows(minutesOf(EFFORT))
    expect(readCsv(csvText(rows)).map(({ cells }) => cells)).toEqual(rows.map((row) => row.map(String)))
    expect(rows[2]?.at(-1)).toBe(42)
    expect(effortRows(minutesOf(NO_EFFORT))[1]?.at(-1)).toBe(0)
  })
  test('quotes what would break a row, and starts no formula', () => {
    const text = csvText([['a,b', 'say "so"', '=1+1', -2, null, Number.NaN]])
    expect(text).toBe('"a,b","say ""so""",\'=1+1,-2,,\r\n')
  })
})
