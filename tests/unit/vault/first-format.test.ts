import { beforeEach, describe, expect, test } from 'vitest'
import { digestBytes, digestVolume } from '../../../src/core/hash.ts'
import { seededRandom } from '../../../src/core/random.ts'
import type { Mesh } from '../../../src/core/types.ts'
import type { AssetInfo } from '../../../src/vault/case.ts'
import { type Encoded, encodeMask, encodeMesh, encodeVolume } from '../../../src/vault/codec.ts'
import { unpack } from '../../../src/vault/compress.ts'
import { FORMAT } from '../../../src/vault/manifest.ts'
import { type FirstAsset, firstDigest, firstPack, storeFirstCase } from '../../support/first-format.ts'
import { gridOf, randomMask, randomVolume, volumeOf } from '../../support/phantoms.ts'
import { joined } from '../../support/scan-files.ts'
import { answer, change, freshProfile, openTab, PASSPHRASE, rawStore, volumeAsset } from '../../support/vault.ts'

beforeEach(freshProfile)
const TAMPERED = { code: 'vault/tampered' }

/** 16.25 MiB: the noise of its low bytes is stored as it is, its high bytes deflate, and its planes cross what is dealt together now. */
const noise = seededRandom(5)
const longScan = volumeOf(gridOf([256, 256, 130]), (_i, _j, k) => Math.floor(noise() * 256) + 256 * (k % 7))
const LONG: FirstAsset = { type: 'volume', ...encodeVolume(longScan) }

/** 18 MB of points. */
function longMesh(): Mesh {
  const random = seededRandom(7)
  const positions = Float32Array.from({ length: 4_500_000 }, () => Math.fround(random() * 200))
  return { positions, indices: Uint32Array.from({ length: 300 }, (_, n) => n) }
}

const small = (seed: number): FirstAsset => ({
  type: 'volume',
  ...encodeVolume(randomVolume(gridOf([40, 30, 20]), seed)),
})

async function firstVault(assets: readonly FirstAsset[], forge?: Parameters<typeof storeFirstCase>[0]['forge']) {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  return { vault, ...(await storeFirstCase({ assets, ...(forge ? { forge } : {}) })) }
}

const bytesOf = ({ parts }: Encoded) => Buffer.from(joined(parts))
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

describe('a case of the first format', () => {
  test('opens with its small assets, and each says that it was taken whole', async () => {
    const assets: FirstAsset[] = [
      small(1),
      { type: 'mask', ...encodeMask(randomMask(gridOf([40, 30, 20]), 2)) },
      {
        type: 'mesh',
        ...encodeMesh({ positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), indices: Uint32Array.of(0, 1, 2) }),
      },
      { type: 'findings', meta: null, parts: [Uint8Array.of(1, 2, 3)] },
      { type: 'picture', meta: null, parts: [new Uint8Array(0)] },
    ]
    const { vault, id, ids } = await firstVault(assets)
    expect((await vault.listCases()).map((c) => c.unreadable)).toEqual([null])
    expect((await vault.openCase(id)).assets.map(({ taken }) => taken)).toEqual(assets.map(() => 'whole'))
    for (const [n, asset] of assets.entries()) {
      const read = await vault.readAsset(id, ids[n] as string)
      expect(isSame(read.bytes, bytesOf(asset))).toBe(true)
      expect(read).toMatchObject({ digest: firstDigest(asset), taken: 'whole', meta: asset.meta })
    }
    // Up to 16 MiB both ways give one digest.
    expect(firstDigest(small(1))).toBe(await digestVolume(randomVolume(gridOf([40, 30, 20]), 1)))
  })

  test('with parts over 16 MiB opens, keeps their records when it is saved on, and opens again', async () => {
    const mesh: FirstAsset = { type: 'reference-mesh', ...encodeMesh(longMesh()) }
    const file: FirstAsset = { type: 'export-stl', meta: null, parts: [bytesOf(mesh)] }
    const { vault, id, ids } = await firstVault([LONG, mesh, file])
    const before = await vault.openCase(id)
    expect(firstDigest(LONG)).not.toBe(await digestVolume(longScan))

    const own = await volumeAsset(3)
    const longNow = {
      type: 'field' as const,
      digest: await digestVolume(longScan),
      meta: LONG.meta,
      bytes: bytesOf(LONG),
    }
    const added = await vault.commit(id, change([own, longNow]))
    await vault.lock()
    await vault.unlock(PASSPHRASE)

    const after = await vault.openCase(id)
    // With the checkpoint at the lock.
    expect(after.revision).toBe(3)
    expect(after.assets.slice(0, 3)).toEqual(before.assets)
    expect(after.assets.map(({ taken }) => taken)).toEqual(['whole', 'whole', 'whole', 'pieces', 'pieces'])
    for (const [n, asset] of [LONG, mesh, file].entries()) {
      const read = await vault.readAsset(id, ids[n] as string)
      expect(isSame(read.bytes, bytesOf(asset))).toBe(true)
      expect(read.digest).toBe(firstDigest(asset))
    }
    expect(isSame((await vault.readAsset(id, added[1] as string)).bytes, bytesOf(LONG))).toBe(true)
  })

  test('a new asset is never taken in by the first way', async () => {
    const { vault, id } = await firstVault([small(1)])
    const pieces = () => rawStore('readonly', (s) => answer<IDBValidKey[]>(s.pieces.getAllKeys()))
    const before = await pieces()
    const byFirst = { type: 'volume' as const, digest: firstDigest(LONG), meta: LONG.meta, bytes: bytesOf(LONG) }
    await expect(vault.commit(id, change([byFirst]))).rejects.toMatchObject(TAMPERED)
    expect(await pieces()).toEqual(before)
    expect((await vault.openCase(id)).revision).toBe(1)
  })
})

