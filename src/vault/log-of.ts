import type { Maker } from '../trace/statement.ts'
import { addLines } from './approval.ts'
import type { AuditRecord } from './case.ts'
import type { NewLine } from './case-entries.ts'
import { readCaseLog } from './case-log.ts'
import { commitLines, readAudit, rowOf } from './cases.ts'
import type { PersonKeys } from './person-keys.ts'
import type { OpenVault } from './vault-keys.ts'

/** The log of a case for whoever has its key. Throws 'vault/denied', 'vault/missing', 'vault/tampered'. */
export async function logFor(vault: OpenVault, person: PersonKeys | null, caseId: string): Promise<AuditRecord[]> {
  return person ? readCaseLog(vault.records, person, await rowOf(vault.records, caseId)) : readAudit(vault, caseId)
}

/** What was done now, at the end of that log. Throws as logFor, and 'trace/clock-behind'. */
export async function addToLog(
  vault: OpenVault,
  person: PersonKeys | null,
  caseId: string,
  said: readonly Omit<NewLine, 'at' | 'outcome' | 'by' | 'role'>[],
  maker: Maker,
): Promise<void> {
  if (person) return addLines(vault, person, await rowOf(vault.records, caseId), said, maker)
  const lines = said.map((line): NewLine => ({ ...line, at: maker.at, outcome: 'done' }))
  await commitLines(vault, caseId, lines, maker)
}
