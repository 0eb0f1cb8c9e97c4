import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { HIDDEN_LOCK_MS } from '../../src/app/page-lock.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { ballFolder, button, createVault, idle, openScan, unlock, WORK_MS } from '../support/app-journey.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'

const ball = ballFolder()
let browser: Awaited<ReturnType<typeof openBrowser>>
let watched: WatchedPage
beforeEach(async () => {
  // Pages kept in memory for the back button are off under automation, and on for people.
  browser = await openBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  watched = await openPage(browser, inject('baseUrl'))
})
afterEach(() => browser?.close())

/** A person's scan is open, in a vault. */
async function openCase(): Promise<Page> {
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await openScan(watched, ball.path)
  await idle(page)
  await page.getByText(SHELL.saved.saved).waitFor({ state: 'attached', timeout: WORK_MS })
  return page
}

/** The page is a new one, locked, and shows nothing of the person; the worker that had the keys is gone. */
async function expectLocked(page: Page, act: () => Promise<unknown>): Promise<void> {
  const workers = page.workers()
  expect(workers.some((one) => one.url().includes('vault'))).toBe(true)
  await page.evaluate(() => Reflect.set(globalThis, 'same', true))
  await act()
  await page.waitForFunction(() => !('same' in globalThis), undefined, { timeout: 20_000 })
  await page.getByText(VAULT.locked.title).waitFor()
  expect(page.workers().filter((one) => workers.includes(one))).toEqual([])
  expect(await page.getByRole('heading', { name: SCAN.title }).count()).toBe(0)
  expect(await page.title()).not.toMatch(/\d/)
  expect(new URL(page.url()).hash).toBe('')
}

const pressLock = (page: Page) => page.getByRole('button', { name: /^Lock now/ }).click()

/** Says that the page is hidden; headless Chromium never hides one by itself. */
const hide = (page: Page) =>
  page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })

describe('what is open is locked', () => {
  test('by a press: blank at once, and no address of an object of the page lives on', async () => {
    const page = await openCase()
    const url = await page.evaluate(() => URL.createObjectURL(new Blob(['a picture'])))
    await expectLocked(page, async () => {
      await pressLock(page)
    })
    const read = page.evaluate((at) => fetch(at).then((answer) => answer.text()), url)
    await expect(read).rejects.toThrow()
    // The next person sees that there is a vault, and the first one finds the case again.
    await unlock(page)
    await page
      .getByRole('button', { name: /^Open / })
      .first()
      .waitFor({ timeout: WORK_MS })
  })
  test('after the idle time', async () => {
    const page = await openCase()
    const vault = page.workers().find((one) => one.url().includes('vault'))
    await expectLocked(page, async () => {
      await vault?.evaluate(() => {
        const now = Date.now.bind(Date)
        Date.now = () => now() + 3_600_000
      })
    })
  })
  test('when hidden for 30 s', async () => {
    await watched.page.clock.install()
    const page = await openCase()
    await hide(page)
    await expectLocked(page, () => page.clock.runFor(HIDDEN_LOCK_MS + 1000))
  })
  test('when its worker hangs', async () => {
    const page = await openCase()
    const vault = page.workers().find((one) => one.url().includes('vault'))
    await expectLocked(page, async () => {
      vault
        ?.evaluate(() => {
          for (;;);
        })
        .catch(() => {})
      await pressLock(page)
    })
  })
  test('when it was frozen', async () => {
    const page = await openCase()
    // A page that is seen is never frozen, and headless Chromium hides none: the browser's word is played.
    await expectLocked(page, () =>
      page.evaluate(() => {
        document.dispatchEvent(new Event('freeze'))
        document.dispatchEvent(new Event('resume'))
      }),
    )
  })
  test('when it was left and the back button brings it back', async () => {
    const page = await openCase()
    await expectLocked(page, async () => {
      await page.goto('about:blank')
      await page.goBack({ waitUntil: 'commit' })
    })
  })
  test('by a reload', async () => {
    const page = await openCase()
    await expectLocked(page, () => page.reload())
  })
  test('in another tab: that one shows nothing before, and is locked along', async () => {
    const page = await openCase()
    const second = await watched.context.newPage()
    await second.goto('/')
    await second.getByText(VAULT.locked.title).waitFor()
    expect(await second.getByRole('button', { name: /^Open / }).count()).toBe(0)
    await unlock(second)
    await second
      .getByRole('button', { name: /^Open / })
      .first()
      .waitFor({ timeout: WORK_MS })
    await expectLocked(second, () => pressLock(page))
    await page.getByText(VAULT.locked.title).waitFor()
  })
})

describe('a teaching session', () => {
  const teach = async (address: string) => {
    const { page } = watched
    await page.clock.install()
    await page.goto(address)
    await button(page, START.runSample).click()
    await page.getByRole('complementary').waitFor({ timeout: WORK_MS })
    await idle(page)
    await hide(page)
    await page.evaluate(() => Reflect.set(globalThis, 'same', true))
    await page.clock.runFor(HIDDEN_LOCK_MS + 2000)
    return page
  }
  test('of a person stays when the page is hidden', async () => {
    const page = await teach('/')
    expect(await page.evaluate(() => 'same' in globalThis)).toBe(true)
    expect(await button(page, START.runSample).count()).toBe(0)
  })
  test('in a kiosk ends, and the next person starts from nothing', async () => {
    const page = await teach('/?kiosk')
    await page.waitForFunction(() => !('same' in globalThis), undefined, { timeout: 20_000 })
    await button(page, START.runSample).waitFor()
    const names = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''))
    await expect.poll(async () => (await names()).filter((name) => name.includes('teaching'))).toEqual([])
  })
})
