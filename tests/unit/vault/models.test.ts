import { openDB } from 'idb'
import { beforeEach, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { LARGEST_MODEL_BYTES } from '../../../src/vault/models.ts'
import type { ModelRow } from '../../../src/vault/records.ts'
import { answer, freshProfile, INIT, openTab, PASSPHRASE, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

const ABOUT = { name: 'Zanzibar tissues' }
const MARK = 'Zanzibar weights'

/** Three pieces and a rest; begins with a text that can be looked for. */
function someWeights(seed: number): Uint8Array {
  const random = seededRandom(seed)
  const bytes = Uint8Array.from({ length: 3_300_001 }, () => random() * 256)
  bytes.set(new TextEncoder().encode(MARK))
  return bytes
}

async function opened() {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  return vault
}
const pieces = () => rawStore('readonly', ({ modelPieces }) => answer<Uint8Array[]>(modelPieces.getAll()))
const keys = () => rawStore('readonly', ({ modelPieces }) => answer(modelPieces.getAllKeys()))
const same = (a: Uint8Array, b: Uint8Array) => expect(Buffer.compare(a, b)).toBe(0)

test('a network is there again after the next unlock, to the byte, and gone once removed', async () => {
  const vault = await opened()
  const first = await vault.addModel(ABOUT, someWeights(1))
  const second = await vault.addModel({ name: 'other' }, someWeights(2))
  await vault.lock()
  const later = openTab()
  await later.unlock(PASSPHRASE)
  expect(await later.listModels()).toEqual(
    expect.arrayContaining([
      { id: first, about: ABOUT },
      { id: second, about: { name: 'other' } },
    ]),
  )
  same(await later.readModel(first), someWeights(1))
  await later.removeModel(first)
  expect(await later.listModels()).toEqual([{ id: second, about: { name: 'other' } }])
  await expect(later.readModel(first)).rejects.toMatchObject({ code: 'vault/missing' })
  same(await later.readModel(second), someWeights(2))
  expect((await keys()).every((key) => (key as string[])[0] === second)).toBe(true)
})
test('the store holds none of it in the clear, in pieces of at most a mebibyte', async () => {
  const vault = await opened()
  await vault.addModel(ABOUT, someWeights(1))
  const stored = await pieces()
  expect(stored.length).toBe(4)
  expect(Math.max(...stored.map((piece) => piece.length))).toBeLessThanOrEqual(1 << 20)
  const rows = await rawStore('readonly', ({ models }) => answer<ModelRow[]>(models.getAll()))
  for (const bytes of [...stored, ...rows.map((row) => row.sealed)])
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('Zanzibar')
})
test('a changed byte, a missing, an exchanged and a moved piece are refused', async () => {
  const vault = await opened()
  const id = await vault.addModel(ABOUT, someWeights(1))
  const other = await vault.addModel(ABOUT, someWeights(1))
  const [a, b] = await rawStore('readonly', ({ modelPieces }) =>
    Promise.all([0, 1].map((n) => answer<Uint8Array>(modelPieces.get([id, n])))),
  )
  const foreign = await rawStore('readonly', ({ modelPieces }) => answer<Uint8Array>(modelPieces.get([other, 1])))
  if (!a || !b) throw new Error('no pieces')
  const bent = b.slice()
  bent[500] = (bent[500] ?? 0) ^ 1
  const put = (piece: Uint8Array | null) =>
    rawStore('readwrite', ({ modelPieces }) => {
      if (piece) modelPieces.put(piece, [id, 1])
      else modelPieces.delete([id, 1])
    })
  for (const wrong of [bent, null, foreign, a]) {
    await put(wrong)
    await expect(vault.readModel(id)).rejects.toMatchObject({ code: 'vault/tampered' })
  }
  await put(b)
  same(await vault.readModel(id), someWeights(1))
})
test('a record that does not open is listed as such and hides no other', async () => {
  const vault = await opened()
  const bad = await vault.addModel(ABOUT, someWeights(1))
  const good = await vault.addModel(ABOUT, someWeights(2))
  await rawStore('readwrite', async ({ models }) => {
    const row = await answer<ModelRow>(models.get(bad))
    models.put({ ...row, sealed: row.sealed.with(60, (row.sealed[60] ?? 0) ^ 1) })
  })
  expect(await vault.listModels()).toEqual(
    expect.arrayContaining([
      { id: bad, about: null },
      { id: good, about: ABOUT },
    ]),
  )
})
test('an empty and a too large one are refused, a locked vault keeps nothing, and nothing is stored in part', async () => {
  const vault = await opened()
  for (const length of [0, LARGEST_MODEL_BYTES + 1])
    await expect(vault.addModel(ABOUT, new Uint8Array(length))).rejects.toMatchObject({ code: 'app/bad-parameter' })
  const adding = vault.addModel(ABOUT, someWeights(1))
  // Locked while it is sealed.
  const [result] = await Promise.allSettled([adding, vault.lock()])
  expect(result).toMatchObject({ status: 'rejected', reason: { code: 'vault/locked' } })
  await expect(vault.listModels()).rejects.toMatchObject({ code: 'vault/locked' })
  expect(await keys()).toEqual([])
})
test('a teaching session keeps its own, in its own store, and leaves nothing', async () => {
  const vault = await opened()
  await vault.addModel(ABOUT, someWeights(1))
  await vault.startTeaching()
  expect(await vault.listModels()).toEqual([])
  await vault.addModel({ name: 'mine' }, someWeights(3))
  expect(await vault.listModels()).toHaveLength(1)
  await vault.unlock(PASSPHRASE)
  expect((await vault.listModels()).map(({ about }) => about)).toEqual([ABOUT])
})
test('a vault made before there were networks gets room for them and keeps its cases', async () => {
  const db = await openDB('proofprint-vault', 2, {
    upgrade(old) {
      for (const [store, keyPath] of Object.entries({
        slots: '',
        cases: 'id',
        pieces: '',
        audit: '',
        settings: 'name',
      }))
        old.createObjectStore(store, keyPath ? { keyPath } : {})
    },
  })
  db.close()
  const vault = await opened()
  const id = await vault.createCase(INIT)
  const model = await vault.addModel(ABOUT, someWeights(1))
  expect((await vault.openCase(id)).meta).toEqual(INIT)
  same(await vault.readModel(model), someWeights(1))
})
