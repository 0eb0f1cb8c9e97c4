import { fromBase64 } from '../../core/base64.ts'
import { type XmlHandler, XmlReader } from '../verify/xml-reader.ts'
import {
  type AccessRight,
  type Consumer,
  DIGEST_URI,
  type KeyStore,
  MASK_URI,
  OAEP_HASHES,
  type OaepHash,
  RSA_OAEP,
  RSA_OAEP_SHA1,
  type SealedResource,
} from './keystore.ts'
import { AES_256_GCM, ENCRYPTION_NAMESPACE, SECURE_NAMESPACE } from './names.ts'
import { badKeystore } from './refused.ts'

type Attributes = ReadonlyMap<string, string>
type Bytes = Uint8Array<ArrayBuffer>

/** More than anybody seals for, or seals at once. */
const MOST = 1000
const IV_BYTES = 12
const TAG_BYTES = 16
const UUID = /^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/i
const PATH = /^\/[^/\\].*$/

function required(attributes: Attributes, name: string): string {
  const value = attributes.get(name)
  if (value === undefined || value === '') throw badKeystore(name)
  return value
}

function uuid(attributes: Attributes, name: string): string {
  const value = required(attributes, name)
  if (!UUID.test(value)) throw badKeystore(name)
  return value
}

/** An xs:base64Binary, in which line breaks may stand. */
function bytesOf(text: string, what: string, length?: number): Bytes {
  const bytes = fromBase64(text.replace(/\s+/g, ''))
  if (!bytes || (length !== undefined && bytes.length !== length)) throw badKeystore(what)
  return bytes
}

const hashOf = (uris: Readonly<Record<OaepHash, string>>, uri: string | undefined): OaepHash | null =>
  uri === undefined ? 'SHA-1' : (OAEP_HASHES.find((hash) => uris[hash] === uri) ?? null)

/** Null for a way of wrapping that is not known here: another consumer may know it. */
function wrapping(attributes: Attributes): OaepHash | null {
  const algorithm = required(attributes, 'wrappingalgorithm')
  const digest = hashOf(DIGEST_URI, attributes.get('digestmethod'))
  const mask = hashOf(MASK_URI, attributes.get('mgfalgorithm'))
  if (algorithm !== RSA_OAEP && algorithm !== RSA_OAEP_SHA1) return null
  return digest === mask ? digest : null
}

/** A right or a resource while it is read. */
type Draft<T> = { -readonly [K in keyof T]?: T[K] }

/** Says one thing of it; each is said once. */
function once<T, K extends keyof T>(draft: Draft<T>, field: K, value: T[K]): void {
  if (draft[field] !== undefined) throw badKeystore(String(field))
  draft[field] = value
}

function whole<T>(draft: Draft<T>, ...fields: readonly (keyof T)[]): T {
  for (const field of fields) if (draft[field] === undefined) throw badKeystore(String(field))
  return draft as T
}

interface GroupDraft {
  readonly keyUuid: string
  readonly rights: AccessRight[]
  readonly resources: SealedResource[]
}

/** Takes the keystore apart. What is of other namespaces, and what is in it, is passed over (appendix B: xs:any). */
class KeyStoreHandler implements XmlHandler {
  #uuid = ''
  readonly #consumers: Consumer[] = []
  readonly #groups: GroupDraft[] = []
  #right: Draft<AccessRight> = {}
  #resource: Draft<SealedResource> = {}
  readonly #path: string[] = []

