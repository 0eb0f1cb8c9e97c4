import { PipelineError } from '../core/errors.ts'
import { assetKey, readStored, type SealedAsset, sealAsset, storedId } from './assets.ts'
import { logOf, resealLines } from './audit-lines.ts'
import { makerOf, type NewLine, sealEntries } from './case-entries.ts'
import {
  type CaseSeals,
  type EpochSeals,
  newCaseKeyBytes,
  newEpoch,
  newestOf,
  nextSeals,
  type Recipient,
  sealEnd,
} from './case-seals.ts'
import { logAndEnd, openById, openRow } from './cases.ts'
import type { Receiver } from './envelope.ts'
import { randomId } from './keys.ts'
import { type Manifest, sealManifest } from './manifest.ts'
import type { People } from './person.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import type { OpenVault } from './vault-keys.ts'

const reads = ({ role }: { readonly role: string }) => role === 'designer'

/** Those of the people of a case who keep a share of its next key. */
export function staying(seals: CaseSeals, people: People, leaving: ReadonlySet<string> = new Set()): Recipient[] {
  return newestOf(seals).envelopes.flatMap(({ person, role }) => {
    const known = people.get(person)
    return known && known.revokedAt === null && !leaving.has(person) ? [{ person: known, role }] : []
  })
}

/** Who loses their share of a case, the key in the safe, and the time it is. */
export interface RotateTerms {
  readonly leaving: ReadonlySet<string>
  readonly recovery: Receiver | null
  readonly now: Date
}

/**
 * A case with a new key that waits, for those of its people who stay; who leaves keeps no envelope. Only public keys are used: the
 * custodian opens nothing, and nobody has to be there. `recovery` is sealed to as well. Throws 'vault/denied' ('last-designer') when
 * nobody would be left who designs it, 'vault/missing'.
 */
export async function rotated(
  row: CaseRow,
  custodian: PersonKeys,
  { leaving, recovery, now }: RotateTerms,
): Promise<CaseRow> {
  const { seals } = row
  if (!seals) throw new PipelineError('vault/missing', 'This case belongs to nobody of this device.')
  const stays = ({ person }: { readonly person: string }) => !leaving.has(person)
  const to = staying(seals, custodian.people, leaving)
  if (!to.some(reads)) throw denied('rotate', 'last-designer')
  const place = { case: row.id, epoch: newestOf(seals).epoch + 1 }
  const raw = newCaseKeyBytes()
  const safe: Recipient[] = recovery ? [{ person: recovery, role: 'reviewer' }] : []
  const next = await newEpoch(place, raw, [...to, ...safe], custodian.giver, now)
  raw.fill(0)
  const kept = (epoch: EpochSeals) => ({ ...epoch, envelopes: epoch.envelopes.filter(stays) })
  const [first, ...waiting] = seals.epochs
  return { ...row, seals: nextSeals(seals, { epochs: [kept(first), ...waiting.map(kept), next] }) }
}

/** The cases that a person has a share of. */
export const casesOf = (rows: readonly CaseRow[], person: string): CaseRow[] =>
  rows.filter(({ seals }) => seals?.epochs.some(({ envelopes }) => envelopes.some((one) => one.person === person)))

/**
 * Seals a case anew under the key that waits: assets, manifest and audit lines, in one strict transaction, after which the old key
 * opens nothing of it. What was approved has to be approved again. What an interrupted one left is swept. A scan in the inbox must
 * have been taken in before. Memory: the largest asset and some 20 MiB.
 */
export async function finishRotation(vault: OpenVault, caseId: string): Promise<void> {
  const { row, key, manifest } = await openById(vault, caseId)
  const { seals } = row
  if (!seals || seals.epochs.length === 1) return
  const newest = newestOf(seals)
  const nextKey = await vault.keys.caseKey(row, newest)
  const revision = row.revision + 1
  const ids: string[] = []
  try {
    const sealed: SealedAsset[] = []
    for (const info of manifest.assets) {
      const stored = randomId()
      ids.push(stored)
      const asset = await readStored(vault, await assetKey(key, info), caseId, info)
      const place = { id: info.id, revision, type: info.type, epoch: newest.epoch, stored }
      sealed.push(await sealAsset(vault, await assetKey(nextKey, info), caseId, place, asset))
    }
    const { log: from, end } = await logAndEnd(row, key, manifest)
    const log = await logOf(nextKey, caseId, newest.epoch)
    const resealed = await resealLines(from, log, await vault.records.audit(caseId))
    const maker = await makerOf(vault)
    const line: NewLine = { at: maker.at, code: 'new-key', outcome: 'done', digests: [], ...vault.keys.who }
    const { sealed: audit, ...after } = await sealEntries(log, end, [line], maker)
    const next: Manifest = { ...manifest, revision, assets: sealed.map((s) => s.info), ...after }
    const changed = { epochs: [newest], releases: new Uint8Array(), auditEnd: await sealEnd(log, next) } as const
    const whole: CaseRow = {
      ...row,
      revision,
      manifest: await sealManifest(nextKey, next, newest.epoch),
      seals: nextSeals(seals, changed),
    }
    await openRow(vault, whole)
    vault.assertOpen()
    const remove = manifest.assets.map(storedId)
    await vault.records.commit({ row: whole, assets: sealed.map((s) => s.stored), remove, audit, resealed })
  } catch (error) {
    await vault.records.dropPieces(caseId, ids).catch(() => {})
    throw error
  }
}
