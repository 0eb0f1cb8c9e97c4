import { beforeEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../src/core/hash.ts'
import type { NewAsset } from '../../../src/vault/case.ts'
import { change, entry, fakeLocks, freshProfile, INIT, openTab, PASSPHRASE, volumeAsset } from '../../support/vault.ts'

beforeEach(freshProfile)

const bytesAsset = async (type: NewAsset['type'], bytes: Uint8Array) => ({
  type,
  digest: await sha256(bytes),
  meta: null,
  bytes,
})

describe('lifecycle', () => {
  test('none, open, locked, open again', async () => {
    const vault = openTab()
    expect((await vault.status()).state).toBe('none')
    await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/none' })
    await vault.create(PASSPHRASE)
    expect((await vault.status()).state).toBe('open')
    await vault.lock()
    expect((await vault.status()).state).toBe('locked')
    await expect(vault.unlock('not the passphrase')).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    expect((await vault.status()).state).toBe('locked')
    await vault.unlock(PASSPHRASE)
    expect((await vault.status()).state).toBe('open')
  })
  test('a weak passphrase makes no vault, and a second vault is not made', async () => {
    const vault = openTab()
    await expect(vault.create('1234567890')).rejects.toMatchObject({ code: 'vault/weak-passphrase' })
    expect((await vault.status()).state).toBe('none')
    await vault.create(PASSPHRASE)
    await expect(openTab().create('another fine passphrase')).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(openTab().unlock(PASSPHRASE)).resolves.toBeUndefined()
  })
  test('while locked every verb says so', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    await vault.lock()
    const locked = { code: 'vault/locked' }
    await expect(vault.listCases()).rejects.toMatchObject(locked)
    await expect(vault.createCase(INIT)).rejects.toMatchObject(locked)
    await expect(vault.openCase(id)).rejects.toMatchObject(locked)
    await expect(vault.commit(id, change())).rejects.toMatchObject(locked)
    await expect(vault.readAsset(id, 'x')).rejects.toMatchObject(locked)
    await expect(vault.deleteCase(id)).rejects.toMatchObject(locked)
    await expect(vault.audit(id)).rejects.toMatchObject(locked)
  })
  test('a lock that falls into a commit stores nothing of it', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    const committing = vault.commit(id, change([await volumeAsset(1)])).catch((e) => e)
    await new Promise((resolve) => setTimeout(resolve, 0))
    await vault.lock()
    expect(await committing).toMatchObject({ code: 'vault/locked' })
    await vault.unlock(PASSPHRASE)
    const { assets, audit } = await vault.openCase(id)
    expect(assets).toEqual([])
    expect(audit.map(({ code }) => code)).toEqual(['create-case', 'lock-late'])
  })
  test('a new passphrase opens the same cases, the old one nothing', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    await expect(vault.changePassphrase('wrong one here', 'seven grey stones')).rejects.toMatchObject({
      code: 'vault/wrong-passphrase',
    })
    await expect(vault.changePassphrase(PASSPHRASE, 'aaaaaaaaaaaa')).rejects.toMatchObject({
      code: 'vault/weak-passphrase',
    })
    await vault.changePassphrase(PASSPHRASE, 'seven grey stones')
    const later = openTab()
    await expect(later.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    await later.unlock('seven grey stones')
    expect((await later.openCase(id)).meta).toEqual(INIT)
  })
  test('what the browser says about its promise and its space is passed on', async () => {
    const storage = { persisted: async () => true, estimate: async () => ({ usage: 4711 }) }
    expect(await openTab({ storage }).status()).toMatchObject({ state: 'none', persisted: true, usedBytes: 4711 })
    expect(await openTab().status()).toMatchObject({ state: 'none', persisted: null, usedBytes: null })
  })
})

