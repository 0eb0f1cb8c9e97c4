import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import type { CheckId } from '../core/finding.ts'
import { sha256, toHex } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { hasFields, isAbsentOr, isCount, isListOf, isText } from '../core/shape.ts'
import { approvalStatement, RELEASE_DAYS } from '../trace/release-statements.ts'
import type { Maker } from '../trace/statement.ts'
import { approvedPart } from './approved-part.ts'
import { readStored } from './assets.ts'
import type { AssetInfo, StoredAsset } from './case.ts'
import { makerOf, type NewLine } from './case-entries.ts'
import { appendLines, readCaseLog } from './case-log.ts'
import { openById } from './cases.ts'
import { hkdfExpand, importSealKey, isSealKeyText, open, seal } from './chunked.ts'
import { contextOf, randomId } from './keys.ts'
import { isAsset } from './manifest.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import { behind, checkedPart, type SaidLine, saidLines } from './said-lines.ts'
import { wasOther } from './share.ts'
import type { OpenVault } from './vault-keys.ts'

const DAY_MS = 86_400_000

/** What exactly is approved: the case as it is now, and one of its files. */
export interface Approved {
  readonly revision: number
  readonly digest: string
  /** What the reviewer read and accepted, signed with the rest; whoever releases gets it with the file. */
  readonly said?: JsonValue
}

export interface OpenRelease extends Approved {
  /** SHA-256 of the token. */
  readonly token: string
  /** The token itself, for who holds the release key; the table says who of them may use it. */
  readonly secret: string
  readonly at: string
  /** The reviewer, and their signature over the rest. */
  readonly by: string
  readonly signature: string
  /** The key of that one asset, for who has no other. */
  readonly key: string
  /** When it was used up; then secret and key are gone. */
  readonly usedAt?: string | undefined
  readonly info: AssetInfo
}

const isRelease = hasFields({
  revision: isCount,
  digest: isText,
  said: isAbsentOr((value): value is JsonValue => value !== undefined),
  token: isText,
  secret: isText,
  at: isText,
  by: isText,
  signature: isText,
  key: isText,
  usedAt: isAbsentOr(isText),
  info: isAsset,
})
const isReleases = isListOf(isRelease)

const placeOf = (row: CaseRow) =>
  contextOf({ asset: '', case: row.id, epoch: row.seals?.epochs[0].epoch ?? 0, revision: 0, type: 'releases' })

const bytesToSign = (
  caseId: string,
  { revision, digest, said, token, at, by }: Omit<OpenRelease, 'signature' | 'key' | 'info' | 'secret' | 'usedAt'>,
) => utf8(JSON.stringify(['proofprint/approval/1', caseId, revision, digest, said ?? null, token, at, by]))

/** Whether a reviewer who still is one signed this. */
export async function isByReviewer(person: PersonKeys, caseId: string, one: OpenRelease): Promise<boolean> {
  const by = person.people.get(one.by)
  if (!by?.roles.includes('reviewer') || by.revokedAt !== null) return false
  return isSignedBy(by.sign, bytesToSign(caseId, one), fromHex(one.signature))
}

export const isLate = (at: string, now: Date): boolean => now.getTime() - Date.parse(at) > RELEASE_DAYS * DAY_MS

/** What was approved of a case, used up or not. Throws 'vault/tampered'. */
export async function releasesOf(row: CaseRow, key: CryptoKey): Promise<readonly OpenRelease[]> {
  const sealed = row.seals?.releases ?? new Uint8Array()
  if (sealed.length === 0) return []
  return readReleases(await open(key, placeOf(row), sealed))
}

const isWhole = ({ key, usedAt }: { key: string; usedAt?: string | undefined }) =>
  usedAt !== undefined || isSealKeyText(key)

/** Throws 'vault/tampered'. */
export function readReleases(plain: Uint8Array): readonly OpenRelease[] {
  const value = parsedJson(plain)
  if (isReleases(value) && value.every(isWhole)) return value as unknown as readonly OpenRelease[]
  throw new PipelineError('vault/tampered', 'What was approved of this case cannot be read. Have it approved again.')
}

export const sealReleases = (row: CaseRow, key: CryptoKey, releases: readonly OpenRelease[]) =>
  seal(key, placeOf(row), utf8(JSON.stringify(releases)))

/**
 * Approves one file of a case as it is now; returns the token that releases it once, within 30 days. Throws 'vault/denied' ('stale',
 * 'own-work'), 'vault/missing'.
 */
