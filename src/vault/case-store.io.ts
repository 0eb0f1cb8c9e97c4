import type { IDBPDatabase } from 'idb'
import type { StoredCase } from './case-layer.ts'
import { busy, dropped, finish, heard, type Schema, STRICT, underId } from './database.io.ts'
import type { CaseRow, CaseWrite } from './records.ts'
import { SLOT_STORES, type SlotStep } from './slot-keeper.io.ts'

const TOUCHED = [...SLOT_STORES, 'cases', 'pieces', 'audit', 'site'] as const

/** Each write of a row with seals is a step of them too: they also change without the case. */
const nextSeals = (before: CaseRow | undefined, row: CaseRow) => (row.seals ? (before?.seals?.revision ?? 0) + 1 : 0)

/** A commit with its row as it is stored: all of it in one strict transaction, or nothing. Throws as VaultRecords.commit. */
export async function applyCommit(
  db: IDBPDatabase<Schema>,
  {
    rows,
    assets,
    remove,
    audit,
    resealed = [],
    site = [],
  }: Omit<CaseWrite, 'row'> & { readonly rows: readonly StoredCase[] },
  step: SlotStep,
): Promise<void> {
  const tx = heard(db.transaction(TOUCHED, 'readwrite', STRICT))
  const slots = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
  const [cases, pieces, lines] = [tx.objectStore('cases'), tx.objectStore('pieces'), tx.objectStore('audit')]
  let isNext = await step.follows(slots.slotFile)
  for (const row of rows) {
    const before = await cases.get(row.id)
    isNext = isNext && (before?.revision ?? 0) === row.revision - 1
    isNext = isNext && (row.seals?.revision ?? 0) === nextSeals(before, row)
    for (const { assetId, from } of assets) isNext = isNext && from === (await pieces.count(underId(row.id, assetId)))
  }
  if (!isNext) {
    await dropped(tx)
    throw busy()
  }
  await finish(tx, (write) => {
    step.put(slots, write)
    for (const row of rows) {
      write(cases.put(row))
      for (const { assetId, from, pieces: parts } of assets)
        for (const [n, part] of parts.entries()) write(pieces.add(part, [row.id, assetId, from + n]))
      for (const assetId of remove) write(pieces.delete(underId(row.id, assetId)))
      for (const { seq, line } of resealed) write(lines.put(line, [row.id, seq]))
      for (const { seq, line } of audit) write(lines.add(line, [row.id, seq]))
    }
    for (const row of site) write(tx.objectStore('site').put(row))
  })
}

/** All that lies under the id of a case goes. Throws 'vault/busy' when another tab wrote since. */
export async function removeCase(db: IDBPDatabase<Schema>, id: string, step: SlotStep): Promise<void> {
  const tx = heard(db.transaction(TOUCHED, 'readwrite', STRICT))
  const slots = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
  if (!(await step.follows(slots.slotFile))) {
    await dropped(tx)
    throw busy()
  }
  await finish(tx, (write) => {
    step.put(slots, write)
    write(tx.objectStore('cases').delete(id))
    write(tx.objectStore('pieces').delete(underId(id)))
    write(tx.objectStore('audit').delete(underId(id)))
  })
}
