import { concatBytes, utf8 } from '../core/bytes.ts'
import { importSealKey, open, seal } from './chunked.ts'
import { contextOf } from './keys.ts'
import type { CaseRow } from './records.ts'

/*
 * One more seal around every share of a case key. Its key lies in the file of slots, so it can be overwritten: a share that the database
 * deleted and the disk still has opens no more. It keeps no secret from who has the whole disk as it is now.
 */
type Bytes = Uint8Array<ArrayBuffer>

/** A case as it lies in the database: with a layer its envelopes are empty. */
export type StoredCase = CaseRow & { readonly layer?: Uint8Array }

const IV_BYTES = 12
const LENGTH_BYTES = 4
const EMPTY: Bytes = new Uint8Array()

const lock = (caseId: string, iv: Uint8Array<ArrayBuffer>) => ({
  name: 'AES-GCM',
  iv,
  additionalData: utf8(`device case ${caseId}`),
})

async function locked(device: CryptoKey, caseId: string, raw: Bytes): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  return concatBytes(iv, new Uint8Array(await crypto.subtle.encrypt(lock(caseId, iv), device, raw)))
}

async function unlocked(device: CryptoKey, caseId: string, key: Uint8Array): Promise<Bytes> {
  const iv = key.slice(0, IV_BYTES)
  return new Uint8Array(await crypto.subtle.decrypt(lock(caseId, iv), device, key.slice(IV_BYTES)))
}

/** A new key for the layer of a case, as it lies in the file: locked to this device. */
export function newLayerKey(device: CryptoKey, caseId: string): Promise<Bytes> {
  return locked(device, caseId, crypto.getRandomValues(new Uint8Array(32)))
}

/** The same key for another key of the device; null when it was none of the old one. */
export async function movedLayerKey(from: CryptoKey, to: CryptoKey, caseId: string, key: Uint8Array) {
  const raw = await unlocked(from, caseId, key).catch(() => null)
  if (!raw) return null
  const moved = await locked(to, caseId, raw)
  raw.fill(0)
  return moved
}

const layerPlace = (caseId: string) => contextOf({ asset: '', case: caseId, epoch: 0, revision: 0, type: 'case-layer' })

const envelopesOf = ({ seals }: CaseRow) => seals?.epochs.flatMap(({ envelopes }) => envelopes) ?? []

/** Everything in a row that gives its key to somebody. */
export const sharesOf = (row: CaseRow): Uint8Array[] => [row.envelope, ...envelopesOf(row).map(({ sealed }) => sealed)]

function withShares(row: CaseRow, shares: readonly Bytes[]): CaseRow {
  const rest = shares.slice(1).values()
  const { seals } = row
  if (!seals) return { ...row, envelope: shares[0] ?? EMPTY }
  const filled = seals.epochs.map((epoch) => ({
    ...epoch,
    envelopes: epoch.envelopes.map((one) => ({ ...one, sealed: rest.next().value ?? EMPTY })),
  }))
  const [first, ...others] = filled
  return first ? { ...row, envelope: shares[0] ?? EMPTY, seals: { ...seals, epochs: [first, ...others] } } : row
}

function lengthBytes({ length }: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES)
  new DataView(bytes.buffer).setUint32(0, length, true)
  return bytes
}

const packed = (shares: readonly Uint8Array[]) => concatBytes(...shares.flatMap((share) => [lengthBytes(share), share]))

/** null when it is no list of `count`. */
function unpacked(bytes: Bytes, count: number): Bytes[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const shares: Bytes[] = []
  let at = 0
  while (at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true)
    if (end > bytes.length) return null
    shares.push(bytes.slice(at + LENGTH_BYTES, end))
    at = end
  }
  return at === bytes.length && shares.length === count ? shares : null
}

/** The row as it is stored, its shares under this key. */
export async function withLayer(row: CaseRow, device: CryptoKey, key: Uint8Array): Promise<StoredCase> {
  const layerKey = await importSealKey(await unlocked(device, row.id, key))
  return { ...withShares(row, []), layer: await seal(layerKey, layerPlace(row.id), packed(sharesOf(row))) }
}

/** The row of a stored one. What does not open has no shares: nobody opens the case, and it counts as damaged. */
export async function withoutLayer(stored: StoredCase, device?: CryptoKey, key?: Uint8Array): Promise<CaseRow> {
  const { layer, ...row } = stored
  if (!layer) return row
  if (!device || !key) return row
  try {
    const layerKey = await importSealKey(await unlocked(device, row.id, key))
    const shares = unpacked(await open(layerKey, layerPlace(row.id), layer), sharesOf(row).length)
    return shares ? withShares(row, shares) : row
  } catch {
    return row
  }
}
