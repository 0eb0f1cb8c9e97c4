import { expect, test } from 'vitest'
import type { AuditEntry } from '../../src/trace/audit-log.ts'
import { noteText, parseNote, signNote } from '../../src/trace/note.ts'
import { staff, wholeCase } from '../support/evidence-case.ts'
import {
  type BundleLine,
  linesOf,
  rechained,
  resaid,
  resealed,
  textOf,
  valuesOf,
  type Word,
  withValues,
} from '../support/evidence-lines.ts'
import { showFigures } from '../support/figures.ts'
import { memorySigner } from '../support/memory-signer.ts'
import { PYTHON_PRESENT, TIMEOUT_MS, verdictsOf } from '../support/verifiers.ts'

// T15: ten kinds of tampering at fifty places each. Both verifiers must flag all of them and name the same link.

const PLACES = 50
const people = await staff()
const stranger = await memorySigner()
/** Long enough for fifty places: an event of the log between all the statements. */
async function longCase(name: string): Promise<string> {
  const { job, findings } = await wholeCase(people, name, { reprints: 6 })
  for (let n = 0; n < 40; n++) await job.note(`look-${name}-${n}`, 'operator')
  return job.bundle(findings)
}
const TEXT = await longCase('first')
const LINES = linesOf(TEXT)
const OTHER = linesOf(await longCase('second'))
const AUDIT: readonly AuditEntry[] = valuesOf(LINES, 'audit')
const SIZES = valuesOf(LINES, 'checkpoint').map((note) => Number(note.split('\n')[1]))
const STATEMENTS = valuesOf(LINES, 'statement')
/** Which checkpoint is the first over this entry. */
const over = (entry: number) => SIZES.findIndex((size) => size > entry)

interface Tampered {
  readonly lines: readonly BundleLine[]
  /** How the verdict must begin. */
  readonly named: string
}
/** One place of one kind. */
type Attempt = () => Tampered | Promise<Tampered>

const KIND: Partial<Record<Word, string>> = { audit: 'audit entry', trace: 'trace entry' }
const at = (word: Word, n: number) => `broken at ${KIND[word] ?? word} ${n}:`
const valuesIn = (word: Word): readonly object[] => valuesOf(LINES, word)
const placesIn = (word: Word) => valuesIn(word).map((_, n) => n)
const changed = <T>(values: readonly T[], place: number, to: object) =>
  values.map((value, n) => (n === place ? { ...value, ...to } : value))

/** A value of every kind of line. The last two entries of the log are left out: nothing behind them says which it was. */
const edited = (['audit', 'trace', 'statement', 'actor'] as const).flatMap((word): Attempt[] => {
  const to = {
    audit: { outcome: 'refused' },
    trace: { params: { lowHu: 1 } },
    statement: { payload: 'e30=' },
    actor: { until: null },
  }[word]
  const places = word === 'audit' ? placesIn(word).slice(0, -2) : placesIn(word)
  return places.map((n) => () => ({
    lines: withValues(LINES, word, changed(valuesIn(word), n, to)),
    named: at(word, n),
  }))
})

const deleted = (['audit', 'trace', 'statement', 'checkpoint'] as const).flatMap((word): Attempt[] =>
  placesIn(word).map((place) => () => {
    const lines = withValues(
      LINES,
      word,
      valuesIn(word).filter((_, n) => n !== place),
    )
    // Checkpoints stand for themselves: what shows is that there is one less than there should be.
    return { lines, named: at(word, word === 'checkpoint' ? SIZES.length - 1 : place) }
  }),
)

/** An entry that was never made: as it is, or with everything behind it chained anew. */
const inserted = placesIn('audit')
  .slice(1)
  .flatMap((place): Attempt[] => {
    const extra = { ...(AUDIT[place] as AuditEntry), code: 'nothing' }
    const longer = [...AUDIT.slice(0, place), extra, ...AUDIT.slice(place)]
    return [
      // It has its number; the one that stood there does not fit any more.
      () => ({ lines: withValues(LINES, 'audit', longer), named: at('audit', place + 1) }),
      async () => ({
        lines: withValues(LINES, 'audit', await rechained(longer, place)),
        named: at('audit', AUDIT.length),
      }),
    ]
  })

const reordered = (['audit', 'trace', 'statement'] as const).flatMap((word): Attempt[] =>
  placesIn(word)
    .slice(1)
    .map((n) => () => {
      const values = valuesIn(word)
      const swapped = [...values.slice(0, n - 1), values[n], values[n - 1], ...values.slice(n + 1)]
      return { lines: withValues(LINES, word, swapped), named: at(word, n - 1) }
    }),
)

/** The end of the log is cut off. */
const truncated = placesIn('audit')
  .slice(1)
  .map(
    (size): Attempt =>
      () => ({
        lines: withValues(LINES, 'audit', AUDIT.slice(0, size)),
        named: at('audit', size),
      }),
  )

