import { Zip, ZipPassThrough } from 'fflate'
import { utf8 } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import { pacer, subContext } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { inflateExactly } from '../../import/inflate.io.ts'
import type { Released } from '../../qa/gate.ts'
import type { FileNotes } from '../file-notes.ts'
import { RowDeflate } from '../row-deflate.ts'
import { modelStretches, placement } from '../threemf.ts'
import { CONTENT_TYPES_PART, MODEL_PART, RELATIONS_PART } from '../threemf-package.ts'
import { START_OF_TIME, ZipPart } from '../zip-part.ts'
import { bindingOf } from './binding.ts'
import { cipherFile } from './cipher-file.ts'
import { encrypted, newContentKey, newIv, WRAP_HASH, wrapped } from './content-key.ts'
import { type AccessRight, type KeyStore, keystoreXml } from './keystore.ts'
import {
  KEYSTORE_PART,
  MODEL_RELATIONS,
  MODEL_RELATIONS_PART,
  rootModel,
  SEALED_CONTENT_TYPES,
  SEALED_PART,
  SEALED_RELATIONS,
  type SealedIds,
  sealedClosing,
} from './names.ts'
import { keyOf, type SealRecipient } from './recipient.ts'

type Bytes = Uint8Array<ArrayBuffer>

export interface Sealed {
  readonly file: Blob
  /** The key of this file, for reading it back. */
  readonly contentKey: CryptoKey
  readonly store: KeyStore
}

const newIds = (): SealedIds => ({
  keystore: crypto.randomUUID(),
  key: crypto.randomUUID(),
  object: crypto.randomUUID(),
  component: crypto.randomUUID(),
  build: crypto.randomUUID(),
  item: crypto.randomUUID(),
  assembly: crypto.randomUUID(),
})

/** WebCrypto takes a text whole, and a tab has room for three of these: some ten million triangles. */
const MOST_TEXT_BYTES = 2 ** 30

/** Throws 'sealed/too-large'. */
export function requireRoom(textBytes: number): void {
  if (textBytes > MOST_TEXT_BYTES)
    throw new PipelineError('sealed/too-large', 'The part is too large to be sealed as 3MF in a browser.', {
      bytes: textBytes,
    })
}

/**
 * The text of the model. Not deflated, which the specification leaves open (2.2.1.1): lib3mf, by which others read such files,
 * gives up on many deflated parts (2.5.0: when its input and its output end at the same byte).
 */
async function modelText(
  meshes: readonly Released<Mesh>[],
  notes: FileNotes,
  ids: SealedIds,
  ctx: Context,
): Promise<Bytes> {
  const pace = pacer(ctx)
  const text = new RowDeflate()
  const total = meshes.reduce((sum, { positions, indices }) => sum + positions.length + indices.length, 0)
  const pieces: Bytes[] = []
  for (const { bytes, numbers } of modelStretches(
    text,
    meshes,
    notes,
    sealedClosing(notes.ids, placement(meshes), ids),
  )) {
    pieces.push(bytes)
    await pace.breathe(numbers / total)
  }
  pieces.push(text.block(true))
  requireRoom(text.size)
  return inflateExactly(new Blob(pieces), 'deflate-raw', text.size, ctx.signal, () => {})
}

async function rightsFor(recipients: readonly SealRecipient[], contentKey: CryptoKey): Promise<AccessRight[]> {
  const rights = recipients.map(async (one, consumer) => ({
    ...{ consumer, hash: WRAP_HASH },
    wrapped: await wrapped(contentKey, await keyOf(one)),
  }))
  return Promise.all(rights)
}

function zipped(
  parts: readonly (readonly [name: string, bytes: Uint8Array])[],
  [header, encrypted]: readonly [Bytes, Bytes],
): Blob {
  const ready: Bytes[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    ready.push(chunk as Bytes)
  })
  for (const [name, bytes] of parts) {
    const part = new ZipPart(name)
    zip.add(part)
    part.whole(bytes)
  }
  // Nothing makes encrypted bytes shorter.
  const stored = new ZipPassThrough(SEALED_PART)
  stored.mtime = START_OF_TIME()
  stored.os = 0
  zip.add(stored)
  stored.push(header, false)
  stored.push(encrypted, true)
  zip.end()
  return new Blob(ready)
}

/**
 * A 3MF whose model only the recipients can read (Secure Content 1.0.3): one content key, wrapped for each by RSA-OAEP; the model
 * part encrypted by AES-256-GCM; a root model that refers to it and says nothing of it. The recipe of the part is
 * left out. Other bytes each time. Memory: the text of the model three times, because WebCrypto takes it whole.
 * Throws 'sealed/no-recipient', 'sealed/bad-recipient', 'sealed/too-large'.
 */
export async function sealThreeMf(
  meshes: readonly Released<Mesh>[],
  notes: FileNotes,
  recipients: readonly SealRecipient[],
  ctx: Context,
): Promise<Sealed> {
  if (recipients.length === 0) throw new PipelineError('sealed/no-recipient', 'Choose who can open the sealed file.')
  const ids = newIds()
  const contentKey = await newContentKey()
  const rights = await rightsFor(recipients, contentKey)
  const plain = await modelText(meshes, notes, ids, subContext(ctx, 0, 0.8))
  const iv = newIv()
  const storeWith = (tag: Bytes, aad: Bytes): KeyStore => ({
    uuid: ids.keystore,
    consumers: recipients.map(({ consumerId, keyId }) => ({ id: consumerId, keyId: keyId === '' ? null : keyId })),
    groups: [{ keyUuid: ids.key, rights, resources: [{ path: `/${SEALED_PART}`, isDeflated: false, iv, tag, aad }] }],
  })
  const others = [
    [CONTENT_TYPES_PART, utf8(SEALED_CONTENT_TYPES)],
    [RELATIONS_PART, utf8(SEALED_RELATIONS)],
    [MODEL_PART, utf8(rootModel(ids))],
    [MODEL_RELATIONS_PART, utf8(MODEL_RELATIONS)],
  ] as const
  const bound = others.map(([, bytes]) => bytes)
  const aad = await bindingOf(bound, storeWith(new Uint8Array(0), new Uint8Array(0)))
  const { bytes, tag } = await encrypted(contentKey, iv, aad, plain)
  const store = storeWith(tag, aad)
  const parts = [...others, [KEYSTORE_PART, utf8(keystoreXml(store))] as const]
  ctx.progress(1)
  return { file: zipped(parts, cipherFile(bytes)), contentKey, store }
}
