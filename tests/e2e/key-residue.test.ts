import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { CHROMIUM_ARGS, ensureChromium } from '../../scripts/lib/chromium.mjs'
import { VAULT } from '../../src/ui/start.en.ts'
import { ballFolder, createVault, idle, openScan, PASSPHRASE, WORK_MS } from '../support/app-journey.ts'

const ball = ballFolder()
let profile: string
let context: BrowserContext
let page: Page
beforeEach(async () => {
  profile = mkdtempSync(join(tmpdir(), 'residue-'))
  const { path } = await ensureChromium()
  context = await chromium.launchPersistentContext(profile, {
    executablePath: path,
    args: ['--no-sandbox', ...CHROMIUM_ARGS],
    baseURL: inject('baseUrl'),
    serviceWorkers: 'block',
  })
  page = context.pages()[0] ?? (await context.newPage())
})
afterEach(async () => {
  await context.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
})

/** Names of the files of the profile in which these bytes lie as they are. */
function filesWith(bytes: Buffer): string[] {
  return readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .filter((file) => readFileSync(file).includes(bytes))
}

/** Puts a key that cannot be read back into IndexedDB, as an app that trusts that promise would. */
const storeKey = (raw: readonly number[]) =>
  page.evaluate(async (bytes) => {
    const key = await crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-GCM', false, ['encrypt'])
    const asked = (request: IDBRequest) =>
      new Promise<void>((ok, no) => {
        request.onsuccess = () => ok()
        request.onerror = () => no(request.error)
      })
    const opening = indexedDB.open('control')
    opening.onupgradeneeded = () => void opening.result.createObjectStore('keys')
    await asked(opening)
    await asked(
      opening.result.transaction('keys', 'readwrite', { durability: 'strict' }).objectStore('keys').put(key, 1),
    )
    opening.result.close()
  }, raw)

const CONTROL = [...crypto.getRandomValues(new Uint8Array(32))]

test('a key that cannot be read back lies in clear in the profile when a page stores it (a browser that mends this fails here)', async () => {
  await page.goto('/')
  await storeKey(CONTROL)
  await context.close()
  expect(filesWith(Buffer.from(CONTROL))).not.toEqual([])
})

/** Notes every key byte that goes into or comes out of the browser's cryptography, in the worker of the vault. */
const SPY = `{
  const seen = (globalThis.seenKeys = [])
  const note = (data) => {
    const bytes = new Uint8Array(ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data)
    if (bytes.length >= 16 && bytes.length <= 128) seen.push([...bytes])
  }
  const { subtle } = crypto
  const [importKey, deriveBits, exportKey, wrapKey] = [subtle.importKey, subtle.deriveBits, subtle.exportKey, subtle.wrapKey].map((f) => f.bind(subtle))
  subtle.importKey = (format, data, ...rest) => { if (format === 'raw') note(data); return importKey(format, data, ...rest) }
  subtle.wrapKey = async (format, key, ...rest) => { note(await exportKey('raw', key)); return wrapKey(format, key, ...rest) }
  subtle.deriveBits = async (...given) => { const bits = await deriveBits(...given); note(bits); return bits }
  subtle.exportKey = async (...given) => { const raw = await exportKey(...given); if (raw instanceof ArrayBuffer) note(raw); return raw }
}
`

test('after a lock no key of the vault and no passphrase lies in the profile, in the log or in the memory of the page', async () => {
  await page.route('**/sealed/vault.worker-*.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: SPY + (await response.text()) })
  })
  const logged: string[] = []
  page.on('console', (message) => logged.push(message.text()))
  await page.goto('/')
  await storeKey(CONTROL)
  await createVault(page)
  await openScan({ page }, ball.path)
  await idle(page)
  const vault = page.workers().find((one) => one.url().includes('vault'))
  const keys = (await vault?.evaluate(() => Reflect.get(globalThis, 'seenKeys') as number[][])) ?? []
  expect(keys.length).toBeGreaterThan(5)
  await page.getByRole('button', { name: /^Lock now/ }).click()
  await page.getByText(VAULT.locked.title).waitFor({ timeout: WORK_MS })

  const snapshot = await heapOf(page)
  expect(snapshot.length).toBeGreaterThan(100_000)
  expect(snapshot.includes(VAULT.locked.title)).toBe(true)
  expect(snapshot.includes(PASSPHRASE)).toBe(false)
  const texts = [...logged, await page.content()].join('\n')
  await context.close()

  expect(filesWith(Buffer.from(CONTROL))).not.toEqual([])
  for (const secret of [...keys, [...Buffer.from(PASSPHRASE)]]) {
    const bytes = Buffer.from(secret)
    for (const form of [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64'))]) {
      expect(filesWith(form)).toEqual([])
      expect(texts.includes(form.toString('latin1'))).toBe(false)
    }
  }
})

/** All of the page's memory that its scripts can reach, as the browser writes it down. */
async function heapOf(of: Page): Promise<string> {
  const devtools = await of.context().newCDPSession(of)
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await devtools.send('HeapProfiler.takeHeapSnapshot')
  return chunks.join('')
}
