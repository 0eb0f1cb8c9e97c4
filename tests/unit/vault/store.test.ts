import { beforeEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../src/core/hash.ts'
import {
  answer,
  change,
  entry,
  everythingStored,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  rawStore,
  type StoreName,
  volumeAsset,
} from '../../support/vault.ts'

beforeEach(freshProfile)
const TAMPERED = { code: 'vault/tampered' }
const STORES: StoreName[] = ['slots', 'cases', 'pieces', 'audit', 'people', 'site', 'log']

async function filledVault() {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  const [a, b] = [await vault.createCase(INIT), await vault.createCase(INIT)]
  const [assetA = ''] = await vault.commit(a, change([await volumeAsset(1)], { trace: [entry(0)] }))
  const [assetB = ''] = await vault.commit(b, change([await volumeAsset(2)]))
  return { vault, a, b, assetA, assetB }
}

// Attack 'plain-text-at-rest' of the red-team register.
describe('at rest', () => {
  test('no voxel, name, digest, parameter or passphrase is in the store in clear', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase({ ...INIT, pseudonym: 'Heron 4172' })
    const planted = Buffer.from('PLANTED-VOXEL-PATTERN-0123456789')
    // Noise around it, so that the asset is stored unpacked and the pattern would show if it were not sealed.
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(50_000)))
    const bytes = new Uint8Array(Buffer.concat([noise, planted, noise]))
    const digest = await sha256(bytes)
    const [asset = ''] = await vault.commit(
      id,
      change([{ type: 'picture', digest, meta: { note: 'PLANTED-META' }, bytes }], {
        trace: [entry(0)],
        state: { s: 'PLANTED-STATE' },
      }),
    )
    const stored = await everythingStored()
    expect(stored.length).toBeGreaterThan(bytes.length)
    expect(stored.includes(asset)).toBe(true)
    for (const secret of [
      planted,
      'PLANTED-META',
      'PLANTED-STATE',
      'Heron',
      'ct-bone',
      'threshold',
      'picture',
      digest,
      PASSPHRASE,
    ])
      expect(stored.includes(secret)).toBe(false)
    for (const secret of [digest, 'a'.repeat(64)]) expect(stored.includes(Buffer.from(secret, 'hex'))).toBe(false)
  })
  test('the search finds what is stored in clear (control)', async () => {
    await openTab().create(PASSPHRASE)
    await rawStore('readwrite', (stores) => void stores.pieces.put(Buffer.from('PLANTED-CONTROL'), ['a', 'b', 0]))
    expect((await everythingStored()).includes('PLANTED-CONTROL')).toBe(true)
  })
  test('no key object is in the store', async () => {
    await filledVault()
    await rawStore('readonly', async (stores) => {
      for (const name of STORES)
        for (const value of await answer(stores[name].getAll()))
          expect(Object.values(value as object).some((v) => v instanceof CryptoKey)).toBe(false)
    })
  })
})

