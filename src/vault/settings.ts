import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { open, seal } from './chunked.ts'
import { contextOf } from './keys.ts'
import type { SettingRow } from './records.ts'
import type { OpenVault } from './vault-keys.ts'

/** What a person keeps beside cases. One sealed record each; the store sees its name and how often it changed. */
export type SettingName =
  | 'templates'
  | 'approvals'
  | 'bench'
  | 'prints'
  | 'print-stations'
  | 'received'
  | 'seal-recipients'
  | 'signers'

export interface Setting {
  /** 0 before it was ever written. */
  readonly revision: number
  readonly value: JsonValue
}

const placeOf = ({ name, revision }: Pick<SettingRow, 'name' | 'revision'>) =>
  contextOf({ asset: name, case: '', epoch: 0, revision, type: 'setting' })

/** A setting as it stands; null value before it was written. Throws 'vault/tampered' when it is not what was written there. */
export async function readSetting({ records, keys }: OpenVault, name: SettingName): Promise<Setting> {
  const row = await records.setting(name)
  if (!row) return { revision: 0, value: null }
  const plain = await open(await keys.settings(), placeOf({ name, revision: row.revision }), row.sealed)
  const value = parsedJson(plain)
  if (value !== undefined) return { revision: row.revision, value }
  throw new PipelineError(
    'vault/tampered',
    'What the vault keeps beside its cases cannot be read. Nothing of it was used.',
  )
}

/** The same setting under another key. Throws 'vault/tampered'. */
export async function resealSetting(from: CryptoKey, to: CryptoKey, row: SettingRow): Promise<SettingRow> {
  const plain = await open(from, placeOf(row), row.sealed)
  return { ...row, sealed: await seal(to, placeOf(row), plain) }
}

/**
 * Writes a setting in place of the one of `revision`, in one strict transaction. Throws 'vault/busy' when another tab changed it
 * since, 'vault/quota' when nothing was stored, 'app/bad-parameter' for more than a megabyte.
 */
export async function writeSetting(
  { records, keys, assertOpen }: OpenVault,
  name: SettingName,
  { revision, value }: Setting,
): Promise<void> {
  const text = utf8(JSON.stringify(value))
  if (text.length > LARGEST_BYTES) {
    throw new PipelineError('app/bad-parameter', 'That is too much to keep. Remove something first.', {
      bytes: text.length,
    })
  }
  const place = { name, revision: revision + 1 }
  const sealed = await seal(await keys.settings(), placeOf(place), text)
  assertOpen()
  await records.putSetting({ ...place, sealed })
}

const LARGEST_BYTES = 1 << 20
