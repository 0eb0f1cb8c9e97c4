import { utf8 } from '../core/bytes.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isMapOf, isText } from '../core/shape.ts'
import { open, seal } from './chunked.ts'
import { contextOf } from './keys.ts'
import type { CaseRow, SiteRow } from './records.ts'
import type { OpenVault } from './vault-keys.ts'

/** Under the key of settings. */
export const NOTE_PLACE = contextOf({ asset: '', case: '', epoch: 0, revision: 0, type: 'backup-note' })
const isNote = hasFields({ at: isText, cases: isMapOf(isText) })

/** A case as it stood then: it has another mark after every write. */
const markOf = ({ revision, seals }: CaseRow) => `${revision}.${seals?.revision ?? 0}`

/** When the last backup was made, and how many cases a person made or changed since; null and all of them when there is none. */
export interface BackupState {
  readonly at: string | null
  readonly changed: number
}

interface Note {
  readonly at: string
  readonly cases: Readonly<Record<string, string>>
}

async function noteRow({ keys }: OpenVault, note: Note): Promise<SiteRow> {
  return { name: 'backup', sealed: await seal(await keys.settings(), NOTE_PLACE, utf8(JSON.stringify(note))) }
}

/** A note that nobody of this vault made counts as none: then a backup is asked for, which does no harm. */
async function keptNote({ records, keys }: OpenVault): Promise<Note | null> {
  const row = await records.site('backup')
  const plain = row && (await open(await keys.settings(), NOTE_PLACE, row.sealed).catch(() => undefined))
  const note = plain && parsedJson(plain)
  return isNote(note) ? note : null
}

/** The note of a backup that is being made now. */
export async function backupNote(vault: OpenVault, at: string): Promise<SiteRow> {
  const cases = Object.fromEntries((await vault.records.cases()).map((row) => [row.id, markOf(row)]))
  return noteRow(vault, { at, cases })
}

/** The note after a write that nobody did, from `before` to `after`: the case counts as changed only where it did before. */
export async function noteAfter(vault: OpenVault, before: CaseRow, after: CaseRow): Promise<SiteRow[]> {
  const note = await keptNote(vault)
  if (note?.cases[before.id] !== markOf(before)) return []
  return [await noteRow(vault, { ...note, cases: { ...note.cases, [after.id]: markOf(after) } })]
}

export async function backupState(vault: OpenVault): Promise<BackupState> {
  const rows = await vault.records.cases()
  const note = await keptNote(vault)
  if (!note) return { at: null, changed: rows.length }
  return { at: note.at, changed: rows.filter((one) => note.cases[one.id] !== markOf(one)).length }
}
