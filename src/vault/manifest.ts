import { utf8 } from '../core/bytes.ts'
import { type ErrorDetail, PipelineError } from '../core/errors.ts'
import type { Taken } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { hasFields, isAbsentOr, isCount, isListOf, isOneOf, isRecord, isText } from '../core/shape.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { isLogEnd, type LogEnd } from '../trace/log-end.ts'
import type { AssetInfo, CaseMeta } from './case.ts'
import { open, seal } from './chunked.ts'
import { contextOf, deriveKey } from './keys.ts'

/** 2: assets are dealt 4 MiB at a time, and long ones hashed by pieces (ADR 6). Written with every commit. */
export const FORMAT = 'proofprint-case/2'
/** Read only. All its assets were dealt and hashed at once. */
const FIRST_FORMAT = 'proofprint-case/1'

/** The sealed table of contents of a case: what belongs to it, in which revision, and how its audit log ends. */
export type Manifest = {
  readonly format: typeof FORMAT
  readonly case: string
  readonly revision: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly meta: CaseMeta
  readonly assets: readonly AssetInfo[]
  readonly trace: readonly TraceEntry[]
  readonly state: JsonValue
  readonly auditCount: number
  /** SHA-256 of the last audit line; a log that was cut or exchanged does not end with it. */
  readonly auditHead: string
  /** How the entries of that log end; absent in what was stored before there were any. */
  readonly entries?: LogEnd | undefined
  /** How far the trace was stated; absent in what was stored before. */
  readonly stated?: StatedTrace | undefined
}

/** How much of a trace there are statements of. */
export type StatedTrace = {
  readonly count: number
  /** Digest of the last entry that was stated, as it leaves the vault. */
  readonly head: string
  /** Of the part, as it was checked last; 0 before the first check. */
  readonly revision: number
}

/** As sealed by this version or one before it: the first format and the first cases of the second did not say `taken`. */
type SealedManifest = Omit<Manifest, 'format' | 'assets'> & {
  readonly format: string
  readonly assets: readonly (Omit<AssetInfo, 'taken'> & { readonly taken?: Taken })[]
}

const manifestPlace = (caseId: string, revision: number, epoch: number) =>
  contextOf({ asset: '', case: caseId, epoch, revision, type: 'manifest' })

/** Seals a manifest under its case key, bound to its case, revision and epoch of the key. */
export async function sealManifest(caseKey: CryptoKey, manifest: Manifest, epoch = 0): Promise<Uint8Array> {
  const place = manifestPlace(manifest.case, manifest.revision, epoch)
  return seal(await deriveKey(caseKey, 'manifest'), place, utf8(JSON.stringify(manifest)))
}

/**
 * The manifest as this version knows it, whichever version sealed it. The format lies inside what is sealed: nobody without the
 * case key can give out one for the other. Throws 'vault/tampered' when it is not the manifest of this case and revision,
 * 'vault/newer' when its format is not known here.
 */
export async function openManifest(
  caseKey: CryptoKey,
  caseId: string,
  revision: number,
  sealed: Uint8Array,
  epoch = 0,
): Promise<Manifest> {
  const plain = await open(await deriveKey(caseKey, 'manifest'), manifestPlace(caseId, revision, epoch), sealed)
  const value = parsedJson(plain)
  if (hasFormat(value) && !KNOWN.includes(value.format)) throw newerCase({ format: value.format })
  if (!isManifest(value)) throw notWhole()
  return currentManifest(value)
}

const hasFormat = hasFields({ format: isText })
const KNOWN = [FORMAT, FIRST_FORMAT]

/** What the vault reads of an asset's description. */
export const isAsset = hasFields({
  id: isText,
  type: isText,
  digest: isText,
  contentDigest: isText,
  bytes: isCount,
  storedBytes: isCount,
  stride: isOneOf([1, 2, 4]),
  taken: isAbsentOr(isOneOf(['whole', 'pieces'])),
  revision: isCount,
  epoch: isAbsentOr(isCount),
  stored: isAbsentOr(isText),
})

/** What the vault itself reads of a manifest; the rest belongs to those who wrote it. */
const hasManifestFields = hasFields({
  format: isText,
  revision: isCount,
  createdAt: isText,
  updatedAt: isText,
  meta: hasFields({ pseudonym: isText, templateId: isText, policy: isText, process: isText }),
  assets: isListOf(isAsset),
  trace: isListOf(isRecord),
  auditCount: isCount,
  auditHead: isText,
  entries: isAbsentOr(isLogEnd),
  stated: isAbsentOr(hasFields({ count: isCount, head: isText, revision: isCount })),
})
const isManifest = (value: unknown): value is SealedManifest => hasManifestFields(value)

/** The error for a case that only a later version reads. */
export const newerCase = (detail: ErrorDetail): PipelineError =>
  new PipelineError(
    'vault/newer',
    'This case was stored by a newer version of the app. It is kept as it is. Reload the page to get that version, then open it.',
    detail,
  )

const notWhole = () =>
  new PipelineError(
    'vault/tampered',
    'The table of contents of this case cannot be read. Nothing of it was used. Restore the case from its scan.',
  )

const currentManifest = (sealed: SealedManifest): Manifest =>
  sealed.format === FIRST_FORMAT
    ? ofFormat2(sealed, () => 'whole')
    : ofFormat2(sealed, ({ taken }) => taken ?? 'pieces')

/** From here on each asset says how it was taken, so that one of format 1 keeps its own way when the case is saved again. */
const ofFormat2 = (sealed: SealedManifest, taken: (asset: SealedManifest['assets'][number]) => Taken): Manifest => ({
  ...sealed,
  format: FORMAT,
  assets: sealed.assets.map((asset) => ({ ...asset, taken: taken(asset) })),
})