describe('tampering with the store', () => {
  const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1)

  test('one flipped bit in any piece, manifest, envelope or audit line is found', async () => {
    const { vault, a, assetA } = await filledVault()
    const pieceKey = [a, assetA, 0]
    const piece = await rawStore('readonly', (s) => answer<Uint8Array>(s.pieces.get(pieceKey)))
    for (let at = 0; at < piece.length; at += 4099) {
      await rawStore('readwrite', (s) => void s.pieces.put(flip(piece, at), pieceKey))
      await expect(vault.readAsset(a, assetA)).rejects.toMatchObject(TAMPERED)
    }
    await rawStore('readwrite', (s) => void s.pieces.put(piece, pieceKey))
    await expect(vault.readAsset(a, assetA)).resolves.toBeDefined()

    const row = await rawStore('readonly', (s) => answer(s.cases.get(a)))
    const changes = [
      { layer: flip(row.layer, 60) },
      { layer: flip(row.layer, 3) },
      { layer: undefined },
      { manifest: flip(row.manifest, 80) },
      { manifest: row.manifest.slice(0, -1) },
      { revision: row.revision + 1 },
    ]
    for (const changed of changes) {
      await rawStore('readwrite', (s) => void s.cases.put({ ...row, ...changed }))
      await expect(vault.openCase(a)).rejects.toMatchObject(TAMPERED)
      expect((await vault.listCases()).map((c) => c.unreadable).sort()).toEqual(['damaged', null])
    }
    await rawStore('readwrite', (s) => void s.cases.put(row))
    await expect(vault.openCase(a)).resolves.toBeDefined()

    const line = await rawStore('readonly', (s) => answer<Uint8Array>(s.audit.get([a, 1])))
    await rawStore('readwrite', (s) => void s.audit.put(flip(line, 70), [a, 1]))
    await expect(vault.openCase(a)).rejects.toMatchObject(TAMPERED)
    await expect(vault.audit(a)).rejects.toMatchObject(TAMPERED)
  })
  test('a cut, doubled or reordered asset is found', async () => {
    const { vault, a } = await filledVault()
    const noise = new Uint8Array(2_500_000)
    for (let at = 0; at < noise.length; at += 65536) crypto.getRandomValues(noise.subarray(at, at + 65536))
    const [id = ''] = await vault.commit(
      a,
      change([{ type: 'picture', digest: await sha256(noise), meta: null, bytes: noise }]),
    )
    const pieces = await rawStore('readonly', (s) =>
      Promise.all([0, 1, 2].map((n) => answer<Uint8Array>(s.pieces.get([a, id, n])))),
    )
    const put = (list: (Uint8Array | undefined)[]) =>
      rawStore('readwrite', (s) => {
        for (const n of [0, 1, 2, 3]) s.pieces.delete([a, id, n])
        list.forEach((p, n) => void s.pieces.put(p, [a, id, n]))
      })
    const [p, q, r] = pieces
    // A view would be stored with the whole buffer behind it: three times the disk for three pieces.
    for (const piece of pieces) expect(piece.buffer.byteLength).toBe(piece.byteLength)
    for (const list of [[p, q], [q, p, r], [p, p, q, r], [p, r], [p, q, r, r], []]) {
      await put(list)
      await expect(vault.readAsset(a, id)).rejects.toMatchObject(TAMPERED)
    }
    await put([p, q, r])
    await expect(vault.readAsset(a, id)).resolves.toBeDefined()
  })
  test('assets, manifests, envelopes and audit lines of another case or asset are refused', async () => {
    const { vault, a, b, assetA, assetB } = await filledVault()
    const rows = await rawStore('readonly', async (s) => ({
      a: await answer(s.cases.get(a)),
      b: await answer(s.cases.get(b)),
    }))
    const piece = await rawStore('readonly', (s) => answer(s.pieces.get([b, assetB, 0])))
    await rawStore('readwrite', (s) => void s.pieces.put(piece, [a, assetA, 0]))
    await expect(vault.readAsset(a, assetA)).rejects.toMatchObject(TAMPERED)
    for (const swapped of [
      { ...rows.b, id: a },
      { ...rows.a, manifest: rows.b.manifest },
      { ...rows.a, layer: rows.b.layer },
    ]) {
      await rawStore('readwrite', (s) => void s.cases.put(swapped))
      await expect(vault.openCase(a)).rejects.toMatchObject(TAMPERED)
    }
    await rawStore('readwrite', (s) => void s.cases.put(rows.a))
    const line = await rawStore('readonly', (s) => answer(s.audit.get([b, 0])))
    await rawStore('readwrite', (s) => void s.audit.put(line, [a, 0]))
    await expect(vault.openCase(a)).rejects.toMatchObject(TAMPERED)
  })
  test('an older asset of the same case in the place of a newer one is refused', async () => {
    const { vault, a, assetA } = await filledVault()
    const [newer = ''] = await vault.commit(a, change([await volumeAsset(9)]))
    const piece = await rawStore('readonly', (s) => answer(s.pieces.get([a, assetA, 0])))
    await rawStore('readwrite', (s) => void s.pieces.put(piece, [a, newer, 0]))
    await expect(vault.readAsset(a, newer)).rejects.toMatchObject(TAMPERED)
  })
  test('an audit log that was cut, doubled or lengthened is refused', async () => {
    const { vault, a } = await filledVault()
    const lines = await rawStore('readonly', (s) => Promise.all([0, 1].map((n) => answer(s.audit.get([a, n])))))
    const attempts: [number, unknown][][] = [
      [[0, lines[0]]],
      [
        [0, lines[0]],
        [1, lines[0]],
      ],
      [
        [0, lines[0]],
        [1, lines[1]],
        [2, lines[1]],
      ],
      [],
    ]
    for (const list of attempts) {
      await rawStore('readwrite', (s) => {
        for (const n of [0, 1, 2]) s.audit.delete([a, n])
        for (const [n, line] of list) s.audit.put(line, [a, n])
      })
      await expect(vault.openCase(a)).rejects.toMatchObject(TAMPERED)
    }
  })
})

