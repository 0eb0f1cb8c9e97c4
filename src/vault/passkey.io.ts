import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import type { PasskeyOffer } from './slot.ts'

/*
 * The ceremony of a passkey (WebAuthn level 3, PRF extension), the only place that has it: workers do not. A passkey makes 32 bytes
 * of each of two inputs; the first wraps the person's root key, the second is kept for another use and wiped here. User
 * verification is required. The page transfers an output to the vault worker, so it keeps no copy; the worker wipes it.
 */
type Bytes = Uint8Array<ArrayBuffer>
const SALT_BYTES = 32
const ES256 = -7
const EDDSA = -8
/** WebAuthn 6.1: the byte of flags in authenticator data, and the flag that a credential may be copied elsewhere. */
const FLAGS_AT = 32
const BACKUP_ELIGIBLE = 0x08

/** Why there is no passkey; the way on is always the passphrase. */
type Why = 'absent' | 'no-prf' | 'refused'
const SENTENCES: Readonly<Record<Why, string>> = {
  absent: 'This browser has no passkeys. Use your passphrase.',
  'no-prf': 'This passkey cannot make a key. Use your passphrase, or another passkey.',
  refused: 'The passkey was not used, or did not check who you are. Try again, or use your passphrase.',
}
const noPasskey = (why: Why, cause?: unknown) =>
  new PipelineError('vault/no-passkey', SENTENCES[why], { why }, cause === undefined ? undefined : { cause })

/** What a person asks their passkey: where it is, and the salt of its slot. */
export interface PasskeyQuestion {
  readonly credential: Bytes
  readonly salt: Bytes
}

/** A passkey's answer. The caller transfers `output`. */
export interface PasskeyAnswer {
  readonly credential: Bytes
  readonly output: Bytes
}

interface PrfResult {
  readonly enabled?: boolean
  readonly results?: { readonly first?: BufferSource; readonly second?: BufferSource }
}

const inputsOf = async (salt: Bytes) => {
  const input = (purpose: string) => crypto.subtle.digest('SHA-256', utf8(`proofprint/prf/1|${purpose}|${[...salt]}`))
  return { first: await input('kek'), second: await input('reserved') }
}

const bytesOf = (source: BufferSource): Bytes =>
  source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength)

/** The output of the first input; the second is wiped. Null when the passkey gave none. */
function firstOutput(credential: PublicKeyCredential): Bytes | null {
  const { prf } = credential.getClientExtensionResults() as { readonly prf?: PrfResult }
  const { first, second } = prf?.results ?? {}
  if (second) bytesOf(second).fill(0)
  return first ? bytesOf(first) : null
}

async function asked<T extends Credential>(ask: () => Promise<Credential | null>): Promise<T> {
  if (typeof PublicKeyCredential === 'undefined') throw noPasskey('absent')
  const credential = await ask().catch((cause: unknown) => {
    throw noPasskey('refused', cause)
  })
  if (!credential) throw noPasskey('refused')
  return credential as T
}

const challenge = () => crypto.getRandomValues(new Uint8Array(SALT_BYTES))

/** Asks for one of these passkeys. Throws 'vault/no-passkey' with detail.why 'absent', 'no-prf' or 'refused'. */
export async function askPasskey(questions: readonly PasskeyQuestion[]): Promise<PasskeyAnswer> {
  const evalByCredential: Record<string, { first: ArrayBuffer; second: ArrayBuffer }> = {}
  for (const { credential, salt } of questions) evalByCredential[base64Url(credential)] = await inputsOf(salt)
  const given = await asked<PublicKeyCredential>(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: challenge(),
        userVerification: 'required',
        allowCredentials: questions.map(({ credential }) => ({ type: 'public-key', id: credential })),
        extensions: { prf: { evalByCredential } },
      },
    }),
  )
  const output = firstOutput(given)
  if (!output) throw noPasskey('no-prf')
  return { credential: new Uint8Array(given.rawId), output }
}

/**
 * Makes a passkey for a person ("Staff 0142"); asks it once more when it gives nothing while it is made. Throws 'vault/no-passkey'.
 */
export async function createPasskey(person: string, name: string): Promise<PasskeyOffer> {
  const salt = challenge()
  const prf = { eval: await inputsOf(salt) }
  const made = await asked<PublicKeyCredential>(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: challenge(),
        rp: { name: 'Proofprint' },
        user: { id: utf8(person), name, displayName: name },
        pubKeyCredParams: [EDDSA, ES256].map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        extensions: { prf },
      },
    }),
  )
  const credential = new Uint8Array(made.rawId)
  const { getAuthenticatorData } = made.response as AuthenticatorAttestationResponse
  const flags = new Uint8Array(getAuthenticatorData.call(made.response))[FLAGS_AT] ?? 0
  const synced = (flags & BACKUP_ELIGIBLE) !== 0
  const output = firstOutput(made)
  if (output) return { salt, credential, output, synced }
  const { prf: said } = made.getClientExtensionResults() as { readonly prf?: PrfResult }
  if (!said?.enabled) throw noPasskey('no-prf')
  return { salt, credential, synced, output: (await askPasskey([{ credential, salt }])).output }
}

/** Base64 for addresses (RFC 4648, 5), without padding: how WebAuthn names a credential. */
function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
