// @ts-check
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale, DIST } from './lib/build.mjs'
import { CHROMIUM_ARGS, ensureChromium } from './lib/chromium.mjs'
import { runMain } from './lib/problem.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

// Pictures of every station on a real scan, at the three sizes of the design, light and dark. Looked at before a change
// of the screen is called done.

const SIZES = [
  { name: '1440', width: 1440, height: 900, touch: false },
  { name: '1024', width: 1024, height: 768, touch: true },
  { name: '390', width: 390, height: 844, touch: true },
]
const THEMES = /** @type {const} */ (['dark', 'light'])
const REAL_SCAN = resolve('../shared/data/ct_head_cranium/cranium_ct.nii.gz')
const WORK_MS = 300_000

const { values } = parseArgs({
  options: {
    scan: { type: 'string', default: existsSync(REAL_SCAN) ? REAL_SCAN : 'sample' },
    out: { type: 'string', default: 'docs/evidence/screens' },
    // Evidence is kept small; pass 1 to look at every pixel.
    scale: { type: 'string', default: '0.6' },
    size: { type: 'string' },
  },
})

/** Waits until no work runs. */
async function idle(/** @type {import('playwright-core').Page} */ page) {
  await page.waitForTimeout(300)
  await page.waitForFunction(() => !document.querySelector('progress'), undefined, { timeout: WORK_MS })
  await page.waitForTimeout(800)
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} station
 */
const station = (page, station) => page.locator('nav').getByText(station, { exact: true }).click()

await runMain(async () => {
  await setup()
  const { path: executablePath } = await ensureChromium()
  await buildIfStale()
  const { chromium } = await import('playwright-core')
  const app = await serve(DIST)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...CHROMIUM_ARGS] })
  mkdirSync(values.out, { recursive: true })
  try {
    for (const size of SIZES.filter((one) => !values.size || one.name === values.size))
      await shoot(browser, app.url, size)
  } finally {
    await browser.close()
    await app.close()
  }
  return 0
})

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {typeof SIZES[number]} size
 */
async function shoot(browser, url, { name, width, height, touch }) {
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: touch,
    deviceScaleFactor: Number(values.scale),
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  /** Both themes of what is on the screen now. */
  const picture = async (/** @type {string} */ what) => {
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(700)
      await page.screenshot({ path: join(values.out, `${what}-${name}-${colorScheme}.png`) })
    }
    console.log(`${what} ${name}`)
  }
  await page.goto(url)
  await page.getByRole('heading').first().waitFor()
  await page.waitForTimeout(1000)
  await picture('start')
  if (values.scan === 'sample') await page.getByRole('button', { name: 'Run the sample' }).click()
  else await page.setInputFiles('#files', values.scan)
  await page.locator('aside').first().waitFor({ timeout: WORK_MS })
  await idle(page)
  await station(page, 'Scan')
  await page.waitForTimeout(1500)
  await picture('scan')
  await station(page, 'Segment')
  if (values.scan !== 'sample') {
    await page.getByRole('button', { name: 'Run the template' }).click()
    await idle(page)
    await station(page, 'Segment')
  }
  await page.waitForTimeout(1500)
  await picture('segment')
  for (const what of ['Model', 'Check']) {
    await station(page, what)
    await page.waitForTimeout(2000)
    await picture(what.toLowerCase())
  }
  const accept = page.getByRole('button', { name: 'Accept with a reason' })
  while ((await accept.count()) > 0) {
    await accept.first().click()
    const asked = page.getByRole('dialog').getByRole('textbox')
    await asked.first().fill('Thin bone, shown for teaching only')
    await asked.last().fill('AB')
    await picture('accept')
    await page.getByRole('dialog').getByRole('button').last().click()
    await page.waitForTimeout(500)
  }
  await station(page, 'Approve')
  await page.waitForTimeout(2000)
  await picture('approve')
  await station(page, 'Print')
  const save = page.getByRole('button', { name: 'Save the 3MF file' })
  if ((await save.count()) > 0) {
    await save.click()
    await idle(page)
  }
  await page.waitForTimeout(1500)
  await picture('print')
  await station(page, 'Trace')
  // Its pictures are drawn when it is opened.
  await page.waitForTimeout(4000)
  await picture('trace')
  await context.close()
}
