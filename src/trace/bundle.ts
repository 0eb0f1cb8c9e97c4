import { toBase64 } from '../core/base64.ts'
import { utf8 } from '../core/bytes.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { Role } from '../core/role.ts'
import type { KeyStrength, Signer } from '../core/signer.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { type AuditActor, type AuditClock, type AuditLog, appended, withCheckpoint } from './audit-log.ts'
import { canonicalJson } from './canonical.ts'
import { chainHead } from './chain.ts'
import type { Envelope } from './dsse.ts'
import { publicTrace } from './public-trace.ts'
import type { Recipe } from './recipe.ts'
import type { Subject } from './statement.ts'

export const BUNDLE_FORMAT = 'proofprint-evidence/1'
export const BUNDLE_NAME = 'evidence.bundle'

/** A key that signed, as what, and from when to when (ISO 8601, UTC); `until` null: still. */
export type Actor = {
  readonly keyId: string
  /** Raw Ed25519, base 64. */
  readonly publicKey: string
  readonly role: Role
  readonly keyStrength: KeyStrength
  readonly from: string
  readonly until: string | null
}

export type BundleManifest = {
  readonly format: typeof BUNDLE_FORMAT
  /** Name of the log. */
  readonly origin: string
  /** Digest of the app. */
  readonly app: string
  readonly at: string
  /** SHA-256 of each actor and each recipe, as they stand below. */
  readonly actors: readonly string[]
  readonly recipes: readonly string[]
  readonly traceHead: string
  /** Head of the trace as it lies in the vault, with what persons wrote. */
  readonly sealedHead: string
  readonly counts: {
    readonly trace: number
    readonly statements: number
    readonly audit: number
    readonly checkpoints: number
  }
  readonly files: readonly {
    readonly name: string
    readonly digest: { readonly sha256: string }
    readonly bytes: number
  }[]
}

/** What a case can show for itself. */
export interface CaseEvidence {
  readonly actors: readonly Actor[]
  /** Of each trace id that was released. */
  readonly recipes: readonly Recipe[]
  /** As the vault keeps it. */
  readonly trace: readonly TraceEntry[]
  readonly statements: readonly Envelope[]
  readonly log: AuditLog
  /** Released. */
  readonly files: readonly (Subject & { readonly bytes: number })[]
}

/** Whose key, as a line of the bundle. */
export const actorOf = (signer: Signer, role: Role, from: string, until: string | null = null): Actor => ({
  ...{ keyId: signer.keyId, publicKey: toBase64(signer.publicKey) },
  ...{ role, keyStrength: signer.strength, from, until },
})

const digestOf = (value: JsonValue): Promise<string> => sha256(utf8(canonicalJson(value)))
const lineOf = (word: string, value: JsonValue): string => `${word} ${canonicalJson(value)}\n`

/**
 * The evidence bundle as text, and the log as it is afterwards: the manifest is written down in it as the last entry, under a checkpoint
 * signed now, so that nothing can be added to, taken from or exchanged in the bundle. Throws what log and signer throw.
 */
export async function writeBundle(
  evidence: CaseEvidence,
  by: AuditActor,
  signer: Signer,
  clock: AuditClock,
): Promise<{ readonly text: string; readonly log: AuditLog }> {
  const { actors, recipes, trace, statements, log, files } = evidence
  const shown = await publicTrace(trace)
  const manifest: BundleManifest = {
    ...{ format: BUNDLE_FORMAT, origin: log.origin, app: log.app, at: clock.time },
    actors: await Promise.all(actors.map(digestOf)),
    recipes: await Promise.all(recipes.map(digestOf)),
    traceHead: await chainHead(shown),
    sealedHead: await chainHead(trace),
    counts: {
      ...{ trace: shown.length, statements: statements.length },
      // With the entry that names this manifest, and the checkpoint over it.
      ...{ audit: log.entries.length + 1, checkpoints: log.checkpoints.length + 1 },
    },
    files: files.map(({ name, digest, bytes }) => ({ name, digest: { sha256: digest }, bytes })),
  }
  const closing = { code: 'bundle', outcome: 'done', policy: null, model: null } as const
  const objects = [await digestOf(manifest)]
  const closed = await withCheckpoint(await appended(log, { ...closing, objects }, by, clock), signer)
  const text = [
    lineOf('manifest', manifest),
    ...actors.map((actor) => lineOf('actor', actor)),
    ...recipes.map((recipe) => lineOf('recipe', recipe)),
    ...shown.map((entry) => lineOf('trace', entry)),
    ...statements.map((envelope) => lineOf('statement', envelope)),
    ...closed.entries.map((entry) => lineOf('audit', entry)),
    ...closed.checkpoints.map((note) => lineOf('checkpoint', note)),
  ].join('')
  return { text, log: closed }
}
