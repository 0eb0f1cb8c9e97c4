import { expect, test } from 'vitest'
import type { Role } from '../../src/core/role.ts'
import { checkpointText, parseCheckpoint } from '../../src/trace/checkpoint.ts'
import { cosignNote, noteText, parseNote, signNote } from '../../src/trace/note.ts'
import { digestOf, EvidenceJob, staff, wholeCase } from '../support/evidence-case.ts'
import {
  type BundleLine,
  exchanged,
  linesOf,
  rechained,
  resaid,
  resealed,
  said,
  textOf,
  valuesOf,
  type Word,
  withValues,
} from '../support/evidence-lines.ts'
import { TIMEOUT_MS, verdictsOf } from '../support/verifiers.ts'

// One planted fault for each sentence of the verifiers that the tampering and the manipulations do not bring about.

const people = await staff()
const LINES = linesOf((await wholeCase(people, 'planted')).text)
const other = await digestOf('something else')

type Change = (value: ReturnType<typeof said>) => void
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value))

/** One value of a word, changed; the owners of the keys sign everything anew. */
async function owned(word: Word, n: number, change: Change): Promise<BundleLine[]> {
  return resealed(changed(word, n, change), people.operator)
}

function changed(word: Word, n: number, change: Change): BundleLine[] {
  const values = copy(valuesOf(LINES, word))
  change(values.at(n))
  return withValues(LINES, word, values)
}

/** The first statements of these kinds, with other words; signed by `role`, in the log too. */
async function resaying(kinds: string, change: Change, role?: Role): Promise<BundleLine[]> {
  const statements = valuesOf(LINES, 'statement')
  for (const kind of kinds.split(' ')) {
    const n = statements.findIndex((envelope) => said(envelope).predicate.proofprint.kind === kind)
    const { keyId } = said(statements[n]).predicate.proofprint
    const signer = role ? people[role] : (Object.values(people).find((one) => one.keyId === keyId) ?? people.designer)
    statements[n] = await resaid(statements[n], change, signer)
  }
  return exchanged(LINES, statements, people.operator)
}
const inHeader = (change: Change) => (statement: ReturnType<typeof said>) => change(statement.predicate.proofprint)

/** The last checkpoint with another text, signed by the operator under `name`. */
async function checkpoint(text: (given: string) => string, name = 'proofprint/log/planted'): Promise<BundleLine[]> {
  const notes: string[] = valuesOf(LINES, 'checkpoint')
  const body = text(parseNote(notes.at(-1) ?? '').text)
  const note = noteText(await signNote({ text: body, signatures: [] }, name, people.operator))
  return withValues(LINES, 'checkpoint', [...notes.slice(0, -1), note])
}

async function cosigned(role: Role, seconds: number, flip = false): Promise<BundleLine[]> {
  const notes: string[] = valuesOf(LINES, 'checkpoint')
  const name = `proofprint/witness/${people[role].keyId.slice(0, 16)}`
  const note = await cosignNote(parseNote(notes.at(-1) ?? ''), name, people[role], seconds)
  const last = note.signatures.at(-1)
  if (flip && last) last.bytes[7] = (last.bytes[7] ?? 0) ^ 1
  return withValues(LINES, 'checkpoint', [...notes.slice(0, -1), noteText(note)])
}

/** Parameters that hold lists in lists. */
const deep = (levels: number) => (entry: ReturnType<typeof said>) => {
  entry.params = Array.from({ length: levels }).reduce<unknown>((within) => [within], [])
}

const sized = (size: number) => (text: string) => checkpointText({ ...parseCheckpoint(text), size })
const rootless = (text: string) => checkpointText({ ...parseCheckpoint(text), root: new Uint8Array(32) })
const EARLY = '2026-01-01T00:00:00.000Z'
const LATE = '2026-12-01T00:00:00.000Z'
const actors = valuesOf(LINES, 'actor')
const roleAt = (role: Role) => actors.findIndex((actor) => actor.role === role)
const last = valuesOf(LINES, 'audit').length - 1
const recipes = valuesOf(LINES, 'recipe')

const trace = valuesOf(LINES, 'trace')
const longerTrace = withValues(LINES, 'trace', await rechained([...trace, { ...trace[0], stage: 'look' }]))
const backwards = await EvidenceJob.create(people, 'backwards')
await backwards.design(2)
const { findings: first } = await backwards.design(1)

