import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { randomId } from './keys.ts'
import { normalised } from './passphrase.ts'

/** About half a second a guess on a laptop (design measurement: 600,000 in 100 ms). */
export const PRODUCTION_ITERATIONS = 3_000_000
/** A slot that asks for more was not written by this app and would only hang it. */
const MOST_ITERATIONS = 100_000_000
const SALT_BYTES = 32
const IV_BYTES = 12
const PRF_BYTES = 32
const ROOT = { name: 'HMAC', hash: 'SHA-512', length: 256 } as const
const KEK = { name: 'AES-GCM', length: 256 } as const

/** A root key, wrapped under what one person knows or has. Everything in it may be public. */
export interface KeySlot {
  readonly id: string
  /** 1: of the owner of a vault, who is named by the slot itself. 2: of a person. */
  readonly version: 1 | 2
  readonly kind: 'passphrase' | 'passkey'
  /** Of PBKDF2; 0 for a passkey. */
  readonly iterations: number
  readonly salt: Uint8Array<ArrayBuffer>
  readonly iv: Uint8Array<ArrayBuffer>
  readonly wrapped: Uint8Array<ArrayBuffer>
  readonly person?: string
  /** Id of the WebAuthn credential of a passkey. */
  readonly credential?: Uint8Array<ArrayBuffer>
  /** Whether the passkey may be copied to other devices, as its authenticator says. */
  readonly synced?: boolean
  /** ISO instant; absent in what was stored before it was noted. */
  readonly addedAt?: string
  /** Of the layer of the device key around `wrapped`; absent in what was stored before there was one. */
  readonly deviceIv?: Uint8Array<ArrayBuffer>
}

export type SlotHead = Omit<KeySlot, 'iv' | 'wrapped' | 'deviceIv'>

/** What opens a slot: a passphrase, or the 32 bytes that a passkey made of the slot's salt. */
export type Secret = { readonly passphrase: string } | { readonly passkey: Uint8Array<ArrayBuffer> }

/** Whose slot it is. */
export const personOf = ({ id, person }: Pick<KeySlot, 'id' | 'person'>): string => person ?? id

const isPassphrase = (secret: Secret): secret is { readonly passphrase: string } => 'passphrase' in secret
const kindOf = (secret: Secret): KeySlot['kind'] => (isPassphrase(secret) ? 'passphrase' : 'passkey')

/** The clear part of a slot as one text: it is authenticated with the wrapped key, so it cannot be edited. */
export function headText({
  version,
  kind,
  id,
  iterations,
  salt,
  person,
  credential,
  synced,
  addedAt,
}: SlotHead): string {
  const all = ['proofprint/slot', version, kind, id, iterations, toHex(salt)]
  const whose = version === 1 ? [] : [person ?? '', toHex(credential ?? new Uint8Array()), synced ?? false]
  return JSON.stringify([...all, ...whose, ...(addedAt === undefined ? [] : [addedAt])])
}

/** PBKDF2-SHA-256 of a passphrase, or HKDF-SHA-256 of a passkey's output -> AES-256-GCM key that only wraps and unwraps. */
async function kekOf(secret: Secret, head: SlotHead): Promise<CryptoKey> {
  const { salt, iterations } = head
  if (isPassphrase(secret)) {
    const text = utf8(normalised(secret.passphrase))
    const known = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveKey'])
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
    return crypto.subtle.deriveKey(how, known, KEK, false, ['wrapKey', 'unwrapKey'])
  }
  if (secret.passkey.length !== PRF_BYTES) throw wrongSecret(head.kind)
  const made = await crypto.subtle.importKey('raw', secret.passkey, 'HKDF', false, ['deriveKey'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(`proofprint/kek/1|${headText(head)}`) }
  return crypto.subtle.deriveKey(how, made, KEK, false, ['wrapKey', 'unwrapKey'])
}

const wrapping = (head: SlotHead, iv: Uint8Array<ArrayBuffer>) => ({
  name: 'AES-GCM',
  iv,
  additionalData: utf8(headText(head)),
})

const wrongSecret = (kind: KeySlot['kind']) =>
  new PipelineError(
    'vault/wrong-passphrase',
    kind === 'passphrase'
      ? 'That passphrase does not open this vault. Try again.'
      : 'That passkey does not open this vault. Use your passphrase.',
  )

async function wrap(root: CryptoKey, secret: Secret, head: SlotHead): Promise<KeySlot> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const kek = await kekOf(secret, head)
  return { ...head, iv, wrapped: new Uint8Array(await crypto.subtle.wrapKey('raw', root, kek, wrapping(head, iv))) }
}

