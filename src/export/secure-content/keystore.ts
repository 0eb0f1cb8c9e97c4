import { toBase64 } from '../../core/base64.ts'
import { DECLARATION } from '../threemf-package.ts'
import { AES_256_GCM, ENCRYPTION_NAMESPACE, SECURE_NAMESPACE } from './names.ts'

export const OAEP_HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const
/** Of the digest and of the mask function: producers must use one for both (2.2.2.1). */
export type OaepHash = (typeof OAEP_HASHES)[number]

/** RSA-OAEP with MGF1 and SHA-1, by itself. */
export const RSA_OAEP_SHA1 = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'
export const RSA_OAEP = 'http://www.w3.org/2009/xmlenc11#rsa-oaep'
/** XML Encryption 1.1, 5.5.2 and 5.8. */
export const MASK_URI: Readonly<Record<OaepHash, string>> = {
  'SHA-1': 'http://www.w3.org/2009/xmlenc11#mgf1sha1',
  'SHA-256': 'http://www.w3.org/2009/xmlenc11#mgf1sha256',
  'SHA-384': 'http://www.w3.org/2009/xmlenc11#mgf1sha384',
  'SHA-512': 'http://www.w3.org/2009/xmlenc11#mgf1sha512',
}
export const DIGEST_URI: Readonly<Record<OaepHash, string>> = {
  'SHA-1': 'http://www.w3.org/2000/09/xmldsig#sha1',
  'SHA-256': 'http://www.w3.org/2001/04/xmlenc#sha256',
  'SHA-384': 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'SHA-512': 'http://www.w3.org/2001/04/xmlenc#sha512',
}

type Bytes = Uint8Array<ArrayBuffer>

/** Whom something is sealed for, by what they are called in the file. */
export interface Consumer {
  readonly id: string
  /** Which of their keys; null when they have one. */
  readonly keyId: string | null
}

/** The content key, wrapped for one consumer. */
export interface AccessRight {
  /** Counted from 0. */
  readonly consumer: number
  /** Null when it is wrapped in a way that is not known here. */
  readonly hash: OaepHash | null
  readonly wrapped: Bytes
}

/** An encrypted part of the package. */
export interface SealedResource {
  /** Absolute: `/3D/sealed.model`. */
  readonly path: string
  /** Whether the plain text is raw DEFLATE (RFC 1951). */
  readonly isDeflated: boolean
  /** 12 bytes. */
  readonly iv: Bytes
  /** 16 bytes. */
  readonly tag: Bytes
  readonly aad: Bytes
}

/** Parts that one content key encrypts. */
export interface KeyGroup {
  readonly keyUuid: string
  readonly rights: readonly AccessRight[]
  readonly resources: readonly SealedResource[]
}

/** What the part `/Secure/keystore.xml` says. */
export interface KeyStore {
  readonly uuid: string
  readonly consumers: readonly Consumer[]
  readonly groups: readonly KeyGroup[]
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const quoted = (text: string) => `"${text.replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? '')}"`

const consumerXml = ({ id, keyId }: Consumer) =>
  `<consumer consumerid=${quoted(id)}${keyId === null ? '' : ` keyid=${quoted(keyId)}`}/>\n`

const rightXml = ({ consumer, hash, wrapped }: AccessRight) => `<accessright consumerindex="${consumer}">
<kekparams wrappingalgorithm="${RSA_OAEP}" mgfalgorithm="${hash ? MASK_URI[hash] : ''}" digestmethod="${hash ? DIGEST_URI[hash] : ''}"/>
<cipherdata><xenc:CipherValue>${toBase64(wrapped)}</xenc:CipherValue></cipherdata>
</accessright>
`

const resourceXml = ({ path, isDeflated, iv, tag, aad }: SealedResource) => `<resourcedata path=${quoted(path)}>
<cekparams encryptionalgorithm="${AES_256_GCM}" compression="${isDeflated ? 'deflate' : 'none'}">
<iv>${toBase64(iv)}</iv>
<tag>${toBase64(tag)}</tag>
<aad>${toBase64(aad)}</aad>
</cekparams>
</resourcedata>
`

const groupXml = ({ keyUuid, rights, resources }: KeyGroup) =>
  `<resourcedatagroup keyuuid="${keyUuid}">\n${rights.map(rightXml).join('')}${resources.map(resourceXml).join('')}</resourcedatagroup>\n`

/** The text of that part; the same for the same store. */
export const keystoreXml = ({ uuid, consumers, groups }: KeyStore): string =>
  `${DECLARATION}<keystore xmlns="${SECURE_NAMESPACE}" xmlns:xenc="${ENCRYPTION_NAMESPACE}" UUID="${uuid}">
${consumers.map(consumerXml).join('')}${groups.map(groupXml).join('')}</keystore>
`
