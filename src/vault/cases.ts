import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { Maker } from '../trace/statement.ts'
import { assetKey, readStored, type SealedAsset, sealAsset, storedId } from './assets.ts'
import { type AuditEnd, type Log, logOf, NO_LINES, openLines } from './audit-lines.ts'
import type {
  AuditLine,
  AuditRecord,
  CaseChange,
  CaseInit,
  CaseRecord,
  CaseSummary,
  StoredAsset,
  Unreadable,
} from './case.ts'
import { makerOf, type NewLine, sealEntries } from './case-entries.ts'
import { type CaseSeals, nextSeals, openEnd, sealEnd } from './case-seals.ts'
import { replayLines, stepLines } from './case-statements.ts'
import { randomId } from './keys.ts'
import { FORMAT, type Manifest, openManifest, sealManifest } from './manifest.ts'
import type { CaseRow, SiteRow, VaultRecords } from './records.ts'
import { isDenied } from './roles.ts'
import type { OpenVault, Who } from './vault-keys.ts'

export interface OpenCase {
  readonly row: CaseRow
  readonly key: CryptoKey
  readonly manifest: Manifest
}

export const epochOf = (row: CaseRow) => row.seals?.epochs[0].epoch ?? 0

/** The audit log of a case for who has its key, and how it ends by the newest word on it. */
export async function logAndEnd(row: CaseRow, key: CryptoKey, manifest: Manifest) {
  const log = await logOf(key, row.id, epochOf(row))
  return { log, end: row.seals ? await openEnd(log, row.seals.auditEnd) : manifest }
}

/** The seals of a row after a write that leaves its log at `end`; none where there are no people. */
export async function sealsAfter(
  row: Pick<CaseRow, 'seals'>,
  log: Log,
  end: AuditEnd,
  changed: Partial<Pick<CaseSeals, 'inbox'>> = {},
): Promise<Pick<CaseRow, 'seals'>> {
  return row.seals ? { seals: nextSeals(row.seals, { ...changed, auditEnd: await sealEnd(log, end) }) } : {}
}

export async function openRow(vault: OpenVault, row: CaseRow): Promise<OpenCase> {
  const key = await vault.keys.caseKey(row)
  return { row, key, manifest: await openManifest(key, row.id, row.revision, row.manifest, epochOf(row)) }
}

/** Throws 'vault/missing', 'vault/denied', 'vault/tampered', 'vault/newer'. */
export async function openById(vault: OpenVault, id: string): Promise<OpenCase> {
  return openRow(vault, await rowOf(vault.records, id))
}

/** Throws 'vault/missing'. */
export async function rowOf(records: Pick<VaultRecords, 'case'>, id: string): Promise<CaseRow> {
  const row = await records.case(id)
  if (!row) throw new PipelineError('vault/missing', 'That case is not in this vault. It may have been deleted.')
  return row
}

/** A new, empty case; returns its random id. One strict transaction. */
export async function createCase(vault: OpenVault, init: CaseInit): Promise<string> {
  const id = randomId()
  const maker = await makerOf(vault)
  const { at } = maker
  const { key, sealed } = await vault.keys.newCase(id, vault.now())
  const line = (code: string, digests: string[] = []): NewLine => ({
    at,
    code,
    outcome: 'done',
    digests,
    ...vault.keys.who,
  })
  const given = sealed.seals?.epochs[0].envelopes ?? []
  const log = await logOf(key, id, 0)
  const lines = [line('create-case'), ...given.map(({ person, role }) => line(`share/${role}`, [person]))]
  const { sealed: firstLines, ...end } = await sealEntries(log, NO_LINES, lines, maker)
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
    ...end,
  })
  const seals = await sealsAfter(sealed, log, end)
  vault.assertOpen()
  await vault.records.commit({
    row: { id, revision: 1, envelope: sealed.envelope, manifest, ...seals },
    assets: [],
    remove: [],
    audit: firstLines,
  })
  return id
}

/** What a commit takes out of the inbox of its case, and what was signed for it before. */
interface Within {
  readonly inbox: ReadonlySet<string>
  readonly lines?: readonly NewLine[]
  readonly maker?: Maker
  /** What is written along with it, of the row as it is then. */
  readonly along?: ((after: CaseRow) => Promise<readonly SiteRow[]>) | undefined
}
const NOTHING_TAKEN: Within = { inbox: new Set() }
const NO_CHANGE: CaseChange = { assets: [], trace: [], audit: [] }

/** Lines that were signed for the log of a case, as a step of it. Throws as commitChange. */
export const commitLines = (
  vault: OpenVault,
  caseId: string,
  lines: readonly NewLine[],
  maker: Maker,
  along?: Within['along'],
): Promise<void> => commitAs(vault, caseId, NO_CHANGE, [], { inbox: new Set(), lines, maker, along })

/**
 * Takes a case one step forward: assets, trace, audit and state together in one strict transaction, or none of them.
 * Returns the ids of the new assets in order. Throws vault/quota, vault/busy, vault/missing, vault/tampered.
 */
