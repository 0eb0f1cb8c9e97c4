import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/trace/canonical.ts'
import type { TraceEntry } from '../../src/trace/chain.ts'
import { digestOf, EvidenceJob, type Otherwise, staff, wholeCase } from '../support/evidence-case.ts'
import { exchanged, linesOf, rechained, resaid, said, textOf, valuesOf, withValues } from '../support/evidence-lines.ts'
import { showFigures } from '../support/figures.ts'
import { PYTHON_PRESENT, TIMEOUT_MS, verdictsOf, verifyMjs, verifyPy, withFiles } from '../support/verifiers.ts'

// T16, the part that a bundle can show: every case is led back from its label to the scan and forward again, and what was done
// behind the back of a check, an approval or a release is named. Everybody here has real keys and uses them.

const people = await staff()
const REPRINTED = [3, 11, 19, 27, 42]
const JOBS = 50

test(
  '50 jobs, 5 of them reprinted, are traced from the label to the scan and from the scan to the prints',
  async () => {
    const bundles: Record<string, string> = {}
    const wanted: Record<string, { label: string; scan: string; file: string; prints: number }> = {}
    for (let n = 0; n < JOBS; n++) {
      const name = `job-${n}`
      const reprints = REPRINTED.includes(n) ? 1 : 0
      const { job, text } = await wholeCase(people, name, { reprints })
      const label = said(valuesOf(linesOf(text), 'statement').at(-2)).predicate.proofprint
      expect(label.kind).toBe('receipt')
      bundles[name] = text
      wanted[name] = {
        label: await labelOf(text, label.release),
        ...{ scan: job.trace[0]?.outputDigest ?? '', file: job.files[0]?.digest ?? '', prints: 1 + reprints },
      }
    }
    const { out, code, other } = verdictsOf(bundles)
    expect(code).toBe(0)
    expect({ code: other.code, out: other.out }).toEqual({ code, out })
    const ways = out.split('\n').filter((line) => line.startsWith('  release '))
    expect(ways).toHaveLength(JOBS + REPRINTED.length)
    for (const [name, { label, scan, file, prints }] of Object.entries(wanted)) {
      const mine = ways.filter((line) => line.includes(label))
      // Back: this label is of this file, which comes from this scan and no other.
      expect(mine).toHaveLength(prints)
      for (const line of mine) expect(line).toMatch(new RegExp(`approved, printed 1, .*files ${file}, scans ${scan}$`))
      // Forward: what rests on the scan is, in the end, this file and these prints.
      const reached = forward(bundles[name] ?? '', scan)
      expect(reached.has(file)).toBe(true)
      expect(reached.kinds.filter((kind) => kind === 'receipt')).toHaveLength(prints)
      expect(ways.filter((line) => line.endsWith(`scans ${scan}`))).toEqual(mine)
    }
    showFigures('T16', { 'jobs traced both ways': JOBS, 'of them printed again': REPRINTED.length })
  },
  TIMEOUT_MS,
)

async function labelOf(text: string, release: string): Promise<string> {
  for (const envelope of valuesOf(linesOf(text), 'statement')) {
    const payload = Buffer.from(envelope.payload, 'base64').toString()
    if ((await digestOf(payload)) === release) return JSON.parse(payload).predicate.proofprint.traceId
  }
  throw new Error('no such release')
}

/** What a scan led to, by the statements of a bundle in their order. */
function forward(text: string, scan: string) {
  const reached = new Set([scan])
  const kinds: string[] = []
  for (const { subject, predicate } of valuesOf(linesOf(text), 'statement').map(said)) {
    const { materials, kind } = predicate.proofprint
    if (!materials.some((digest: string) => reached.has(digest))) continue
    kinds.push(kind)
    for (const { digest } of subject) reached.add(digest.sha256)
  }
  return { has: (digest: string) => reached.has(digest), kinds }
}

const other = await digestOf('something else')
const seedChanged = (trace: readonly TraceEntry[]) =>
  trace.map((entry) => (entry.stage === 'infer' ? { ...entry, params: { seed: 2, members: 4 } } : entry))

