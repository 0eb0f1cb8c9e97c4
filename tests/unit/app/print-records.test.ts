import { describe, expect, test } from 'vitest'
import {
  effortOf,
  jobOf,
  MOST_PRINTS,
  NO_PRINTS,
  type PrintRecord,
  type Prints,
  printerErrorMm,
  printsOn,
  profileFor,
  profilesOf,
  readPrints,
  roomFor,
  withEffort,
  withoutProfile,
  withPrint,
  withProfile,
} from '../../../src/app/print-records.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { NO_EFFORT } from '../../../src/print/effort.ts'
import { type PrinterProfile, SHIPPED_PROFILES } from '../../../src/print/profiles.ts'
import { OWN_PROFILE as OWN, printRecord as print } from '../../support/print-record.ts'

const KEPT: Prints = withEffort(withPrint(withProfile(NO_PRINTS, OWN), print()), 'c1', NO_EFFORT)
const through = (value: unknown) => readPrints(JSON.parse(JSON.stringify(value)) as JsonValue)

describe('what the vault kept', () => {
  test('comes back as it was, and nothing is the beginning', () => {
    expect(through(KEPT)).toEqual(KEPT)
    expect(readPrints(null)).toBe(NO_PRINTS)
  })
  test('of blocks that lie turned comes back with their axes, and with nothing else in their place', () => {
    const axes = [
      [0, 1, 0],
      [-1, 0, 0],
      [0, 0, 1],
    ] as const
    const blocks = [{ id: 'A', expectedMm: [10, 10, 10], measuredMm: [10.1, null, 9.9], axes }] as const
    const kept = { ...KEPT, prints: [print({ blocks })] }
    expect(through(kept)).toEqual(kept)
    const spoilt = { ...KEPT, prints: [{ ...print(), blocks: [{ ...blocks[0], axes: [[0, 1]] }] }] }
    expect(() => through(spoilt)).toThrow()
  })
  test('says how far off the chosen printer prints, by its own accepted prints alone', () => {
    const { process } = OWN
    const off = (mm: number, change: Partial<PrintRecord> = {}) =>
      print({ ...change, blocks: [{ id: 'A', expectedMm: [10, 10, 10], measuredMm: [10 + mm, 10 + mm, 10 + mm] }] })
    const kept = (prints: PrintRecord[]) => ({ ...withProfile(NO_PRINTS, OWN), chosen: OWN.id, prints })
    const eight = Array.from({ length: 8 }, () => off(0.2))
    expect(printerErrorMm(kept(eight), process)).toBeCloseTo(0.2, 9)
    const others = [off(2, { decision: 'reprint' }), off(2, { decision: 'stop' }), off(2, { profileId: 'another' })]
    expect(printerErrorMm(kept([...eight, ...others]), process)).toBeCloseTo(0.2, 9)
    expect(printerErrorMm(kept([...eight.slice(1), ...others]), process)).toBeNull()
  })
  test('of a later version is named', () => {
    expect(() => through({ ...KEPT, format: 'proofprint-prints/2' })).toThrow(
      expect.objectContaining({ code: 'vault/newer' }),
    )
  })
  test.each([
    ['a profile with a layer of nothing', { profiles: [{ ...OWN, layerMm: 0 }] }],
    ['a print decided otherwise', { prints: [print({ decision: 'maybe' as 'stop' })] }],
    ['a rule nobody knows', { prints: [print({ broken: ['luck' as 'mean'] })] }],
    [
      'a block of no size, which would be divided by',
      { prints: [print({ blocks: [{ id: 'A', expectedMm: [0, 1, 1], measuredMm: [1, 1, 1] }] })] },
    ],
    ['a turn of eight numbers', { prints: [{ ...print(), rotation: [1, 0, 0, 0, 1, 0, 0, 0] }] }],
    ['work without its minutes', { effort: { c1: { ...NO_EFFORT, byHand: {} } } }],
    ['no rates', { hourRates: null }],
  ])('with %s is refused', (_, change) => {
    expect(() => through({ ...KEPT, ...change })).toThrow(expect.objectContaining({ code: 'vault/tampered' }))
  })
})

describe('profiles', () => {
  test('an own one is offered after the shipped ones, changed under its id, and removed', () => {
    expect(profilesOf(KEPT).at(-1)).toEqual(OWN)
    expect(KEPT.chosen).toBe(OWN.id)
    const changed = withProfile(KEPT, { ...OWN, hourRate: 9 })
    expect(changed.profiles).toHaveLength(1)
    expect(withoutProfile(changed, OWN.id)).toMatchObject({ profiles: [], chosen: SHIPPED_PROFILES[0]?.id })
  })
  test('a shipped one cannot be written over, nor one kept that is not sound', () => {
    for (const bad of [SHIPPED_PROFILES[1] as PrinterProfile, { ...OWN, layerMm: -1 }])
      expect(() => withProfile(KEPT, bad)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
  })
})

describe('prints', () => {
  test('are told apart by job and by printer', () => {
    const kept = withPrint(KEPT, print({ id: 'p2', job: 'beef', profileId: 'other' }))
    expect(jobOf(kept, print().job).map(({ id }) => id)).toEqual(['p1'])
    expect(printsOn(kept, 'other').map(({ id }) => id)).toEqual(['p2'])
    expect(effortOf(kept, 'nobody')).toBe(NO_EFFORT)
  })
  test('past a thousand the oldest goes', () => {
    let kept = NO_PRINTS
    for (let n = 0; n <= MOST_PRINTS; n++) kept = withPrint(kept, print({ id: `p${n}` }))
    expect(kept.prints).toHaveLength(MOST_PRINTS)
    expect(kept.prints[0]?.id).toBe('p1')
    expect(JSON.stringify(kept).length).toBeLessThan(1 << 20)
  })
})

describe('the room that is checked against', () => {
  test('is that of the printer chosen for this process, and named as the default machine where it is that one', () => {
    expect(roomFor(NO_PRINTS, 'fdm')).toBeNull()
    const small = withProfile(NO_PRINTS, { ...OWN, buildMm: [100, 100, 100] })
    expect(roomFor(small, 'fdm')).toEqual([100, 100, 100])
    expect(roomFor(small, 'sla')).toBeNull()
    expect(profileFor(small, 'sla').process).toBe('sla')
  })
})
