import { concatBytes, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isCount, isText } from '../core/shape.ts'
import { type AuditEnd, type Log, NO_LINES, openLines, sealLines } from './audit-lines.ts'
import type { AuditLine, AuditRecord } from './case.ts'
import { hkdfExpand, importSealKey, open, seal } from './chunked.ts'
import { openSealed, sealTo } from './hpke.ts'
import { contextOf } from './keys.ts'
import { digestPeople, type Person } from './person.ts'
import type { SiteWrite, VaultRecords } from './records.ts'

type Bytes = Uint8Array<ArrayBuffer>
const KEY_BYTES = 32

/** What everybody of a device shares: its settings, its networks and its log; no case. */
export interface SiteKeys {
  readonly settings: CryptoKey
  /** By epoch: a network stays under the key it was added with. The last is that of the next one. */
  readonly models: readonly CryptoKey[]
  readonly log: CryptoKey
}

/** The site keys as bytes, of the master key of the vault they belonged to and a new one for the log. The caller wipes them. */
export async function newSiteShare(master: CryptoKey): Promise<Bytes> {
  const [settings, models] = [
    await hkdfExpand(master, utf8('proofprint/v1/settings'), KEY_BYTES),
    await hkdfExpand(master, utf8('proofprint/v1/models'), KEY_BYTES),
  ]
  return concatBytes(settings, models, crypto.getRandomValues(new Uint8Array(KEY_BYTES)))
}

/**
 * Other site keys as bytes: settings, networks and log, random, and behind them the keys of networks that were added before, oldest
 * first. `share` is not changed.
 */
export function nextSiteShare(share: Bytes): Bytes {
  const fresh = crypto.getRandomValues(new Uint8Array(3 * KEY_BYTES))
  return concatBytes(fresh, share.subarray(3 * KEY_BYTES), share.subarray(KEY_BYTES, 2 * KEY_BYTES))
}

/** As handles. `share` is not changed. */
export async function siteKeysOf(share: Bytes): Promise<SiteKeys> {
  const count = share.length / KEY_BYTES
  if (count < 3 || !Number.isInteger(count))
    throw new PipelineError('vault/tampered', 'The keys of this site are none. Restore the vault from its backup.')
  const key = (n: number) => importSealKey(share.slice(n * KEY_BYTES, (n + 1) * KEY_BYTES))
  const models: CryptoKey[] = []
  for (let n = 3; n < count; n++) models.push(await key(n))
  return { settings: await key(0), models: [...models, await key(1)], log: await key(2) }
}

export const sealSite = ({ id, receive }: Pick<Person, 'id' | 'receive'>, share: Uint8Array) =>
  sealTo(receive, ['site-keys', id], share)

/** As bytes, which the caller wipes. Throws 'vault/tampered'. */
export const openSite = (pair: CryptoKeyPair, person: string, sealed: Uint8Array) =>
  openSealed(pair, ['site-keys', person], sealed)

export const logOfSite = ({ log }: Pick<SiteKeys, 'log'>): Log => ({ id: 'device', epoch: 0, key: log })
const END_PLACE = contextOf({ asset: '', case: 'device', epoch: 0, revision: 0, type: 'log-end' })
const isEnd = hasFields({ auditCount: isCount, auditHead: isText, people: isText })

/** Of the device log: also which list of people was there, so that an older record in it is seen. */
export interface SiteEnd extends AuditEnd {
  readonly people: string
}

export async function readEnd(records: Pick<VaultRecords, 'site'>, keys: SiteKeys): Promise<SiteEnd> {
  const row = await records.site('end')
  const end = row ? parsedJson(await open(keys.log, END_PLACE, row.sealed)) : undefined
  if (isEnd(end)) return end
  throw new PipelineError('vault/tampered', 'The log of this device has no end. Restore the vault from its backup.')
}

/** The whole device log. Throws 'vault/tampered' when it was cut or changed. */
export async function readSiteLog(records: VaultRecords, keys: SiteKeys): Promise<AuditRecord[]> {
  return openLines(logOfSite(keys), await readEnd(records, keys), await records.log())
}

/** Throws 'vault/tampered' when these are not the people that the log knows. */
export async function checkListed(records: VaultRecords, keys: SiteKeys, list: readonly Person[]): Promise<void> {
  if ((await readEnd(records, keys)).people !== (await digestPeople(list)))
    throw new PipelineError(
      'vault/tampered',
      'The list of people of this vault is not the last one. Nobody was let in.',
    )
}

/** These lines as part of a change, after which the people are `list`. */
export async function siteLines(
  records: VaultRecords | null,
  keys: SiteKeys,
  lines: readonly AuditLine[],
  list: readonly Person[],
): Promise<Required<Pick<SiteWrite, 'log' | 'site'>>> {
  const from = records ? await readEnd(records, keys) : NO_LINES
  return linesAfter(from, keys, lines, list)
}

/** As siteLines, where it is known how the log ended. */
export async function linesAfter(
  from: AuditEnd,
  keys: Pick<SiteKeys, 'log'>,
  lines: readonly AuditLine[],
  list: readonly Person[],
): Promise<Required<Pick<SiteWrite, 'log' | 'site'>>> {
  const { sealed, auditCount, auditHead } = await sealLines(logOfSite(keys), from, lines)
  const end: SiteEnd = { auditCount, auditHead, people: await digestPeople(list) }
  const sealedEnd = await seal(keys.log, END_PLACE, utf8(JSON.stringify(end)))
  return { log: sealed, site: [{ name: 'end', sealed: sealedEnd }] }
}

/** The newest instant in a log; null when it is empty. */
export const newestOf = (lines: readonly Pick<AuditLine, 'at'>[]): string | null =>
  lines.reduce<string | null>((newest, { at }) => (newest === null || at > newest ? at : newest), null)