  open(name: string, attributes: Attributes): void {
    this.#path.push(localName(name))
    const at = this.#path.join('/')
    if (this.#path.length === 1 && at !== 'keystore') throw badKeystore('root')
    if (!KNOWN.includes(at) && !this.#path.includes(FOREIGN)) throw badKeystore(localName(name))
    this.#begin(at, attributes)
  }
  close(_: string, text: string): void {
    const at = this.#path.join('/')
    this.#path.pop()
    this.#end(at, text)
  }
  store(): KeyStore {
    const paths = this.#groups.flatMap(({ resources }) => resources.map(({ path }) => path.toLowerCase()))
    if (new Set(paths).size < paths.length) throw badKeystore('path')
    const names = this.#consumers.map(({ id, keyId }) => JSON.stringify([id, keyId]))
    if (new Set(names).size < names.length) throw badKeystore('consumer')
    for (const { rights } of this.#groups) {
      const indices = rights.map(({ consumer }) => consumer)
      if (new Set(indices).size < indices.length || indices.some((n) => n >= names.length))
        throw badKeystore('consumerindex')
    }
    return { uuid: this.#uuid, consumers: this.#consumers, groups: this.#groups }
  }
  get #group(): GroupDraft {
    const group = this.#groups.at(-1)
    if (!group) throw badKeystore('resourcedatagroup')
    return group
  }
  #begin(at: string, attributes: Attributes): void {
    switch (at) {
      case 'keystore':
        this.#uuid = uuid(attributes, 'UUID')
        break
      case 'keystore/consumer':
        bounded(this.#consumers).push({
          id: required(attributes, 'consumerid'),
          keyId: attributes.get('keyid') ?? null,
        })
        break
      case GROUP:
        bounded(this.#groups).push({ keyUuid: uuid(attributes, 'keyuuid'), rights: [], resources: [] })
        break
      case RIGHT:
        this.#right = { consumer: index(attributes) }
        break
      case `${RIGHT}/kekparams`:
        once(this.#right, 'hash', wrapping(attributes))
        break
      case RESOURCE:
        this.#resource = { path: required(attributes, 'path') }
        break
      case PARAMS:
        once(this.#resource, 'isDeflated', isDeflated(attributes))
        break
    }
  }
  #end(at: string, text: string): void {
    switch (at) {
      case `${RIGHT}/cipherdata/CipherValue`:
        once(this.#right, 'wrapped', bytesOf(text, 'CipherValue'))
        break
      case RIGHT:
        bounded(this.#group.rights).push(whole(this.#right, 'consumer', 'hash', 'wrapped'))
        break
      case `${PARAMS}/iv`:
        once(this.#resource, 'iv', bytesOf(text, 'iv', IV_BYTES))
        break
      case `${PARAMS}/tag`:
        once(this.#resource, 'tag', bytesOf(text, 'tag', TAG_BYTES))
        break
      case `${PARAMS}/aad`:
        once(this.#resource, 'aad', bytesOf(text, 'aad'))
        break
      case RESOURCE:
        if (!PATH.test(this.#resource.path ?? '')) throw badKeystore('path')
        this.#resource.aad ??= new Uint8Array(0)
        bounded(this.#group.resources).push(whole(this.#resource, 'path', 'isDeflated', 'iv', 'tag', 'aad'))
        break
    }
  }
}

const GROUP = 'keystore/resourcedatagroup'
const RIGHT = `${GROUP}/accessright`
const RESOURCE = `${GROUP}/resourcedata`
const PARAMS = `${RESOURCE}/cekparams`
const KNOWN: readonly string[] = [
  'keystore',
  ...['keystore/consumer', 'keystore/consumer/keyvalue'],
  ...[GROUP, RIGHT, `${RIGHT}/kekparams`, `${RIGHT}/cipherdata`, `${RIGHT}/cipherdata/CipherValue`],
  ...[RESOURCE, PARAMS, `${PARAMS}/iv`, `${PARAMS}/tag`, `${PARAMS}/aad`],
]
/** Stands for an element of another namespace: no name has an asterisk. */
const FOREIGN = '*'

function localName(name: string): string {
  if (name === `{${ENCRYPTION_NAMESPACE}}CipherValue`) return 'CipherValue'
  return name.startsWith(`{${SECURE_NAMESPACE}}`) ? name.slice(SECURE_NAMESPACE.length + 2) : FOREIGN
}

function bounded<T>(list: T[]): T[] {
  if (list.length >= MOST) throw badKeystore('length')
  return list
}

function index(attributes: Attributes): number {
  const text = required(attributes, 'consumerindex')
  if (!/^\d{1,9}$/.test(text)) throw badKeystore('consumerindex')
  return Number(text)
}

function isDeflated(attributes: Attributes): boolean {
  if (required(attributes, 'encryptionalgorithm') !== AES_256_GCM) throw badKeystore('encryptionalgorithm')
  const compression = attributes.get('compression') ?? 'none'
  if (compression !== 'none' && compression !== 'deflate') throw badKeystore('compression')
  return compression === 'deflate'
}

/**
 * The keystore of a sealed 3MF of any maker. Each list is bounded; a path, a consumer or a right stands once. Throws
 * 'sealed/bad-keystore', and what XmlReader throws for XML that is none.
 */
export function readKeystore(bytes: Uint8Array): KeyStore {
  const handler = new KeyStoreHandler()
  const xml = new XmlReader(handler)
  xml.push(bytes)
  xml.end()
  return handler.store()
}
