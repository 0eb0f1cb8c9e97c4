import { describe, expect, test } from 'vitest'
import { concatBytes } from '../../../../src/core/bytes.ts'
import { cipherContent, cipherFile } from '../../../../src/export/secure-content/cipher-file.ts'
import { type KeyStore, keystoreXml, OAEP_HASHES } from '../../../../src/export/secure-content/keystore.ts'
import { readKeystore } from '../../../../src/export/secure-content/keystore-read.ts'

const coded = (code: string) => expect.objectContaining({ code })
const utf8 = (text: string) => new TextEncoder().encode(text)
const bytes = (length: number, value = 7) => new Uint8Array(length).fill(value)
const UUID = 'cb9b46cd-c5be-4f58-b2e3-69edb44ff5fe'
const resource = (path: string, isDeflated = true) => ({
  path,
  isDeflated,
  iv: bytes(12),
  tag: bytes(16),
  aad: bytes(5),
})
const STORE: KeyStore = {
  uuid: UUID,
  consumers: [
    { id: 'HP#MOP44B#SG5693454', keyId: 'KEK_xxx' },
    { id: 'a"<&>b', keyId: null },
  ],
  groups: [
    {
      keyUuid: UUID,
      rights: [
        { consumer: 0, hash: 'SHA-256', wrapped: bytes(256) },
        { consumer: 1, hash: 'SHA-1', wrapped: bytes(384) },
      ],
      resources: [resource('/3D/sealed.model'), resource('/3D/other.model', false)],
    },
  ],
}
const XML = keystoreXml(STORE)
const read = (text: string) => readKeystore(utf8(text))
/** The text with one thing in it exchanged; fails when it was not there. */
const changed = (from: string | RegExp, to: string) => {
  const text = XML.replace(from, to)
  expect(text).not.toBe(XML)
  return text
}

describe('the keystore', () => {
  test('comes back as it was written', () => {
    expect(read(XML)).toEqual(STORE)
  })
  test('is of the names that the specification has', () => {
    for (const said of [
      '<keystore xmlns="http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" UUID=',
      '<consumer consumerid="HP#MOP44B#SG5693454" keyid="KEK_xxx"/>',
      `<resourcedatagroup keyuuid="${UUID}">`,
      '<accessright consumerindex="0">',
      '<kekparams wrappingalgorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep" mgfalgorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256" digestmethod="http://www.w3.org/2001/04/xmlenc#sha256"/>',
      '<cipherdata><xenc:CipherValue>',
      '<resourcedata path="/3D/sealed.model">',
      '<cekparams encryptionalgorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm" compression="deflate">',
    ])
      expect(XML).toContain(said)
  })
  test.each(OAEP_HASHES)('of %s is told by digest and mask alike', (hash) => {
    const store = {
      ...STORE,
      groups: STORE.groups.map((g) => ({ ...g, rights: [{ consumer: 0, hash, wrapped: bytes(256) }] })),
    }
    expect(read(keystoreXml(store)).groups[0]?.rights[0]?.hash).toBe(hash)
  })
  test('without digest and mask is of SHA-1, in both spellings of the algorithm', () => {
    const bare = /<kekparams [^>]*>/g
    for (const algorithm of [
      'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
      'http://www.w3.org/2009/xmlenc11#rsa-oaep',
    ]) {
      const { groups } = read(changed(bare, `<kekparams wrappingalgorithm="${algorithm}"/>`))
      expect(groups[0]?.rights.map(({ hash }) => hash)).toEqual(['SHA-1', 'SHA-1'])
    }
  })
  test('may hold ways to wrap that are not known here, and what others added', () => {
    const unknown = [
      changed('xmlenc11#rsa-oaep', 'xmlenc11#kw-aes256'),
      changed('xmlenc11#mgf1sha256', 'xmlenc11#mgf1sha512'),
      changed('2001/04/xmlenc#sha256', 'x#sha3'),
    ]
    for (const text of unknown) expect(read(text).groups[0]?.rights[0]?.hash).toBeNull()
    const added = changed('<cipherdata>', '<cipherdata><xenc:CipherReference URI="x"/>')
      .replace('</keystore>', '<x:y xmlns:x="urn:x"><x:z/><iv>no</iv></x:y></keystore>')
      .replace('keyid="KEK_xxx"/>', 'keyid="KEK_xxx"><keyvalue>-----BEGIN PUBLIC KEY-----</keyvalue></consumer>')
    expect(read(added)).toEqual(STORE)
    const broken = XML.replace(/<iv>(.{4})/g, '<iv>\n $1\n ')
    expect(read(broken)).toEqual(STORE)
  })
})

