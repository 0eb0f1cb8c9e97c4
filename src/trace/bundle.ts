import { toBase64 } from '../core/base64.ts'
import type { JsonValue } from '../core/json.ts'
import type { Role } from '../core/role.ts'
import type { KeyStrength, Signer } from '../core/signer.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { type AuditActor, type AuditClock, type AuditLog, appended, withCheckpoint } from './audit-log.ts'
import { canonicalJson } from './canonical.ts'
import { chainHead } from './chain.ts'
import type { Envelope } from './dsse.ts'
import { digestOfJson } from './policy-digest.ts'
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

const lineOf = (word: string, value: JsonValue): string => `${word} ${canonicalJson(value)}\n`

/** What there is of a log before the entry that closes a bundle. */
interface LogBefore extends Pick<AuditLog, 'origin' | 'app'> {
  readonly at: string
  readonly entries: number
  readonly checkpoints: number
}

/** The manifest of a bundle, and its digest: what the closing entry of the log names. */
export async function bundleManifest(
  { actors, recipes, trace, statements, files }: Omit<CaseEvidence, 'log'>,
  log: LogBefore,
): Promise<{ readonly manifest: BundleManifest; readonly digest: string }> {
  const manifest: BundleManifest = {
    ...{ format: BUNDLE_FORMAT, origin: log.origin, app: log.app, at: log.at },
    actors: await Promise.all(actors.map(digestOfJson)),
    recipes: await Promise.all(recipes.map(digestOfJson)),
    traceHead: await chainHead(await publicTrace(trace)),
    sealedHead: await chainHead(trace),
    counts: {
      ...{ trace: trace.length, statements: statements.length },
      // With the entry that names this manifest, and the checkpoint over it.
      ...{ audit: log.entries + 1, checkpoints: log.checkpoints + 1 },
    },
    files: files.map(({ name, digest, bytes }) => ({ name, digest: { sha256: digest }, bytes })),
  }
  return { manifest, digest: await digestOfJson(manifest) }
}

/** A bundle as text, once its closing entry and checkpoint are in the log. */
export async function bundleText(
  manifest: BundleManifest,
  { actors, recipes, trace, statements }: Omit<CaseEvidence, 'log' | 'files'>,
  { entries, checkpoints }: Pick<AuditLog, 'entries' | 'checkpoints'>,
): Promise<string> {
  return [
    lineOf('manifest', manifest),
    ...actors.map((actor) => lineOf('actor', actor)),
    ...recipes.map((recipe) => lineOf('recipe', recipe)),
    ...(await publicTrace(trace)).map((entry) => lineOf('trace', entry)),
    ...statements.map((envelope) => lineOf('statement', envelope)),
    ...entries.map((entry) => lineOf('audit', entry)),
    ...checkpoints.map((note) => lineOf('checkpoint', note)),
  ].join('')
}

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
  const { log } = evidence
  const [entries, checkpoints] = [log.entries.length, log.checkpoints.length]
  const before = { origin: log.origin, app: log.app, at: clock.time, entries, checkpoints }
  const { manifest, digest } = await bundleManifest(evidence, before)
  const closing = { code: 'bundle', outcome: 'done', objects: [digest], policy: null, model: null } as const
  const closed = await withCheckpoint(await appended(log, closing, by, clock), signer)
  const text = await bundleText(manifest, evidence, closed)
  return { text, log: closed }
}
