import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { showFigures } from '../support/figures.ts'
import { openSources } from '../support/source-server.ts'
import type { Fault, Trial, Verb } from '../support/vault-trials.ts'

/*
 * The faults of tests/unit/vault/faults.test.ts in the browser's own IndexedDB, at every call of the verbs that write; and a disk
 * that is full, which the browser itself says.
 */
let browser: Browser
let sources: Awaited<ReturnType<typeof openSources>>
let page: Page
let clearing: Promise<unknown> = Promise.resolve()

type Own = typeof import('../support/vault-trials.ts')

beforeAll(async () => {
  sources = await openSources(['../tests/support/vault-trials.ts'])
  browser = await openBrowser()
  page = await browser.newPage()
  const devtools = await page.context().newCDPSession(page)
  await page.exposeFunction('evict', () => {
    clearing = devtools.send('Storage.clearDataForOrigin', { origin: sources.url, storageTypes: 'indexeddb' })
  })
  await page.exposeFunction('evicted', () => clearing.then(() => undefined))
  await page.goto(`${sources.url.replace('localhost', '127.0.0.1')}/empty`)
  await page.waitForFunction(() => 'own' in globalThis)
})
afterAll(async () => {
  await browser?.close()
  await sources?.close()
})

const tryFault = (verb: Verb, at: number, fault: Fault): Promise<Trial> =>
  page.evaluate(([name, n, how]) => (globalThis as unknown as { own: Own }).own.tryFault(name, n, how), [
    verb,
    at,
    fault,
  ] as const)

const FAULTS: readonly Fault[] = [
  'quota',
  'unknown',
  'stale-handle',
  'inactive',
  'aborted',
  'aborted-late',
  'closed',
  'slow',
  'evicted',
]
const VERBS: readonly Verb[] = ['createCase', 'commit', 'writeSetting', 'addModel', 'changePassphrase', 'deleteCase']
const counted = { calls: 0, tried: 0 }

test.each(VERBS)(
  '%s with a fault at any of its calls: never a false "done", nothing in part',
  async (verb) => {
    const whole = await tryFault(verb, -1, 'slow')
    expect(whole.error).toBeNull()
    expect(whole.after).not.toBe(whole.before)
    for (let at = 0; at < whole.calls; at++)
      for (const fault of FAULTS) {
        const { error, before, after } = await tryFault(verb, at, fault)
        const where = `${verb}, call ${at}, ${fault}`
        counted.tried++
        if (error !== null) expect(error, where).toMatch(/^error: vault\//)
        // What the browser itself threw away is missed by name or not there at all; it is never half there.
        if (fault === 'evicted') expect(after, where).toMatch(/^(no vault$|error: vault\/|\[)/)
        else if (error === null) expect(after, where).toBe(whole.after)
        else expect([before, whole.after], where).toContain(after)
      }
    counted.calls += whole.calls
  },
  600_000,
)

test('a disk that is full: named, the case is as before, and it goes on when there is room', async () => {
  const devtools = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 30_000_000 })
  const { said, before, after, steps } = await page.evaluate(() => (globalThis as unknown as { own: Own }).own.fillUp())
  expect(said).toBe('error: vault/quota')
  expect(after).toBe(before)
  expect(steps).toBeGreaterThan(0)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  expect(await page.evaluate(() => (globalThis as unknown as { own: Own }).own.goOn())).toBe('stored')
  showFigures('T11', { 'a full disk in Chromium': 'named, the case as before' })
})

test('the calls that were made to fail are counted', () => {
  expect(counted.tried).toBe(counted.calls * FAULTS.length)
  expect(counted.calls).toBeGreaterThan(20)
  showFigures('T11', { 'calls in Chromium': counted.calls, 'tried in Chromium': counted.tried })
})