const IV = /<iv>[^<]*<\/iv>\n/
/** What is no keystore, and what is said of it. */
const HOSTILE: readonly (readonly [what: string, reason: string, text: () => string])[] = [
  ['another root', 'root', () => changed(/keystore/g, 'model')],
  ['another namespace', 'root', () => changed('2019/04', '2019/07')],
  ['no UUID', 'UUID', () => changed(/UUID="[^"]*"/, '')],
  ['a UUID that is none', 'UUID', () => changed(`UUID="${UUID}"`, 'UUID="cb9b46cd"')],
  ['no key UUID', 'keyuuid', () => changed(/keyuuid="[^"]*"/, '')],
  ['a consumer without a name', 'consumerid', () => changed(/consumerid="HP[^"]*"/, '')],
  [
    'a consumer twice',
    'consumer',
    () => changed('<resourcedatagroup', '<consumer consumerid="a&quot;&lt;&amp;&gt;b"/><resourcedatagroup'),
  ],
  ['a right for nobody', 'consumerindex', () => changed('consumerindex="1"', 'consumerindex="2"')],
  ['a negative index', 'consumerindex', () => changed('consumerindex="1"', 'consumerindex="-1"')],
  ['an index that is no number', 'consumerindex', () => changed('consumerindex="1"', 'consumerindex="1e0"')],
  ['two rights for one', 'consumerindex', () => changed('consumerindex="1"', 'consumerindex="0"')],
  ['a right without a way', 'wrappingalgorithm', () => changed(/wrappingalgorithm="[^"]*"/, '')],
  ['a right without its parameters', 'hash', () => changed(/<kekparams [^>]*\/>/, '')],
  ['two parameters of a right', 'hash', () => changed(/(<kekparams [^>]*\/>)/, '$1$1')],
  ['a right without a key', 'wrapped', () => changed(/<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/, '')],
  ['two keys in a right', 'wrapped', () => changed(/(<xenc:CipherValue>[^<]*<\/xenc:CipherValue>)/, '$1$1')],
  ['a key that is no base 64', 'CipherValue', () => changed(/<xenc:CipherValue>..../, '<xenc:CipherValue>!!!!')],
  ['another cipher', 'encryptionalgorithm', () => changed('aes256-gcm', 'aes256-cbc')],
  ['another compression', 'compression', () => changed('"deflate"', '"brotli"')],
  ['a part without a cipher', 'isDeflated', () => changed(/<cekparams [^>]*>[\s\S]*?<\/cekparams>/, '')],
  [
    'two ciphers of a part',
    'isDeflated',
    () =>
      changed(
        /(<cekparams [^>]*>)([\s\S]*?)<\/cekparams>/,
        '$1$2</cekparams><cekparams encryptionalgorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>',
      ),
  ],
  ['no vector', 'iv', () => changed(IV, '')],
  ['two vectors', 'iv', () => changed(/(<iv>[^<]*<\/iv>)/, '$1$1')],
  ['a short vector', 'iv', () => changed(IV, '<iv>AAAA</iv>')],
  ['a short tag', 'tag', () => changed(/<tag>[^<]*/, '<tag>AAAA')],
  ['two tags', 'tag', () => changed(/(<tag>[^<]*<\/tag>)/, '$1$1')],
  ['no path', 'path', () => changed(/path="[^"]*"/, '')],
  ['a path that is not absolute', 'path', () => changed('path="/3D', 'path="3D')],
  ['a path of nothing', 'path', () => changed('path="/3D/sealed.model"', 'path="/"')],
  ['a path twice', 'path', () => changed('/3D/other.model', '/3D/Sealed.model')],
  [
    'an element of its own that is none',
    'decryptright',
    () => changed('<resourcedata ', '<decryptright/><resourcedata '),
  ],
  ['an element at another place', 'iv', () => changed('<resourcedata ', '<iv/><resourcedata ')],
  [
    'more consumers than anybody has',
    'length',
    () =>
      changed(
        '<resourcedatagroup',
        `${Array.from({ length: 1000 }, (_, n) => `<consumer consumerid="c${n}"/>`).join('')}<resourcedatagroup`,
      ),
  ],
]

describe('a hostile keystore is refused by name', () => {
  test.each(HOSTILE)('%s: %s', (_, reason, text) => {
    expect(() => read(text())).toThrow(expect.objectContaining({ code: 'sealed/bad-keystore', detail: { reason } }))
  })
  test('and what is no XML as XML', () => {
    expect(() => read('')).toThrow(coded('threemf/malformed'))
    expect(() => read(changed('<keystore', '<!DOCTYPE x []><keystore'))).toThrow(coded('threemf/doctype'))
    expect(() => read(changed('KEK_xxx', '&kek;'))).toThrow(coded('threemf/entity'))
  })
})

describe('an encrypted part', () => {
  const joined = (parts: readonly Uint8Array[]) => concatBytes(...parts)
  const file = joined(cipherFile(bytes(9)))

  test('begins as the specification says', () => {
    expect(new TextDecoder('latin1').decode(file.subarray(0, 12))).toBe('%3McF\0\0\0\u000c\0\0\0')
    expect(cipherContent(file)).toEqual(bytes(9))
    expect(cipherContent(joined(cipherFile(bytes(0))))).toEqual(bytes(0))
  })
  test('may have a longer header', () => {
    const longer = Uint8Array.of(...file.subarray(0, 8), 15, 0, 0, 0, 1, 2, 3, 4, 5)
    expect(cipherContent(longer)).toEqual(Uint8Array.of(4, 5))
  })
  test('is refused with any other byte in the first eight, cut, or with a length outside of it', () => {
    const others = [bytes(0), file.slice(0, 11), file.with(8, 11), file.with(8, 22), file.with(11, 0x80)]
    const flipped = Array.from({ length: 8 }, (_, n) => file.with(n, (file[n] ?? 0) ^ 1))
    for (const other of [...others, ...flipped])
      expect(() => cipherContent(other)).toThrow(coded('sealed/bad-keystore'))
    expect(cipherContent(file.with(8, 21))).toEqual(bytes(0))
  })
})