function failOn(method: 'put' | 'add' | 'delete', nth: number, how: 'throw' | 'abort' | 'abort-later') {
  const original = IDBObjectStore.prototype[method] as (...args: unknown[]) => IDBRequest
  let count = 0
  return vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
    this: IDBObjectStore,
    ...args: unknown[]
  ) {
    if (++count !== nth) return original.apply(this, args) as never
    if (how === 'throw') throw new DOMException('The disk is full.', 'QuotaExceededError')
    const request = original.apply(this, args)
    const { transaction } = this
    if (how === 'abort') transaction.abort()
    else request.addEventListener('success', () => transaction.abort())
    return request as never
  })
}

describe('a write that fails', () => {
  /** Makes the n-th write of a kind fail in the way given. */
  const faults: [string, 'put' | 'add', number, 'throw' | 'abort' | 'abort-later'][] = []
  for (const how of ['throw', 'abort', 'abort-later'] as const) {
    faults.push(
      [`the manifest (${how})`, 'put', 1, how],
      [`an asset piece (${how})`, 'add', 1, how],
      [`the audit line (${how})`, 'add', 2, how],
    )
  }
  test.each(faults)(
    'at %s: named vault/quota, nothing of it stored, the case as before',
    async (_, method, nth, how) => {
      const { vault, a, assetA } = await filledVault()
      const before = await vault.openCase(a)
      const rowsBefore = (await everythingStored()).toString('latin1')
      const asset = await volumeAsset(5)
      const spy = failOn(method, nth, how)
      await expect(vault.commit(a, change([asset], { trace: [entry(1)], remove: [assetA] }))).rejects.toMatchObject({
        code: 'vault/quota',
      })
      spy.mockRestore()
      expect((await everythingStored()).toString('latin1')).toBe(rowsBefore)
      expect(await vault.openCase(a)).toEqual(before)
      await expect(vault.readAsset(a, assetA)).resolves.toBeDefined()
      await expect(vault.commit(a, change([asset]))).resolves.toHaveLength(1)
    },
  )
  test('a vault whose slot could not be stored does not exist', async () => {
    const vault = openTab()
    const spy = failOn('put', 1, 'abort-later')
    await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/quota' })
    spy.mockRestore()
    expect((await vault.status()).state).toBe('none')
  })
  test('a passphrase change that could not be stored leaves the old one in force', async () => {
    const { vault } = await filledVault()
    const spy = failOn('put', 1, 'abort-later')
    await expect(vault.changePassphrase(PASSPHRASE, 'seven grey stones')).rejects.toMatchObject({ code: 'vault/quota' })
    spy.mockRestore()
    await expect(openTab().unlock(PASSPHRASE)).resolves.toBeUndefined()
  })
  test('a delete that fails leaves the whole case', async () => {
    const { vault, a, assetA } = await filledVault()
    const spy = failOn('delete', 2, 'abort-later')
    await expect(vault.deleteCase(a)).rejects.toMatchObject({ code: 'vault/quota' })
    spy.mockRestore()
    await expect(vault.readAsset(a, assetA)).resolves.toBeDefined()
  })
})

