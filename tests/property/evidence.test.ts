import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Envelope } from '../../src/trace/dsse.ts'
import { staff, wholeCase } from '../support/evidence-case.ts'
import { exchanged, linesOf, resaid, said, textOf, valuesOf } from '../support/evidence-lines.ts'
import { TIMEOUT_MS, verdictsOf } from '../support/verifiers.ts'
import { mutated, mutatedJson } from './fuzz/fuzzer.ts'

const SEED = 20261126
const RUNS = 400

test(
  'no byte of a bundle can be changed: whatever is done to it, both verifiers say the same, and not that it holds',
  async () => {
    const { text } = await wholeCase(await staff(), 'changed')
    const whole = new TextEncoder().encode(text)
    const changes = fc.sample(mutated(whole), { seed: SEED, numRuns: RUNS })
    const bundles = Object.fromEntries(
      // A byte may have been put in the place of the same one.
      changes.filter((bytes) => Buffer.compare(bytes, whole) !== 0).map((bytes, n) => [`changed-${n}`, bytes]),
    )
    const { verdicts, out, code, other } = verdictsOf({ control: text, ...bundles })
    expect({ code: other.code, out: other.out }).toEqual({ code, out })
    const { control, ...others } = verdicts
    expect(control).toBe('holds')
    expect(Object.keys(others)).toEqual(Object.keys(bundles))
    expect(Object.keys(others).length).toBeGreaterThan(0.95 * RUNS)
    expect(Object.entries(others).filter(([, verdict]) => verdict === 'holds')).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'whatever people with keys say and sign, both verifiers have a verdict, and the same',
  async () => {
    const people = await staff()
    const lines = linesOf((await wholeCase(people, 'said', { reprints: 1 })).text)
    const statements: Envelope[] = valuesOf(lines, 'statement')
    const signerOf = ({ signatures }: Envelope) =>
      Object.values(people).find(({ keyId }) => keyId === signatures[0]?.keyid) ?? people.designer
    const bundles: Record<string, string> = {}
    for (const n of Array.from({ length: 80 }, (_, n) => n)) {
      const place = n % statements.length
      const old = statements[place] as Envelope
      const [changed] = fc.sample(mutatedJson(said(old).predicate), { seed: SEED + n, numRuns: 1 })
      const predicate = JSON.parse(JSON.stringify(changed) ?? 'null')
      const now = await resaid(old, (statement) => Object.assign(statement, { predicate }), signerOf(old))
      const others = statements.map((one, at) => (at === place ? now : one))
      bundles[`said-${n}`] = textOf(await exchanged(lines, others, people.operator))
    }
    const { verdicts, out, code, other } = verdictsOf(bundles)
    expect({ code: other.code, out: other.out }).toEqual({ code, out })
    expect(Object.keys(verdicts)).toEqual(Object.keys(bundles))
    for (const verdict of Object.values(verdicts)) expect(verdict).toMatch(/^(holds$|broken at statement \d+: )/)
  },
  TIMEOUT_MS,
)
