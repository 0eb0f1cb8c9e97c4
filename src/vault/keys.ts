import { utf8 } from '../core/bytes.ts'
import { toHex } from '../core/hash.ts'
import { hkdfExpand, importSealKey, open, seal } from './chunked.ts'

/*
 * master key  (random; wrapped in a slot, see slot.ts)
 *   -> envelope key            opens the case keys
 * case key    (random; sealed in its envelope)
 *   -> one key an asset, one for manifests, one for audit lines
 * A case key is random and not derived, so that later it can be sealed to persons and thrown away alone.
 */

/** 128 random bits in hex: the only kind of name that appears in the store. */
export function randomId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}

/** A key under another one, for one purpose. Neither can be read back. */
export async function deriveKey(parent: CryptoKey, label: string): Promise<CryptoKey> {
  return importSealKey(await hkdfExpand(parent, utf8(`proofprint/v1/${label}`), 32))
}

/** What a sealed record is and where it belongs: opening it anywhere else fails. Keys in alphabetical order (JCS). */
export interface Place {
  readonly asset: string
  readonly case: string
  readonly epoch: number
  readonly revision: number
  readonly type: string
}

/** The context bytes of a place, canonical JSON. */
export function contextOf({ asset, case: caseId, epoch, revision, type }: Place): Uint8Array {
  return utf8(JSON.stringify({ asset, case: caseId, epoch, revision, suite: 'proofprint/1', type }))
}

const envelopePlace = (caseId: string) =>
  contextOf({ asset: '', case: caseId, epoch: 0, revision: 0, type: 'case-key' })

/** A new case key and its envelope. */
export async function newCaseKey(master: CryptoKey, caseId: string) {
  const raw = crypto.getRandomValues(new Uint8Array(32))
  const envelope = await seal(await deriveKey(master, 'envelope'), envelopePlace(caseId), raw)
  return { envelope, key: await importSealKey(raw) }
}

/** The case key in an envelope as bytes, which the caller wipes. Throws 'vault/tampered'. */
export async function caseKeyBytes(master: CryptoKey, caseId: string, envelope: Uint8Array) {
  return open(await deriveKey(master, 'envelope'), envelopePlace(caseId), envelope)
}

/** Opens the envelope of a case. Throws 'vault/tampered'. */
export async function openCaseKey(master: CryptoKey, caseId: string, envelope: Uint8Array): Promise<CryptoKey> {
  return importSealKey(await caseKeyBytes(master, caseId, envelope))
}
