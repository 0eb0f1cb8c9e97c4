import { toHex } from '../core/hash.ts'
import { newestOf } from './case-seals.ts'
import { checkedMade } from './epoch-made.ts'
import { roleOn } from './gate.ts'
import type { PersonKeys } from './person-keys.ts'
import type { VaultRecords } from './records.ts'
import { recoveryKey } from './recovery.ts'
import { isDenied } from './roles.ts'
import { rotated, staying } from './rotate.ts'
import { siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

const DAY_MS = 86_400_000
/** How long a case key is used. */
export const ROTATE_AFTER_DAYS = 90

/** A case whose key is to be renewed, and why. */
export interface DueCase {
  readonly id: string
  /** 'unknown': nobody says when it was made. 'recovery': it is not sealed to the key that is in the safe now. */
  readonly why: 'age' | 'unknown' | 'recovery'
  /** When its newest key was made, ISO; null when that is not known. */
  readonly madeAt: string | null
  /** Why this custodian cannot renew it; null when they can. */
  readonly blocked: 'no-designer' | 'own-case' | null
}

/** The cases whose key is older than 90 days, of unknown age, or not sealed to the newest recovery key. Opens nothing. */
export async function casesDue(records: VaultRecords, custodian: PersonKeys, now: Date): Promise<DueCase[]> {
  const safe = await recoveryKey(records, custodian)
  const due: DueCase[] = []
  for (const row of await records.cases()) {
    if (!row.seals) continue
    const newest = newestOf(row.seals)
    const made = await checkedMade({ case: row.id, epoch: newest.epoch }, newest, custodian.people)
    const why = whyDue(made, safe && toHex(safe.receive), now)
    if (!why) continue
    const hasDesigner = staying(row.seals, custodian.people).some(({ role }) => role === 'designer')
    const isOwn = roleOn(custodian, row) !== 'custodian'
    const blocked = isOwn ? 'own-case' : hasDesigner ? null : 'no-designer'
    due.push({ id: row.id, why, madeAt: made?.at ?? null, blocked })
  }
  return due
}

function whyDue(
  made: { readonly at: string; readonly recovery: string } | null,
  safe: string | null,
  now: Date,
): DueCase['why'] | null {
  if (!made || Date.parse(made.at) > now.getTime()) return 'unknown'
  if (now.getTime() - Date.parse(made.at) >= ROTATE_AFTER_DAYS * DAY_MS) return 'age'
  return safe !== null && made.recovery !== safe ? 'recovery' : null
}

/** Called after each case with how many were renewed; false ends it there. */
export type OnRenewed = (done: number) => boolean | Promise<boolean>

/**
 * A new key for each of these cases, one strict transaction a case with its line in the device log: interrupted, each is whole and
 * either renewed or as before. One that has no designer left, that is gone, or that this custodian is on is passed over. Returns those
 * that were renewed. Throws 'vault/quota', 'vault/busy', 'vault/locked'.
 */
export async function renewCases(
  vault: OpenVault,
  custodian: PersonKeys,
  ids: readonly string[],
  onRenewed: OnRenewed,
): Promise<string[]> {
  const renewed: string[] = []
  for (const id of ids) {
    if (!(await renewCase(vault, custodian, id))) continue
    renewed.push(id)
    if (!(await onRenewed(renewed.length))) break
  }
  return renewed
}

async function renewCase({ records, now, keys, assertOpen }: OpenVault, custodian: PersonKeys, id: string) {
  const row = await records.case(id)
  if (!row?.seals || roleOn(custodian, row) !== 'custodian') return false
  const next = await rotated(row, custodian, {
    leaving: new Set(),
    recovery: await recoveryKey(records, custodian),
    now: now(),
  }).catch((error: unknown) => {
    if (isDenied(error)) return null
    throw error
  })
  if (!next) return false
  const line = { at: now().toISOString(), code: 'rotate', outcome: 'done' as const, digests: [id], ...keys.who }
  const lines = await siteLines(records, custodian.site, [line], [...custodian.people.values()])
  assertOpen()
  await records.apply({ ...lines, cases: [next] })
  return true
}
