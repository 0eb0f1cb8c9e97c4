import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256, toHex } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { hasFields, isAbsentOr, isCount, isListOf, isText } from '../core/shape.ts'
import { readStored } from './assets.ts'
import type { AssetInfo, AuditLine, StoredAsset } from './case.ts'
import { appendLines, readCaseLog } from './case-log.ts'
import { openById } from './cases.ts'
import { hkdfExpand, importSealKey, isSealKeyText, open, seal } from './chunked.ts'
import { contextOf, randomId } from './keys.ts'
import { isAsset } from './manifest.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import { wasOther } from './share.ts'
import type { OpenVault } from './vault-keys.ts'

const RELEASE_DAYS = 30
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
  if (wasOther(await readCaseLog(vault.records, reviewer, row), reviewer.me.id, 'reviewer'))
    throw denied('approve', 'own-work')
  const { releases } = await reviewer.caseKeys(row)
  if (!releases) throw denied('approve', 'role')
  const token = randomId()
  const at = vault.now().toISOString()
  const { revision, digest, said = null } = what
  const signed = { revision, digest, said, token: await sha256(utf8(token)), at, by: reviewer.me.id }
  const signature = await crypto.subtle.sign('Ed25519', reviewer.giver.key, bytesToSign(row.id, signed))
  const raw = await hkdfExpand(key, utf8(`proofprint/v1/asset/${info.id}`), 32)
  const one: OpenRelease = {
    ...{ ...signed, secret: token },
    ...{ signature: toHex(new Uint8Array(signature)), key: toHex(raw), info },
  }
  raw.fill(0)
  const sealed = await sealReleases(row, releases, [...(await releasesOf(row, releases)), one])
  const line = { at, code: 'approve', digests: [what.digest, signed.token] }
  await addLine(vault, reviewer, row, line, { releases: sealed })
  return token
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
  const line = { at: now.toISOString(), code: 'release', digests: [one.digest, digest] }
  await addLine(vault, operator, row, line, { releases: left })
  return asset
}

/** A line that a person without the case key adds to its log, with what else of the seals changes by it. */
export async function addLine(
  vault: OpenVault,
  person: PersonKeys,
  row: CaseRow,
  said: Pick<AuditLine, 'at' | 'code' | 'digests'>,
  changed: Parameters<typeof appendLines>[3] = {},
): Promise<void> {
  const line: AuditLine = { ...said, outcome: 'done', ...vault.keys.who }
  const change = await appendLines(person, row, [line], changed)
  vault.assertOpen()
  if (change) await vault.records.apply(change)
}