const PLANTED: Readonly<Record<string, readonly [BundleLine[], string]>> = {
  'no field': [
    changed('audit', 2, (entry) => delete entry.role),
    'audit entry 2: a field is missing or of another kind',
  ],
  'a time that does not exist': [
    await owned('audit', 2, (entry) => Object.assign(entry, { time: '2026-02-30T00:00:00.000Z' })),
    'audit entry 2: a field is missing or of another kind',
  ],
  'no number': [
    changed('manifest', 0, ({ counts }) => Object.assign(counts, { trace: 0.5 })),
    'manifest 0: a field is missing or of another kind',
  ],
  'params 64 deep': [changed('trace', 1, deep(62)), 'trace entry 1: it is not what the trace had here'],
  'params 65 deep': [changed('trace', 1, deep(63)), 'trace entry 1: a field is missing or of another kind'],
  'params without end': [changed('trace', 1, deep(1500)), 'trace entry 1: a field is missing or of another kind'],
  'no recipe': [
    await owned('recipe', 0, (recipe) => delete recipe.steps),
    'recipe 0: a field is missing or of another kind',
  ],
  'another key': [
    await owned('actor', 0, (actor) => Object.assign(actor, { publicKey: actors[1].publicKey })),
    'actor 0: the key is not the one it names',
  ],
  'two roles': [
    await owned('actor', 1, (actor) => Object.assign(actor, { ...actors[0], role: 'reviewer' })),
    'actor 1: one key has two roles',
  ],
  'an actor more': [
    withValues(LINES, 'actor', [...actors, { ...actors[0], keyId: await digestOf('') }]),
    'actor 6: the key is not the one it names',
  ],
  'an actor less': [withValues(LINES, 'actor', actors.slice(0, -1)), 'actor 5: it is missing'],
  'another actor': [
    changed('actor', 2, (actor) => Object.assign(actor, { until: null })),
    'actor 2: it is not the one in the manifest',
  ],
  'an unknown actor': [
    await owned('audit', 1, (entry) => Object.assign(entry, { actorKeyId: other })),
    'audit entry 1: its actor is not known',
  ],
  'the role of another': [
    await owned('audit', 1, (entry) => Object.assign(entry, { role: 'auditor' })),
    'audit entry 1: its actor has another role or key',
  ],
  'an actor whose time is over': [
    await owned('actor', roleAt('operator'), (actor) => Object.assign(actor, { until: EARLY, from: EARLY })),
    'audit entry 10: its key was not valid then',
  ],
  'no end of the log': [
    await owned('audit', -1, (entry) => Object.assign(entry, { code: 'look' })),
    `audit entry ${last + 1}: the log does not end with this bundle`,
  ],
  'another log': [await checkpoint((text) => text.replace('planted', 'other')), 'checkpoint 2: it is of another log'],
  'no text of a checkpoint': [await checkpoint(() => 'proofprint/log/planted\n'), 'checkpoint 2: it is no checkpoint'],
  'a shorter log': [await checkpoint(sized(3)), 'checkpoint 2: its log is not longer than the one before'],
  'a longer log': [await checkpoint(sized(99)), 'checkpoint 2: its log is longer than the one here'],
  'under another name': [
    await checkpoint((text) => text, 'proofprint/log/other'),
    'checkpoint 2: nobody known signed it',
  ],
  'another root': [await checkpoint(rootless), 'checkpoint 2: its log is not the one here'],
  'a checkpoint less, as agreed': [
    await resealed(withValues(LINES, 'checkpoint', valuesOf(LINES, 'checkpoint').slice(0, -1)), people.operator),
    'checkpoint 2: the last entries have none',
  ],
  'a witness with another time': [
    await cosigned('auditor', 1_800_000_000, true),
    'checkpoint 2: a signature does not hold',
  ],
  'a recipe of another bundle': [
    withValues(LINES, 'recipe', [{ ...recipes[0], steps: recipes[0].steps.slice(1) }]),
    'recipe 0: it is not the one in the manifest',
  ],
  'a recipe more': [withValues(LINES, 'recipe', [...recipes, ...recipes]), 'recipe 1: it was added'],
  'a file that was not released': [
    await owned('manifest', 0, ({ files }) => Object.assign(files[0], { digest: { sha256: other } })),
    'manifest 0: it lists a file that was not released',
  ],
  'no envelope': [
    changed('statement', 3, (envelope) => delete envelope.signatures),
    'statement 3: it is no signed statement',
  ],
  'nobody signed': [
    changed('statement', 3, (envelope) => Object.assign(envelope, { signatures: [] })),
    'statement 3: who says it did not sign it',
  ],
  'words beside the envelope': [
    changed('statement', 3, (envelope) => Object.assign(envelope, { more: 1 })),
    'statement 3: it is no signed statement',
  ],
  'no statement': [
    await resaying('approval', (statement) => delete statement._type),
    'statement 6: it is no statement of a known form',
  ],
  'another type': [
    await resaying('approval', (statement) => Object.assign(statement, { predicateType: 'urn:other' })),
    'statement 6: it is no statement of a known form',
  ],
  'signed by another': [await resaying('approval', () => {}, 'custodian'), 'statement 6: who says it did not sign it'],
  'another strength': [
    await resaying(
      'approval',
      inHeader((header) => Object.assign(header, { keyStrength: 'hardware-passkey' })),
    ),
    'statement 6: its actor has another role or key',
  ],
  'another time': [
    await resaying(
      'approval',
      inHeader((header) => Object.assign(header, { at: LATE, expiresAt: LATE })),
    ),
    'statement 6: the log says something else of it',
  ],
  'a key of another time': [
    await resaying(
      'approval',
      inHeader((header) => Object.assign(header, { at: EARLY })),
    ),
    'statement 6: its key was not valid then',
  ],
  'another network than in the log': [
    await resaying(
      'model-run',
      inHeader(({ model }) => Object.assign(model, { sha256: other })),
    ),
    'statement 1: the log says something else of it',
  ],
  'another entry': [
    await resaying(
      'findings',
      inHeader((header) => Object.assign(header, { entry: other })),
    ),
    'statement 5: it is not about the next entry of the trace',
  ],
  'another step': [
    await resaying(
      'findings',
      inHeader((header) => Object.assign(header, { version: 2 })),
    ),
    'statement 5: it is not about the next entry of the trace',
  ],
  'tests that are better than they were': [
    await resaying('findings', ({ predicate }) => Object.assign(predicate, { result: 'PASSED' })),
    'statement 5: its result is not that of its tests',
  ],
  'a hard check': [
    await resaying(
      'findings',
      inHeader((header) => Object.assign(header, { hard: ['genus'] })),
    ),
    'statement 6: a check failed that nobody may accept',
  ],
  'an approval without time': [
    await resaying(
      'approval',
      inHeader((header) => Object.assign(header, { expiresAt: header.at })),
    ),
    'statement 6: it ran out before it began',
  ],
  'a release for years': [
    await resaying(
      'release',
      inHeader((header) => Object.assign(header, { expiresAt: '2027-01-01T00:00:00.000Z' })),
    ),
    'statement 8: it lasts longer than 30 days, or not at all',
  ],
  'a release of nothing': [
    await resaying('release', (statement) => Object.assign(statement, { subject: [] })),
    'statement 8: a file was not written from what was checked',
  ],
  'a step that nobody signed': [
    await resealed(longerTrace, people.operator),
    'trace entry 7: no statement is about it',
  ],
  'an older revision is checked': [
    linesOf(await backwards.bundle(first)),
    'statement 10: a later revision was checked before',
  ],
  'an approval under teaching that nobody gave': [
    await resaying(
      'findings approval release',
      inHeader((header) => {
        Object.assign(header, { policyId: 'teaching' }, header.kind === 'release' ? { approval: other } : {})
      }),
    ),
    'statement 8: no approval is before it',
  ],
  'a print without a release': [
    await resaying(
      'receipt',
      inHeader((header) => Object.assign(header, { release: other })),
    ),
    'statement 9: no release is before it',
  ],
  'a print of something else': [
    await resaying(
      'receipt',
      inHeader((header) => Object.assign(header, { materials: [trace[0].outputDigest] })),
    ),
    'statement 9: another file was printed',
  ],
  'no form of a release': [
    await resaying(
      'release',
      inHeader((header) => delete header.nonce),
    ),
    'statement 8: a field is missing or of another kind',
  ],
}

test(
  'each planted fault is named by both verifiers',
  async () => {
    const bundles = Object.fromEntries(Object.entries(PLANTED).map(([name, [lines]]) => [name, textOf(lines)]))
    const wanted = Object.fromEntries(Object.entries(PLANTED).map(([name, [, link]]) => [name, `broken at ${link}`]))
    const { verdicts, out, code, other } = verdictsOf(bundles)
    expect(verdicts).toEqual(wanted)
    expect({ code: other.code, out: other.out }).toEqual({ code, out })
  },
  TIMEOUT_MS,
)

test('a witness may sign below the log; who is no auditor is passed over', async () => {
  const witnessed = textOf(await cosigned('auditor', 1_800_000_000))
  const stranger = textOf(await cosigned('custodian', 1_800_000_000, true))
  expect(verdictsOf({ witnessed, stranger }).verdicts).toEqual({ witnessed: 'holds', stranger: 'holds' })
})
