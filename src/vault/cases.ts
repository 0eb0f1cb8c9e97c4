import { PipelineError } from '../core/errors.ts'
import { digestBytes } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { scanBytes } from '../core/shared.ts'
import { concatBytes } from './bytes.ts'
import type {
  AssetInfo,
  AuditLine,
  AuditRecord,
  CaseChange,
  CaseInit,
  CaseRecord,
  CaseSummary,
  NewAsset,
  StoredAsset,
  Unreadable,
} from './case.ts'
import { open, sealParts } from './chunked.ts'
import { meaningDigest, strideOf } from './codec.ts'
import { pack, unpack } from './compress.ts'
import { contextOf, deriveKey, newCaseKey, openCaseKey, randomId } from './keys.ts'
import { AUDIT_START, FORMAT, type Manifest, openAudit, openManifest, sealAudit, sealManifest } from './manifest.ts'
import type { AssetPieces, CaseRow, VaultRecords } from './records.ts'

/** Sealed pieces held before they are stored: a mask fits, a long scan does not. */
const MOST_PIECES_HELD = 8

/** An open vault: the store and the key that opens it. */
export interface OpenVault {
  readonly records: VaultRecords
  readonly master: CryptoKey
  readonly now: () => Date
  /** Throws 'vault/locked' once the vault was locked; asked right before anything is written. */
  readonly assertOpen: () => void
}

interface OpenCase {
  readonly row: CaseRow
  readonly key: CryptoKey
  readonly manifest: Manifest
}

const tampered = (what: string) =>
  new PipelineError('vault/tampered', `${what} is not what its case says it is. Nothing of it was used.`)

async function openRow(vault: OpenVault, row: CaseRow): Promise<OpenCase> {
  const key = await openCaseKey(vault.master, row.id, row.envelope)
  return { row, key, manifest: await openManifest(key, row.id, row.revision, row.manifest) }
}

async function openById(vault: OpenVault, id: string): Promise<OpenCase> {
  const row = await vault.records.case(id)
  if (!row) throw new PipelineError('vault/missing', 'That case is not in this vault. It may have been deleted.')
  return openRow(vault, row)
}

const assetContext = (caseId: string, asset: Pick<AssetInfo, 'id' | 'revision' | 'type'>) =>
  contextOf({ asset: asset.id, case: caseId, epoch: 0, revision: asset.revision, type: asset.type })

const assetKey = (caseKey: CryptoKey, assetId: string) => deriveKey(caseKey, `asset/${assetId}`)

const wholeOf = async (bytes: Uint8Array | Blob) =>
  bytes instanceof Blob ? new Uint8Array(await bytes.arrayBuffer()) : bytes

/**
 * Packs and seals an asset piece by piece; all but its last pieces are stored on the way. Memory: the asset and some 20 MiB.
 */
async function sealAsset(
  vault: OpenVault,
  caseKey: CryptoKey,
  caseId: string,
  revision: number,
  asset: NewAsset,
  id: string,
) {
  const bytes = await wholeOf(asset.bytes)
  const meaning = await meaningDigest(asset.meta, bytes)
  if (meaning !== null && meaning !== asset.digest) throw tampered('What was to be stored')
  const { type, digest, meta } = asset
  const stride = strideOf(meta)
  const place = assetContext(caseId, { id, revision, type })
  let storedBytes = 0
  let from = 0
  let pieces: Uint8Array[] = []
  for await (const piece of sealParts(await assetKey(caseKey, id), place, pack(bytes, stride))) {
    storedBytes += piece.length
    if (pieces.length === MOST_PIECES_HELD) {
      vault.assertOpen()
      await vault.records.addPieces(caseId, { assetId: id, from, pieces })
      from += pieces.length
      pieces = []
    }
    pieces.push(piece)
  }
  const info: AssetInfo = {
    id,
    type,
    digest,
    contentDigest: await digestBytes(bytes),
    meta,
    bytes: bytes.length,
    storedBytes,
    stride,
    taken: 'pieces',
    revision,
  }
  return { info, stored: { assetId: id, from, pieces } satisfies AssetPieces }
}

/** A new, empty case; returns its random id. One strict transaction. */
export async function createCase(vault: OpenVault, init: CaseInit): Promise<string> {
  const id = randomId()
  const at = vault.now().toISOString()
  const { envelope, key } = await newCaseKey(vault.master, id)
  const created: AuditLine = { at, code: 'create-case', outcome: 'done', digests: [] }
  const audit = await sealAudit(key, id, { auditCount: 0, auditHead: AUDIT_START }, [created])
  const { pseudonym, templateId, policy, process } = init
  const manifest = await sealManifest(key, {
    format: FORMAT,
    case: id,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    meta: { pseudonym, templateId, policy, process },
    assets: [],
    trace: [],
    state: null,
    auditCount: audit.auditCount,
    auditHead: audit.auditHead,
  })
  vault.assertOpen()
  await vault.records.commit({
    row: { id, revision: 1, envelope, manifest },
    assets: [],
    remove: [],
    audit: audit.sealed,
  })
  return id
}

/**
 * Takes a case one step forward: assets, trace, audit and state together in one strict transaction, or none of them.
 * Returns the ids of the new assets in order. Throws vault/quota, vault/busy, vault/missing, vault/tampered.
 */
export async function commitChange(vault: OpenVault, caseId: string, change: CaseChange): Promise<string[]> {
  const ids = change.assets.map(() => randomId())
  try {
    await commitAs(vault, caseId, change, ids)
    return ids
  } catch (error) {
    // Once locked nothing is written any more: what is left over is swept when the vault is opened again.
    await forgetAhead(vault, caseId, ids).catch(() => {})
    throw error
  }
}

