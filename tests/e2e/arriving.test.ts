import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { dropFolder } from '../../scripts/lib/drop-folder.mjs'
import { writeLongSeries } from '../../scripts/lib/long-series.mjs'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { dicomSlice } from '../support/scan-files.ts'

const SLICES = 200
const WORK_MS = 120_000
let browser: Browser
let folder: string

beforeAll(async () => {
  browser = await openBrowser()
  folder = mkdtempSync(join(tmpdir(), 'arriving-'))
  writeLongSeries(folder, [512, 512, SLICES], dicomSlice)
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Waits for a slice that is not black in a scan that is not whole; gives how many slices there are by then. */
async function firstSlice(page: Page): Promise<number> {
  const seen = await page.waitForFunction(() => {
    const panes = document.querySelector<HTMLElement>('[data-arrived]')
    const pane = panes?.querySelector<HTMLCanvasElement>('[data-pane="axial"] canvas')
    if (!panes || !pane || pane.width === 0) return null
    const middle = pane.getContext('2d')?.getImageData(pane.width >> 1, pane.height >> 1, 4, 4).data ?? []
    return middle.some((value, n) => n % 4 < 3 && value > 20) ? Number(panes.dataset.arrived) : null
  })
  return Number(await seen.jsonValue())
}

/** Rows of each store of the vault, read past the app. */
const storedRows = (page: Page) =>
  page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const db = await answer(indexedDB.open('proofprint-vault'))
    const stores = ['cases', 'pieces', 'audit']
    const counts = await Promise.all(stores.map((name) => answer(db.transaction(name).objectStore(name).count())))
    db.close()
    return counts
  })

const open = async () => {
  const watched = await openPage(browser, inject('baseUrl'), { viewport: { width: 1440, height: 900 } })
  await watched.page.goto('/')
  return watched
}

test('slices are on screen while the rest is decoded, and follow the newest', async () => {
  const watched = await open()
  const { page } = watched
  await dropFolder(page, folder)
  const arrived = await firstSlice(page)
  expect(arrived).toBeGreaterThan(0)
  expect(arrived).toBeLessThan(SLICES)
  const slider = page.locator('[data-arrived] [data-pane="axial"]')
  const before = Number(await slider.getAttribute('aria-valuenow'))
  expect(before).toBeGreaterThanOrEqual(arrived)
  await page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
  expect(await page.locator('[data-arrived]').count()).toBe(0)
  expect(await page.locator('[data-pane="axial"]').getAttribute('aria-valuemax')).toBe(String(SLICES))
  watched.expectClean()
  await watched.close()
})

test('cancelled in the middle, nothing is stored and the same series opens on the next press', async () => {
  const watched = await open()
  const { page } = watched
  const passphrase = 'seven herons over the marsh'
  await page.getByLabel(VAULT.none.first).fill(passphrase)
  await page.getByLabel(VAULT.none.again).fill(passphrase)
  await page.getByRole('button', { name: VAULT.none.act, exact: true }).click()
  await page.getByText(START.noCases).waitFor()
  await dropFolder(page, folder)
  expect(await firstSlice(page)).toBeLessThan(SLICES)
  await page.getByRole('button', { name: SHELL.cancel, exact: true }).click()
  await page.getByRole('progressbar').waitFor({ state: 'detached' })
  expect(await page.locator('[data-arrived]').count()).toBe(0)
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(await storedRows(page)).toEqual([0, 0, 0])

  await page.getByRole('button', { name: new RegExp(SCAN.fits) }).click()
  await page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
  await page.locator('header [role="status"]').filter({ hasText: SHELL.saved.saved }).waitFor({ timeout: WORK_MS })
  const [cases = 0, pieces = 0] = await storedRows(page)
  expect(cases).toBe(1)
  expect(pieces).toBeGreaterThan(8)
  watched.expectClean()
  await watched.close()
})
