import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { ErrorCode } from '../../src/core/errors.ts'
import { NEXT_STEP } from '../../src/ui/next-step.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { HOSTILE_CASES } from '../hostile/cases.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'

const PASSPHRASE = 'forty two lighthouses at dusk'
const ONE_CASE_MS = 20_000

const malformed = fileURLToPath(new URL('../../../shared/data/malformed_made/', import.meta.url))
const malformedNames = existsSync(malformed) ? readdirSync(malformed).filter((name) => !name.endsWith('.md')) : []
if (malformedNames.length === 0) console.info('malformed_made is absent: its files are not dropped on the app')
/** Header fuzz that leaves a lawful header over the right voxels. */
const MAY_BE_READ = /^nii_fuzz_/

type Files = Readonly<Record<string, Uint8Array>>

/** What the screen shows once nothing runs any more. */
interface Shown {
  readonly code: string | null
  readonly text: string
  /** Of each row in the list of series: its problem and what to do, or nothing. */
  readonly series: readonly string[]
  readonly isRead: boolean
}

let browser: Browser
let watched: WatchedPage
let page: Page
/** Cases that were read and must be in the vault. */
let reads = 0

beforeAll(async () => {
  browser = await openBrowser()
  watched = await openPage(browser, inject('baseUrl'))
  page = watched.page
  await page.goto('/')
  // Kept on this device, so that anything half stored could be found.
  await page.getByLabel(VAULT.none.first).fill(PASSPHRASE)
  await page.getByLabel(VAULT.none.again).fill(PASSPHRASE)
  await page.getByRole('button', { name: VAULT.none.act, exact: true }).click()
  await page.getByText(START.noCases).waitFor()
})
afterAll(() => browser?.close())

/** Waits for the end of the work and reads the screen. */
async function shown(): Promise<Shown> {
  const handle = await page.waitForFunction(
    () => {
      const banner = document.querySelector<HTMLElement>('[role="alert"][data-code]')
      // Something is left open: the side panel asks, and nothing is read.
      const asks = document.querySelector<HTMLElement>('.side[data-asks]')
      const rows = [...document.querySelectorAll<HTMLButtonElement>('.series li button')]
      const isRead = document.querySelector('.side:not([data-asks]) dl.kv') !== null
      const usable = rows.filter((row) => row.title === '')
      const isWaiting = rows.length === 0 || usable.length === 1 || usable.some((row) => row.disabled)
      if (!banner && !asks && !isRead && isWaiting) return null
      return {
        code: banner?.dataset.code ?? asks?.dataset.asks ?? null,
        text: banner?.textContent ?? '',
        series: rows.map((row) => row.title),
        isRead,
      }
    },
    undefined,
    { timeout: ONE_CASE_MS, polling: 'raf' },
  )
  return (await handle.jsonValue()) as Shown
}

/** Chooses files on the first screen; of several series that can be read the first is opened. */
async function open(files: Files): Promise<Shown> {
  const payload = Object.entries(files).map(([name, bytes]) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }))
  await page.setInputFiles('#files', payload)
  const first = await shown()
  const usable = first.series.indexOf('')
  if (first.code !== null || first.isRead || usable < 0) return first
  await page.locator('.series li button').nth(usable).click()
  await page.locator('.side:not([data-asks]) dl.kv').waitFor({ timeout: ONE_CASE_MS })
  return { ...(await shown()), series: first.series }
}

async function backToStart(): Promise<void> {
  const dismiss = page.getByRole('button', { name: SHELL.dismiss, exact: true })
  if ((await dismiss.count()) > 0) await dismiss.click()
  if ((await page.locator('#files').count()) > 0) return
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.library, { exact: true }).click()
  await page.locator('#files').waitFor({ state: 'attached' })
}

/** Rows of the vault's database, and pieces that belong to none of them. */
const stored = () =>
  page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((ok, no) => {
        request.onsuccess = () => ok(request.result)
        request.onerror = () => no(request.error)
      })
    const names = (await indexedDB.databases()).map((one) => one.name ?? '')
    const db = await asked(indexedDB.open('proofprint-vault'))
    const keys = (store: string) => asked(db.transaction(store).objectStore(store).getAllKeys())
    const cases = (await keys('cases')) as string[]
    const pieces = (await keys('pieces')) as [string][]
    db.close()
    return { names, cases: cases.length, orphans: pieces.filter(([id]) => !cases.includes(id)).length }
  })

/** One input: its code, or null when it was read; afterwards only cases that were read are stored. */
async function tryOne(files: Files): Promise<Shown> {
  const result = await open(files)
  if (result.isRead) reads++
  await backToStart()
  expect(await stored()).toEqual({ names: ['proofprint-vault'], cases: reads, orphans: 0 })
  return result
}

function expectRefused(name: string, result: Shown, code: ErrorCode): void {
  expect(result.isRead, name).toBe(false)
  if (result.code !== null) expect(`${name}: ${result.code}`).toBe(`${name}: ${code}`)
  else expect(result.series[0], name).toContain(NEXT_STEP[code])
  expect(`${result.text} ${result.series.join(' ')}`, name).not.toMatch(/SECRET|1\.2\.3|scan\.nii|\.dcm|undefined/)
}

describe('hostile files chosen in the built app', () => {
  test('each made case is refused by its code or read, and leaves nothing behind', async () => {
    for (const { name, files, expect: expected, series } of HOSTILE_CASES) {
      const given = files()
      // An empty choice is no event for a browser.
      if (Object.keys(given).length === 0) continue
      const result = await tryOne(given)
      if (expected === 'read') expect(`${name}: ${result.code ?? 'read'}`).toBe(`${name}: read`)
      else expectRefused(name, result, expected)
      if (series !== undefined) expect(Math.max(1, result.series.length), name).toBe(series)
    }
    expect(reads).toBe(HOSTILE_CASES.filter((one) => one.expect === 'read').length)
  })

  test('each malformed file of the collection is refused by a code or read', async () => {
    for (const name of malformedNames) {
      const result = await tryOne({ [name]: readFileSync(malformed + name) })
      if (result.isRead) expect(name).toMatch(MAY_BE_READ)
      else expect(result.code ?? result.series[0], name).toBeTruthy()
      expect(result.code ?? '', name).not.toMatch(/^app\//)
    }
  })

  test('nothing left the origin, and no error was logged', () => {
    watched.expectClean()
  })
})
