import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { CHROMIUM_ARGS, ensureChromium } from '../../scripts/lib/chromium.mjs'

/** A page under watch: everything it asked for and everything that went wrong in it, workers included. */
export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Every address requested so far. */
  readonly requests: readonly string[]
  /** CSP violations, console errors and uncaught exceptions so far. */
  readonly problems: readonly string[]
  /** Fails when a request left the origin, the CSP was violated, or an error was logged or thrown. */
  expectClean(): void
  close(): Promise<void>
}

/**
 * Starts Chromium with WebGPU (SwiftShader where there is no GPU); of two arguments alike the one in `more` counts. The caller
 * closes it.
 */
export async function openBrowser(options: LaunchOptions = {}, more: readonly string[] = []): Promise<Browser> {
  const { path } = await ensureChromium()
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', ...CHROMIUM_ARGS, ...more], ...options })
}

/** Opens a fresh profile and a page under watch; nothing is loaded yet. The app is not installed unless `options` say so. */
export async function openPage(
  browser: Browser,
  baseUrl: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    acceptDownloads: true,
    serviceWorkers: 'block',
    baseURL: baseUrl,
    ...options,
  })
  const requests: string[] = []
  const problems: string[] = []
  const origin = new URL(baseUrl).origin
  const foreign = () => requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin)

  context.on('request', (request) => requests.push(request.url()))
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  await context.exposeBinding('__violation', (_source, text: string) => problems.push(`CSP: ${text}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = Reflect.get(globalThis, '__violation') as (text: string) => void
      report(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  const page = await context.newPage()
  await watchWorkers(page, (text) => problems.push(`worker: ${text}`))
  return {
    page,
    context,
    requests,
    problems,
    expectClean() {
      expect({ foreign: foreign(), problems }).toEqual({ foreign: [], problems: [] })
    },
    close: () => context.close(),
  }
}

/** A CSP violation in a worker fires no event in the document and is left out by Playwright: only the log tells. */
async function watchWorkers(page: Page, report: (text: string) => void): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  devtools.on('Log.entryAdded', ({ entry }) => {
    if (entry.source === 'worker' && entry.level === 'error') report(entry.text)
  })
  await devtools.send('Log.enable')
}

const DESK = { viewport: { width: 1440, height: 900 } }

/** A browser for the tests of a file; each opens its own page of the built app, the size of a desk. */
export function browserOfFile(): { open(): Promise<WatchedPage> } {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  return { open: () => openPage(browser, inject('baseUrl'), DESK) }
}

/** One page on the first screen for all tests of a file, one after the other. */
export function pageOfFile(): { readonly watched: WatchedPage; readonly page: Page } {
  const { open } = browserOfFile()
  let watched: WatchedPage
  beforeAll(async () => {
    watched = await open()
    await watched.page.goto('/')
  })
  afterAll(() => watched?.close())
  return {
    get watched() {
      return watched
    },
    get page() {
      return watched.page
    },
  }
}
