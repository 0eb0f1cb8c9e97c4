import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { utf8 } from './bytes.ts'
import { randomId } from './keys.ts'
import { normalised } from './passphrase.ts'

/** About half a second a guess on a laptop (design measurement: 600,000 in 100 ms). */
export const PRODUCTION_ITERATIONS = 3_000_000
/** A slot that asks for more was not written by this app and would only hang it. */
const MOST_ITERATIONS = 100_000_000
const SALT_BYTES = 32
const IV_BYTES = 12
const MASTER = { name: 'HMAC', hash: 'SHA-512', length: 256 } as const

/** The master key, wrapped under a passphrase. Everything in it may be public. */
export interface KeySlot {
  readonly id: string
  readonly version: 1
  readonly kind: 'passphrase'
  readonly iterations: number
  readonly salt: Uint8Array<ArrayBuffer>
  readonly iv: Uint8Array<ArrayBuffer>
  readonly wrapped: Uint8Array<ArrayBuffer>
}

type SlotHead = Pick<KeySlot, 'id' | 'version' | 'kind' | 'iterations' | 'salt'>

/** PBKDF2-SHA-256 -> AES-256-GCM key that can only wrap and unwrap and cannot be read. */
async function kekOf(passphrase: string, head: SlotHead): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', utf8(normalised(passphrase)), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt: head.salt, iterations: head.iterations },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['wrapKey', 'unwrapKey'],
  )
}

/** The clear part of the slot is authenticated with the wrapped key, so it cannot be edited. */
function wrapping(head: SlotHead, iv: Uint8Array<ArrayBuffer>) {
  const clear = ['proofprint/slot', head.version, head.kind, head.id, head.iterations, toHex(head.salt)]
  return { name: 'AES-GCM', iv, additionalData: utf8(JSON.stringify(clear)) }
}

async function wrap(master: CryptoKey, passphrase: string, head: SlotHead): Promise<KeySlot> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const kek = await kekOf(passphrase, head)
  return { ...head, iv, wrapped: new Uint8Array(await crypto.subtle.wrapKey('raw', master, kek, wrapping(head, iv))) }
}

async function unwrap(slot: KeySlot, passphrase: string, extractable: boolean): Promise<CryptoKey> {
  const kek = await kekOf(passphrase, slot)
  try {
    return await crypto.subtle.unwrapKey('raw', slot.wrapped, kek, wrapping(slot, slot.iv), MASTER, extractable, [
      'sign',
    ])
  } catch {
    throw new PipelineError('vault/wrong-passphrase', 'That passphrase does not open this vault. Try again.')
  }
}

const newHead = (iterations: number, id = randomId()): SlotHead => ({
  id,
  version: 1,
  kind: 'passphrase',
  iterations,
  salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
})

/** A master key that lives in memory only and cannot be read. */
export function newMasterKey(extractable = false): Promise<CryptoKey> {
  return crypto.subtle.generateKey(MASTER, extractable, ['sign'])
}

/** A slot with a new master key inside. The caller checks the passphrase and the iteration count. */
export async function newSlot(passphrase: string, iterations: number): Promise<KeySlot> {
  // Wrapping needs an extractable handle; it is not kept, and openSlot gives one that is not.
  return wrap(await newMasterKey(true), passphrase, newHead(iterations))
}

function checkSlot(slot: KeySlot, minIterations: number): void {
  if (slot.version === 1 && slot.iterations >= minIterations && slot.iterations <= MOST_ITERATIONS) return
  throw new PipelineError('vault/tampered', 'The key slot of this vault was not written by this app as it is.')
}

/**
 * The master key of a slot, not extractable. Throws 'vault/wrong-passphrase', and 'vault/tampered' for a slot whose
 * iteration count is below `minIterations` or absurd.
 */
export async function openSlot(slot: KeySlot, passphrase: string, minIterations: number): Promise<CryptoKey> {
  checkSlot(slot, minIterations)
  return unwrap(slot, passphrase, false)
}

/** The same master key under another passphrase, with a fresh salt. Throws as `openSlot`. */
export async function rewrapSlot(slot: KeySlot, from: string, to: string, iterations: number): Promise<KeySlot> {
  checkSlot(slot, iterations)
  return wrap(await unwrap(slot, from, true), to, newHead(iterations, slot.id))
}
