import { toBase64 } from '../../src/core/base64.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import { newPair } from '../../src/export/secure-content/content-key.ts'
import type { OaepHash } from '../../src/export/secure-content/keystore.ts'
import { holderOf, type KeyHolder, readSealedThreeMf } from '../../src/export/secure-content/read.io.ts'
import { type SealRecipient, sealRecipient } from '../../src/export/secure-content/recipient.ts'
import { type Sealed, sealThreeMf } from '../../src/export/secure-content/seal.io.ts'
import { extract, zipDirectory } from '../../src/import/zip.io.ts'
import { fileOf, notesFor } from './file-parts.ts'
import { releasedForTest } from './findings.ts'
import { type MadeEntry, madeZip } from './zip-maker.ts'

type Bytes = Uint8Array<ArrayBuffer>

const exported = async (format: 'spki' | 'pkcs8', key: CryptoKey) =>
  new Uint8Array(await crypto.subtle.exportKey(format, key))

/** PEM (RFC 7468). */
export const pemOf = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${toBase64(der).replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`

export interface TestRecipient {
  readonly recipient: SealRecipient
  readonly publicPem: string
  readonly privatePem: string
  readonly pkcs8: Bytes
  readonly holder: KeyHolder
}

/** A recipient with a pair of its own. */
export async function testRecipient(
  consumerId: string,
  bits: 2048 | 3072 = 2048,
  hash?: OaepHash,
): Promise<TestRecipient> {
  const { publicKey, privateKey } = await newPair(bits, hash)
  const pkcs8 = await exported('pkcs8', privateKey)
  const publicPem = pemOf('PUBLIC KEY', await exported('spki', publicKey))
  const recipient = await sealRecipient({ name: `Site of ${consumerId}`, consumerId, keyId: '', pem: publicPem })
  const holder = holderOf({ id: consumerId, keyId: null }, pkcs8)
  return { recipient, publicPem, privatePem: pemOf('PRIVATE KEY', pkcs8), pkcs8, holder }
}

/** These bodies, sealed. */
export const sealedMeshes = async (meshes: readonly Mesh[], ...recipients: readonly SealRecipient[]): Promise<Sealed> =>
  sealThreeMf(meshes.map(releasedForTest), await notesFor(meshes), recipients, IDLE_CONTEXT)

export const openSealed = (file: Blob, holder: KeyHolder) => readSealedThreeMf(file, holder, IDLE_CONTEXT)

/** The parts of a package, in their order. */
export async function partsOf(file: Blob): Promise<Map<string, Bytes>> {
  const parts = new Map<string, Bytes>()
  for (const entry of await zipDirectory(file)) {
    const part = await extract(file, entry, IDLE_CONTEXT.signal)
    parts.set(entry.name, new Uint8Array(await part.arrayBuffer()))
  }
  return parts
}

/** A package of these parts, with checksums that fit. */
export function packed(parts: ReadonlyMap<string, Uint8Array | string>): Blob {
  const entries = [...parts].map(([name, data]): MadeEntry => ({ name, data, stored: true }))
  return fileOf(madeZip(entries))
}

/** The same package with one part exchanged or added. */
export const withPart = (parts: ReadonlyMap<string, Uint8Array>, name: string, data: Uint8Array | string): Blob =>
  packed(new Map<string, Uint8Array | string>([...parts]).set(name, data))
