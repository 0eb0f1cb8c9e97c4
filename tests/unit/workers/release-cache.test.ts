import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../src/core/hash.ts'
import { type Release, releaseDigest, signedText } from '../../../src/trace/release.ts'
import { ReleaseCache, refusalCode } from '../../../workers/release-cache.ts'
import { fakeCaches } from '../../support/fake-caches.ts'

const HEADERS = { 'Content-Security-Policy': "default-src 'none'" }
const FILES = { '/index.html': '<p>app</p>', '/assets/a.js': 'one', '/wipe.html': '<p>wipe</p>', '/sw.js': 'worker' }

async function releaseOf(files: Record<string, string>, version = '1.0.0'): Promise<Release> {
  const listed = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const bytes = new TextEncoder().encode(text)
      return { path, type: 'text/html', bytes: bytes.length, sha256: await sha256(bytes), headers: 0 }
    }),
  )
  const list = { format: 1 as const, version, headers: [HEADERS], files: listed }
  return { ...list, digest: await releaseDigest(list), signature: null }
}

/** A signer, and its public key as releases carry it. */
function signer() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64')
  const pem = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const signed = (release: Release): Release => {
    const value = sign(null, Buffer.from(signedText(release.digest)), pem).toString('base64')
    return { ...release, signature: { key, value } }
  }
  return { key, signed }
}

/** A host whose files and list a test may change, with the paths that were asked of it. */
function hostOf(files: Record<string, string>, release: Release) {
  const asked: string[] = []
  const host = { files: { ...files }, release: release as Release | string, isUp: true, asked }
  const get = async (path: string) => {
    asked.push(path)
    if (!host.isUp) throw new TypeError('Failed to fetch')
    if (path === '/release.json')
      return new Response(typeof host.release === 'string' ? host.release : JSON.stringify(host.release))
    const text = host.files[path]
    return text === undefined ? new Response('Not found.', { status: 404 }) : new Response(text)
  }
  return { host, get }
}

async function installed(pinnedKey: string | null = null, change = (release: Release) => release) {
  const { host, get } = hostOf(FILES, change(await releaseOf(FILES)))
  const caches = fakeCaches()
  const cache = new ReleaseCache(caches, get, pinnedKey)
  await cache.install()
  return { host, cache, caches, again: () => new ReleaseCache(caches, get, pinnedKey) }
}

/** The code that an install ends with. */
async function refusalAtInstall(files: Record<string, string>, release: Release | string, pinnedKey: string | null) {
  const { host, get } = hostOf(files, await releaseOf(files))
  host.release = release
  return refusalCode(await new ReleaseCache(fakeCaches(), get, pinnedKey).install().catch((error) => error))
}

describe('install', () => {
  test('what is listed is served without the host, with the headers of the list', async () => {
    const { host, again } = await installed()
    host.isUp = false
    const cache = again()
    for (const path of ['/', '/index.html', '/assets/a.js']) {
      const response = await cache.respond(path)
      expect(await response?.text()).toBe(FILES[path === '/' ? '/index.html' : (path as keyof typeof FILES)])
      expect(response?.headers.get('content-security-policy')).toBe(HEADERS['Content-Security-Policy'])
    }
  })
  test('the wipe page, the worker, its list and what is not listed are left to the host', async () => {
    const { cache, host } = await installed()
    for (const path of ['/wipe', '/wipe.html', '/sw.js', '/release.json', '/other'])
      expect(await cache.respond(path)).toBeNull()
    expect(host.asked).not.toContain('/wipe.html')
  })
  test('one byte that differs, a changed list, a changed header or no list at all: refused, nothing is served', async () => {
    const release = await releaseOf(FILES)
    expect(await refusalAtInstall({ ...FILES, '/assets/a.js': 'onf' }, release, null)).toBe('release/file-changed')
    const [first, ...rest] = release.files
    const listChanged = { ...release, files: first ? [{ ...first, path: '/b.js' }, ...rest] : [] }
    expect(await refusalAtInstall(FILES, listChanged, null)).toBe('release/list-changed')
    expect(await refusalAtInstall(FILES, { ...release, headers: [{}] }, null)).toBe('release/list-changed')
    const notText = JSON.stringify(release).replace('text/html', '\\ud800')
    expect(await refusalAtInstall(FILES, notText, null)).toBe('release/list-changed')
    for (const text of ['', '{}', '[]', 'null', JSON.stringify({ ...release, files: [null] })])
      expect(await refusalAtInstall(FILES, text, null)).toBe('release/unreadable')
  })
  test('with a pinned key only what it signed is taken', async () => {
    const [own, other] = [signer(), signer()]
    const release = await releaseOf(FILES)
    const signed = own.signed(release)
    const broken = { ...signed, signature: { key: own.key, value: other.signed(release).signature?.value ?? '' } }
    expect(await refusalAtInstall(FILES, release, own.key)).toBe('release/not-signed')
    expect(await refusalAtInstall(FILES, other.signed(release), own.key)).toBe('release/other-key')
    expect(await refusalAtInstall(FILES, broken, own.key)).toBe('release/bad-signature')
    expect(await refusalAtInstall(FILES, broken, null)).toBe('release/bad-signature')
    expect(await refusalAtInstall(FILES, signed, own.key)).toBeNull()
  })
  test('a file that is lost from the store is fetched again, and only its own bytes are served', async () => {
    const { host, cache, caches } = await installed()
    const store = [...caches.stores.values()][0]
    for (const key of [...(store?.keys() ?? [])].filter((path) => path.startsWith('/sha256/'))) store?.delete(key)
    expect(await (await cache.respond('/assets/a.js'))?.text()).toBe('one')
    host.files['/assets/a.js'] = 'two'
    await expect(cache.respond('/assets/a.js')).rejects.toThrow('release/file-changed')
  })
})

