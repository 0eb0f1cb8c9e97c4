import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import type { AuditRecord } from './case.ts'
import { open, seal } from './chunked.ts'
import { noteAtDoor } from './entry.ts'
import { contextOf, deriveKey } from './keys.ts'
import type { PersonKeys } from './person-keys.ts'
import type { VaultRecords } from './records.ts'
import { newestOf } from './site.ts'
import { type KeySlot, personOf } from './slot.ts'
import type { OpenVault } from './vault-keys.ts'

/*
 * A page cannot see that another finger was added to a passkey's device, as Android's setInvalidatedByBiometricEnrollment does. So a
 * passkey alone lets nobody in who did not type their passphrase for a week. Where there are people that is a line of the device log;
 * else a record that only the master key makes. An older one in its place only asks sooner.
 */
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const CODE = 'passphrase'
const PLACE = contextOf({ asset: '', case: '', epoch: 0, revision: 0, type: 'proof' })
/** Who came in: a person, or the owner of a vault without people. */
type Entrant = { readonly person: PersonKeys } | { readonly master: CryptoKey; readonly person?: never }
const isKept = hasFields({ at: isText })

const isWithin = (last: string | null, now: Date, ms: number): boolean => {
  const age = last === null ? Number.NaN : now.getTime() - Date.parse(last)
  return age >= 0 && age <= ms
}

/** Whether the passphrase is asked for: never noted, longer ago than a week, or noted at a time that is yet to come. */
export const isProofDue = (last: string | null, now: Date): boolean => !isWithin(last, now, WEEK_MS)

/** When this person last typed their passphrase, by the device log. */
export const provedIn = (lines: readonly AuditRecord[], person: string): string | null =>
  newestOf(lines.filter(({ code, by, outcome }) => code === CODE && by === person && outcome === 'done'))

/** When the owner of a vault without people last did. A record that the master key did not make counts as none. */
export async function provedByOwner(records: VaultRecords, master: CryptoKey): Promise<string | null> {
  const row = await records.site('proof')
  const plain = row && (await open(await deriveKey(master, 'proof'), PLACE, row.sealed).catch(() => undefined))
  const kept = plain && parsedJson(plain)
  return isKept(kept) ? kept.at : null
}

/** Notes that the passphrase was typed now; once a day is enough. */
export async function noteProof(
  { records, now }: Pick<OpenVault, 'records' | 'now'>,
  opened: Entrant,
  last: string | null,
): Promise<void> {
  if (isWithin(last, now(), DAY_MS)) return
  const at = now().toISOString()
  if (opened.person) return noteAtDoor(records, opened.person, { at, code: CODE, outcome: 'done' })
  const sealed = await seal(await deriveKey(opened.master, 'proof'), PLACE, utf8(JSON.stringify({ at })))
  await records.apply({ site: [{ name: 'proof', sealed }] })
}

/**
 * Refuses a passkey alone when a passphrase is due that its person has, and writes the refusal down where there is a log. Throws
 * 'vault/passphrase-due'.
 */
export async function assertProved(
  records: VaultRecords,
  slot: KeySlot,
  opened: Entrant,
  last: string | null,
  now: Date,
): Promise<void> {
  if (slot.kind === 'passphrase' || !isProofDue(last, now)) return
  const own = (await records.slots()).filter((one) => personOf(one) === personOf(slot))
  if (!own.some(({ kind }) => kind === 'passphrase')) return
  const line = { at: now.toISOString(), code: 'unlock/passphrase-due', outcome: 'denied' } as const
  // What cannot be written down stays refused.
  if (opened.person) await noteAtDoor(records, opened.person, line).catch(() => {})
  throw new PipelineError(
    'vault/passphrase-due',
    'Your passphrase was not typed here within the last week. A passkey alone is not enough then.',
  )
}
