import { type ErrorDetail, PipelineError } from '../core/errors.ts'
import { sha256, type Taken } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { type Guard, hasFields, isAbsentOr, isCount, isListOf, isOneOf, isRecord, isText } from '../core/shape.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { utf8 } from './bytes.ts'
import type { AssetInfo, AuditLine, AuditRecord, CaseMeta } from './case.ts'
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
}

/** As sealed by this version or one before it: the first format and the first cases of the second did not say `taken`. */
type SealedManifest = Omit<Manifest, 'format' | 'assets'> & {
  readonly format: string
  readonly assets: readonly (Omit<AssetInfo, 'taken'> & { readonly taken?: Taken })[]
}

export const AUDIT_START = '0'.repeat(64)

const manifestPlace = (caseId: string, revision: number) =>
  contextOf({ asset: '', case: caseId, epoch: 0, revision, type: 'manifest' })
const auditPlace = (caseId: string, seq: number) =>
  contextOf({ asset: '', case: caseId, epoch: 0, revision: seq, type: 'audit' })

/** Seals a manifest under its case key, bound to its case and revision. */
export async function sealManifest(caseKey: CryptoKey, manifest: Manifest): Promise<Uint8Array> {
  const place = manifestPlace(manifest.case, manifest.revision)
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
): Promise<Manifest> {
  const plain = await open(await deriveKey(caseKey, 'manifest'), manifestPlace(caseId, revision), sealed)
  const value = parsedJson(plain)
  if (hasFormat(value) && !KNOWN.includes(value.format)) throw newerCase({ format: value.format })
  if (!isManifest(value)) throw notWhole()
  return currentManifest(value)
}

const hasFormat = hasFields({ format: isText })
const KNOWN = [FORMAT, FIRST_FORMAT]

const isAsset = hasFields({
  id: isText,
  type: isText,
  digest: isText,
  contentDigest: isText,
  bytes: isCount,
  storedBytes: isCount,
  stride: isOneOf([1, 2, 4]),
  taken: isAbsentOr(isOneOf(['whole', 'pieces'])),
  revision: isCount,
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

/** Audit lines in their places after the last one, sealed, and the new head. */
export async function sealAudit(
  caseKey: CryptoKey,
  caseId: string,
  from: Pick<Manifest, 'auditCount' | 'auditHead'>,
  lines: readonly AuditLine[],
) {
  const key = await deriveKey(caseKey, 'audit')
  const sealed: { seq: number; line: Uint8Array }[] = []
  let auditHead = from.auditHead
  for (const [n, { at, code, outcome, digests }] of lines.entries()) {
    const record: AuditRecord = { at, code, outcome, digests, seq: from.auditCount + n, prev: auditHead }
    const text = utf8(JSON.stringify(record))
    auditHead = await sha256(text)
    sealed.push({ seq: record.seq, line: await seal(key, auditPlace(caseId, record.seq), text) })
  }
  return { sealed, auditCount: from.auditCount + lines.length, auditHead }
}

const isAuditRecord: Guard<AuditRecord> = hasFields({
  at: isText,
  code: isText,
  outcome: isOneOf(['done', 'refused', 'failed', 'denied']),
  digests: isListOf(isText),
  seq: isCount,
  prev: isText,
})

/** The whole log. Throws 'vault/tampered' when a line is missing, changed, moved or added. */
export async function openAudit(
  caseKey: CryptoKey,
  caseId: string,
  end: Pick<Manifest, 'auditCount' | 'auditHead'>,
  sealed: readonly Uint8Array[],
): Promise<AuditRecord[]> {
  const key = await deriveKey(caseKey, 'audit')
  const records: AuditRecord[] = []
  let head = AUDIT_START
  for (const [seq, line] of sealed.entries()) {
    const text = await open(key, auditPlace(caseId, seq), line)
    const record = parsedJson(text)
    if (!isAuditRecord(record) || record.seq !== seq || record.prev !== head) break
    records.push(record)
    head = await sha256(text)
  }
  if (records.length === end.auditCount && records.length === sealed.length && head === end.auditHead) return records
  throw new PipelineError('vault/tampered', 'The audit log of this case was cut or changed.', { line: records.length })
}
