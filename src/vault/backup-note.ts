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

/** When the last backup was made, and how many cases were made or changed since; null and all of them when there is none. */
export interface BackupState {
  readonly at: string | null
  readonly changed: number
}

/** The note of a backup that is being made now. */
export async function backupNote({ records, keys }: OpenVault, at: string): Promise<SiteRow> {
  const cases = Object.fromEntries((await records.cases()).map((row) => [row.id, markOf(row)]))
  const sealed = await seal(await keys.settings(), NOTE_PLACE, utf8(JSON.stringify({ at, cases })))
  return { name: 'backup', sealed }
}

/** A note that nobody of this vault made counts as none: then a backup is asked for, which does no harm. */
export async function backupState({ records, keys }: OpenVault): Promise<BackupState> {
  const rows = await records.cases()
  const row = await records.site('backup')
  const plain = row && (await open(await keys.settings(), NOTE_PLACE, row.sealed).catch(() => undefined))
  const note = plain && parsedJson(plain)
  if (!isNote(note)) return { at: null, changed: rows.length }
  return { at: note.at, changed: rows.filter((one) => note.cases[one.id] !== markOf(one)).length }
}
