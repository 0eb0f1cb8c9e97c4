import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import type { CheckId } from '../core/finding.ts'
import { sha256, toHex } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { hasFields, isListOf, isText } from '../core/shape.ts'
import { releaseStatement, writtenStatement } from '../trace/release-statements.ts'
import type { TeachingRelease } from '../trace/release-terms.ts'
import type { Maker, SignedStatement, Subject } from '../trace/statement.ts'
import { statementFile } from '../trace/statement-file.ts'
import { addLines, type OpenRelease, releasesOf } from './approval.ts'
import { approvedPart } from './approved-part.ts'
import type { AuditRecord } from './case.ts'
import { makerOf, type NewLine } from './case-entries.ts'
import { readCaseLog } from './case-log.ts'
import { commitLines, openById, readAudit, rowOf } from './cases.ts'
import { newestCheckpoint } from './log-checkpoints.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import { type CheckedPart, checkedPart, ofKind, type SaidLine, saidLines } from './said-lines.ts'
import { readSetting } from './settings.ts'
import type { OpenVault } from './vault-keys.ts'

/** Files that an operator wrote from what was released to them. */
export interface ReleasedFiles {
  /** Of every body of the part, each used up by this operator before. */
  readonly tokens: readonly string[]
  readonly files: readonly Subject[]
  /** Fingerprint of the one station that may print them; null where whoever has them may. */
  readonly station: string | null
  /** Fingerprints of those that a sealed 3MF is for; absent for another file. */
  readonly sealedFor?: readonly string[]
}

/** A release that was signed. */
export interface SignedRelease {
  /** The envelope as a file with the key of its signer. */
  readonly statement: Uint8Array
  /** Text of the checkpoint that they signed with it over the log of the case. */
  readonly checkpoint: string | null
}

const NONCE_BYTES = 32
const CODE = 'release-files'
const newNonce = () => toHex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)))

/** What this operator used up by these tokens, once each, and said nothing of yet. Throws 'vault/denied' ('replayed'). */
function usedUp(all: readonly OpenRelease[], log: readonly AuditRecord[], tokens: readonly string[], by: string) {
  const done = log.filter((line) => line.outcome === 'done' && line.by === by)
  const isUsed = (token: string) => done.some(({ code, digests }) => code === 'release' && digests[1] === token)
  const isSaid = (token: string) => done.some(({ code, digests }) => code === CODE && digests.includes(token))
  return tokens.map((token) => {
    const one = all.find((release) => release.token === token && release.usedAt !== undefined)
    if (!one || !isUsed(token) || isSaid(token)) throw denied('release', 'replayed')
    return one
  })
}

const hasRecipients = hasFields({ recipients: isListOf(hasFields({ fingerprint: isText })) })

/** Fingerprints in the setting `seal-recipients`; none of what cannot be read. */
export const keptRecipients = (value: JsonValue): readonly string[] =>
  hasRecipients(value) ? value.recipients.map(({ fingerprint }) => fingerprint) : []

/** Only a custodian keeps whom a 3MF may be sealed for. Throws 'sealed/bad-recipient' for anybody else. */
async function requireKept(vault: OpenVault, sealedFor: readonly string[]): Promise<void> {
  if (sealedFor.length === 0) return
  const kept = keptRecipients((await readSetting(vault, 'seal-recipients')).value)
  if (!sealedFor.every((one) => kept.includes(one))) throw notKept()
}

export const notKept = () =>
  new PipelineError(
    'sealed/bad-recipient',
    'Somebody of these is not kept as a recipient of sealed 3MF files any more.',
  )

/** The last approval, when it is of exactly this. Throws 'vault/denied' ('not-stated'). */
function approvalOf(lines: readonly SaidLine[], { revision, subjects }: CheckedPart): string {
  const last = ofKind(lines, 'approval').at(-1)
  const isOf = subjects.every(({ digest }) => last?.said.materials.includes(digest))
  if (last && last.said.revision === revision && isOf) return last.digest
  throw denied('release', 'not-stated')
}

/**
 * Signs which files an operator wrote from what was released to them, and for which station, and writes it down: once for each
 * approval. Throws 'vault/denied' ('replayed'; 'stale' when a body of the part is missing; 'not-stated'),
 * 'sealed/bad-recipient'.
 */
