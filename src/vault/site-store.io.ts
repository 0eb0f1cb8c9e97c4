import type { IDBPDatabase } from 'idb'
import type { SealedLine } from './audit-lines.ts'
import type { StoredCase } from './case-layer.ts'
import { busy, dropped, finish, heard, type Schema, STRICT, underId } from './database.io.ts'
import type { CaseRow, SiteWrite } from './records.ts'
import { SLOT_STORES, type SlotStep } from './slot-keeper.io.ts'

const TOUCHED = [...SLOT_STORES, 'people', 'site', 'log', 'device', 'cases', 'pieces', 'audit', 'settings'] as const

/** Whether a row follows the one that is stored: the case itself as it is, its seals one step on. */
const follows = (before: CaseRow | undefined, row: CaseRow) =>
  before?.revision === row.revision && row.seals?.revision === (before.seals?.revision ?? 0) + 1

const startsAt = (lines: readonly SealedLine[] | undefined, count: number) => (lines?.[0]?.seq ?? count) === count

/** Noise in the place of what is erased: a database that overwrites in place keeps none of it. */
const noiseOf = ({ id, revision }: Pick<CaseRow, 'id' | 'revision'>): CaseRow => ({
  id,
  revision,
  envelope: crypto.getRandomValues(new Uint8Array(4096)),
  manifest: crypto.getRandomValues(new Uint8Array(4096)),
})

/**
 * What concerns people, the site and who may open which case: all of it in one strict transaction, or nothing. `step` is of the slots;
 * cases are as they are stored. Throws 'vault/busy' when another tab wrote since, 'vault/quota' when nothing was stored.
 */
export async function applySite(
  db: IDBPDatabase<Schema>,
  change: SiteWrite & { readonly cases: readonly StoredCase[] },
  step: SlotStep,
): Promise<void> {
  const tx = heard(db.transaction(TOUCHED, 'readwrite', STRICT))
  const [people, site, log] = [tx.objectStore('people'), tx.objectStore('site'), tx.objectStore('log')]
  const slots = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
  const [cases, pieces, audit] = [tx.objectStore('cases'), tx.objectStore('pieces'), tx.objectStore('audit')]
  const settings = tx.objectStore('settings')
  const rows = change.cases
  const caseLines = change.audit ?? []
  // One after the other: a request that fails while others run would leave theirs without a listener.
  let isNext = await step.follows(slots.slotFile)
  isNext = isNext && startsAt(change.log, await log.count())
  for (const row of change.settings ?? []) isNext = isNext && (await settings.get(row.name))?.revision === row.revision
  for (const row of rows) isNext = isNext && follows(await cases.get(row.id), row)
  for (const { caseId, lines } of caseLines) isNext = isNext && startsAt(lines, await audit.count(underId(caseId)))
  if (!isNext) {
    await dropped(tx)
    throw busy()
  }
  await finish(tx, (write) => {
    if (change.deviceKey) write(tx.objectStore('device').put(change.deviceKey, 'key'))
    step.put(slots, write)
    for (const row of change.people ?? []) write(people.put(row))
    for (const row of change.site ?? []) write(site.put(row))
    for (const { seq, line } of change.relog ?? []) write(log.put(line, seq))
    for (const { seq, line } of change.log ?? []) write(log.add(line, seq))
    for (const row of change.settings ?? []) write(settings.put(row))
    for (const row of rows) write(cases.put(row))
    for (const { caseId, lines } of caseLines) for (const { seq, line } of lines) write(audit.add(line, [caseId, seq]))
    for (const row of change.erase ?? []) {
      write(cases.put(noiseOf(row)))
      write(cases.delete(row.id))
      write(pieces.delete(underId(row.id)))
      write(audit.delete(underId(row.id)))
    }
  })
}
