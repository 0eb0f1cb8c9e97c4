import { concatBytes } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { digestBytes } from '../core/hash.ts'
import { scanBytes } from '../core/shared.ts'
import type { AssetInfo, NewAsset, StoredAsset } from './case.ts'
import { open, sealParts } from './chunked.ts'
import { meaningDigest, strideOf } from './codec.ts'
import { pack, unpack } from './compress.ts'
import { contextOf, deriveKey } from './keys.ts'
import type { AssetPieces } from './records.ts'
import type { OpenVault } from './vault-keys.ts'

/** Sealed pieces held before they are stored: a mask fits, a long scan does not. */
const MOST_PIECES_HELD = 8

type Place = Pick<AssetInfo, 'id' | 'revision' | 'type' | 'epoch' | 'stored'>

const contextOfAsset = (caseId: string, { id, revision, type, epoch = 0 }: Place) =>
  contextOf({ asset: id, case: caseId, epoch, revision, type })

/** The key of one asset under its case key. */
export const assetKey = (caseKey: CryptoKey, { id }: Pick<AssetInfo, 'id'>) => deriveKey(caseKey, `asset/${id}`)

/** Where its pieces lie. */
export const storedId = ({ id, stored }: Pick<AssetInfo, 'id' | 'stored'>): string => stored ?? id

const tampered = (what: string) =>
  new PipelineError('vault/tampered', `${what} is not what its case says it is. Nothing of it was used.`)

const wholeOf = async (bytes: Uint8Array | Blob) =>
  bytes instanceof Blob ? new Uint8Array(await bytes.arrayBuffer()) : bytes

export interface SealedAsset {
  readonly info: AssetInfo
  readonly stored: AssetPieces
}

/**
 * Packs and seals an asset piece by piece; all but its last pieces are stored on the way. Memory: the asset and some 20 MiB.
 * Throws 'vault/tampered' when its bytes are not what its digest says.
 */
export async function sealAsset(
  vault: OpenVault,
  key: CryptoKey,
  caseId: string,
  place: Place,
  asset: NewAsset,
): Promise<SealedAsset> {
  const bytes = await wholeOf(asset.bytes)
  const meaning = await meaningDigest(asset.meta, bytes)
  if (meaning !== null && meaning !== asset.digest) throw tampered('What was to be stored')
  const { type, digest, meta } = asset
  const stride = strideOf(meta)
  const assetId = storedId(place)
  let storedBytes = 0
  let from = 0
  let pieces: Uint8Array[] = []
  for await (const piece of sealParts(key, contextOfAsset(caseId, place), pack(bytes, stride))) {
    storedBytes += piece.length
    if (pieces.length === MOST_PIECES_HELD) {
      vault.assertOpen()
      await vault.records.addPieces(caseId, { assetId, from, pieces })
      from += pieces.length
      pieces = []
    }
    pieces.push(piece)
  }
  const contentDigest = await digestBytes(bytes)
  const said = { type, digest, contentDigest, meta, bytes: bytes.length, storedBytes, stride, taken: 'pieces' as const }
  const { id, revision, epoch, stored } = place
  const later = { ...(epoch ? { epoch } : {}), ...(stored ? { stored } : {}) }
  return { info: { id, ...said, revision, ...later }, stored: { assetId, from, pieces } }
}

/** An asset, decrypted and compared with its digests. Throws 'vault/tampered'. */
export async function readStored(
  { records }: Pick<OpenVault, 'records'>,
  key: CryptoKey,
  caseId: string,
  info: AssetInfo,
): Promise<StoredAsset> {
  const message = concatBytes(...(await records.pieces(caseId, storedId(info))))
  const plain = await open(key, contextOfAsset(caseId, info), message)
  // Only scans have values of two bytes.
  const memory = info.stride === 2 ? scanBytes(info.bytes) : new Uint8Array(info.bytes)
  const { type, digest, meta, taken } = info
  const bytes = await unpack(plain, info.stride, memory, taken)
  if ((await digestBytes(bytes, taken)) !== info.contentDigest) throw tampered('A stored asset')
  const meaning = await meaningDigest(meta, bytes, taken)
  if (meaning !== null && meaning !== digest) throw tampered('A stored asset')
  return { bytes, type, digest, taken, meta }
}
