import { describe, expect, test } from 'vitest'
import { ROLES } from '../../../src/core/role.ts'
import { denied, isDenied, may, needsProof, VERBS } from '../../../src/vault/roles.ts'
import { showFigures } from '../../support/figures.ts'

/** Written from the design's table by hand, one letter a cell: Y may, . may not. Rows as ROLES, columns as VERBS. */
const EXPECTED = {
  //         ingest open infer edit mesh qa approve release receipt readAudit witness enrol rotate shred
  intake: 'Y.............',
  designer: '.YYYYY........',
  reviewer: '.Y....Y.......',
  operator: '.......YY.....',
  auditor: '.........YY...',
  custodian: '.........Y.YYY',
} as const

describe('role x verb', () => {
  test('84 cells', () => {
    expect(ROLES.length * VERBS.length).toBe(84)
    showFigures('T6', { cells: ROLES.length * VERBS.length })
  })
  for (const role of ROLES)
    for (const [n, verb] of VERBS.entries()) {
      const allowed = EXPECTED[role][n] === 'Y'
      test(`${role} ${allowed ? 'may' : 'may not'} ${verb}`, () => expect(may(role, verb)).toBe(allowed))
    }
  test('nobody both makes and approves, approves and releases, or stores and opens', () => {
    for (const [a, b] of [
      ['edit', 'approve'],
      ['approve', 'release'],
      ['edit', 'release'],
      ['ingest', 'open'],
      ['enrol', 'open'],
    ] as const)
      expect(ROLES.filter((role) => may(role, a) && may(role, b))).toEqual([])
  })
  test('four verbs need a fresh proof', () =>
    expect(VERBS.filter(needsProof)).toEqual(['approve', 'release', 'rotate', 'shred']))
  test('a refusal names the verb and the reason', () => {
    expect(denied('approve', 'own-work')).toMatchObject({
      code: 'vault/denied',
      detail: { verb: 'approve', why: 'own-work' },
    })
    expect(isDenied(denied('approve', 'own-work'))).toBe(true)
    expect(isDenied(new Error('x'))).toBe(false)
  })
})
