import { NO_ENTRIES } from '../trace/log-end.ts'
import { noteAfter } from './backup-note.ts'
import { makerOf, type NewLine } from './case-entries.ts'
import { appendLines, endFor } from './case-log.ts'
import { commitLines, openRow } from './cases.ts'
import { roleOn } from './gate.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import type { OpenVault } from './vault-keys.ts'

const isOpenEnd = ({ size, signed } = NO_ENTRIES) => size > signed

async function closeLog(vault: OpenVault, person: PersonKeys | null, row: CaseRow, code: string): Promise<void> {
  const end = person ? await endFor(person, row) : (await openRow(vault, row)).manifest
  if (!end || !isOpenEnd(end.entries)) return
  const role = person ? roleOn(person, row) : null
  const maker = { ...(await makerOf(vault)), ...(role ? { role } : {}) }
  const by = person && role ? { by: person.me.id, role } : {}
  const line: NewLine = { at: maker.at, code, outcome: 'done', digests: [], ...by }
  // Nobody did this: the note of the last backup goes along, so that it counts as no change.
  const noted = (after: CaseRow) => noteAfter(vault, row, after)
  if (!person) return commitLines(vault, row.id, [line], maker, noted)
  const change = await appendLines(person, row, [line], maker)
  const [after] = change?.cases ?? []
  if (!change || !after) return
  const site = await noted(after)
  vault.assertOpen()
  await vault.records.apply({ ...change, site })
}

/**
 * Signs a checkpoint over each of these logs whose last entries are under none; 'lock' when the vault is locked, 'lock-late' when that
 * could not be and is caught up. One that cannot be is left for the next time.
 */
export async function closeLogs(
  vault: OpenVault,
  person: PersonKeys | null,
  code: 'lock' | 'lock-late',
  isMeant: (caseId: string) => boolean,
): Promise<void> {
  for (const row of await vault.records.cases())
    if (isMeant(row.id)) await closeLog(vault, person, row, code).catch(() => {})
}