export async function commitChange(
  vault: OpenVault,
  caseId: string,
  change: CaseChange,
  taken: Within = NOTHING_TAKEN,
): Promise<string[]> {
  const ids = change.assets.map(() => randomId())
  try {
    await commitAs(vault, caseId, change, ids, taken)
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

async function commitAs(
  vault: OpenVault,
  caseId: string,
  change: CaseChange,
  ids: readonly string[],
  { inbox: taken, lines: signed = [], maker: by, along }: Within,
): Promise<void> {
  const { row, key, manifest } = await openById(vault, caseId)
  const revision = row.revision + 1
  const epoch = epochOf(row)
  const sealed: SealedAsset[] = []
  for (const [n, asset] of change.assets.entries()) {
    const place = { id: ids[n] as string, revision, type: asset.type, epoch }
    sealed.push(await sealAsset(vault, await assetKey(key, place), caseId, place, asset))
  }
  const { log, end } = await logAndEnd(row, key, manifest)
  const maker = by ?? (await makerOf(vault))
  const { stated, lines } = await linesOf(maker, manifest, change, vault.keys.who)
  const { sealed: audit, ...ended } = await sealEntries(log, end, [...lines, ...signed], maker)
  const gone = new Set(change.remove)
  const next: Manifest = {
    ...manifest,
    revision,
    updatedAt: vault.now().toISOString(),
    meta: { ...manifest.meta, ...change.meta },
    assets: [...manifest.assets.filter((a) => !gone.has(a.id)), ...sealed.map((s) => s.info)],
    trace: [...manifest.trace, ...change.trace],
    state: change.state === undefined ? manifest.state : change.state,
    stated,
    ...ended,
  }
  const sealedManifest = await sealManifest(key, next, epoch)
  const inbox = (row.seals?.inbox ?? []).filter(({ id }) => !taken.has(id))
  const seals = await sealsAfter(row, log, ended, { inbox })
  const after: CaseRow = { id: caseId, revision, envelope: row.envelope, manifest: sealedManifest, ...seals }
  const site = (await along?.(after)) ?? []
  vault.assertOpen()
  await vault.records.commit({
    row: after,
    assets: sealed.map((s) => s.stored),
    remove: [...manifest.assets.filter((a) => gone.has(a.id)).map(storedId), ...taken],
    audit,
    site,
  })
}

/** The lines of a change: what its steps say, what came of replays, and what else was done. Of the last only what a line says is taken. */
async function linesOf(maker: Maker, manifest: Manifest, change: CaseChange, who: Who | null) {
  const { stated, lines } = await stepLines(maker, manifest, change)
  const replays = await replayLines(maker, manifest.trace, change)
  const isSaid = ({ code, digests }: AuditLine) =>
    [...lines, ...replays].some((line) => line.code === code && line.digests[0] === digests[0])
  const others = change.audit
    .filter((line) => !isSaid(line))
    .map(({ at, code, outcome, digests }) => ({ at, code, outcome, digests }))
  return { stated, lines: [...lines, ...replays, ...others].map((line) => ({ ...line, ...who })) }
}

/** A case without its asset bytes; its audit log is verified. Throws vault/missing, vault/tampered, vault/newer. */
export async function openCase(vault: OpenVault, id: string): Promise<CaseRecord> {
  const opened = await openById(vault, id)
  const { revision, meta, createdAt, updatedAt, assets, trace, state } = opened.manifest
  const audit = await auditOf(vault, opened)
  return { id, revision, meta, createdAt, updatedAt, assets, trace, audit, state }
}

async function auditOf(vault: OpenVault, { row, key, manifest }: OpenCase): Promise<AuditRecord[]> {
  const { log, end } = await logAndEnd(row, key, manifest)
  return openLines(log, end, await vault.records.audit(row.id), manifest)
}

/** The audit log alone. Throws vault/missing, vault/tampered. */
export async function readAudit(vault: OpenVault, id: string): Promise<AuditRecord[]> {
  return auditOf(vault, await openById(vault, id))
}

/** An asset, decrypted and compared with its digests. Throws vault/missing, vault/tampered. */
export async function readAsset(vault: OpenVault, caseId: string, assetId: string): Promise<StoredAsset> {
  const { key, manifest } = await openById(vault, caseId)
  const info = manifest.assets.find((a) => a.id === assetId)
  if (!info) throw new PipelineError('vault/missing', 'That part of the case is not in this vault.')
  return readStored(vault, await assetKey(key, info), caseId, info)
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

/** Every case that was given, newest first; one that does not open is listed as such and does not hide the others. */
export async function listCases(vault: OpenVault): Promise<CaseSummary[]> {
  const summaries: CaseSummary[] = []
  for (const row of await vault.records.cases()) {
    const summary = await openRow(vault, row).then(summaryOf, (error) =>
      isDenied(error) ? null : closedSummary(row.id, whyClosed(error)),
    )
    if (summary) summaries.push(summary)
  }
  return summaries.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
}

/**
 * Removes what no case names: left by an interrupted version change or an older app. A damaged case keeps its pieces, and so does
 * one that this person was not given.
 */
export async function sweepOrphans(vault: OpenVault): Promise<number> {
  const known = new Map<string, ReadonlySet<string> | null>()
  for (const row of await vault.records.cases()) {
    const open = await openRow(vault, row).catch((error: unknown) => (isDenied(error) ? 'not given' : null))
    // Nothing is known about the assets of a case that does not open: leave the whole sweep to another day.
    if (!open) return 0
    known.set(row.id, open === 'not given' ? null : namedBy(open))
  }
  vault.assertOpen()
  return vault.records.sweep(known)
}

/** All ids under which pieces of a case lie. */
const namedBy = ({ row, manifest }: OpenCase) =>
  new Set([...manifest.assets.map(storedId), ...(row.seals?.inbox ?? []).map(({ id }) => id)])
