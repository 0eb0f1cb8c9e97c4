import { beforeEach, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { importSealKey, open, seal } from '../../src/vault/chunked.ts'
import { contextOf, type Place } from '../../src/vault/keys.ts'
import { showFigures } from '../support/figures.ts'
import { answer, change, freshProfile, INIT, openTab, PASSPHRASE, rawStore, volumeAsset } from '../support/vault.ts'

// Attack 'asset-tampering' of the trust design (T5): every way in which a stored asset can be changed, counted.

beforeEach(freshProfile)

const HEADER = 56
const CHUNK = 16384 + 16
const CHUNKS = 5
const PLACE: Place = { asset: 'a1', case: 'c1', epoch: 0, revision: 3, type: 'mesh' }
const keyOf = (fill: number) => importSealKey(new Uint8Array(32).fill(fill))
const plain = Uint8Array.from({ length: CHUNKS * 16384 - 900 }, (_, n) => (n * 31 + (n >> 8) * 7) & 255)

const flipped = (sealed: Uint8Array, at: number, bit: number) => sealed.with(at, (sealed[at] ?? 0) ^ (1 << bit))

function* bitFlips(sealed: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < HEADER; at++) yield flipped(sealed, at, at % 8)
  const random = seededRandom(5)
  for (let n = 0; n < 500; n++) yield flipped(sealed, Math.floor(random() * sealed.length), Math.floor(random() * 8))
}

function* otherOrders(sealed: Uint8Array): Generator<Uint8Array> {
  const header = sealed.slice(0, HEADER)
  const chunkAt = (n: number) => new Uint8Array(sealed.slice(HEADER + n * CHUNK, HEADER + (n + 1) * CHUNK))
  const chunks = Array.from({ length: CHUNKS }, (_, n) => chunkAt(n))
  const joined = (list: readonly Uint8Array[]) => new Uint8Array(Buffer.concat([header, ...list]))
  for (let a = 0; a < CHUNKS; a++) {
    yield joined(chunks.toSpliced(a, 1))
    yield joined(chunks.toSpliced(a, 0, chunkAt(a)))
    for (let b = a + 1; b < CHUNKS; b++) yield joined(chunks.with(a, chunkAt(b)).with(b, chunkAt(a)))
  }
  yield joined(chunks.toReversed())
}

function* cuts(sealed: Uint8Array): Generator<Uint8Array> {
  for (let n = 0; n <= CHUNKS; n++)
    for (const by of [-1, 0, 1]) {
      const length = HEADER + n * CHUNK + by
      if (length < sealed.length) yield sealed.slice(0, length)
    }
  yield sealed.slice(0, -1)
  yield new Uint8Array([...sealed, 0])
}

/** Opens what must not open, and says how many bytes came out all the same. */
async function released(key: CryptoKey, place: Place, sealed: Uint8Array): Promise<number> {
  return open(key, contextOf(place), sealed).then(
    (bytes) => bytes.length + 1,
    (error) => {
      expect(error).toMatchObject({ code: 'vault/tampered' })
      return 0
    },
  )
}

test('a changed, cut, lengthened, reordered or misplaced asset gives no byte', async () => {
  const key = await keyOf(1)
  const sealed = await seal(key, contextOf(PLACE), plain)
  expect(sealed.length).toBe(HEADER + plain.length + 16 * CHUNKS)
  expect(Buffer.compare(await open(key, contextOf(PLACE), sealed), plain)).toBe(0)

  const changed = [...bitFlips(sealed), ...otherOrders(sealed), ...cuts(sealed)]
  const misplaced: Place[] = [
    { ...PLACE, asset: 'a2' },
    { ...PLACE, case: 'c2' },
    { ...PLACE, epoch: 1 },
    { ...PLACE, revision: 2 },
    { ...PLACE, type: 'mask' },
  ]
  const given: number[] = []
  for (const one of changed) given.push(await released(key, PLACE, one))
  for (const place of misplaced) given.push(await released(key, place, sealed))
  given.push(await released(await keyOf(2), PLACE, sealed))
  const accepted = given.filter((bytes) => bytes > 0).length
  expect(accepted).toBe(0)
  const tampered = given.length
  expect(tampered).toBeGreaterThan(590)
  showFigures('T5', { 'changes of a sealed asset': tampered, accepted })
})

test('a case whose table of contents is an older one is not opened', async () => {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  const id = await vault.createCase(INIT)
  const rows = [await rawStore('readonly', (s) => answer(s.cases.get(id)))]
  for (const seed of [1, 2, 3]) {
    await vault.commit(id, change([await volumeAsset(seed)]))
    rows.push(await rawStore('readonly', (s) => answer(s.cases.get(id))))
  }
  const newest = rows.at(-1)
  const older = rows.slice(0, -1)
  let opened = 0
  for (const row of [...older, ...older.map((row) => ({ ...row, revision: newest.revision }))]) {
    await rawStore('readwrite', (s) => void s.cases.put(row))
    opened += await vault.openCase(id).then(
      () => 1,
      (error) => {
        expect(error).toMatchObject({ code: 'vault/tampered' })
        return 0
      },
    )
  }
  expect(opened).toBe(0)
  await rawStore('readwrite', (s) => void s.cases.put(newest))
  await expect(vault.openCase(id)).resolves.toMatchObject({ revision: newest.revision })
  showFigures('T5', { 'older tables of contents': 2 * older.length, 'of them opened': opened })
})
