import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { JsonValue } from '../../src/core/json.ts'
import type { TraceEntry } from '../../src/core/trace-entry.ts'
import { logOf, NO_LINES, sealLines } from '../../src/vault/audit-lines.ts'
import type { AssetInfo, AssetType } from '../../src/vault/case.ts'
import { seal } from '../../src/vault/chunked.ts'
import { type Encoded, strideOf } from '../../src/vault/codec.ts'
import { freedFromDevice } from '../../src/vault/device-key.ts'
import { contextOf, deriveKey, newCaseKey, randomId } from '../../src/vault/keys.ts'
import { type Manifest, sealManifest } from '../../src/vault/manifest.ts'
import { openSlot } from '../../src/vault/slot.ts'
import { VaultStore } from '../../src/vault/store.io.ts'
import { joined } from './scan-files.ts'
import { INIT, PASSPHRASE, profileFiles } from './vault.ts'

/*
 * Cases as the first format stored them ('proofprint-case/1'): dealt at once, cut into blocks, sealed, cut into rows of 1 MiB;
 * digests with each part hashed at once. Written anew from the description, so that it does not change with the app.
 */
const MIB = 1 << 20
const DEFLATED = 0x80000000

const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** As the first format made the digest of a part list. */
const digestAtOnce = (parts: readonly Uint8Array[]): string => sha(parts.map(sha).join('\n'))

function headOf(meta: Record<string, JsonValue>): JsonValue[] {
  const { kind, grid, slope, intercept, modality, unit } = meta
  if (kind === 'volume') return [kind, grid, slope, intercept, modality, unit] as JsonValue[]
  return (kind === 'mask' ? [kind, grid] : [kind]) as JsonValue[]
}

/** The digest of what is encoded, by the first format; of what is not a volume, mask or mesh that of its bytes. */
export function firstDigest({ meta, parts }: Encoded): string {
  if (meta === null) return sha(joined(parts))
  return digestAtOnce([json(headOf(meta as Record<string, JsonValue>)), ...parts])
}

const cut = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.slice(n * size, (n + 1) * size))

function dealt(bytes: Uint8Array, stride: number): Uint8Array {
  const values = Math.floor(bytes.length / stride)
  const planes = Uint8Array.from(bytes)
  for (let n = 0; n < values; n++)
    for (let b = 0; b < stride; b++) planes[b * values + n] = bytes[n * stride + b] as number
  return planes
}

function block(plain: Uint8Array): Uint8Array {
  const deflated = deflateSync(plain)
  const stored = deflated.length < plain.length ? deflated : plain
  const head = new DataView(new ArrayBuffer(4))
  head.setUint32(0, ((stored === deflated ? DEFLATED : 0) | stored.length) >>> 0, true)
  return joined([new Uint8Array(head.buffer), stored])
}

/** Packed as the first format did: all bytes dealt at once. */
export const firstPack = (bytes: Uint8Array, stride: number): Uint8Array =>
  joined(cut(dealt(bytes, stride), MIB).map(block))

export interface FirstAsset extends Encoded {
  readonly type: AssetType
}

export interface FirstCase {
  readonly assets: readonly FirstAsset[]
  readonly trace?: readonly TraceEntry[]
  /** Given the ids of the assets. */
  readonly state?: (ids: readonly string[]) => JsonValue
  /** Changes what is about to be sealed, as only someone with the case key could. */
  readonly forge?: (manifest: Manifest) => Manifest
}

/** Stores a case of the first format in the vault on this profile, which must be there; returns its id and its assets'. */
export async function storeFirstCase({ assets, trace = [], state = () => null, forge = (m) => m }: FirstCase) {
  const store = new VaultStore('proofprint-vault', profileFiles())
  const [slot] = await store.slots()
  if (!slot) throw new Error('make the vault first')
  const id = randomId()
  const { envelope, key } = await newCaseKey(
    await openSlot(await freedFromDevice(slot, await store.deviceKey()), PASSPHRASE, 1000),
    id,
  )
  const at = '2026-05-01T10:00:00.000Z'
  const line = { at, code: 'create-case', outcome: 'done' as const, digests: [] }
  const audit = await sealLines(await logOf(key, id), NO_LINES, [line])
  const { auditCount, auditHead } = audit
  const first = { case: id, revision: 1, createdAt: at, updatedAt: at, meta: INIT, auditCount, auditHead }
  const sealed = await Promise.all(assets.map((asset) => sealFirst(key, id, asset)))
  const ids = sealed.map(({ info }) => info.id)
  const manifest = {
    ...first,
    format: 'proofprint-case/1',
    trace,
    state: state(ids),
    assets: sealed.map((s) => s.info),
  }
  await store.commit({
    row: { id, revision: 1, envelope, manifest: await sealManifest(key, forge(manifest as unknown as Manifest)) },
    assets: sealed.map(({ info, pieces }) => ({ assetId: info.id, from: 0, pieces })),
    remove: [],
    audit: audit.sealed,
  })
  store.close()
  return { id, ids }
}

async function sealFirst(caseKey: CryptoKey, caseId: string, { type, meta, parts }: FirstAsset) {
  const id = randomId()
  const bytes = joined(parts)
  const stride = strideOf(meta)
  const place = contextOf({ asset: id, case: caseId, epoch: 0, revision: 1, type })
  const message = await seal(await deriveKey(caseKey, `asset/${id}`), place, firstPack(bytes, stride))
  const info: Omit<AssetInfo, 'taken'> = {
    id,
    type,
    digest: firstDigest({ meta, parts }),
    contentDigest: sha(bytes),
    meta,
    bytes: bytes.length,
    storedBytes: message.length,
    stride,
    revision: 1,
  }
  return { info, pieces: cut(message, MIB) }
}
