import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { canonicalJson } from './canonical.ts'

/** Where the list of a built app lies. */
export const RELEASE_PATH = '/release.json'

/** One file of a built app. */
export interface ReleaseFile {
  /** From the root of the site, with a leading slash. */
  readonly path: string
  /** Media type it is served as. */
  readonly type: string
  readonly bytes: number
  /** SHA-256 as lower-case hex. */
  readonly sha256: string
  /** Index into `headers` of the release. */
  readonly headers: number
}

/** What a built app consists of; its digest stands for every byte of it and for the headers it is served with. */
export interface ReleaseList {
  readonly format: 1
  readonly version: string
  readonly headers: readonly Readonly<Record<string, string>>[]
  /** In the order of their paths. */
  readonly files: readonly ReleaseFile[]
}

/** The file release.json (docs/formats.md). */
export interface Release extends ReleaseList {
  /** SHA-256 of the RFC 8785 text of the list. */
  readonly digest: string
  /** Ed25519 over the text of `signedText`, or null when nobody signed: raw public key and signature as base64. */
  readonly signature: { readonly key: string; readonly value: string } | null
}

/** Why a release is not taken. */
export type ReleaseRefusal =
  | 'release/unreadable'
  | 'release/list-changed'
  | 'release/file-changed'
  | 'release/not-signed'
  | 'release/other-key'
  | 'release/bad-signature'
  | 'release/older'

/** The text that a signer signs for a release. */
export const signedText = (digest: string) => `proofprint-release/1\n${digest}\n`

export async function releaseDigest({ format, version, headers, files }: ReleaseList): Promise<string> {
  const list = { format, version, headers, files } as unknown as JsonValue
  return sha256(new TextEncoder().encode(canonicalJson(list)))
}

/** A release from its text; null when it is none. Digest and signature are not looked at. */
export function parseRelease(text: string): Release | null {
  try {
    const value = JSON.parse(text) as Partial<Release> | null
    if (value?.format !== 1 || !isVersion(value.version) || typeof value.digest !== 'string') return null
    if (!Array.isArray(value.headers) || !value.headers.every(isTextRecord)) return null
    const sets = value.headers.length
    if (!Array.isArray(value.files) || !value.files.every((file) => isFile(file, sets))) return null
    const { signature = null } = value
    if (signature !== null && !(isTextRecord(signature) && signature.key && signature.value)) return null
    return value as Release
  } catch {
    return null
  }
}

const isVersion = (value: unknown) => typeof value === 'string' && /^\d+\.\d+\.\d+$/.test(value)
const isTextRecord = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string')

function isFile(value: unknown, headerSets: number): boolean {
  const file = value as Partial<ReleaseFile> | null
  return (
    typeof file?.path === 'string' &&
    file.path.startsWith('/') &&
    typeof file.type === 'string' &&
    Number.isInteger(file.bytes) &&
    /^[0-9a-f]{64}$/.test(file.sha256 ?? '') &&
    Number.isInteger(file.headers) &&
    (file.headers ?? -1) >= 0 &&
    (file.headers ?? headerSets) < headerSets
  )
}

/**
 * Whether `next` may take the place of `current` (null: nothing is installed). `pinnedKey` is the base64 of the only key that may
 * sign, or null: then the key that signed what is installed is the only one.
 */
export async function refusalOf(
  next: Release,
  current: Release | null,
  pinnedKey: string | null,
): Promise<ReleaseRefusal | null> {
  // A text that is no Unicode has no canonical form, so no list that was released holds one.
  const digest = await releaseDigest(next).catch(() => null)
  if (digest !== next.digest) return 'release/list-changed'
  const key = pinnedKey ?? current?.signature?.key ?? null
  if (key !== null && next.signature === null) return 'release/not-signed'
  if (key !== null && next.signature?.key !== key) return 'release/other-key'
  if (next.signature !== null && !(await verifies(next.digest, next.signature))) return 'release/bad-signature'
  return current !== null && isOlder(next.version, current.version) ? 'release/older' : null
}

async function verifies(digest: string, { key, value }: { key: string; value: string }): Promise<boolean> {
  try {
    const publicKey = await crypto.subtle.importKey('raw', fromBase64(key), 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify(
      'Ed25519',
      publicKey,
      fromBase64(value),
      new TextEncoder().encode(signedText(digest)),
    )
  } catch {
    // Not base64, not a key, or an engine without Ed25519: nothing was verified.
    return false
  }
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

function isOlder(a: string, b: string): boolean {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  const at = left.findIndex((part, n) => part !== right[n])
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0)
}
