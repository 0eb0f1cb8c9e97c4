// @ts-check
import { dropFolder } from './drop-folder.mjs'
import { descendants, ownMemoryKiB } from './memory.mjs'

/** @typedef {{ dropMs: number, firstSliceMs: number, longestTaskMs: number, tasksOver100Ms: number }} Seen */
/**
 * What was measured while a series was read. Times are from the drop; memory is that of the renderer processes, less what they
 * held before.
 * @typedef {{
 *   firstSliceMs: number, openMs: number, savedMs: number, longestTaskMs: number, tasksOver100Ms: number,
 *   baselineMiB: number, peakOpeningMiB: number, peakMiB: number, afterMiB: number
 * }} Arrival
 */

const SAMPLE_MS = 40
/** The word of the top bar once nothing waits to be stored. */
const SAVED = /^\s*Saved\s*$/

/** Runs in the page before the app: notes the drop, the first slice that is not black, and tasks that held the page up. */
function watchPage() {
  const seen = { dropMs: 0, firstSliceMs: 0, longestTaskMs: 0, tasksOver100Ms: 0 }
  Reflect.set(globalThis, '__arrival', seen)
  const context = new OffscreenCanvas(16, 16).getContext('2d', { willReadFrequently: true })
  const look = () => {
    /** @type {HTMLCanvasElement | null} */
    const pane = document.querySelector('[data-pane="axial"] canvas')
    if (seen.dropMs > 0 && pane && pane.width > 0 && context) {
      context.drawImage(pane, 0, 0, 16, 16)
      // The middle, where no crosshair, letter or frame lies.
      if (context.getImageData(4, 4, 3, 3).data.some((value, n) => n % 4 < 3 && value > 20)) {
        seen.firstSliceMs = performance.now() - seen.dropMs
        return
      }
    }
    requestAnimationFrame(look)
  }
  addEventListener(
    'drop',
    () => {
      seen.dropMs = performance.now()
      look()
    },
    true,
  )
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) {
      if (seen.dropMs === 0 || startTime < seen.dropMs) continue
      seen.longestTaskMs = Math.max(seen.longestTaskMs, Math.round(duration))
      if (duration > 100) seen.tasksOver100Ms++
    }
  }).observe({ type: 'longtask' })
}

/**
 * Drops a folder of one series into the built app and measures until it is stored.
 * @param {string} chromiumPath
 * @param {string} url
 * @param {string} folder
 * @returns {Promise<Arrival>}
 */
export async function measureArrival(chromiumPath, url, folder) {
  const { chromium } = await import('playwright-core')
  const { CHROMIUM_ARGS } = await import('./chromium.mjs')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', ...CHROMIUM_ARGS] })
  const held = () => ownMemoryKiB(descendants(process.pid)) / 1024
  let peakMiB = 0
  const sample = () => {
    peakMiB = Math.max(peakMiB, held())
  }
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
    await page.addInitScript(watchPage)
    await page.goto(url)
    await page.locator('section.drop').waitFor()
    await page.waitForTimeout(1000)
    const baselineMiB = held()
    const timer = setInterval(sample, SAMPLE_MS)
    const from = performance.now()
    await dropFolder(page, folder)
    const waiting = { timeout: 300_000 }
    await page.locator('aside dl.kv').first().waitFor(waiting)
    const openMs = performance.now() - from
    const peakOpeningMiB = peakMiB
    await page.locator('header [role="status"]').filter({ hasText: SAVED }).waitFor(waiting)
    const savedMs = performance.now() - from
    await page.waitForTimeout(2000)
    clearInterval(timer)
    const seen = /** @type {Seen} */ (await page.evaluate(() => Reflect.get(globalThis, '__arrival')))
    const round = (/** @type {number} */ mib) => Math.round(mib - baselineMiB)
    return {
      firstSliceMs: Math.round(seen.firstSliceMs),
      openMs: Math.round(openMs),
      savedMs: Math.round(savedMs),
      longestTaskMs: seen.longestTaskMs,
      tasksOver100Ms: seen.tasksOver100Ms,
      baselineMiB: Math.round(baselineMiB),
      peakOpeningMiB: round(peakOpeningMiB),
      peakMiB: round(peakMiB),
      afterMiB: round(held()),
    }
  } finally {
    await browser.close()
  }
}
