import { utf8 } from '../../core/bytes.ts'
import { digestParts } from '../../core/hash.ts'
import { type KeyStore, keystoreXml } from './keystore.ts'

type Bytes = Uint8Array<ArrayBuffer>

const MARK = 'proofprint-sealed/1 '
const NOTHING: Bytes = new Uint8Array(0)

/**
 * What the encrypted part is bound to, as its additional authenticated data: a digest of the bytes of all other parts and of the
 * keystore before it had the tag and this. The specification leaves these open to change; whoever has the key sees here that
 * nothing was.
 */
export async function bindingOf(others: readonly Uint8Array[], store: KeyStore): Promise<Bytes> {
  const groups = store.groups.map((group) => ({
    ...group,
    resources: group.resources.map((resource) => ({ ...resource, tag: NOTHING, aad: NOTHING })),
  }))
  return utf8(MARK + (await digestParts([...others, utf8(keystoreXml({ ...store, groups }))])))
}

/** Whether the sealer bound it so; sealers of other makers do not. */
export const isBound = (aad: Bytes): boolean => new TextDecoder().decode(aad.subarray(0, MARK.length)) === MARK
