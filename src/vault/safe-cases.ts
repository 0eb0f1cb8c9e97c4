import { fromHex } from '../core/bytes.ts'
import { sha256 } from '../core/hash.ts'
import { RECOVERY } from './envelope.ts'
import { checkedMade } from './epoch-made.ts'
import { roleOn } from './gate.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow, VaultRecords } from './records.ts'

/** Whether a key of the safe opens a case, and if not why. */
export interface SafeCase {
  readonly id: string
  /**
   * 'unknown': nobody says which key it is sealed to, so only a try shows. 'own-case': this custodian is on it, and another one recovers
   * it.
   */
  readonly fit: 'opens' | 'unknown' | 'other-key' | 'not-in-safe' | 'own-case'
}

/** What the key of the safe with this fingerprint can recover, of all cases. Opens nothing, and needs no private half. */
export async function casesForKey(
  records: VaultRecords,
  custodian: PersonKeys,
  fingerprint: string,
): Promise<SafeCase[]> {
  const cases: SafeCase[] = []
  for (const row of await records.cases()) cases.push({ id: row.id, fit: await fitOf(custodian, row, fingerprint) })
  return cases
}

async function fitOf(custodian: PersonKeys, row: CaseRow, fingerprint: string): Promise<SafeCase['fit']> {
  if (roleOn(custodian, row) !== 'custodian') return 'own-case'
  const epochs = row.seals?.epochs ?? []
  const inSafe = epochs.filter(({ envelopes }) => envelopes.some(({ person }) => person === RECOVERY))
  if (inSafe.length === 0) return 'not-in-safe'
  const prints: (string | null)[] = []
  for (const epoch of inSafe) {
    const made = await checkedMade({ case: row.id, epoch: epoch.epoch }, epoch, custodian.people)
    prints.push(made && (await sha256(fromHex(made.recovery))))
  }
  if (prints.includes(fingerprint)) return 'opens'
  return prints.includes(null) ? 'unknown' : 'other-key'
}
