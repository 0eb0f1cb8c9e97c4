import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { ROLES } from '../core/role.ts'
import {
  type Guard,
  hasFields,
  isCount,
  isListOf,
  isNullOr,
  isNumber,
  isOneOf,
  isRecord,
  isText,
} from '../core/shape.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import type { AuditEntry } from './audit-log.ts'
import { type Actor, BUNDLE_FORMAT, type BundleManifest } from './bundle.ts'
import { canonicalJson } from './canonical.ts'
import { type Envelope, isEnvelope } from './dsse.ts'
import { isAuditEntry, isDigest } from './log-end.ts'
import type { Recipe } from './recipe.ts'

/** What a bundle says. Nothing of it is checked but its form: for that there are scripts/verify.mjs and verify.py. */
export interface EvidenceBundle {
  readonly manifest: BundleManifest
  readonly actors: readonly Actor[]
  readonly recipes: readonly Recipe[]
  readonly trace: readonly TraceEntry[]
  readonly statements: readonly Envelope[]
  readonly audit: readonly AuditEntry[]
  /** As signed notes. */
  readonly checkpoints: readonly string[]
}

/** In the order in which their lines stand. */
const WORDS = ['manifest', 'actor', 'recipe', 'trace', 'statement', 'audit', 'checkpoint'] as const
type Word = (typeof WORDS)[number]

const MOST_BYTES = 2 ** 28
const LINE_FEED = 10

const isKey = { keyId: isText, role: isOneOf(ROLES), keyStrength: isText }
const isInOrder = { seq: isCount, prev: isDigest }
const isRun = { stage: isText, version: isNumber, inputDigests: isListOf(isDigest), outputDigest: isDigest }

const FORMS: Readonly<Record<Word, Guard<unknown>>> = {
  manifest: hasFields({
    format: isText,
    origin: isText,
    app: isDigest,
    at: isText,
    actors: isListOf(isDigest),
    recipes: isListOf(isDigest),
    traceHead: isDigest,
    sealedHead: isDigest,
    counts: hasFields({ trace: isCount, statements: isCount, audit: isCount, checkpoints: isCount }),
    files: isListOf(hasFields({ name: isText, digest: hasFields({ sha256: isDigest }), bytes: isCount })),
  }),
  actor: hasFields({ ...isKey, publicKey: isText, from: isText, until: isNullOr(isText) }),
  recipe: hasFields({ format: isText, steps: isListOf(hasFields(isRun)) }),
  trace: hasFields({ ...isInOrder, ...isRun, backend: isText, adapter: isText, ms: isNumber, at: isText }),
  statement: isEnvelope,
  audit: isAuditEntry,
  checkpoint: isText,
}

const bad = (line: number, why: string) =>
  new PipelineError(
    'trace/bad-bundle',
    `Line ${line} of this evidence bundle ${why}. Nothing of it was used. Make the bundle again from its case.`,
    { line },
  )

/** The lines as bytes, from 1. */
function* linesOf(bytes: Uint8Array): Generator<readonly [line: number, bytes: Uint8Array]> {
  let line = 1
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, from)
    if (end < 0) throw bad(line, 'does not end')
    yield [line, bytes.subarray(from, end)]
    from = end + 1
  }
}

/** The word of a line and its value, in the one form that it has. */
function recordOf(line: number, bytes: Uint8Array): { readonly word: Word; readonly value: JsonValue } {
  const word = WORDS.find((one) => utf8(`${one} `).every((byte, n) => bytes[n] === byte))
  if (!word) throw bad(line, 'begins with no word that is known')
  const json = bytes.subarray(word.length + 1)
  const value = parsedJson(json)
  if (value === undefined || !isCanonical(value, json)) throw bad(line, 'is not canonical JSON')
  if (word === 'manifest' && isRecord(value) && value.format !== BUNDLE_FORMAT) throw bad(line, 'names another format')
  if (!FORMS[word](value)) throw bad(line, 'lacks a field, or has one of another kind')
  return { word, value }
}

function isCanonical(value: JsonValue, json: Uint8Array): boolean {
  try {
    const bytes = utf8(canonicalJson(value))
    return bytes.length === json.length && bytes.every((byte, n) => json[n] === byte)
  } catch {
    return false
  }
}

/**
 * Takes an evidence bundle apart (docs/formats.md), without looking at signatures and chains. Throws 'trace/bad-bundle' with the
 * line; nothing is given of a bundle that is not whole.
 */
export function readBundle(bytes: Uint8Array): EvidenceBundle {
  if (bytes.length > MOST_BYTES) throw bad(0, 'is one too many: it is larger than 256 MiB')
  const found: Record<Word, JsonValue[]> = {
    ...{ manifest: [], actor: [], recipe: [], trace: [], statement: [], audit: [], checkpoint: [] },
  }
  let [last, at]: [Word, number] = ['manifest', 0]
  for (const [line, of] of linesOf(bytes)) {
    const { word, value } = recordOf(line, of)
    if (WORDS.indexOf(word) < WORDS.indexOf(last) || (line === 1) !== (word === 'manifest')) {
      throw bad(line, 'stands in the wrong place')
    }
    found[word].push(value)
    ;[last, at] = [word, line]
  }
  if (found.manifest.length !== 1) throw bad(at, 'is the last, and there is no manifest')
  // The guard of each line has looked at it.
  const bundle = {
    ...{ manifest: found.manifest[0], actors: found.actor, recipes: found.recipe, trace: found.trace },
    ...{ statements: found.statement, audit: found.audit, checkpoints: found.checkpoint },
  } as unknown as EvidenceBundle
  const { counts, actors, recipes } = bundle.manifest
  const wanted = { ...counts, actors: actors.length, recipes: recipes.length }
  const names = ['actors', 'recipes', 'trace', 'statements', 'audit', 'checkpoints'] as const
  if (names.some((name) => bundle[name].length !== wanted[name])) throw bad(at, 'is the last, and lines are missing')
  return bundle
}