/** What is done, and which statement of the case shows it: 6 stages, approval 6, export 7, release 8, receipt 9, acceptance 10. */
const MANIPULATIONS: Readonly<Record<string, readonly [Otherwise, string]>> = {
  'mesh-swap': [{ writtenFrom: 'reference' }, 'statement 8: a file was not written from what was checked'],
  'stale-approval': [{ waitDays: 20 }, 'statement 8: the approval had run out'],
  'wrong-recipient': [
    { receipt: (given) => ({ ...given, recipient: other }) },
    'statement 9: it was released for somebody else',
  ],
  'policy-downgrade': [{ releasePolicy: other }, 'statement 8: it was checked under another policy'],
  'policy called teaching': [
    { release: (given) => ({ ...given, policyId: 'teaching', approval: null, accepted: ['genus'] }) },
    'statement 8: it was checked under another policy',
  ],
  'no approval': [{ release: (given) => ({ ...given, approval: null }) }, 'statement 8: no approval is before it'],
  'approval of another case': [
    { release: (given) => ({ ...given, approval: other }) },
    'statement 8: no approval is before it',
  ],
  'seed-change': [{ recipeTrace: seedChanged }, 'recipe 0: a step of it is not in the trace'],
  'model-byte-flip': [{ weights: other }, 'statement 8: a network marked it that was not approved'],
  'label of another part': [
    { release: (given) => ({ ...given, traceId: 'A9S34-Z5VFE' }) },
    'statement 8: its trace id is of another recipe',
  ],
  'the designer approves': [{ approvedBy: 'designer' }, 'statement 6: its actor may not say this'],
  'a failed check is not accepted': [
    { approval: (given) => ({ ...given, accepted: [] }) },
    'statement 6: a check failed that was not accepted',
  ],
  'approval of half the part': [
    { approval: (given) => ({ ...given, checked: given.checked.slice(0, 1) }) },
    'statement 6: it is not about what was checked',
  ],
  'approval of another revision': [
    { approval: (given) => ({ ...given, revision: 2 }) },
    'statement 6: it is not about what was checked',
  ],
  'another file is printed': [
    { receipt: (given) => ({ ...given, files: [other] }) },
    'statement 9: it rests on something',
  ],
  'the release of another print': [
    { receipt: (given) => ({ ...given, nonce: other }) },
    'statement 9: the release was used before',
  ],
  'another print is accepted': [
    { judged: (given) => ({ ...given, receipt: other }) },
    'statement 10: it is about another print',
  ],
  'a reprint without a reason': [
    { judged: (given) => ({ ...given, decision: 'stop', reasons: [] }) },
    'statement 10: it gives no reason',
  ],
  'a reprint that nobody asked for': [
    { release: (given) => ({ ...given, reprintOf: other }) },
    'statement 8: nobody asked for this reprint',
  ],
}

/** What was right once, used again. */
const REPLAYS = [
  'approval-replay',
  'superseded approval',
  'an earlier approval',
  'release used twice',
  'nonce used twice',
  'release that ran out',
] as const
const NAMES = [...Object.keys(MANIPULATIONS), ...REPLAYS]

/** The reference mesh of a case by its name, for a file that is written from it. */
async function manipulated(name: string, otherwise: Otherwise): Promise<string> {
  if (otherwise.writtenFrom !== 'reference') return (await wholeCase(people, name, { otherwise })).text
  const { job } = await wholeCase(people, name)
  const reference = job.trace.find(({ stage }) => stage === 'surface')?.outputDigest ?? ''
  return (await wholeCase(people, name, { otherwise: { writtenFrom: reference } })).text
}

describe('manipulations by people with keys', () => {
  const wanted: Record<string, unknown> = {}
  let found: ReturnType<typeof verdictsOf>
  beforeAll(async () => {
    const bundles: Record<string, string> = { control: (await wholeCase(people, 'control')).text }
    for (const [name, [otherwise, link]] of Object.entries(MANIPULATIONS)) {
      bundles[name] = await manipulated(name, otherwise)
      wanted[name] = expect.stringContaining(`broken at ${link}`)
    }
    for (const [name, [text, link]] of Object.entries(await replays())) {
      bundles[name] = text
      wanted[name] = `broken at ${link}`
    }
    found = verdictsOf(bundles)
  }, TIMEOUT_MS)

  test('both verifiers say the same of all, and that an untouched case holds', () => {
    expect(found.verdicts.control).toBe('holds')
    expect(found.code).toBe(1)
    expect({ code: found.other.code, out: found.other.out }).toEqual({ code: found.code, out: found.out })
    expect(Object.keys(wanted)).toEqual(NAMES)
  })
  test.each(NAMES)('%s is named at its statement by both verifiers', (name) => {
    expect(found.verdicts[name]).toEqual(wanted[name])
    const said = found.out.split('\n').find((line) => line.startsWith(`${name}: `))
    expect(found.other.out.split('\n')).toContain(said)
  })
})

