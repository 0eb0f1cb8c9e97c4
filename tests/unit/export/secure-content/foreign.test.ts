import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { concatBytes, utf8 } from '../../../../src/core/bytes.ts'
import { cipherFile } from '../../../../src/export/secure-content/cipher-file.ts'
import {
  encrypted,
  newContentKey,
  newIv,
  wrapped,
  wrappingKey,
} from '../../../../src/export/secure-content/content-key.ts'
import { keystoreXml } from '../../../../src/export/secure-content/keystore.ts'
import {
  ENCRYPTED_RELATION,
  KEYSTORE_PART,
  KEYSTORE_RELATION,
  MODEL_RELATIONS,
  MODEL_RELATIONS_PART,
  rootModel,
  SEALED_CONTENT_TYPES,
  SEALED_PART,
  SEALED_RELATIONS,
} from '../../../../src/export/secure-content/names.ts'
import { CORE_NAMESPACE } from '../../../../src/export/threemf-package.ts'
import { openSealed, packed, testRecipient } from '../../../support/sealed-3mf.ts'

const coded = (code: string) => expect.objectContaining({ code })
const ours = await testRecipient('Printer-1')
const UUID = 'cb9b46cd-c5be-4f58-b2e3-69edb44ff5fe'
const IDS = { keystore: UUID, key: UUID, object: UUID, component: UUID, build: UUID, item: UUID, assembly: UUID }
const MODEL = (after = '') =>
  `<model xmlns="${CORE_NAMESPACE}"><resources><object id="1000"><mesh><vertices><vertex x="0" y="0" z="0"/><vertex x="1" y="0" z="0"/><vertex x="0" y="1" z="0"/></vertices><triangles><triangle v1="0" v2="1" v3="2"/></triangles></mesh></object></resources>${after}<build/></model>`

interface Foreign {
  readonly plain?: Uint8Array
  readonly isDeflated?: boolean
  readonly relations?: string
  readonly modelRelations?: string
  readonly path?: string
}

/** A sealed file as another maker may write it: bound to nothing. */
async function foreign({ plain, isDeflated = true, relations, modelRelations, path = SEALED_PART }: Foreign = {}) {
  const key = await newContentKey()
  const iv = newIv()
  const aad = utf8('theirs')
  const { bytes, tag } = await encrypted(key, iv, aad, new Uint8Array(plain ?? deflateRawSync(MODEL())))
  const to = await wrappingKey(new Uint8Array(Buffer.from(ours.recipient.spki, 'base64')))
  const store = keystoreXml({
    uuid: UUID,
    consumers: [{ id: 'Printer-1', keyId: null }],
    groups: [
      {
        keyUuid: UUID,
        rights: [{ consumer: 0, hash: 'SHA-256', wrapped: await wrapped(key, to) }],
        resources: [{ path: `/${path}`, isDeflated, iv, tag, aad }],
      },
    ],
  })
  return packed(
    new Map<string, Uint8Array | string>([
      ['[Content_Types].xml', SEALED_CONTENT_TYPES],
      ['_rels/.rels', relations ?? SEALED_RELATIONS],
      ['3D/3dmodel.model', rootModel(IDS)],
      [MODEL_RELATIONS_PART, modelRelations ?? MODEL_RELATIONS],
      [KEYSTORE_PART, store],
      [SEALED_PART, concatBytes(...cipherFile(bytes))],
    ]),
  )
}

const opened = async (said: Foreign) => openSealed(await foreign(said), ours.holder)
const without = (text: string, type: string) => {
  const less = text.replace(new RegExp(`<Relationship [^>]*Type="${type}"/>\\n`), '')
  expect(less).not.toBe(text)
  return less
}

describe('a sealed file of another maker', () => {
  test('is read, deflated or not', async () => {
    for (const said of [{}, { plain: utf8(MODEL()), isDeflated: false }]) {
      const { mesh } = await opened(said)
      expect([...mesh.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0])
    }
  })
  test('whose part is not as it is said to be compressed is refused', async () => {
    for (const plain of [utf8(MODEL()), deflateRawSync(MODEL()).subarray(0, 40)])
      await expect(opened({ plain })).rejects.toThrow(coded('sealed/bad-keystore'))
  })
  test('that would inflate to far more than a model does is refused, and soon', async () => {
    const plain = deflateRawSync(MODEL('<!---->'.repeat(2 ** 19)))
    await expect(opened({ plain })).rejects.toThrow(coded('threemf/ratio'))
  })
  test('whose relations do not say what the keystore says is refused', async () => {
    await expect(opened({ modelRelations: without(MODEL_RELATIONS, ENCRYPTED_RELATION) })).rejects.toThrow(
      coded('sealed/bad-keystore'),
    )
    await expect(opened({ relations: without(SEALED_RELATIONS, KEYSTORE_RELATION) })).rejects.toThrow(
      coded('sealed/bad-keystore'),
    )
    // The part itself then lies open, as far as the keystore says, and is no text.
    await expect(opened({ path: '3D/3dmodel.model' })).rejects.toBeInstanceOf(Error)
    await expect(opened({ path: '3D/other.model' })).rejects.toBeInstanceOf(Error)
  })
})
