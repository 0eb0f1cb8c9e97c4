import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { dropBy } from '../../scripts/lib/drop-folder.mjs'
import { HIDDEN_LOCK_MS, LOCK_LIMIT_MS } from '../../src/app/page-lock.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { ballFolder, button, createVault, idle, openScan, PASSPHRASE, unlock, WORK_MS } from '../support/app-journey.ts'
import { type BareTab, bareTabs } from '../support/bare-tab.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'
import { showFigures } from '../support/figures.ts'

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

const lockButton = (page: Page) => page.getByRole('button', { name: /^Lock now/ })
const pressLock = (page: Page) => lockButton(page).click()

/**
 * One page back or forward. The app loads itself anew meanwhile, which may break off what a goBack() waits for: what came of it is
 * looked at afterwards.
 */
const inHistory = (page: Page, by: 1 | -1) =>
  page.evaluate((steps) => setTimeout(() => history.go(steps)), by).then(() => page.waitForTimeout(200))

/** Says that the page is hidden; headless Chromium never hides one by itself. */
const hide = (page: Page) =>
  page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })

/** Notes when the button was pressed, when the screen was blank and when the page was gone, past its reload. */
const TIMES = () => {
  const note = (name: string) => sessionStorage.setItem(name, String(performance.timeOrigin + performance.now()))
  addEventListener('click', () => note('pressed'), true)
  new MutationObserver(() => {
    if (document.documentElement?.hidden) note('blank')
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['hidden'] })
  addEventListener('pagehide', () => note('gone'))
}

/** Notes a page that the browser took out of its memory as it was. */
const FROM_MEMORY = () =>
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) sessionStorage.setItem('from-memory', 'yes')
  })

describe('what is open is locked', () => {
  test('by a press: no address of an object of the page lives on', async () => {
    const page = await openCase()
    const url = await page.evaluate(() => URL.createObjectURL(new Blob(['a picture'])))
    await expectLocked(page, () => pressLock(page))
    const read = page.evaluate((at) => fetch(at).then((answer) => answer.text()), url)
    await expect(read).rejects.toThrow()
  })
  test('by a press: blank and gone within 500 ms', async () => {
    await watched.page.addInitScript(TIMES)
    const page = await openCase()
    await expectLocked(page, () => pressLock(page))
    const at = await page.evaluate(() => ({ ...sessionStorage }) as Record<string, string>)
    const [blankMs, goneMs] = [at.blank, at.gone].map((time) => Math.round(Number(time) - Number(at.pressed)))
    expect(blankMs).toBeLessThanOrEqual(LOCK_LIMIT_MS)
    expect(goneMs).toBeLessThanOrEqual(LOCK_LIMIT_MS)
    showFigures('T17', { 'ms from the press to a blank screen': `${blankMs}`, 'to the end of the page': `${goneMs}` })
  })
  test('the next person sees that there is a vault and nothing of what is in it; its owner finds the case again', async () => {
    await watched.page.goto('/')
    await watched.page.getByText(VAULT.none.act).waitFor()
    const pictures = () => watched.page.locator('canvas, img, video').count()
    const atFirst = await pictures()
    const page = await openCase()
    const name = (await page.locator('header .case').textContent()) ?? ''
    expect(name).toMatch(/\d/)
    await expectLocked(page, () => pressLock(page))
    const left = await page.evaluate(() => ({
      page: document.documentElement.outerHTML,
      beside: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie, window.name]),
    }))
    expect(left.page).not.toContain(name)
    expect(left.beside).not.toContain(name)
    expect(await pictures()).toBe(atFirst)
    await unlock(page)
    await page
      .getByRole('button', { name: /^Open / })
      .first()
      .waitFor({ timeout: WORK_MS })
  })
  test('the back button leads to nothing of the case after that', async () => {
    const page = await openCase()
    await expectLocked(page, () => pressLock(page))
    await inHistory(page, -1)
    await page.waitForURL('about:blank')
    await inHistory(page, 1)
    await page.getByText(VAULT.locked.title).waitFor()
    expect(await page.getByRole('heading', { name: SCAN.title }).count()).toBe(0)
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
  test('when its worker hangs: it is ended', async () => {
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
  test('when it was left and the back button brings it back from memory', async () => {
    await watched.page.addInitScript(FROM_MEMORY)
    const page = await openCase()
    await expectLocked(page, async () => {
      await page.goto('about:blank')
      await inHistory(page, -1)
    })
    expect(await page.evaluate(() => sessionStorage.getItem('from-memory'))).toBe('yes')
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
    // A mouse would wait for frames, and a tab behind another one may draw none.
    await expectLocked(second, () => lockButton(page).dispatchEvent('click'))
    await page.getByText(VAULT.locked.title).waitFor()
  })
})

describe('a tab that the browser itself hides', () => {
  const has = (text: string) => `document.body?.innerText.includes(${JSON.stringify(text)}) === true`
  const press = (name: string) =>
    `[...document.querySelectorAll('button')].find((one) => one.innerText.trim() === ${JSON.stringify(name)}).click()`
  const fill = `for (const field of document.querySelectorAll('input[type=password]')) {
    field.value = ${JSON.stringify(PASSPHRASE)}
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }`

  /** A person's scan is open in a vault, and another tab is in front of it. */
  async function behindAnother(): Promise<BareTab> {
    const open = await bareTabs(browser)
    const tab = await open(inject('baseUrl'))
    await tab.until(has(VAULT.none.act), WORK_MS)
    await tab.read(fill)
    await tab.read(press(VAULT.none.act))
    await tab.until(has(START.noCases), WORK_MS)
    await tab.until(`document.querySelector('progress') === null`, WORK_MS)
    await dropBy(tab.send, ball.path)
    await tab.until(`${has(SCAN.title)} && ${has(SHELL.saved.saved)}`, WORK_MS)
    await tab.read('globalThis.same = true')
    await (await open('about:blank')).toFront()
    await tab.until(`document.visibilityState === 'hidden'`, WORK_MS)
    return tab
  }
  async function expectLockedAnew(tab: BareTab): Promise<void> {
    await tab.until(`!('same' in globalThis) && ${has(VAULT.locked.title)}`, WORK_MS)
    expect(await tab.read(`${has(SCAN.title)} || /\\d/.test(document.title)`)).toBe(false)
  }

  test('behind another one for 30 s: locked', async () => {
    const tab = await behindAnother()
    await tab.read(`{ const now = Date.now.bind(Date); Date.now = () => now() + ${HIDDEN_LOCK_MS} }`)
    await expectLockedAnew(tab)
  })
  test('and freezes: blank at once, and locked when it wakes', async () => {
    const tab = await behindAnother()
    await tab.read(
      `document.addEventListener('freeze', () => { globalThis.wasBlank = document.documentElement.hidden })`,
    )
    await tab.send('Page.setWebLifecycleState', { state: 'frozen' })
    expect(await tab.read('globalThis.wasBlank')).toBe(true)
    await tab.send('Page.setWebLifecycleState', { state: 'active' })
    await expectLockedAnew(tab)
  })
})

test('a print of the screen shows a notice and nothing of the case', async () => {
  const page = await openCase()
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.evaluate(() => document.body.innerText.trim())).toBe(SHELL.onPaper)
  const seen = () => [...document.querySelectorAll('canvas, img, svg')].filter((one) => one.getClientRects().length > 0)
  expect(await page.evaluate(`(${seen})().length`)).toBe(0)
  const paper = (await page.pdf()).toString('latin1')
  expect(paper).not.toMatch(/\/Subtype\s*\/Image/)
  expect(paper.match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
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
