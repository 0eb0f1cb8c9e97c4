import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach } from 'vitest'
import type { Volume } from '../../src/core/types.ts'
import { writeNiftiVolume } from '../../src/export/nifti.ts'
import type { Report } from '../../src/export/report.ts'
import { SHELL, STATION } from '../../src/ui/shell.en.ts'
import { TRACE } from '../../src/ui/trace.en.ts'
import { browserOfFile, type WatchedPage } from './browser.ts'
import { goTo } from './scan-page.ts'

export type TraceRow = Report['trace']['entries'][number]

const WORK_MS = 60_000

/** Waits until no step runs. */
export const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector('progress') === null, undefined, { timeout: WORK_MS })

/** The steps of the open case, read from its report; leaves the page in Segment. */
export async function traceRows(page: Page): Promise<readonly TraceRow[]> {
  await settled(page)
  await goTo(page, SHELL.trace)
  const save = page.getByRole('button', { name: TRACE.report, exact: true })
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
  const { trace } = JSON.parse(readFileSync(await download.path(), 'utf8')) as Report
  await goTo(page, STATION.segment)
  return trace.entries
}

/** Presses Cancel the moment a step begins, once. */
export const cancelNext = (page: Page): Promise<void> =>
  page.evaluate((cancel) => {
    const watch = new MutationObserver(() => {
      const button = [...document.querySelectorAll('footer button')].find((one) => one.textContent?.trim() === cancel)
      if (!(button instanceof HTMLElement)) return
      watch.disconnect()
      button.click()
    })
    watch.observe(document.body, { childList: true, subtree: true })
  }, SHELL.cancel)

/** A fresh page for each test, with this scan open in Segment, drawn by the processor; it must end without a problem. */
export function segmentPage(volume: Volume): { readonly page: Page } {
  const { open } = browserOfFile()
  let watched: WatchedPage
  beforeEach(async () => {
    watched = await open()
    const { page } = watched
    page.setDefaultTimeout(WORK_MS / 2)
    await page.goto('/?slices=cpu')
    const buffer = Buffer.from(writeNiftiVolume(volume))
    await page.setInputFiles('#files', { name: 'scan.nii', mimeType: 'application/octet-stream', buffer })
    await page.waitForSelector('[data-pane=axial]')
    await page.click('[data-station=segment]')
    await page.getByRole('spinbutton').first().waitFor()
  })
  afterEach(async () => {
    watched.expectClean()
    await watched.close()
  })
  return {
    get page() {
      return watched.page
    },
  }
}