/** Approvals and releases that were right once, used again. */
async function replays(): Promise<Record<(typeof REPLAYS)[number], readonly [text: string, link: string]>> {
  const twice = await EvidenceJob.create(people, 'twice')
  const first = await twice.design(1)
  const approval = await twice.approve(1, first)
  const second = await twice.design(2)
  await twice.release(2, second, approval)
  const replayed = await twice.bundle(second.findings)

  const late = await EvidenceJob.create(people, 'late')
  const old = await late.design(1)
  const given = await late.approve(1, old)
  await late.design(2)
  await late.release(1, old, given)
  const superseded = await late.bundle(old.findings)

  const again = await EvidenceJob.create(people, 'again')
  const part = await again.design(1)
  await again.approve(1, part)
  const withdrawn = await again.approve(1, part)
  await again.release(1, part, { ...withdrawn, digest: again.stated.statements.at(-2)?.digest ?? '' })
  const earlier = await again.bundle(part.findings)

  const used = await EvidenceJob.create(people, 'used')
  const made = await used.design(1)
  const release = await used.release(1, made, await used.approve(1, made))
  await used.print(release)
  await used.print(release)
  const printed = await used.bundle(made.findings)

  const same = await EvidenceJob.create(people, 'same')
  const mesh = await same.design(1)
  const word = await same.approve(1, mesh)
  await same.release(1, mesh, word)
  await same.release(1, mesh, word)
  const nonce = await same.bundle(mesh.findings)

  const slow = await EvidenceJob.create(people, 'slow')
  const body = await slow.design(1)
  const leave = await slow.release(1, body, await slow.approve(1, body))
  slow.wait(31 * 86_400_000)
  await slow.print(leave)
  const expired = await slow.bundle(body.findings)
  return {
    'approval-replay': [replayed, 'statement 13: the approval is for something else'],
    'superseded approval': [superseded, 'statement 13: a later revision supersedes it'],
    'an earlier approval': [earlier, 'statement 9: a later approval supersedes it'],
    'release used twice': [printed, 'statement 11: the release was used before'],
    'nonce used twice': [nonce, 'statement 10: its nonce was used before'],
    'release that ran out': [expired, 'statement 9: the release had run out'],
  }
}

test('a seed that the designer changes afterwards, with everything signed anew but the release, shows at the release', async () => {
  const { text } = await wholeCase(people, 'insider')
  const lines = linesOf(text)
  const trace = valuesOf(lines, 'trace').map((entry) =>
    entry.stage === 'infer' ? { ...entry, params: { ...entry.params, seed: 9 } } : entry,
  )
  const recipe = valuesOf(lines, 'recipe')[0]
  const steps = recipe.steps.map((step: { stage: string; params: object }) =>
    step.stage === 'infer' ? { ...step, params: { ...step.params, seed: 9 } } : step,
  )
  const chained = await rechained(trace)
  const statements = valuesOf(lines, 'statement')
  let traced = 0
  for (const [n, envelope] of statements.entries()) {
    const { kind } = said(envelope).predicate.proofprint
    if (!['stage', 'model-run', 'findings'].includes(kind)) continue
    const entry = await digestOf(canonicalJson(chained[traced] as never))
    traced += 1
    const signer = envelope.signatures[0].keyid === people.intake.keyId ? people.intake : people.designer
    statements[n] = await resaid(
      envelope,
      (statement) => Object.assign(statement.predicate.proofprint, { entry }),
      signer,
    )
  }
  const changed = withValues(withValues(lines, 'trace', chained), 'recipe', [{ ...recipe, steps }])
  const { verdicts } = verdictsOf({ insider: textOf(await exchanged(changed, statements, people.operator)) })
  expect(verdicts.insider).toBe('broken at statement 8: its trace id is of another recipe')
})

test('files are compared with the release; keys with the pins; what is no bundle is said to be none', async () => {
  const { job, text } = await wholeCase(people, 'files')
  const [file] = job.files
  const contents = {
    'a.bundle': text,
    'model.stl': file?.content ?? '',
    'changed.stl': `${file?.content} `,
    'b.bundle': 'x',
  }
  withFiles(contents, (paths) => {
    const args = (...names: string[]) => names.map((name) => paths[name as keyof typeof paths] ?? name)
    const pins = Object.values(people).flatMap(({ keyId }) => ['--pin', keyId])
    const runs: readonly (readonly [string[], number, string])[] = [
      [args('a.bundle', 'model.stl'), 0, 'files compared 1'],
      [args('a.bundle', 'model.stl', 'changed.stl'), 1, 'broken at file 1: it is not one that was released'],
      [[...args('a.bundle'), ...pins], 0, 'designer'],
      [[...args('a.bundle'), ...pins.slice(2)], 1, 'broken at actor 0: the key is not pinned'],
      [args('b.bundle'), 2, 'unreadable: its last line does not end'],
      [args('a.bundle', 'absent.stl'), 2, 'absent.stl cannot be read'],
      [args('absent.bundle'), 2, 'cannot be read'],
      [[], 2, 'BUNDLE'],
      [['--help'], 0, '--pin KEYID'],
    ]
    for (const [given, code, words] of runs)
      for (const run of [verifyMjs(...given), ...(PYTHON_PRESENT ? [verifyPy(...given)] : [])]) {
        expect(run).toEqual({ code, out: expect.stringContaining(words) })
      }
  })
})
