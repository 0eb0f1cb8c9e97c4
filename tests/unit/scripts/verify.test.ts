import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../../../scripts/lib/root.mjs'
import { staff, wholeCase } from '../../support/evidence-case.ts'
import { linesOf, textOf } from '../../support/evidence-lines.ts'
import { verdictsOf } from '../../support/verifiers.ts'

const LINES = linesOf((await wholeCase(await staff(), 'whole')).text)

test('what is no bundle is said to be none, by both in the same words', () => {
  const text = textOf(LINES)
  const { verdicts, out, code, other } = verdictsOf({
    empty: '',
    cut: text.slice(0, -1),
    binary: Uint8Array.of(0xff, 10),
    words: text.replace('\nrecipe ', '\nreceipt '),
    spaceless: `${text}audit\n`,
    order: `${text}recipe {}\n`,
    headless: text.slice(text.indexOf('\n') + 1),
    newer: text.replace('evidence/1', 'evidence/2'),
  })
  const recipe = LINES.findIndex(({ word }) => word === 'recipe') + 1
  expect(verdicts).toEqual({
    empty: 'unreadable: its last line does not end',
    cut: 'unreadable: its last line does not end',
    binary: 'unreadable: it is no text',
    words: `unreadable: line ${recipe} begins with no word that is known`,
    spaceless: `unreadable: line ${LINES.length + 1} begins with no word that is known`,
    order: `unreadable: line ${LINES.length + 1} stands in the wrong place`,
    headless: 'unreadable: line 1 stands in the wrong place',
    newer: 'unreadable: its format is not known here',
  })
  expect(code).toBe(2)
  expect({ code: other.code, out: other.out }).toEqual({ code, out })
})

const SENTENCE = /["'`]((?:it|its|the|a|an|who|no|one|nobody|somebody|line|teaching|another|this) [^"'`\n]{6,})["'`]/g
const sentencesIn = (files: readonly string[]) =>
  new Set(
    files
      .flatMap((file) =>
        [...readFileSync(join(ROOT, 'scripts', file), 'utf8').matchAll(SENTENCE)].map((m) => m[1] ?? ''),
      )
      .map((sentence) => sentence.replace(/\$?\{[^}]*\}/g, '…')),
  )
const lib = readdirSync(join(ROOT, 'scripts/lib')).filter((name) =>
  /^evidence[-_](read|log|statements|rules)\./.test(name),
)
const ofKind = (ending: string) =>
  sentencesIn([`verify.${ending}`, ...lib.filter((name) => name.endsWith(ending)).map((name) => `lib/${name}`)])

test('both verifiers have the same sentences, and neither reads a line of the app', () => {
  const [mine, theirs] = [ofKind('mjs'), ofKind('py')]
  theirs.delete('the command openssl is not on this machine')
  expect(mine.size).toBeGreaterThan(50)
  expect([...mine].sort()).toEqual([...theirs].sort())
  for (const name of lib.filter((name) => name.endsWith('mjs'))) {
    const imports = [...readFileSync(join(ROOT, 'scripts/lib', name), 'utf8').matchAll(/from '([^']+)'/g)]
    for (const [, from = ''] of imports)
      expect(from).toMatch(/^(node:crypto|\.\/evidence-(read|log|statements|rules)\.mjs)$/)
  }
})
