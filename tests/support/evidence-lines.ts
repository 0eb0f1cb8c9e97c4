import { sha256 } from '../../src/core/hash.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { leafHash, merkleRoot } from '../../src/core/merkle.ts'
import type { Signer } from '../../src/core/signer.ts'
import { canonicalJson } from '../../src/trace/canonical.ts'
import { CHAIN_START } from '../../src/trace/chain.ts'
import { checkpointText, parseCheckpoint } from '../../src/trace/checkpoint.ts'
import { type Envelope, sealStatement } from '../../src/trace/dsse.ts'
import { noteText, parseNote, signNote } from '../../src/trace/note.ts'
import { PAYLOAD_TYPE } from '../../src/trace/statement.ts'

// A bundle in the hands of somebody who wants it to say something else.

export type Word = 'manifest' | 'actor' | 'recipe' | 'trace' | 'statement' | 'audit' | 'checkpoint'
/** One line; of a record its fields. */
export interface BundleLine {
  readonly word: Word
  // biome-ignore lint/suspicious/noExplicitAny: a forger changes whatever is there.
  readonly value: any
}

const utf8 = (text: string) => new TextEncoder().encode(text)

export const linesOf = (text: string): BundleLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const space = line.indexOf(' ')
      return { word: line.slice(0, space) as Word, value: JSON.parse(line.slice(space + 1)) }
    })

export const textOf = (lines: readonly BundleLine[]): string =>
  lines.map(({ word, value }) => `${word} ${canonicalJson(value as JsonValue)}\n`).join('')

export const valuesOf = (lines: readonly BundleLine[], word: Word) =>
  lines.filter((line) => line.word === word).map(({ value }) => value)

/** The same bundle with these values for one word. */
export function withValues(lines: readonly BundleLine[], word: Word, values: readonly unknown[]): BundleLine[] {
  const at = lines.findIndex((line) => line.word === word)
  const others = lines.filter((line) => line.word !== word)
  return [...others.slice(0, at), ...values.map((value) => ({ word, value })), ...others.slice(at)]
}

const digestOf = (value: unknown) => sha256(utf8(canonicalJson(value as JsonValue)))

/** Entries numbered and chained anew from `from` on. */
export async function rechained<T extends object>(values: readonly T[], from = 0): Promise<T[]> {
  const chained = values.slice(0, from)
  for (const value of values.slice(from)) {
    const prev = chained.length === 0 ? CHAIN_START : await digestOf(chained.at(-1))
    chained.push({ ...value, seq: chained.length, prev })
  }
  return chained
}

/** The log of a bundle as its owner would have written it: manifest, chain and checkpoints made anew, all signed. */
export async function resealed(lines: readonly BundleLine[], signer: Signer): Promise<BundleLine[]> {
  const [manifest] = valuesOf(lines, 'manifest')
  const audit = valuesOf(lines, 'audit')
  const counts = {
    ...{ trace: valuesOf(lines, 'trace').length, statements: valuesOf(lines, 'statement').length },
    ...{ audit: audit.length, checkpoints: valuesOf(lines, 'checkpoint').length },
  }
  const recipes = await Promise.all(valuesOf(lines, 'recipe').map(digestOf))
  const actors = await Promise.all(valuesOf(lines, 'actor').map(digestOf))
  const trace = valuesOf(lines, 'trace')
  const now = { ...manifest, counts, recipes, actors, traceHead: await digestOf(trace.at(-1)) }
  const closing = { ...audit.at(-1), objects: [await digestOf(now)] }
  const chained = await rechained([...audit.slice(0, -1), closing])
  const leaves = await Promise.all(chained.map((entry) => leafHash(utf8(canonicalJson(entry as JsonValue)))))
  const notes: string[] = []
  for (const old of valuesOf(lines, 'checkpoint')) {
    const { size, origin } = parseCheckpoint(parseNote(old).text)
    const text = checkpointText({ origin, size, root: await merkleRoot(leaves.slice(0, size)), extensions: [] })
    notes.push(noteText(await signNote({ text, signatures: [] }, origin, signer)))
  }
  const changed = withValues(withValues(lines, 'audit', chained), 'checkpoint', notes)
  return withValues(changed, 'manifest', [now])
}

/** What an envelope says. */
export const said = (envelope: Envelope) => JSON.parse(Buffer.from(envelope.payload, 'base64').toString())

/** The same statement with other words, signed by `signer`. */
export async function resaid(envelope: Envelope, change: (statement: ReturnType<typeof said>) => void, signer: Signer) {
  const statement = said(envelope)
  change(statement)
  return sealStatement(PAYLOAD_TYPE, utf8(canonicalJson(statement)), signer)
}

/** A bundle whose owners exchange statements for others that they sign, in the log too: all signed anew. */
export async function exchanged(
  lines: readonly BundleLine[],
  statements: readonly Envelope[],
  signer: Signer,
): Promise<BundleLine[]> {
  const digestIn = ({ payload }: Envelope) => sha256(new Uint8Array(Buffer.from(payload, 'base64')))
  const digests = new Map<string, string>()
  for (const [n, old] of valuesOf(lines, 'statement').entries()) {
    digests.set(await digestIn(old), await digestIn(statements[n] ?? old))
  }
  const audit = valuesOf(lines, 'audit').map((entry) => ({
    ...entry,
    objects: entry.objects.map((digest: string) => digests.get(digest) ?? digest),
  }))
  return resealed(withValues(withValues(lines, 'statement', statements), 'audit', audit), signer)
}
