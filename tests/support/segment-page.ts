import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { Report } from '../../src/export/report.ts'
import { SHELL, STATION, TRACE } from '../../src/ui/text.en.ts'
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