describe('cases', () => {
  test('a case reopens after a reload with the same digests, trace, audit and state', async () => {
    const first = openTab()
    await first.create(PASSPHRASE)
    const id = await first.createCase(INIT)
    const volume = await volumeAsset(1)
    const report = await bytesAsset('report', new TextEncoder().encode('{"a":1}'))
    const ids = await first.commit(id, change([volume, report], { trace: [entry(0)], state: { station: 'segment' } }))
    await first.commit(id, change([], { meta: { policy: 'planning' }, trace: [entry(1)] }))

    const later = openTab()
    await later.unlock(PASSPHRASE)
    const record = await later.openCase(id)
    expect(record).toMatchObject({
      id,
      // With the checkpoint that the first tab did not come to.
      revision: 4,
      meta: { ...INIT, policy: 'planning' },
      state: { station: 'segment' },
    })
    expect(record.trace).toEqual([entry(0), entry(1)])
    expect(record.assets.map((a) => [a.id, a.type, a.digest])).toEqual([
      [ids[0], 'volume', volume.digest],
      [ids[1], 'report', report.digest],
    ])
    expect(record.audit.map((a) => [a.seq, a.code])).toEqual([
      [0, 'create-case'],
      [1, 'threshold'],
      [2, 'threshold'],
      [3, 'lock-late'],
    ])
    expect(await later.audit(id)).toEqual(record.audit)
    const read = await later.readAsset(id, ids[0] ?? '')
    expect(read).toMatchObject({ type: 'volume', digest: volume.digest, meta: volume.meta })
    expect(Buffer.compare(read.bytes, volume.bytes)).toBe(0)
  })
  test('what comes as a blob is stored as its bytes', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    const asset = await bytesAsset('export-stl', new Uint8Array(3_000_000).fill(7, 1_000_000))
    const ids = await vault.commit(
      id,
      change([{ ...asset, bytes: new Blob([asset.bytes as Uint8Array<ArrayBuffer>]) }]),
    )
    expect(Buffer.compare((await vault.readAsset(id, ids[0] ?? '')).bytes, asset.bytes)).toBe(0)
  })
  test('the list is newest first, and deleting a case deletes all of it', async () => {
    let day = 1
    const vault = openTab({ now: () => new Date(Date.UTC(2026, 0, day++)) })
    await vault.create(PASSPHRASE)
    const [a, b] = [await vault.createCase(INIT), await vault.createCase({ ...INIT, pseudonym: 'Otter 0001' })]
    await vault.commit(a, change([await volumeAsset(1)]))
    expect((await vault.listCases()).map((c) => [c.id, c.pseudonym, c.assets, c.bytes > 0])).toEqual([
      [a, 'Heron 4172', 1, true],
      [b, 'Otter 0001', 0, false],
    ])
    await vault.deleteCase(a)
    expect((await vault.listCases()).map((c) => c.id)).toEqual([b])
    await expect(vault.openCase(a)).rejects.toMatchObject({ code: 'vault/missing' })
    await expect(vault.readAsset(a, 'x')).rejects.toMatchObject({ code: 'vault/missing' })
    await expect(vault.readAsset(b, 'x')).rejects.toMatchObject({ code: 'vault/missing' })
  })
  test('a replaced asset is gone, the rest stays', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    const [old = '', kept = ''] = await vault.commit(id, change([await volumeAsset(1), await volumeAsset(2)]))
    const [fresh] = await vault.commit(id, change([await volumeAsset(3)], { remove: [old] }))
    expect((await vault.openCase(id)).assets.map((a) => a.id)).toEqual([kept, fresh])
    await expect(vault.readAsset(id, old)).rejects.toMatchObject({ code: 'vault/missing' })
    await expect(vault.readAsset(id, kept)).resolves.toBeDefined()
  })
  test('an asset larger than a piece comes back whole', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    const noise = new Uint8Array(3_200_001)
    for (let at = 0; at < noise.length; at += 65536) crypto.getRandomValues(noise.subarray(at, at + 65536))
    const [asset = ''] = await vault.commit(id, change([await bytesAsset('export-stl', noise)]))
    expect(Buffer.compare((await vault.readAsset(id, asset)).bytes, noise)).toBe(0)
  })
  test('bytes that are not what their digest says are not stored', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    const wrong = { ...(await volumeAsset(1)), digest: 'f'.repeat(64) }
    await expect(vault.commit(id, change([wrong]))).rejects.toMatchObject({ code: 'vault/tampered' })
    expect((await vault.openCase(id)).revision).toBe(1)
  })
  test('commits that are asked for at once go one after the other', async () => {
    const vault = openTab({ locks: fakeLocks() })
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    await Promise.all([1, 2, 3].map(async (seed) => vault.commit(id, change([await volumeAsset(seed)]))))
    expect(await vault.openCase(id)).toMatchObject({ revision: 4, assets: { length: 3 } })
  })
})

