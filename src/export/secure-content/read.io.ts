import { utf8 } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import type { Context } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { inflateInto } from '../../import/inflate.io.ts'
import type { ZipEntry } from '../../import/zip.io.ts'
import { CONTENT_TYPES_PART, MODEL_PART, RELATIONS_PART } from '../threemf-package.ts'
import { flatten } from '../verify/flatten.ts'
import { Relations } from '../verify/opc.ts'
import { MOST_SMALL_BYTES, Package, type PackageModels, readModels, type TakePart } from '../verify/package.io.ts'
import { refuse } from '../verify/refuse.ts'
import { MOST_RATIO, RATIO_FLOOR_BYTES, strictZip } from '../verify/strict-zip.io.ts'
import { bindingOf, isBound } from './binding.ts'
import { cipherContent } from './cipher-file.ts'
import { decrypted, unwrapped, unwrappingKey } from './content-key.ts'
import { type Consumer, type KeyGroup, type KeyStore, keystoreXml, type SealedResource } from './keystore.ts'
import { readKeystore } from './keystore-read.ts'
import { KEYSTORE_PART, KEYSTORE_RELATION, MODEL_RELATIONS_PART, SEALED_PART, SECURE_NAMESPACE } from './names.ts'
import { badKeystore, otherRecipient, tampered } from './refused.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Whoever can open a group of parts. Throws 'sealed/other-recipient'. */
export type KeyHolder = (store: KeyStore, group: KeyGroup) => Promise<CryptoKey>

/** A recipient with the private half of their RSA key, in PKCS #8. */
export const holderOf =
  ({ id, keyId }: Consumer, pkcs8: Bytes): KeyHolder =>
  async ({ consumers }, { rights }) => {
    const right = rights.find(({ consumer }) => {
      const named = consumers[consumer]
      return named?.id === id && (keyId === null || named.keyId === keyId)
    })
    if (!right?.hash) throw otherRecipient()
    return unwrapped(right.wrapped, await unwrappingKey(pkcs8, right.hash))
  }

interface SealedPart {
  readonly group: KeyGroup
  readonly resource: SealedResource
}

const partOf = ({ path }: SealedResource) => path.slice(1)

/** A package of which some parts are decrypted before they are read. */
class SealedPackage extends Package {
  override readonly extensions = [SECURE_NAMESPACE]
  readonly sealed: ReadonlyMap<string, SealedPart>
  readonly #store: KeyStore
  readonly #holder: KeyHolder
  readonly #signal: AbortSignal

  constructor(file: Blob, entries: ReadonlyMap<string, ZipEntry>, store: KeyStore, holder: KeyHolder, ctx: Context) {
    super(file, entries, ctx)
    this.#store = store
    this.#holder = holder
    this.#signal = ctx.signal
    const parts = store.groups.flatMap((group) => group.resources.map((resource) => ({ group, resource })))
    this.sealed = new Map(parts.map((part) => [partOf(part.resource), part]))
  }
  override async each(name: string, take: TakePart): Promise<void> {
    const part = this.sealed.get(name)
    if (!part) return super.each(name, take)
    const encrypted = cipherContent(await this.bytes(name))
    const plain = await decrypted(await this.#holder(this.#store, part.group), part.resource, encrypted)
    if (!part.resource.isDeflated) return take(plain, 1)
    return this.#inflate(plain, take)
  }
  async #inflate(plain: Bytes, take: TakePart): Promise<void> {
    let bytes = 0
    const sink = async (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > RATIO_FLOOR_BYTES && bytes > MOST_RATIO * plain.length) throw refuse('ratio')
      await take(chunk, 0)
      return true
    }
    try {
      await inflateInto(new Blob([plain]), 'deflate-raw', this.#signal, sink)
    } catch (error) {
      if (error instanceof PipelineError && error.code.startsWith('import/')) throw badKeystore('compression')
      throw error
    }
  }
}

/** The keystore is named by the relations of the package (3.2). */
async function keystoreOf(parts: Package): Promise<Bytes> {
  if (!parts.has(RELATIONS_PART)) throw refuse('no-model')
  const relations = await parts.read(RELATIONS_PART, new Relations(''), MOST_SMALL_BYTES)
  const [part, ...others] = relations.ofType(KEYSTORE_RELATION)
  if (part === undefined || others.length > 0) throw badKeystore('relation')
  return parts.bytes(part, MOST_SMALL_BYTES)
}

const isSame = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, n) => byte === b[n])

/** A file that was sealed here is as it was sealed, in all of its parts: that its key opens it shows that this is who sealed it. */
async function requireBound(parts: Package, store: KeyStore, keystore: Bytes): Promise<void> {
  const resources = store.groups.flatMap((group) => group.resources)
  const bound = resources.find(({ aad }) => isBound(aad))
  if (!bound) return
  const others = [CONTENT_TYPES_PART, RELATIONS_PART, MODEL_PART, MODEL_RELATIONS_PART]
  const names = [...others, SEALED_PART, KEYSTORE_PART]
  if (parts.names.length !== names.length || !names.every((name) => parts.has(name)) || resources.length > 1)
    throw tampered()
  const bytes: Bytes[] = []
  for (const name of others) bytes.push(await parts.bytes(name, MOST_SMALL_BYTES))
  const aad = await bindingOf(bytes, store)
  if (!isSame(utf8(keystoreXml(store)), keystore) || !isSame(aad, bound.aad)) throw tampered()
}

export interface OpenedThreeMf extends PackageModels {
  readonly store: KeyStore
  /** All that is built, in mm; a shift that all items share is left out. */
  readonly mesh: Mesh
}

/**
 * Reads a 3MF of any maker some parts of which are encrypted (Secure Content 1.0.3), for whoever has a key, and refuses what
 * readAnyThreeMf() refuses. An encrypted part is named by a relation and by the keystore, or by neither. Memory: an encrypted
 * part four times, the meshes twice. Errors: sealed/bad-keystore, sealed/other-recipient, sealed/tampered; threemf/ and the fault.
 */
export async function readSealedThreeMf(file: Blob, holder: KeyHolder, ctx: Context): Promise<OpenedThreeMf> {
  const entries = await strictZip(file, ctx.signal)
  const plain = new Package(file, entries, ctx)
  const keystore = await keystoreOf(plain)
  const store = readKeystore(keystore)
  await requireBound(plain, store, keystore)
  const parts = new SealedPackage(file, entries, store, holder, ctx)
  const found = await readModels(parts)
  const encrypted = new Set(found.encrypted)
  if (encrypted.size !== parts.sealed.size || [...encrypted].some((part) => !parts.sealed.has(part)))
    throw badKeystore('relation')
  return { ...found, store, mesh: flatten(found.models, found.root) }
}
