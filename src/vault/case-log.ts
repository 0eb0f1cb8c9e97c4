import type { Maker } from '../trace/statement.ts'
import { type AuditEnd, type Log, openLines } from './audit-lines.ts'
import type { AuditRecord } from './case.ts'
import { type NewLine, sealEntries } from './case-entries.ts'
import { nextSeals, openEnd, sealEnd } from './case-seals.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow, SiteWrite, VaultRecords } from './records.ts'
import { denied } from './roles.ts'

interface KeptLog {
  readonly log: Log
  readonly end: AuditEnd
}

async function logFor(person: PersonKeys, row: CaseRow): Promise<KeptLog | null> {
  const { seals } = row
  if (!seals || !person.envelope(row)) return null
  const { audit } = await person.caseKeys(row)
  if (!audit) return null
  const log = { id: row.id, epoch: seals.epochs[0].epoch, key: audit }
  return { log, end: await openEnd(log, seals.auditEnd) }
}

/** How the log of a case ends, for who has a share with its key; null for anybody else. Throws 'vault/tampered'. */
export async function endFor(person: PersonKeys, row: CaseRow): Promise<AuditEnd | null> {
  return (await logFor(person, row))?.end ?? null
}

/** The audit log of a case for who has a share with its key. Throws 'vault/denied', 'vault/tampered'. */
export async function readCaseLog(records: VaultRecords, person: PersonKeys, row: CaseRow): Promise<AuditRecord[]> {
  const kept = await logFor(person, row)
  if (!kept) throw denied('readAudit', 'not-on-case')
  return openLines(kept.log, kept.end, await records.audit(row.id))
}

/** These lines at the end of the log of a case as a change of it; null when the person has no key to it. */
export async function appendLines(
  person: PersonKeys,
  row: CaseRow,
  lines: readonly NewLine[],
  maker: Maker,
  changed: Parameters<typeof nextSeals>[1] = {},
): Promise<Required<Pick<SiteWrite, 'cases' | 'audit'>> | null> {
  const kept = await logFor(person, row)
  if (!kept || !row.seals) return null
  const { sealed, ...end } = await sealEntries(kept.log, kept.end, lines, maker)
  const seals = nextSeals(row.seals, { ...changed, auditEnd: await sealEnd(kept.log, end) })
  return { cases: [{ ...row, seals }], audit: [{ caseId: row.id, lines: sealed }] }
}
