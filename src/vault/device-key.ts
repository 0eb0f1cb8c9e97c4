import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { headText, type KeySlot } from './slot.ts'

/*
 * The second lock of every slot: an AES-256-GCM layer under a key of this device. A slot that leaked alone cannot be guessed at.
 * The key is a handle that cannot be read by a page, but the browser keeps its bytes in plaintext beside the rest of the store.
 */
const IV_BYTES = 12

export function newDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

const layer = (slot: KeySlot, iv: Uint8Array<ArrayBuffer>) => ({
  name: 'AES-GCM',
  iv,
  additionalData: utf8(`device ${headText(slot)}`),
})

/** The slot with the layer of this device around what it wraps. */
export async function lockedToDevice(slot: KeySlot, key: CryptoKey): Promise<KeySlot> {
  const deviceIv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const wrapped = new Uint8Array(await crypto.subtle.encrypt(layer(slot, deviceIv), key, slot.wrapped))
  return { ...slot, wrapped, deviceIv }
}

/** The slot without that layer; one stored before there was a device key has none. Throws 'vault/tampered'. */
export async function freedFromDevice(stored: KeySlot, key: CryptoKey | undefined): Promise<KeySlot> {
  const { deviceIv, ...slot } = stored
  if (!deviceIv) return slot
  try {
    if (!key) throw new TypeError('no device key')
    const wrapped = new Uint8Array(await crypto.subtle.decrypt(layer(slot, deviceIv), key, slot.wrapped))
    return { ...slot, wrapped }
  } catch {
    throw new PipelineError(
      'vault/tampered',
      'The key slot of this vault is not of this device or was changed. Restore the vault from its backup.',
    )
  }
}
