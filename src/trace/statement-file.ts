import { fromHex, utf8 } from '../core/bytes.ts'
import { sha256, toHex } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { hasFields, isAbsentOr, isListOf, isText } from '../core/shape.ts'
import type { Signer } from '../core/signer.ts'
import { canonicalJson } from './canonical.ts'
import type { Envelope } from './dsse.ts'

/** Of the fields that DSSE leaves to whoever wants them: with it who gets the file can show whose signature it is. */
type Carried = Envelope['signatures'][number] & { readonly publicKey?: string }

/** A signed statement as a file: its envelope as canonical JSON, and beside the signature of this signer their public key, hex. */
export function statementFile(
  envelope: Envelope,
  signer: Pick<Signer, 'keyId' | 'publicKey'>,
): Uint8Array<ArrayBuffer> {
  const signatures = envelope.signatures.map((one): Carried => {
    return one.keyid === signer.keyId ? { ...one, publicKey: toHex(signer.publicKey) } : one
  })
  return utf8(canonicalJson({ ...envelope, signatures } as JsonValue))
}

const hasSignatures = hasFields({
  signatures: isListOf(hasFields({ keyid: isText, publicKey: isAbsentOr(isText) })),
})

/** Who a file says signed it. `publicKey`: theirs, raw, when the file carries it and it is the one of that key id; else null. */
export interface CarriedSigner {
  readonly keyId: string
  readonly publicKey: Uint8Array | null
}

/** Nothing of it is checked but that a key belongs to its id. Empty for what is no envelope. */
export async function carriedSigners(file: Uint8Array): Promise<CarriedSigner[]> {
  const value = parsedJson(file)
  if (!hasSignatures(value)) return []
  const all: CarriedSigner[] = []
  for (const { keyid: keyId, publicKey = '' } of value.signatures) {
    const key = fromHex(publicKey)
    all.push({ keyId, publicKey: key.length === KEY_BYTES && (await sha256(key)) === keyId ? key : null })
  }
  return all
}

const KEY_BYTES = 32
