import { fromHex, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256, toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import { readStored, sealAsset } from './assets.ts'
import type { AssetInfo, CaseChange, NewAsset } from './case.ts'
import { type InboxItem, newestOf, nextSeals, openPair } from './case-seals.ts'
import { commitChange, rowOf } from './cases.ts'
import { importSealKey, isSealKeyText } from './chunked.ts'
import { type Info, openSealed, sealTo } from './hpke.ts'
import { randomId } from './keys.ts'
import { isAsset } from './manifest.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { siteLines } from './site.ts'
import type { OpenVault } from './vault-keys.ts'

const infoOf = (caseId: string, { id, epoch, type }: Pick<InboxItem, 'id' | 'epoch' | 'type'>): Info => [
  'inbox',
  caseId,
  epoch,
  id,
  type,
]
const bytesToSign = async (caseId: string, item: Omit<InboxItem, 'signature'>) =>
  utf8(JSON.stringify(['proofprint/inbox/1', ...infoOf(caseId, item), item.by, await sha256(item.sealed)]))

/**
 * Stores an asset under a key that is sealed to the public key of its case: who stored it cannot read it back. Returns its id in
 * the inbox. Throws 'vault/quota', 'vault/busy', 'vault/tampered'.
 */
export async function ingest(vault: OpenVault, intake: PersonKeys, row: CaseRow, asset: NewAsset): Promise<string> {
  const { seals } = row
  if (!seals) throw new PipelineError('vault/missing', 'This case belongs to nobody of this device.')
  const { epoch, publicKey } = newestOf(seals)
  const id = randomId()
  const place = { id, revision: 0, type: asset.type, epoch }
  const raw = crypto.getRandomValues(new Uint8Array(32))
  const text = toHex(raw)
  const { info, stored } = await sealAsset(vault, await importSealKey(raw), row.id, place, asset)
  const about = utf8(JSON.stringify({ key: text, info: { ...info, epoch } }))
  const sealed = await sealTo(publicKey, infoOf(row.id, place), about)
  const item = { id, epoch, type: asset.type, sealed, by: intake.me.id }
  const signed = await bytesToSign(row.id, item)
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', intake.giver.key, signed))
  vault.assertOpen()
  try {
    await vault.records.addPieces(row.id, stored)
    const inbox = [...seals.inbox, { ...item, signature }]
    const at = vault.now().toISOString()
    const line = { at, code: 'ingest', outcome: 'done' as const, digests: [row.id, asset.digest], ...vault.keys.who }
    const lines = await siteLines(vault.records, intake.site, [line], [...intake.people.values()])
    vault.assertOpen()
    await vault.records.apply({ ...lines, cases: [{ ...row, seals: nextSeals(seals, { inbox }) }] })
  } catch (error) {
    await vault.records.dropPieces(row.id, [id]).catch(() => {})
    throw error
  }
  return id
}

const isAbout = hasFields({ key: isText, info: isAsset })
const changed = () =>
  new PipelineError(
    'vault/tampered',
    'A scan in the inbox of this case was changed or put there by nobody of this device.',
  )

/** What was sealed beside an asset: its key and its description. Throws 'vault/tampered'. */
export function readAbout(plain: Uint8Array): { readonly key: Uint8Array<ArrayBuffer>; readonly info: AssetInfo } {
  const about = parsedJson(plain)
  if (!isAbout(about) || !isSealKeyText(about.key)) throw changed()
  // What the vault reads of it was looked at; the rest belongs to who wrote it.
  return { key: fromHex(about.key), info: about.info as unknown as AssetInfo }
}

async function opened(vault: OpenVault, designer: PersonKeys, row: CaseRow, item: InboxItem): Promise<NewAsset> {
  const seals = row.seals?.epochs.find(({ epoch }) => epoch === item.epoch)
  const sender = designer.people.get(item.by)
  const isSent = await isSignedBy(sender?.sign ?? new Uint8Array(), await bytesToSign(row.id, item), item.signature)
  if (!seals || !isSent || !sender?.roles.includes('intake')) throw changed()
  const pair = await openPair(await designer.caseKey(row, seals), row.id, seals)
  const about = readAbout(await openSealed(pair, infoOf(row.id, item), item.sealed))
  const info = { ...about.info, id: item.id, type: item.type }
  return readStored(vault, await importSealKey(about.key), row.id, info)
}

/**
 * Takes what Intake stored into the case in one commit: sealed under the case key, and gone from the inbox. Returns the ids of the new assets. Throws 'vault/tampered', 'vault/quota', 'vault/busy'.
 */
export async function takeIn(vault: OpenVault, designer: PersonKeys, caseId: string): Promise<string[]> {
  const row = await rowOf(vault.records, caseId)
  const items = row.seals?.inbox ?? []
  if (items.length === 0) return []
  const assets: NewAsset[] = []
  for (const item of items) assets.push(await opened(vault, designer, row, item))
  const at = vault.now().toISOString()
  const audit = [{ at, code: 'take-in', outcome: 'done' as const, digests: assets.map(({ digest }) => digest) }]
  const change: CaseChange = { assets, trace: [], audit }
  return commitChange(vault, caseId, change, { inbox: new Set(items.map(({ id }) => id)) })
}