export async function releaseFiles(
  vault: OpenVault,
  operator: PersonKeys,
  row: CaseRow,
  { tokens, files, station, sealedFor = [] }: ReleasedFiles,
): Promise<SignedRelease> {
  await requireKept(vault, sealedFor)
  const { releases } = await operator.caseKeys(row)
  if (!releases) throw denied('release', 'role')
  const log = await readCaseLog(vault.records, operator, row)
  const digests = await Promise.all(tokens.map((token) => sha256(utf8(token))))
  const used = usedUp(await releasesOf(row, releases), log, digests, operator.me.id)
  const part = approvedPart(used[0]?.said)
  const meshes = part?.bodies.map(({ meshDigest }) => meshDigest) ?? []
  const isWhole = meshes.length > 0 && meshes.every((mesh) => used.some(({ digest }) => digest === mesh))
  if (!part || files.length === 0 || !isWhole) throw denied('release', 'stale')
  const lines = saidLines(log)
  const checked = checkedPart(lines, meshes)
  if (!checked) throw denied('release', 'not-stated')
  const approval = approvalOf(lines, checked)
  const by = await makerOf(vault)
  const maker = { ...by, policy: checked.policy }
  const from = checked.subjects.map(({ digest }) => digest)
  const written = await writtenStatement(by, { files, from, sealedFor })
  const use = { recipient: station, nonce: newNonce(), reprintOf: null }
  const { policyId, revision } = checked
  const said = { policyId, revision, approval, accepted: [], traceId: part.traceId }
  const released = await releaseStatement(maker, { files, checked: from, ...said, ...use })
  const own = files.map(({ digest }) => digest)
  const added = [
    { code: 'write-files', digests: own, said: written },
    { code: CODE, digests: [released.digest, ...digests], said: released, policy: checked.policy },
  ]
  await addLines(vault, operator, row, added, maker)
  const after = await readCaseLog(vault.records, operator, await rowOf(vault.records, row.id))
  return signedRelease(released, maker, after)
}

const signedRelease = (
  { envelope }: SignedStatement,
  { signer }: Maker,
  log: readonly AuditRecord[],
): SignedRelease => ({
  statement: statementFile(envelope, signer),
  checkpoint: newestCheckpoint(log)?.note ?? null,
})

const notMade = () =>
  new PipelineError(
    'trace/bad-bundle',
    'A check or a file is named that the trace of this case does not hold. Nothing was signed.',
  )

/** A release by who made the part, under teaching. */
export type OwnRelease = Omit<TeachingRelease, 'station'> & {
  readonly station: string | null
  /** Failing checks that they accepted. */
  readonly accepted?: readonly CheckId[]
}

/**
 * Signs, in a vault of one person and under teaching, that files of a case may leave, and writes it down. Throws 'vault/denied'
 * ('no-reviewer' under another policy, 'not-stated'), 'trace/bad-bundle' for a file or a check that the case does not hold.
 */
export async function releaseOwn(vault: OpenVault, caseId: string, order: OwnRelease): Promise<SignedRelease> {
  const { manifest } = await openById(vault, caseId)
  if (manifest.meta.policy !== 'teaching') throw denied('release', 'no-reviewer')
  const made = new Set(manifest.trace.map(({ outputDigest }) => outputDigest))
  const lines = saidLines(await readAudit(vault, caseId))
  const known = new Set([...made, ...ofKind(lines, 'findings').flatMap((one) => one.subjects.map((s) => s.digest))])
  if (!order.files.every(({ digest }) => made.has(digest)) || !order.checked.every((one) => known.has(one)))
    throw notMade()
  const checked = checkedPart(
    lines,
    order.checked.filter((digest) => isMesh(lines, digest)),
  )
  if (!checked) throw denied('release', 'not-stated')
  const { policyId, revision, policy, subjects } = checked
  const maker = { ...(await makerOf(vault)), policy }
  const use = { recipient: order.station, nonce: newNonce(), reprintOf: null, traceId: order.traceId }
  const said = { policyId, revision, approval: null, accepted: order.accepted ?? [] }
  const from = subjects.map(({ digest }) => digest)
  const released = await releaseStatement(maker, { files: order.files, checked: from, ...said, ...use })
  const digests = order.files.map(({ digest }) => digest)
  const line: NewLine = { at: maker.at, code: 'release', outcome: 'done', digests, said: released, policy }
  await commitLines(vault, caseId, [line], maker)
  return signedRelease(released, maker, await readAudit(vault, caseId))
}

const isMesh = (lines: readonly SaidLine[], digest: string) =>
  ofKind(lines, 'findings').some(({ subjects }) => subjects.some((one) => one.name === 'mesh' && one.digest === digest))

/** Releases, for whoever has them, the files of these that were not released before; nothing when there is none, or under another policy. */
export async function releaseRest(vault: OpenVault, caseId: string, order: OwnRelease): Promise<void> {
  const { manifest } = await openById(vault, caseId)
  const before = ofKind(saidLines(await readAudit(vault, caseId)), 'release').flatMap(({ subjects }) => subjects)
  const files = order.files.filter(({ digest }) => !before.some((one) => one.digest === digest))
  if (files.length > 0 && manifest.meta.policy === 'teaching') await releaseOwn(vault, caseId, { ...order, files })
}