async function unwrap(slot: KeySlot, secret: Secret, extractable: boolean): Promise<CryptoKey> {
  if (slot.kind !== kindOf(secret)) throw wrongSecret(kindOf(secret))
  const kek = await kekOf(secret, slot)
  try {
    return await crypto.subtle.unwrapKey('raw', slot.wrapped, kek, wrapping(slot, slot.iv), ROOT, extractable, ['sign'])
  } catch {
    throw wrongSecret(slot.kind)
  }
}

const freshSalt = () => crypto.getRandomValues(new Uint8Array(SALT_BYTES))
const newHead = (iterations: number, addedAt?: string): SlotHead => ({
  id: randomId(),
  version: 1,
  kind: 'passphrase',
  iterations,
  salt: freshSalt(),
  ...(addedAt === undefined ? {} : { addedAt }),
})

/** A root or master key that lives in memory only. Extractable only while it is wrapped. */
export function newMasterKey(extractable = false): Promise<CryptoKey> {
  return crypto.subtle.generateKey(ROOT, extractable, ['sign'])
}

/** A slot of an owner with a new master key inside. The caller checks the passphrase and the iteration count. */
export async function newSlot(passphrase: string, iterations: number, addedAt?: string): Promise<KeySlot> {
  // Wrapping needs an extractable handle; it is not kept, and openSlot gives one that is not.
  return wrap(await newMasterKey(true), { passphrase }, newHead(iterations, addedAt))
}

/** A passphrase slot of a person around this root key, which must be extractable. */
export function newPersonSlot(
  root: CryptoKey,
  person: string,
  passphrase: string,
  iterations: number,
  addedAt: string,
) {
  return wrap(root, { passphrase }, { ...newHead(iterations, addedAt), version: 2, person })
}

/** What a passkey is asked with: `salt` is what its slot will have. */
export interface PasskeyOffer {
  readonly salt: Uint8Array<ArrayBuffer>
  readonly credential: Uint8Array<ArrayBuffer>
  readonly output: Uint8Array<ArrayBuffer>
  readonly synced: boolean
}

/** A passkey slot of a person around this root key, which must be extractable. */
export function newPasskeySlot(root: CryptoKey, person: string, offer: PasskeyOffer, addedAt: string) {
  const { salt, credential, output, synced } = offer
  const head: SlotHead = {
    id: randomId(),
    version: 2,
    kind: 'passkey',
    iterations: 0,
    salt,
    person,
    credential,
    synced,
    addedAt,
  }
  return wrap(root, { passkey: output }, head)
}

function checkSlot({ version, kind, iterations }: KeySlot, minIterations: number): void {
  const isCostly = iterations >= minIterations && iterations <= MOST_ITERATIONS
  const isKnown = version === 1 ? kind === 'passphrase' : version === 2
  if (isKnown && (kind === 'passkey' ? iterations === 0 : isCostly)) return
  throw new PipelineError('vault/tampered', 'The key slot of this vault was not written by this app as it is.')
}

/**
 * The key in a slot without its device layer, not extractable. Throws 'vault/wrong-passphrase', and 'vault/tampered' for a slot
 * whose iteration count is below `minIterations` or absurd.
 */
export async function openSlot(slot: KeySlot, secret: string | Secret, minIterations: number): Promise<CryptoKey> {
  checkSlot(slot, minIterations)
  return unwrap(slot, typeof secret === 'string' ? { passphrase: secret } : secret, false)
}

/** As `openSlot`, as a handle that can be wrapped once more: for a further slot, and then dropped. */
export async function openSlotToWrap(slot: KeySlot, secret: Secret, minIterations: number): Promise<CryptoKey> {
  checkSlot(slot, minIterations)
  return unwrap(slot, secret, true)
}

/** A passphrase in the place of another one. */
export interface OtherPassphrase {
  readonly from: string
  readonly to: string
  readonly at: string
}

/** The same key under another passphrase, with a fresh salt. Throws as `openSlot`. */
export async function rewrapSlot(
  slot: KeySlot,
  { from, to, at }: OtherPassphrase,
  iterations: number,
): Promise<KeySlot> {
  const { id, version, kind, person } = slot
  const head = { id, version, kind, iterations, salt: freshSalt(), addedAt: at, ...(person ? { person } : {}) }
  return wrap(await openSlotToWrap(slot, { passphrase: from }, iterations), { passphrase: to }, head)
}
