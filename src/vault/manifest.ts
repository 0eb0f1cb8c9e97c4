import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { utf8 } from './bytes.ts'
import type { AssetInfo, AuditLine, AuditRecord, CaseMeta } from './case.ts'
import { open, seal } from './chunked.ts'
import { contextOf, deriveKey } from './keys.ts'

/** 2: assets are dealt 4 MiB at a time, and long ones hashed by pieces (ADR 6). */
export const FORMAT = 'proofprint-case/2'

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

/** Throws 'vault/tampered' when it is not the manifest of this case and revision, or of another format. */
export async function openManifest(
  caseKey: CryptoKey,
  caseId: string,
  revision: number,
  sealed: Uint8Array,
): Promise<Manifest> {
  const plain = await open(await deriveKey(caseKey, 'manifest'), manifestPlace(caseId, revision), sealed)
  const manifest = JSON.parse(new TextDecoder().decode(plain)) as Manifest
  if (manifest.format === FORMAT) return manifest
  throw new PipelineError(
    'vault/tampered',
    'This case was stored by another version of the app. Open it with that one.',
    {
      format: manifest.format,
    },
  )
}

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
    const record = JSON.parse(new TextDecoder().decode(text)) as AuditRecord
    if (record.seq !== seq || record.prev !== head) break
    records.push(record)
    head = await sha256(text)
  }
  if (records.length === end.auditCount && records.length === sealed.length && head === end.auditHead) return records
  throw new PipelineError('vault/tampered', 'The audit log of this case was cut or changed.', { line: records.length })
}