/** Another history from one entry on, of whoever has no key: chained, but never signed. */
const forked = placesIn('audit')
  .slice(0, -1)
  .map(
    (n): Attempt =>
      async () => {
        const values = await rechained(changed(AUDIT, n, { outcome: 'failed' }), n)
        return { lines: withValues(LINES, 'audit', values), named: at('checkpoint', over(n)) }
      },
  )

/** A statement or checkpoint signed by a stranger, who says so or uses the id of who signed it. */
const resigned = [
  ...STATEMENTS.flatMap((old, n): Attempt[] =>
    [stranger.keyId, old.signatures[0].keyid].map((keyid) => async () => {
      const [signature] = (await resaid(old, () => {}, stranger)).signatures
      const signatures = [{ ...signature, keyid }]
      return {
        lines: withValues(LINES, 'statement', changed(STATEMENTS, n, { signatures })),
        named: at('statement', n),
      }
    }),
  ),
  ...SIZES.map(
    (_, n): Attempt =>
      async () => {
        const notes: string[] = valuesOf(LINES, 'checkpoint')
        const { text } = parseNote(notes[n] ?? '')
        const note = noteText(await signNote({ text, signatures: [] }, text.split('\n')[0] ?? '', stranger))
        const others = notes.map((one, place) => (place === n ? note : one))
        return { lines: withValues(LINES, 'checkpoint', others), named: at('checkpoint', n) }
      },
  ),
]

/** The owner of the keys sets the clock back, or the count, and signs everything anew. */
const clockBack = placesIn('audit')
  .slice(1)
  .flatMap((n): Attempt[] =>
    [{ time: '2026-05-01T00:00:00.000Z' }, { count: 0 }].map((to) => async () => {
      const lines = await resealed(withValues(LINES, 'audit', changed(AUDIT, n, to)), people.operator)
      return { lines, named: at('audit', n) }
    }),
  )

/** The last checkpoints are dropped; then also the entries that only they cover, back to some entry. */
const dropped = SIZES.flatMap((_, kept): Attempt[] => {
  const lines = withValues(LINES, 'checkpoint', valuesIn('checkpoint').slice(0, kept))
  const cut = (size: number) => ({ lines: withValues(lines, 'audit', AUDIT.slice(0, size)), named: at('audit', size) })
  const from = Math.max(1, SIZES[kept - 1] ?? 0)
  const sizes = Array.from({ length: AUDIT.length - from }, (_, n) => from + n)
  return [() => ({ lines, named: at('checkpoint', kept) }), ...sizes.map((size) => () => cut(size))]
})

/** The beginning of one log and the end of another of the same people: as they are, which breaks behind the last of the first; or chained into one. */
const spliced = placesIn('audit')
  .slice(2, -1)
  .flatMap((place): Attempt[] => {
    const values = [...AUDIT.slice(0, place), ...(valuesOf(OTHER, 'audit') as AuditEntry[]).slice(place)]
    return [
      () => ({ lines: withValues(LINES, 'audit', values), named: at('audit', place - 1) }),
      async () => ({ lines: withValues(LINES, 'audit', await rechained(values, place)), named: at('manifest', 0) }),
    ]
  })

const KINDS = { edited, deleted, inserted, reordered, truncated, forked, resigned, clockBack, dropped, spliced }

test('the whole bundles hold (control), and both verifiers say the same of them', () => {
  const { code, out, other, verdicts } = verdictsOf({ first: TEXT, second: textOf(OTHER), same: textOf(LINES) })
  expect(verdicts).toEqual({ first: 'holds', second: 'holds', same: 'holds' })
  expect(code).toBe(0)
  expect({ code: other.code, out: other.out }).toEqual({ code: 0, out })
})

test(
  'ten kinds at fifty places: both flag 500 of 500 and name the same entry',
  async () => {
    const bundles: Record<string, string> = {}
    const named: Record<string, string> = {}
    for (const [kind, attempts] of Object.entries(KINDS))
      for (let n = 0; n < PLACES; n++) {
        const attempt = attempts[Math.floor((n * attempts.length) / PLACES)] as Attempt
        const { lines, named: link } = await attempt()
        bundles[`${kind}-${n}`] = textOf(lines)
        named[`${kind}-${n}`] = link
      }
    expect(new Set(Object.values(bundles)).size).toBe(10 * PLACES)
    const { verdicts, out, code, other } = verdictsOf(bundles)
    const wrong = Object.entries(named).filter(([name, link]) => !verdicts[name]?.startsWith(link))
    expect(wrong.map(([name, link]) => `${name}: wanted ${link}, got ${verdicts[name]}`)).toEqual([])
    expect(Object.keys(verdicts)).toHaveLength(10 * PLACES)
    expect(code).toBe(1)
    expect({ code: other.code, out: other.out }).toEqual({ code: 1, out })
    const tampered = Object.keys(bundles).length
    showFigures('T15', { 'tampered bundles': tampered, 'named by verify.mjs': tampered - wrong.length })
    if (PYTHON_PRESENT) showFigures('T15', { 'the same by verify.py': other.out === out ? tampered - wrong.length : 0 })
  },
  TIMEOUT_MS,
)
