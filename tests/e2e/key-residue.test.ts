import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { CHROMIUM_ARGS, ensureChromium } from '../../scripts/lib/chromium.mjs'
import { PEOPLE, ROLE, UNLOCK } from '../../src/ui/people.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { VAULT } from '../../src/ui/start.en.ts'
import { TRACE } from '../../src/ui/trace.en.ts'
import { ballFolder, createVault, idle, openScan, PASSPHRASE, saveFile, WORK_MS } from '../support/app-journey.ts'
import { showFigures } from '../support/figures.ts'
import { type Secret, secretsSeen, spyOnVault } from '../support/key-spy.ts'
import {
  addOwnPasskey,
  askVault,
  CUSTODIAN,
  comeIn,
  comeInByPasskey,
  goToPeople,
  lockPeople,
  NAMED,
  setUpPeople,
  virtualPasskey,
} from '../support/vault-people.ts'

const ball = ballFolder()
let profile: string
let downloads: string
let logged: string[]
let context: BrowserContext
let page: Page
beforeEach(async () => {
  profile = mkdtempSync(join(tmpdir(), 'residue-'))
  downloads = mkdtempSync(join(tmpdir(), 'residue-saved-'))
  logged = []
  const { path } = await ensureChromium()
  context = await chromium.launchPersistentContext(profile, {
    executablePath: path,
    args: ['--no-sandbox', ...CHROMIUM_ARGS, ...NAMED],
    baseURL: inject('baseUrl').replace('127.0.0.1', 'localhost'),
    serviceWorkers: 'block',
    downloadsPath: downloads,
  })
  page = context.pages()[0] ?? (await context.newPage())
  page.on('console', (message) => logged.push(message.text()))
})
afterEach(async () => {
  await context.close()
  for (const folder of [profile, downloads]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

interface Place {
  readonly where: string
  readonly bytes: Buffer
}

/** Every file in a folder. */
const filesIn = (folder: string): Place[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .map((where) => ({ where, bytes: readFileSync(where) }))

/** The places in which these bytes lie as they are. */
const placesWith = (places: readonly Place[], bytes: Buffer) =>
  places.filter((place) => place.bytes.includes(bytes)).map(({ where }) => where)

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
  expect(placesWith(filesIn(profile), Buffer.from(CONTROL))).not.toEqual([])
})

/** A secret as it is, and as text in which it might be kept. */
const formsOf = (bytes: Buffer) => [
  bytes,
  ...(['hex', 'base64', 'base64url'] as const).map((as) => Buffer.from(bytes.toString(as))),
]

interface Found {
  readonly places: readonly Place[]
  /** How many of them are files that a person saved. */
  readonly saved: number
  readonly hits: readonly string[]
}

/**
 * Where these secrets lie once the vault is locked: in the profile, in what was saved, in the log, in the page and in the memory that its
 * scripts reach. Ends the browser.
 */
async function search(secrets: readonly Secret[], title: string): Promise<Found> {
  const heap = await heapOf(page)
  const content = await page.content()
  // With its browser goes what Playwright saved.
  const saved = filesIn(downloads)
  await context.close()
  const text = (where: string, said: string): Place => ({ where, bytes: Buffer.from(said) })
  const beside = [text('console', logged.join('\n')), text('page', content), text('heap', heap)]
  const places = [...filesIn(profile), ...saved, ...beside]
  // Controls: what must be found is found.
  expect(placesWith(filesIn(profile), Buffer.from(CONTROL))).not.toEqual([])
  expect(placesWith(beside, Buffer.from(title))).toEqual(['page', 'heap'])
  expect(placesWith(beside, Buffer.from(LOGGED))).toContain('console')
  const hits = secrets.flatMap(({ of, bytes }) =>
    formsOf(bytes).flatMap((form) => placesWith(places, form).map((where) => `${of} in ${where}`)),
  )
  return { places, saved: saved.length, hits }
}

const LOGGED = 'said to the console'
const kindsOf = (secrets: readonly Secret[]) => [...new Set(secrets.map(({ of }) => of))].sort()
const typed = (passphrase: string): Secret => ({ of: 'passphrase', bytes: Buffer.from(passphrase) })

async function begin(): Promise<void> {
  await spyOnVault(page)
  await page.goto('/')
  await page.evaluate((said) => console.log(said), LOGGED)
  await storeKey(CONTROL)
  await createVault(page)
}

test('keys-after-lock: no key of the vault and no passphrase lies in profile, downloads, log or the memory of the page', async () => {
  await begin()
  await openScan({ page }, ball.path)
  await idle(page)
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.trace, { exact: true }).click()
  await saveFile(page, TRACE.evidence)
  const secrets = [...(await secretsSeen(page)), typed(PASSPHRASE)]
  expect(kindsOf(secrets)).toEqual(expect.arrayContaining(['derived by PBKDF2', 'imported AES-GCM', 'unwrapped']))
  await page.getByRole('button', { name: /^Lock now/ }).click()
  await page.getByText(VAULT.locked.title).waitFor({ timeout: WORK_MS })

  const { places, saved, hits } = await search(secrets, VAULT.locked.title)
  expect(saved).toBe(1)
  expect(hits).toEqual([])
  showFigures('T7', { 'secrets of one person': secrets.length, 'places searched': places.length, hits: hits.length })
})

test('nor, where there are people, the keys of a person, the output of their passkey and what is made of it', async () => {
  await begin()
  await goToPeople(page)
  await page.getByText(PEOPLE.empty.title).waitFor()
  await setUpPeople(page)
  await virtualPasskey(page)
  await comeIn(page, CUSTODIAN.staff, ROLE.custodian, CUSTODIAN.passphrase)
  await goToPeople(page)
  await addOwnPasskey(page)
  const before = await secretsSeen(page)
  await lockPeople(page)
  await comeInByPasskey(page)
  const secrets = [...before, ...(await secretsSeen(page)), typed(PASSPHRASE), typed(CUSTODIAN.passphrase)]
  expect(kindsOf(secrets)).toEqual(
    expect.arrayContaining([
      'imported HKDF',
      'derived by HKDF',
      'derived by PBKDF2',
      'unwrapped',
      'private key X25519',
    ]),
  )
  await lockPeople(page)

  const { places, hits } = await search(secrets, UNLOCK.title)
  expect(hits).toEqual([])
  showFigures('T7', {
    'secrets with people and a passkey': secrets.length,
    'places searched then': places.length,
    'hits then': hits.length,
  })
})

/** The wrapped keys of the slots in force, or the layer keys of cases, in hex, as they lie in the file. */
const keysNow = (kind: 'slots' | 'cases') =>
  page.evaluate(
    async (form) => {
      const directory = await navigator.storage.getDirectory()
      const file = await (await directory.getFileHandle('proofprint-vault.slots')).getFile()
      return [...(await file.text()).matchAll(new RegExp(form, 'g'))].map(([, hex]) => hex ?? '')
    },
    kind === 'slots' ? '"wrapped":"([0-9a-f]+)"' : '"[0-9a-f]{32}":"([0-9a-f]+)"',
  )
const wrappedNow = () => keysNow('slots')

/** Stores slots in a database the old way, and deletes them again. It stays open: a browser that closes one may tidy it. */
const storeAndDelete = (wrapped: readonly string[]) =>
  page.evaluate(async (all) => {
    const asked = (request: IDBRequest) =>
      new Promise<void>((ok, no) => {
        request.onsuccess = () => ok()
        request.onerror = () => no(request.error)
      })
    const opening = indexedDB.open('deleted')
    opening.onupgradeneeded = () => void opening.result.createObjectStore('slots')
    await asked(opening)
    const slots = () => opening.result.transaction('slots', 'readwrite', { durability: 'strict' }).objectStore('slots')
    for (const hex of all) await asked(slots().put({ wrapped: hex }, hex.slice(0, 8)))
    for (const hex of all) await asked(slots().delete(hex.slice(0, 8)))
  }, wrapped)

test('after a change of passphrase the old slot is nowhere in the profile; one that a database deleted still is', async () => {
  await page.goto('/')
  await createVault(page)
  const [old = ''] = await wrappedNow()
  expect(old).toMatch(/^[0-9a-f]{128}$/)
  expect(placesWith(filesIn(profile), Buffer.from(old))).toHaveLength(1)
  await askVault(page, 'changePassphrase', PASSPHRASE, 'seven grey stones in a row')
  const [next = ''] = await wrappedNow()
  expect(next).toMatch(/^[0-9a-f]{128}$/)
  expect(next).not.toBe(old)
  const planted = [1, 2, 3, 4].map(() => Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString('hex'))
  await storeAndDelete(planted)
  await context.close()

  expect(placesWith(filesIn(profile), Buffer.from(next))).toHaveLength(1)
  expect(planted.flatMap((one) => placesWith(filesIn(profile), Buffer.from(one)))).not.toEqual([])
  for (const form of [Buffer.from(old), Buffer.from(old, 'hex')]) expect(placesWith(filesIn(profile), form)).toEqual([])
})

test('after a case is deleted the key around its shares is nowhere in the profile', async () => {
  await page.goto('/')
  await createVault(page)
  const init = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' }
  const [gone, kept] = [await askVault(page, 'createCase', init), await askVault(page, 'createCase', init)]
  const [old = '', other = ''] = await keysNow('cases')
  expect([old, other]).toEqual([expect.stringMatching(/^[0-9a-f]{120}$/), expect.stringMatching(/^[0-9a-f]{120}$/)])
  expect(placesWith(filesIn(profile), Buffer.from(old))).toHaveLength(1)
  await askVault(page, 'deleteCase', gone)
  expect(await keysNow('cases')).toEqual([other])
  expect(await askVault(page, 'listCases')).toMatchObject([{ id: kept, unreadable: null }])
  await context.close()
  for (const form of [Buffer.from(old), Buffer.from(old, 'hex')]) expect(placesWith(filesIn(profile), form)).toEqual([])
  expect(placesWith(filesIn(profile), Buffer.from(other))).toHaveLength(1)
})

/** All of the page's memory that its scripts can reach, as the browser writes it down. */
async function heapOf(of: Page): Promise<string> {
  const devtools = await of.context().newCDPSession(of)
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await devtools.send('HeapProfiler.takeHeapSnapshot')
  return chunks.join('')
}