describe('an asset too large to be held whole', () => {
  /** Noise, so that it stays as large as it is: stored ahead of its commit in two goes. */
  const large = async () => {
    const bytes = new Uint8Array(17_000_001)
    for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
    return { type: 'export-stl' as const, digest: await sha256(bytes), meta: null, bytes }
  }
  const pieces = () => rawStore('readonly', (s) => answer<IDBValidKey[]>(s.pieces.getAllKeys()))

  test('comes back whole, under one id without a gap', async () => {
    const { vault, a } = await filledVault()
    const asset = await large()
    const [id = ''] = await vault.commit(a, change([asset]))
    expect(Buffer.compare((await vault.readAsset(a, id)).bytes, asset.bytes)).toBe(0)
    const own = (await pieces()).filter((key) => (key as string[])[1] === id)
    expect(own).toEqual(own.map((_, n) => [a, id, n]))
    expect(own).toHaveLength(17)
  })
  test.each([1, 9, 17] as const)('a fault at piece %i leaves none of them', async (nth) => {
    const { vault, a } = await filledVault()
    const before = await pieces()
    const asset = await large()
    const spy = failOn('add', nth, 'throw')
    await expect(vault.commit(a, change([asset]))).rejects.toMatchObject({ code: 'vault/quota' })
    spy.mockRestore()
    expect(await pieces()).toEqual(before)
    expect((await vault.openCase(a)).revision).toBe(2)
  })
  test('a lock on the way stores nothing of it: what was ahead is swept at the next unlock', async () => {
    const { vault, a } = await filledVault()
    const before = await pieces()
    const asset = await large()
    // Locked from within the first write: waiting for it from outside, the commit was sometimes done before.
    const original = IDBObjectStore.prototype.add
    let locking: Promise<void> | null = null
    const spy = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...given) {
      locking ??= vault.lock()
      return original.apply(this, given)
    })
    const committing = vault.commit(a, change([asset])).catch((error) => error)
    await vi.waitFor(() => expect(locking).not.toBeNull(), { timeout: 20_000 })
    await locking
    spy.mockRestore()
    expect(await committing).toMatchObject({ code: 'vault/locked' })
    await vault.unlock(PASSPHRASE)
    expect(await pieces()).toEqual(before)
  })
  test('pieces that are gone when the case would name them refuse the commit', async () => {
    const { vault, a } = await filledVault()
    const original = IDBObjectStore.prototype.count
    const spy = vi.spyOn(IDBObjectStore.prototype, 'count').mockImplementation(function (this: IDBObjectStore, query) {
      this.delete(query as IDBKeyRange)
      return original.call(this, query)
    })
    await expect(vault.commit(a, change([await large()]))).rejects.toMatchObject({ code: 'vault/busy' })
    spy.mockRestore()
    expect((await vault.openCase(a)).revision).toBe(2)
  })
})

describe('connection', () => {
  test('orphaned pieces and lines are swept when the vault opens; a damaged case stops the sweep', async () => {
    const { vault, a, assetA } = await filledVault()
    const orphan = (s: Record<StoreName, IDBObjectStore>) => {
      s.pieces.put(new Uint8Array(9), [a, 'orphan', 0])
      s.pieces.put(new Uint8Array(9), ['nocase', 'orphan', 0])
      s.audit.put(new Uint8Array(9), ['nocase', 0])
    }
    const count = () =>
      rawStore('readonly', async (s) => [await answer(s.pieces.count()), await answer(s.audit.count())])
    await vault.lock()
    await vault.unlock(PASSPHRASE)
    const clean = await count()
    await rawStore('readwrite', orphan)
    await vault.lock()
    await vault.unlock(PASSPHRASE)
    expect(await count()).toEqual(clean)
    await expect(vault.readAsset(a, assetA)).resolves.toBeDefined()

    const row = await rawStore('readonly', (s) => answer(s.cases.get(a)))
    await rawStore('readwrite', (s) => {
      orphan(s)
      s.cases.put({ ...row, manifest: new Uint8Array(100) })
    })
    await openTab().unlock(PASSPHRASE)
    expect(await count()).toEqual([(clean[0] ?? 0) + 2, (clean[1] ?? 0) + 1])
  })
  test('another tab may delete the store: this one lets go and does not hang', async () => {
    const { vault } = await filledVault()
    await answer(indexedDB.deleteDatabase('proofprint-vault'))
    expect(await vault.listCases()).toEqual([])
  })
  test('a connection that the browser closed without a word is opened again', async () => {
    const { vault, a } = await filledVault()
    const original = IDBDatabase.prototype.transaction
    for (const verb of [() => vault.openCase(a), () => vault.commit(a, change())]) {
      const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
        throw new DOMException('closing', 'InvalidStateError')
      })
      await expect(verb()).resolves.toBeDefined()
      expect(spy.mock.calls.length).toBeGreaterThan(1)
      spy.mockRestore()
    }
    expect(IDBDatabase.prototype.transaction).toBe(original)
  })
  test('an older connection that does not let go is named, not waited for', async () => {
    const { vault, a } = await filledVault()
    await vault.lock()
    const stubborn = await answer(indexedDB.open('proofprint-vault'))
    const upgrade = indexedDB.open('proofprint-vault', 6)
    await vi.waitFor(
      () => new Promise<void>((resolve) => upgrade.addEventListener('blocked', () => resolve(), { once: true })),
    )
    stubborn.close()
    ;(await answer(upgrade)).close()
    // A version from the future: refused by name, nothing touched.
    await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/quota' })
    expect(await answer(indexedDB.open('proofprint-vault'))).toBeDefined()
    expect(a).toMatch(/^[0-9a-f]{32}$/)
  })
})
