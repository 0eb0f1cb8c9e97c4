import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { dropFolder } from '../../scripts/lib/drop-folder.mjs'
import type { StationId } from '../../src/app/place.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { SHELL, STATION } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { TRACE } from '../../src/ui/trace.en.ts'
import type { WatchedPage } from './browser.ts'
import { solidBall, writeDicomPhantom } from './dicom-phantom.ts'

// What a person does in the app, step by step, for the tests that follow one.

export const PASSPHRASE = 'seven herons over the marsh'
/** Longest wait for a step of work. */
export const WORK_MS = 120_000
/** Voxels of 1 mm of ballFolder(). */
export const BALL_SIZE = [56, 56, 40] as const

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** A folder with a CT of a ball of bone, 15 mm in radius, for the tests of a file. */
export function ballFolder(): { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'ball-'))
  beforeAll(() => writeDicomPhantom(path, { size: BALL_SIZE, bone: solidBall(15), boneHu: 1000 }))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return { path }
}

/** Drops a folder with one scan and waits until it is open. */
export async function openScan({ page }: Pick<WatchedPage, 'page'>, path: string): Promise<void> {
  await dropFolder(page, path)
  await page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
}

export async function createVault(page: Page): Promise<void> {
  await page.getByLabel(VAULT.none.first).fill(PASSPHRASE)
  await page.getByLabel(VAULT.none.again).fill(PASSPHRASE)
  await button(page, VAULT.none.act).click()
  await page.getByText(START.noCases).waitFor()
  // A drop while it still reads what is kept beside cases would be left out.
  await idle(page)
}

/** Opens a vault made before. */
export async function unlock(page: Page): Promise<void> {
  await page.getByLabel(VAULT.locked.field).fill(PASSPHRASE)
  await button(page, VAULT.locked.act).click()
}

/** Opens a vault made before, after a wrong try, and the first of its cases. */
export async function reopenFirstCase(page: Page): Promise<void> {
  await page.getByLabel(VAULT.locked.field).fill('a wrong passphrase here')
  await button(page, VAULT.locked.act).click()
  await page.getByRole('alert').waitFor()
  await unlock(page)
  const open = page.getByRole('button', { name: /^Open / })
  await open.first().click({ timeout: WORK_MS })
}

export const goTo = (page: Page, station: StationId) =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(STATION[station], { exact: true }).click()

/** At Trace, opens the single steps of every station. */
export const showSteps = (page: Page) => button(page, TRACE.allSteps).click()

/** Waits until no work runs. */
export async function idle(page: Page, longestMs = WORK_MS): Promise<void> {
  await page.waitForTimeout(100)
  await page.waitForFunction(() => !document.querySelector('progress'), undefined, { timeout: longestMs })
}

/** Presses what saves a file, and gives the file. */
export async function saveFile(page: Page, name: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
  await idle(page)
  return readFileSync(await file.path())
}

/** From nothing to the sample at Check, in a vault. */
export async function checkedSample(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('/')
  await createVault(page)
  await button(page, START.runSample).click()
  await page.getByRole('heading', { name: CHECK.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
}

/** Opens the app with a new vault, and a scan in it at Segment. */
export async function segmentScan(watched: WatchedPage, path: string): Promise<void> {
  await watched.page.goto('/')
  await createVault(watched.page)
  await openScan(watched, path)
  await button(watched.page, SCAN.go).click()
}

/** Marks what lies from this value up, in the label at hand. */
export async function markFrom(page: Page, lowHu: number): Promise<void> {
  const from = page.getByRole('spinbutton', { name: SEGMENT.from })
  await from.fill(String(lowHu))
  await from.press('Enter')
  await page.waitForTimeout(300)
  await button(page, SEGMENT.apply).click()
  await idle(page)
}