async function forgetAhead(vault: OpenVault, caseId: string, ids: readonly string[]): Promise<void> {
  vault.assertOpen()
  if (ids.length > 0) await vault.records.dropPieces(caseId, ids)
}

async function commitAs(vault: OpenVault, caseId: string, change: CaseChange, ids: readonly string[]): Promise<void> {
  const { row, key, manifest } = await openById(vault, caseId)
  const revision = row.revision + 1
  const sealed: Awaited<ReturnType<typeof sealAsset>>[] = []
  for (const [n, asset] of change.assets.entries())
    sealed.push(await sealAsset(vault, key, caseId, revision, asset, ids[n] as string))
  const audit = await sealAudit(key, caseId, manifest, change.audit)
  const remove = new Set(change.remove)
  const next: Manifest = {
    ...manifest,
    revision,
    updatedAt: vault.now().toISOString(),
    meta: { ...manifest.meta, ...change.meta },
    assets: [...manifest.assets.filter((a) => !remove.has(a.id)), ...sealed.map((s) => s.info)],
    trace: [...manifest.trace, ...change.trace],
    state: change.state === undefined ? manifest.state : change.state,
    auditCount: audit.auditCount,
    auditHead: audit.auditHead,
  }
  const sealedManifest = await sealManifest(key, next)
  vault.assertOpen()
  await vault.records.commit({
    row: { id: caseId, revision, envelope: row.envelope, manifest: sealedManifest },
    assets: sealed.map((s) => s.stored),
    remove: [...remove],
    audit: audit.sealed,
  })
}

/** A case without its asset bytes; its audit log is verified. Throws vault/missing, vault/tampered, vault/newer. */
export async function openCase(vault: OpenVault, id: string): Promise<CaseRecord> {
  const { key, manifest } = await openById(vault, id)
  const { revision, meta, createdAt, updatedAt, assets, trace, state } = manifest
  const audit = await openAudit(key, id, manifest, await vault.records.audit(id))
  return { id, revision, meta, createdAt, updatedAt, assets, trace, audit, state }
}

/** The audit log alone. Throws vault/missing, vault/tampered. */
export async function readAudit(vault: OpenVault, id: string): Promise<AuditRecord[]> {
  const { key, manifest } = await openById(vault, id)
  return openAudit(key, id, manifest, await vault.records.audit(id))
}

/** An asset, decrypted and compared with its digests. Throws vault/missing, vault/tampered. */
export async function readAsset(vault: OpenVault, caseId: string, assetId: string): Promise<StoredAsset> {
  const { key, manifest } = await openById(vault, caseId)
  const info = manifest.assets.find((a) => a.id === assetId)
  if (!info) throw new PipelineError('vault/missing', 'That part of the case is not in this vault.')
  const message = concatBytes(...(await vault.records.pieces(caseId, assetId)))
  const plain = await open(await assetKey(key, assetId), assetContext(caseId, info), message)
  // Only scans have values of two bytes.
  const memory = info.stride === 2 ? scanBytes(info.bytes) : new Uint8Array(info.bytes)
  const { type, digest, meta, taken } = info
  const bytes = await unpack(plain, info.stride, memory, taken)
  if ((await digestBytes(bytes, taken)) !== info.contentDigest) throw tampered('A stored asset')
  const meaning = await meaningDigest(meta, bytes, taken)
  if (meaning !== null && meaning !== digest) throw tampered('A stored asset')
  return { bytes, type, digest, taken, meta }
}

const summaryOf = ({ row, manifest: m }: OpenCase): CaseSummary => ({
  id: row.id,
  ...m.meta,
  createdAt: m.createdAt,
  updatedAt: m.updatedAt,
  assets: m.assets.length,
  bytes: m.assets.reduce((sum, a) => sum + a.storedBytes, 0),
  state: m.state,
  unreadable: null,
})

const closedSummary = (id: string, unreadable: Unreadable): CaseSummary => ({
  id,
  pseudonym: '',
  templateId: '',
  policy: 'teaching',
  process: 'fdm',
  createdAt: '',
  updatedAt: '',
  assets: 0,
  bytes: 0,
  state: null satisfies JsonValue,
  unreadable,
})

const whyClosed = (error: unknown): Unreadable =>
  error instanceof PipelineError && error.code === 'vault/newer' ? 'newer' : 'damaged'

/** Every case, newest first; one that does not open is listed as such and does not hide the others. */
export async function listCases(vault: OpenVault): Promise<CaseSummary[]> {
  const summaries: CaseSummary[] = []
  for (const row of await vault.records.cases())
    summaries.push(await openRow(vault, row).then(summaryOf, (error) => closedSummary(row.id, whyClosed(error))))
  return summaries.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
}

/** Removes what no case names: left by an interrupted version change or an older app. A damaged case keeps its pieces. */
export async function sweepOrphans(vault: OpenVault): Promise<number> {
  const known = new Map<string, ReadonlySet<string>>()
  for (const row of await vault.records.cases()) {
    const open = await openRow(vault, row).catch(() => null)
    // Nothing is known about the assets of a case that does not open: leave the whole sweep to another day.
    if (!open) return 0
    known.set(row.id, new Set(open.manifest.assets.map((a) => a.id)))
  }
  vault.assertOpen()
  return vault.records.sweep(known)
}