export async function approve(vault: OpenVault, reviewer: PersonKeys, row: CaseRow, what: Approved): Promise<string> {
  const { key, manifest } = await openById(vault, row.id)
  const info = manifest.assets.find(({ digest }) => digest === what.digest)
  if (row.revision !== what.revision || !info) throw denied('approve', 'stale')
  const log = await readCaseLog(vault.records, reviewer, row)
  if (wasOther(log, reviewer.me.id, 'reviewer')) throw denied('approve', 'own-work')
  const { releases } = await reviewer.caseKeys(row)
  if (!releases) throw denied('approve', 'role')
  const token = randomId()
  const maker = await makerOf(vault)
  const { at } = maker
  const { revision, digest, said = null } = what
  const signed = { revision, digest, said, token: await sha256(utf8(token)), at, by: reviewer.me.id }
  const signature = await crypto.subtle.sign('Ed25519', reviewer.giver.key, bytesToSign(row.id, signed))
  const raw = await hkdfExpand(key, utf8(`proofprint/v1/asset/${info.id}`), 32)
  const one: OpenRelease = {
    ...{ ...signed, secret: token },
    ...{ signature: toHex(new Uint8Array(signature)), key: toHex(raw), info },
  }
  raw.fill(0)
  const all = [...(await releasesOf(row, releases)), one]
  const sealed = await sealReleases(row, releases, all)
  const open = all.filter(({ usedAt, revision: of }) => usedAt === undefined && of === revision)
  const stated = await approvalOf(maker, saidLines(log), said, open)
  await addLines(vault, reviewer, row, [{ code: 'approve', digests: [digest, signed.token], ...stated }], maker, {
    releases: sealed,
  })
  return token
}

/** The statement of an approval, once each body of its part is approved; none of a part whose check was not stated. */
async function approvalOf(
  maker: Maker,
  lines: readonly SaidLine[],
  said: JsonValue,
  open: readonly OpenRelease[],
): Promise<Pick<NewLine, 'said' | 'policy'>> {
  const part = approvedPart(said)
  const meshes = part?.bodies.map(({ meshDigest }) => meshDigest) ?? []
  const checked = checkedPart(lines, meshes)
  if (!part || !checked || !meshes.every((mesh) => open.some((one) => one.digest === mesh))) return {}
  const { subjects, policyId, policy, revision } = checked
  const behindIt = behind(
    lines,
    subjects.map(({ digest }) => digest),
  )
  const models = [...new Set(behindIt.flatMap(({ said: { model } }) => model?.sha256 ?? []))]
  const accepted = [...new Set(part.acknowledgements.map(({ check }) => check as CheckId))]
  const expiresAt = new Date(Date.parse(maker.at) + RELEASE_DAYS * DAY_MS).toISOString()
  const given = { checked: subjects, policyId, revision, accepted, models, expiresAt }
  return { said: await approvalStatement({ ...maker, policy }, given), policy }
}

/**
 * Uses up an approval and gives out the one file that it is for. The token's digest stays in the audit log. Throws 'vault/denied'
 * ('replayed', 'stale', 'late-release'; 'clock' when this computer's is behind a line of the case: that would revive what has ended).
 */
export async function release(
  vault: OpenVault,
  operator: PersonKeys,
  row: CaseRow,
  token: string,
): Promise<StoredAsset> {
  const { releases } = await operator.caseKeys(row)
  if (!releases) throw denied('release', 'role')
  const all = await releasesOf(row, releases)
  const digest = await sha256(utf8(token))
  const one = all.find((release) => release.token === digest && release.usedAt === undefined)
  // The list could be put back as it was; the log could not, without its end telling.
  const log = await readCaseLog(vault.records, operator, row)
  const isUsed = log.some(
    ({ code, outcome, digests }) => code === 'release' && outcome === 'done' && digests[1] === digest,
  )
  if (!one || isUsed || !(await isByReviewer(operator, row.id, one))) throw denied('release', 'replayed')
  if (one.revision !== row.revision) throw denied('release', 'stale')
  const now = vault.now()
  if (log.some(({ at }) => Date.parse(at) > now.getTime())) throw denied('release', 'clock')
  if (isLate(one.at, now)) throw denied('release', 'late-release')
  const asset = await readStored(vault, await importSealKey(fromHex(one.key)), row.id, one.info)
  if (asset.digest !== one.digest) throw denied('release', 'stale')
  const used = { ...one, secret: '', key: '', usedAt: now.toISOString() }
  const left = await sealReleases(
    row,
    releases,
    all.map((release) => (release === one ? used : release)),
  )
  const line = { code: 'release', digests: [one.digest, digest] }
  await addLines(vault, operator, row, [line], await makerOf(vault), { releases: left })
  return asset
}

type SaidOnly = Omit<NewLine, 'at' | 'outcome' | 'by' | 'role'>

/** Lines that a person without the case key adds to its log, with what else of the seals changes by them. */
export async function addLines(
  vault: OpenVault,
  person: PersonKeys,
  row: CaseRow,
  said: readonly SaidOnly[],
  maker: Maker,
  changed: Parameters<typeof appendLines>[4] = {},
): Promise<void> {
  const lines = said.map((line): NewLine => ({ ...line, at: maker.at, outcome: 'done', ...vault.keys.who }))
  const change = await appendLines(person, row, lines, maker, changed)
  vault.assertOpen()
  if (change) await vault.records.apply(change)
}
