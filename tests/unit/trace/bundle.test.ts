import { describe, expect, test } from 'vitest'
import { readBundle } from '../../../src/trace/bundle-read.ts'
import { chainHead, verifyChain } from '../../../src/trace/chain.ts'
import { lineage } from '../../../src/trace/lineage.ts'
import { publicTrace } from '../../../src/trace/public-trace.ts'
import { recipeOf } from '../../../src/trace/recipe.ts'
import { traceId } from '../../../src/trace/trace-id.ts'
import { digestOf, staff, wholeCase } from '../../support/evidence-case.ts'
import { said } from '../../support/evidence-lines.ts'

const people = await staff()
const { job, text, findings } = await wholeCase(people, 'one', { reprints: 1 })
const utf8 = (given: string) => new TextEncoder().encode(given)
const bundle = readBundle(utf8(text))

describe('a bundle', () => {
  test('holds what the case has to show, in full', async () => {
    expect(bundle.trace).toHaveLength(job.trace.length)
    expect(bundle.statements).toEqual(job.stated.statements.map(({ envelope }) => envelope))
    expect(bundle.audit.slice(0, -1)).toEqual(job.stated.log.entries)
    expect(bundle.checkpoints.slice(0, -1)).toEqual(job.stated.log.checkpoints)
    expect(bundle.audit.at(-1)).toMatchObject({ code: 'bundle', objects: [await digestOf(line('manifest'))] })
    expect(bundle.manifest.sealedHead).toBe(await chainHead(job.trace))
    expect(bundle.recipes).toEqual([await job.recipe(findings)])
  })
  test('says nothing that a person wrote, and the id of a part is the same with or without it', async () => {
    expect(JSON.stringify(job.trace)).toContain('Maria K.')
    expect(JSON.stringify(job.trace)).toContain('genus by MK')
    const payloads = bundle.statements.map((envelope) => JSON.stringify(said(envelope))).join()
    for (const words of ['Maria', 'by MK', '"reason"'])
      expect([words, `${text}${payloads}`.includes(words)]).toEqual([words, false])
    expect(await verifyChain(bundle.trace, bundle.manifest.traceHead)).toEqual({ ok: true })
    const sealed = await traceId(recipeOf(lineage(job.trace, findings)))
    expect(await traceId(recipeOf(lineage(await publicTrace(job.trace), findings)))).toBe(sealed)
  })
  test('each statement says key, role and strength, and rests on what earlier ones are about', () => {
    const known = new Set<string>()
    for (const statement of bundle.statements.map(said)) {
      const { keyId, role, keyStrength, at, materials, sources = [] } = statement.predicate.proofprint
      expect(bundle.actors).toContainEqual(expect.objectContaining({ keyId, role, keyStrength }))
      expect(at).toMatch(/^2026-05-\d\dT/)
      for (const digest of materials) expect(known.has(digest) || sources.includes(digest)).toBe(true)
      for (const { digest } of statement.subject) known.add(digest.sha256)
    }
  })
  test('findings and verdicts have the fields of their public types', () => {
    const statements = bundle.statements.map(said)
    const found = statements.find(({ predicateType }) => predicateType.endsWith('test-result/v0.1')).predicate
    expect(found).toMatchObject({
      ...{ result: 'FAILED', passedTests: ['scale'], warnedTests: ['shells'], failedTests: ['genus'] },
      configuration: [{ digest: { sha256: job.policy } }],
    })
    const verdicts = statements.filter(({ predicateType }) => predicateType.endsWith('svr/v0.2'))
    expect(verdicts.map(({ predicate }) => predicate.properties)).toEqual([
      ['PROOFPRINT_APPROVED'],
      ['PROOFPRINT_RELEASED'],
      ['PROOFPRINT_RELEASED'],
    ])
    expect(verdicts[1].predicate).toMatchObject({
      verifier: { id: 'urn:proofprint:gate/1' },
      timeCreated: verdicts[1].predicate.proofprint.at,
      policies: [{ digest: { sha256: job.policy } }],
    })
  })
  test('a release ends 30 days after it began', () => {
    const release = bundle.statements.map(said).find(({ predicate }) => predicate.proofprint.kind === 'release')
    const { at, expiresAt } = release.predicate.proofprint
    expect(Date.parse(expiresAt) - Date.parse(at)).toBe(30 * 86_400_000)
  })
})

const line = (word: string) =>
  text
    .split('\n')
    .find((one) => one.startsWith(`${word} `))
    ?.slice(word.length + 1) ?? ''
const lines = text.trimEnd().split('\n')
const whole = (given: readonly string[]) => `${given.join('\n')}\n`

describe('what is none is refused by its line', () => {
  test.each([
    ['', 0, 'there is no manifest'],
    ['manifest', 1, 'does not end'],
    [text.slice(0, -1), lines.length, 'does not end'],
    [whole(lines.slice(1)), 1, 'wrong place'],
    [whole([...lines, lines[0] ?? '']), lines.length + 1, 'wrong place'],
    [whole([...lines, lines[9] ?? '']), lines.length + 1, 'wrong place'],
    [whole([...lines, 'photo {}']), lines.length + 1, 'no word'],
    [whole(['manifest{}', ...lines.slice(1)]), 1, 'no word'],
    [whole([lines[0]?.replace(',', ', ') ?? '', ...lines.slice(1)]), 1, 'canonical'],
    [whole([lines[0]?.replace('evidence/1', 'evidence/2') ?? '', ...lines.slice(1)]), 1, 'another format'],
    [whole(['manifest {"format":"proofprint-evidence/1"}', ...lines.slice(1)]), 1, 'lacks a field'],
    [whole(lines.slice(0, -1)), lines.length - 1, 'lines are missing'],
    [whole([...lines.slice(0, -1), 'checkpoint 7']), lines.length, 'lacks a field'],
    [whole([...lines.slice(0, -1), 'checkpoint "\\ud800"']), lines.length, 'canonical'],
  ])('case %#', (given, at, why) => {
    const read = () => readBundle(utf8(given))
    expect(read).toThrow(expect.objectContaining({ code: 'trace/bad-bundle', detail: { line: at } }))
    expect(read).toThrow(why)
  })
  test('bytes that are no text are refused', () => {
    const bytes = utf8(text)
    bytes[30] = 0xff
    expect(() => readBundle(bytes)).toThrow(expect.objectContaining({ detail: { line: 1 } }))
  })
})
