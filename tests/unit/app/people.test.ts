import { describe, expect, test } from 'vitest'
import { atTheDoor, missingRoles, shareable, staffWith } from '../../../src/app/case-share.ts'
import { People, standingOf } from '../../../src/app/people.svelte.ts'
import type { PersonRow, Standing } from '../../../src/app/people-view.ts'
import { assertMayHandIn, ReadScan } from '../../../src/app/read-scan.ts'
import type { Role } from '../../../src/core/role.ts'
import type { TraceStep } from '../../../src/trace/chain.ts'

const TIMES = {
  notBefore: '2026-01-01T00:00:00.000Z',
  originateUntil: '2026-06-30T00:00:00.000Z',
  consumeUntil: '2026-12-31T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
}
const row = (staff: string, roles: readonly Role[], standing: Standing = 'active'): PersonRow => ({
  id: `id-${staff}`,
  staff,
  roles,
  standing,
  ...TIMES,
  revokedAt: null,
})

describe('how a person stands', () => {
  const at = (iso: string, revokedAt: string | null = null) => standingOf({ ...TIMES, revokedAt }, new Date(iso))
  test('before, within, after the first and after the last day', () => {
    expect(at('2025-12-31T23:59:59.999Z')).toBe('not-yet')
    expect(at(TIMES.notBefore)).toBe('active')
    expect(at(TIMES.originateUntil)).toBe('active')
    expect(at('2026-06-30T00:00:00.001Z')).toBe('looking')
    expect(at(TIMES.consumeUntil)).toBe('looking')
    expect(at('2026-12-31T00:00:00.001Z')).toBe('expired')
  })
  test('who was taken off is that and nothing else', () => {
    expect(at('2026-03-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z')).toBe('revoked')
    expect(at('2027-03-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z')).toBe('revoked')
  })
})

describe('who is offered what', () => {
  const rows = [
    row('0001', ['custodian']),
    row('0071', ['reviewer', 'auditor']),
    row('0100', ['designer']),
    row('0101', ['intake', 'designer'], 'looking'),
    row('0102', ['operator'], 'revoked'),
  ]
  test('a case is given to nobody who is on it, whose time is over, or whose roles open none', () => {
    const given = shareable(rows, [{ person: 'id-0100', role: 'designer' }])
    expect(given.map(({ person, role }) => `${person.staff} ${role}`)).toEqual([
      '0071 reviewer',
      '0071 auditor',
      '0101 designer',
    ])
  })
  test('at the door stand those who may work or look', () => {
    expect(atTheDoor(rows).offered.map(({ staff }) => staff)).toEqual(['0001', '0071', '0100', '0101'])
    expect(atTheDoor(rows).others.map(({ staff }) => staff)).toEqual(['0102'])
  })
  test('a role is missing when nobody who may work has it', () => {
    expect(missingRoles(rows)).toEqual(['intake', 'operator'])
    expect(staffWith(rows, 'auditor', 'custodian')).toEqual(['0001', '0071'])
  })
})

describe('handing in', () => {
  test('is for Intake, and for nobody where no designer could open it', () => {
    const designers = [row('0100', ['designer'])]
    expect(() => assertMayHandIn({ may: () => false, designers })).toThrow(
      expect.objectContaining({ code: 'vault/denied', detail: { verb: 'ingest', why: 'role' } }),
    )
    expect(() => assertMayHandIn({ may: () => true, designers: [] })).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
    expect(() => assertMayHandIn({ may: () => true, designers })).not.toThrow()
  })
  test('keeps the scan itself and each step that made it', async () => {
    const reading = new ReadScan()
    const volume = { role: 'volume' as const, digest: 'aa', meta: {}, parts: [] }
    await reading.record({ stage: 'scan' } as TraceStep, [])
    await reading.record({ stage: 'straighten' } as TraceStep, [volume])
    expect(reading.steps.map(({ stage }) => stage)).toEqual(['scan', 'straighten'])
    expect(reading.asset).toBe(volume)
  })
})

/** Answers of a vault at which nobody, or this person, is. */
function peopleOf(in_: { id: string } | null, listed: readonly PersonRow[]) {
  const api = {
    listPeople: async () => listed,
    listPasskeys: async () => [{ person: 'id-0100', credential: new Uint8Array(), salt: new Uint8Array() }],
    listCasePeople: async () => [
      { id: 'c1', epoch: 0, rotating: false, waiting: 2, people: [{ person: 'id-0100', role: 'designer' }] },
    ],
    whoAmI: async () => {
      if (in_) return in_
      throw new Error('locked')
    },
  }
  const call = (work: (api: unknown) => unknown) => work(api)
  return new People({ vault: { call } } as never, {} as never)
}

describe('who is in', () => {
  const listed = [row('0100', ['designer']), row('0071', ['reviewer'])].map((one) => ({
    ...one,
    consumeUntil: '2999-01-01T00:00:00.000Z',
    originateUntil: '2999-01-01T00:00:00.000Z',
    notBefore: '2020-01-01T00:00:00.000Z',
  }))
  test('decides what is offered, and what they are on a case', async () => {
    const people = peopleOf({ id: 'id-0100' }, listed)
    await people.load()
    expect(people.rows.map(({ staff }) => staff)).toEqual(['0071', '0100'])
    expect(people.me?.staff).toBe('0100')
    expect([people.may('edit'), people.may('enrol')]).toEqual([true, false])
    expect([people.roleOn('c1'), people.roleOn('c2')]).toEqual(['designer', null])
    expect([people.mayEdit('c1'), people.mayEdit('c2')]).toEqual([true, false])
    expect(people.waiting('c1')).toBe(2)
    expect(people.designers).toEqual([])
    expect([people.hasPasskey('id-0100'), people.hasPasskey('id-0071')]).toEqual([true, false])
    people.forget()
    expect(people.me).toBeNull()
    expect(people.cases).toEqual([])
  })
  test('is nobody while the vault is locked: everybody is listed, no case is', async () => {
    const people = peopleOf(null, listed)
    await people.load()
    expect(people.known).toBe(true)
    expect(people.me).toBeNull()
    expect(people.cases).toEqual([])
    expect(people.designers.map(({ staff }) => staff)).toEqual(['0100'])
  })
})