describe('tampering with a case of the first format', () => {
  const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1)

  test('a flipped bit, a cut or another order is refused', async () => {
    const { vault, id, ids } = await firstVault([LONG])
    const keyOf = (n: number) => [id, ids[0] as string, n]
    const [p, q] = await rawStore('readonly', (s) =>
      Promise.all([0, 1].map((n) => answer<Uint8Array>(s.pieces.get(keyOf(n))))),
    )
    const attempts: [Uint8Array, Uint8Array | null][] = [
      [flip(p as Uint8Array, 100), q as Uint8Array],
      [p as Uint8Array, flip(q as Uint8Array, 9)],
      [q as Uint8Array, p as Uint8Array],
      [p as Uint8Array, null],
    ]
    for (const [first, second] of attempts) {
      await rawStore('readwrite', (s) => {
        s.pieces.put(first, keyOf(0))
        if (second) s.pieces.put(second, keyOf(1))
        else s.pieces.delete(keyOf(1))
      })
      await expect(vault.readAsset(id, ids[0] as string)).rejects.toMatchObject(TAMPERED)
    }
    const row = await rawStore('readonly', (s) => answer(s.cases.get(id)))
    await rawStore('readwrite', (s) => void s.cases.put({ ...row, manifest: flip(row.manifest, 90) }))
    await expect(vault.openCase(id)).rejects.toMatchObject(TAMPERED)
  })

  test('digests by the way of today in its place are refused, of content and of meaning', async () => {
    const now = { contentDigest: await digestBytes(bytesOf(LONG)), digest: await digestVolume(longScan) }
    for (const part of ['contentDigest', 'digest'] as const) {
      freshProfile()
      const exchanged = (asset: AssetInfo) => ({ ...asset, [part]: now[part] })
      const { vault, id, ids } = await firstVault([LONG], (m) => ({ ...m, assets: m.assets.map(exchanged) }))
      await expect(vault.readAsset(id, ids[0] as string)).rejects.toMatchObject(TAMPERED)
    }
  })

  test('its assets given out as those of format 2 are refused', async () => {
    const { vault, id, ids } = await firstVault([LONG], (manifest) => ({ ...manifest, format: FORMAT }))
    await expect(vault.readAsset(id, ids[0] as string)).rejects.toMatchObject(TAMPERED)
  })

  test('dealt at once but called dealt by pieces, and the other way, does not come out right', async () => {
    const bytes = bytesOf(LONG)
    const packed = firstPack(bytes, 2)
    expect(isSame(await unpack(packed, 2, new Uint8Array(bytes.length), 'whole'), bytes)).toBe(true)
    expect(isSame(await unpack(packed, 2, new Uint8Array(bytes.length), 'pieces'), bytes)).toBe(false)
  })

  test('its manifest in the place of the one of format 2 that followed is refused', async () => {
    const { vault, id } = await firstVault([small(1)])
    const first = await rawStore('readonly', (s) => answer(s.cases.get(id)))
    await vault.commit(id, change([await volumeAsset(2)]))
    const second = await rawStore('readonly', (s) => answer(s.cases.get(id)))
    // With its own revision the log has a line too many, with the other it lies in a wrong place.
    for (const row of [first, { ...second, manifest: first.manifest }]) {
      await rawStore('readwrite', (s) => void s.cases.put(row))
      await expect(vault.openCase(id)).rejects.toMatchObject(TAMPERED)
    }
    await rawStore('readwrite', (s) => void s.cases.put(second))
    await expect(vault.openCase(id)).resolves.toMatchObject({ revision: 2 })
  })

  test('what a case says of its format outside the seal counts for nothing', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const [id, asset] = [
      await vault.createCase({ pseudonym: 'Heron', templateId: '', policy: 'teaching', process: 'fdm' }),
      LONG,
    ]
    const [assetId = ''] = await vault.commit(
      id,
      change([{ type: 'volume', digest: await digestVolume(longScan), meta: asset.meta, bytes: bytesOf(asset) }]),
    )
    const row = await rawStore('readonly', (s) => answer(s.cases.get(id)))
    await rawStore('readwrite', (s) => void s.cases.put({ ...row, format: 'proofprint-case/1', taken: 'whole' }))
    expect((await vault.openCase(id)).assets.map(({ taken }) => taken)).toEqual(['pieces'])
    expect(isSame((await vault.readAsset(id, assetId)).bytes, bytesOf(LONG))).toBe(true)
  })
})

test('a case of a format that is not known yet is listed as newer, stays whole, and hides no other', async () => {
  const { vault, id } = await firstVault([small(1)])
  const known = await storeFirstCase({ assets: [] })
  const newer = await storeFirstCase({
    assets: [small(2)],
    forge: (manifest) => ({ ...manifest, format: 'proofprint-case/3' }) as unknown as typeof manifest,
  })
  const rows = () =>
    rawStore('readonly', async (s) => [await answer(s.pieces.getAllKeys()), await answer(s.cases.getAllKeys())])
  const before = await rows()
  const unreadable = new Map((await vault.listCases()).map((c) => [c.id, c.unreadable]))
  expect(unreadable).toEqual(
    new Map([
      [id, null],
      [known.id, null],
      [newer.id, 'newer'],
    ]),
  )
  await expect(vault.openCase(newer.id)).rejects.toMatchObject({ code: 'vault/newer' })
  await expect(vault.commit(newer.id, change())).rejects.toMatchObject({ code: 'vault/newer' })
  await vault.lock()
  await vault.unlock(PASSPHRASE)
  expect(await rows()).toEqual(before)
})