// Attack 'racing-tabs' of the red-team register.
describe('two tabs', () => {
  test('the second reads and is told so when it writes; it may write once the first is locked', async () => {
    const locks = fakeLocks()
    const [first, second] = [openTab({ locks }), openTab({ locks })]
    await first.create(PASSPHRASE)
    const id = await first.createCase(INIT)
    await second.unlock(PASSPHRASE)
    expect((await second.listCases()).map((c) => c.id)).toEqual([id])
    for (const verb of [() => second.commit(id, change()), () => second.createCase(INIT), () => second.deleteCase(id)])
      await expect(verb()).rejects.toMatchObject({ code: 'vault/busy' })
    await first.lock()
    await expect(second.commit(id, change())).resolves.toEqual([])
  })
  test('without locks a commit on an old revision is refused, not merged', async () => {
    const [first, second] = [openTab(), openTab()]
    await first.create(PASSPHRASE)
    await second.unlock(PASSPHRASE)
    const id = await first.createCase(INIT)
    const outcomes = await Promise.allSettled([first.commit(id, change()), second.commit(id, change())])
    const refused = outcomes.filter((o) => o.status === 'rejected')
    expect(refused).toHaveLength(1)
    expect(refused[0]?.reason).toMatchObject({ code: 'vault/busy' })
    expect(await first.openCase(id)).toMatchObject({ revision: 2, audit: { length: 2 } })
  })
})

describe('teaching session', () => {
  const stores = async () => (await indexedDB.databases()).map((d) => d.name).filter((n) => n !== 'proofprint-vault')

  test('works without an account and leaves nothing when it is locked', async () => {
    const vault = openTab({ locks: fakeLocks() })
    await vault.startTeaching()
    expect((await vault.status()).state).toBe('teaching')
    const id = await vault.createCase(INIT)
    const [asset = ''] = await vault.commit(id, change([await volumeAsset(1)]))
    await expect(vault.readAsset(id, asset)).resolves.toBeDefined()
    expect(await stores()).toHaveLength(1)
    await vault.lock()
    expect(await stores()).toEqual([])
    expect((await vault.status()).state).toBe('none')
  })
  test('what a closed tab left behind is swept at the next start; a living session is not', async () => {
    const gone = openTab({ locks: fakeLocks() })
    await gone.startTeaching()
    await gone.createCase(INIT)
    const locks = fakeLocks()
    const next = openTab({ locks })
    await next.startTeaching()
    await next.createCase(INIT)
    expect(await stores()).toHaveLength(1)
    const third = openTab({ locks })
    await third.startTeaching()
    await third.createCase(INIT)
    expect(await stores()).toHaveLength(2)
    expect(await next.listCases()).toHaveLength(1)
  })
  test('a verb that outlives its session does not make its store again', async () => {
    for (let turns = 0; turns < 8; turns++) {
      const vault = openTab({ locks: fakeLocks() })
      await vault.startTeaching()
      const id = await vault.createCase(INIT)
      const [asset = ''] = await vault.commit(id, change([await volumeAsset(1)]))
      const late = [vault.readAsset(id, asset), vault.commit(id, change([await volumeAsset(1)]))]
      const settled = Promise.allSettled(late)
      for (let n = 0; n < turns; n++) await new Promise((resolve) => setImmediate(resolve))
      await vault.lock()
      for (const outcome of await settled)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'vault/locked' })
      expect(await stores()).toEqual([])
    }
  })
})

describe('idle lock', () => {
  test('locks by itself, and a touch or a verb begins the time anew', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    try {
      vault.setIdleLock(1000)
      vi.advanceTimersByTime(900)
      expect(vault.lockInMs()).toBe(100)
      vault.touch()
      expect(vault.lockInMs()).toBe(1000)
      vi.advanceTimersByTime(999)
      expect(vault.lockInMs()).toBe(1)
      vi.advanceTimersByTime(1)
      expect(vault.lockInMs()).toBeNull()
    } finally {
      vi.useRealTimers()
    }
    expect((await vault.status()).state).toBe('locked')
    expect(() => vault.setIdleLock(0)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
  })
})