describe('update', () => {
  const NEWER = { ...FILES, '/assets/a.js': 'two', '/assets/b.js': 'more' }
  const served = async (cache: ReleaseCache) => (await cache.respond('/assets/a.js'))?.text()

  test('a new version is fetched, waits until the person takes it, and then lets the old files go', async () => {
    const { host, cache, again, caches } = await installed()
    expect(await cache.check()).toMatchObject({ state: 'current', version: '1.0.0', signed: false })
    Object.assign(host, { files: NEWER, release: await releaseOf(NEWER, '1.1.0') })
    host.asked.length = 0
    expect(await cache.check()).toMatchObject({ state: 'ready', version: '1.1.0' })
    expect(host.asked).toEqual(['/release.json', '/assets/a.js', '/assets/b.js'])
    expect(await served(cache)).toBe('one')
    await cache.use()
    expect(await served(cache)).toBe('two')
    expect(await served(again())).toBe('two')
    const kept = [...([...caches.stores.values()][0]?.keys() ?? [])]
    expect(kept).not.toContain(`/sha256/${await sha256(new TextEncoder().encode('one'))}`)
    expect(await cache.check()).toMatchObject({ state: 'current', version: '1.1.0' })
  })
  test('older-app: refused by name, like one that was changed, and the one in use stays', async () => {
    const own = signer()
    const newer = await releaseOf(NEWER, '1.1.0')
    const cases: [Release | string, string, boolean][] = [
      [newer, 'release/not-signed', true],
      [signer().signed(newer), 'release/other-key', true],
      [own.signed({ ...newer, digest: '0'.repeat(64) }), 'release/list-changed', true],
      [await releaseOf(NEWER, '0.9.9'), 'release/older', false],
      ['<!doctype html>', 'release/unreadable', false],
      [await releaseOf({ ...NEWER, '/assets/b.js': 'mora' }, '1.1.0'), 'release/file-changed', false],
    ]
    for (const [release, code, isSigned] of cases) {
      const { host, cache } = await installed(null, isSigned ? own.signed : undefined)
      Object.assign(host, { files: NEWER, release })
      expect(await cache.check()).toEqual({ state: 'refused', code })
      await cache.use()
      expect(await served(cache)).toBe('one')
    }
  })
  test('signed by the key that signed what is installed: taken', async () => {
    const own = signer()
    const { host, cache } = await installed(null, own.signed)
    Object.assign(host, { files: NEWER, release: own.signed(await releaseOf(NEWER, '1.1.0')) })
    expect(await cache.check()).toMatchObject({ state: 'ready', signed: true })
  })
  test('a host that does not answer, or lacks a file, changes nothing', async () => {
    const { host, cache } = await installed()
    host.isUp = false
    expect(await cache.check()).toMatchObject({ state: 'current', version: '1.0.0' })
    const { '/assets/b.js': _missing, ...rest } = NEWER
    Object.assign(host, { isUp: true, files: rest, release: await releaseOf(NEWER, '1.1.0') })
    expect(await cache.check()).toMatchObject({ state: 'current', version: '1.0.0' })
    expect(await served(cache)).toBe('one')
  })
})
