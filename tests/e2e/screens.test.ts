import { readFileSync } from 'node:fs'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { CHECK } from '../../src/ui/check.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { SHELL, STATION } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { button, createVault, unlock } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { threeMfContent } from '../support/read-files.ts'
import { askVault } from '../support/vault-people.ts'

// One session: the sample is run by keyboard once, and every screen that leaves is then looked at. Touch is on, so that
// the sizes of the kiosk and the phone are those of a coarse pointer.

const WORK_MS = 120_000
const STATIONS = [...Object.values(STATION), SHELL.trace, SHELL.models, SHELL.people, SHELL.library]
const TOUCH_PX = 44
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
  watched = await openPage(browser, inject('baseUrl'), {
    viewport: { width: 1440, height: 900 },
    hasTouch: true,
    reducedMotion: 'reduce',
  })
  page = watched.page
  await page.goto('/')
  await page.getByRole('button', { name: START.runSample }).waitFor()
})
afterAll(async () => {
  await watched?.close()
  await browser?.close()
})

/** What axe finds serious or critical on the screen as it stands, in both themes. */
const barriers = async (where: string) => (await axeBarriers(page)).map((text) => `${where}, ${text}`)

async function go(station: string): Promise<void> {
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(station, { exact: true }).click()
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}

/** Presses Tab until the control of this name has the focus, then Enter; fails where Tab cannot reach it. */
async function pressByKeyboard(name: string): Promise<void> {
  for (let n = 0; n < 80; n++) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    if ((await focused.count()) > 0 && (await focused.textContent())?.trim() === name) {
      await page.keyboard.press('Enter')
      return
    }
  }
  throw new Error(`Tab does not reach "${name}"`)
}

test('the start page has no serious barrier, and the sample goes from start to the saved file by keyboard alone', async () => {
  expect(await barriers('Start')).toEqual([])
  await pressByKeyboard(START.runSample)
  await page.getByRole('button', { name: PRINT.save3mf }).waitFor({ timeout: WORK_MS })
  const download = page.waitForEvent('download')
  await pressByKeyboard(PRINT.save3mf)
  const file = threeMfContent(new Uint8Array(readFileSync(await (await download).path())))
  expect(defectsOf(file.mesh)).toEqual(NO_DEFECTS)
  await pressByKeyboard(PRINT.trace)
  await page.getByRole('heading', { name: /^Trace / }).waitFor()
})

test('no station has a serious barrier, light or dark', async () => {
  const found: string[] = []
  for (const station of STATIONS) {
    await go(station)
    found.push(...(await barriers(station)))
  }
  await go(STATION.check)
  await page.getByText(SHELL.onDevice).click()
  found.push(...(await barriers('On this device')))
  await page.keyboard.press('Escape')
  expect(found).toEqual([])
})

test('the theme follows the system until a person chooses', async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await ground()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await ground()
  expect(light).not.toBe(dark)
  await page.getByRole('button', { name: SHELL.dark }).click()
  expect(await ground()).toBe(dark)
  await page.getByRole('button', { name: SHELL.light }).click()
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await ground()).toBe(light)
})

/** Buttons whose place to press is lower than a fingertip; what lies over or under their edge counts, as for a finger. */
const lowButtons = () =>
  page.evaluate((least) => {
    const reach = (button: Element, x: number, y: number, step: number) => {
      let n = 0
      while (n < least && button.contains(document.elementFromPoint(x, y + step * (n + 1)))) n++
      return n
    }
    const low: string[] = []
    for (const button of document.querySelectorAll('button')) {
      if (!button.checkVisibility({ visibilityProperty: true }) || button.disabled) continue
      button.scrollIntoView({ block: 'center' })
      const { left, top, width, height } = button.getBoundingClientRect()
      const [x, y] = [left + width / 2, top + height / 2]
      const high = reach(button, x, y, -1) + reach(button, x, y, 1) + 1
      if (high < least) low.push(`${button.textContent?.trim() || button.ariaLabel}: ${high}`)
    }
    return low
  }, TOUCH_PX)

test('at the kiosk every button is as high as a fingertip', async () => {
  await page.setViewportSize({ width: 1024, height: 768 })
  const low: string[] = []
  for (const station of STATIONS) {
    await go(station)
    low.push(...(await lowButtons()).map((text) => `${station}: ${text}`))
  }
  expect(low).toEqual([])
})

test('at the kiosk no label of a tool touches its frame', async () => {
  await page.setViewportSize({ width: 1024, height: 768 })
  await go(STATION.segment)
  const room = await page
    .getByRole('group', { name: SEGMENT.tools })
    .getByRole('button')
    .evaluateAll((all) =>
      all.map((button) => {
        const range = document.createRange()
        range.selectNodeContents(button)
        const [text, frame] = [range.getBoundingClientRect(), button.getBoundingClientRect()]
        return Math.min(text.left - frame.left, frame.right - text.right)
      }),
    )
  expect(room.length).toBeGreaterThan(10)
  // The frame itself is 1 px.
  expect(Math.min(...room)).toBeGreaterThanOrEqual(2.5)
})

test('on a phone nothing scrolls sideways, and each station starts at its top', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  const wrong: string[] = []
  for (const station of STATIONS) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await go(station)
    const { wide, top } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - innerWidth,
      top: scrollY,
    }))
    if (wide > 0 || top > 0) wrong.push(`${station}: ${wide} px too wide, at ${top}`)
  }
  expect(wrong).toEqual([])
  await go(STATION.check)
  const order = await page
    .locator('.side .head, .led, .side .btn.primary')
    .evaluateAll((all) =>
      [...all]
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((one) => one.className.split(' ')[0]),
    )
  expect(order).toEqual(['head', 'led', 'btn'])
  await page.getByRole('button', { name: CHECK.toPrint }).click()
  watched.expectClean()
})

test('on a phone who comes back sees the unlock first, then their cases, and the others at a press', async () => {
  const phone = await openPage(browser, inject('baseUrl'), { viewport: { width: 390, height: 844 }, hasTouch: true })
  const { page } = phone
  await page.goto('/')
  await createVault(page)
  const init = { templateId: 'ct-bone', policy: 'teaching', process: 'sla' }
  for (let n = 1; n <= 8; n++) await askVault(page, 'createCase', { ...init, pseudonym: `Heron ${n}` })
  const bar = page.getByRole('navigation', { name: SHELL.stations })
  const above = async (what: Locator) => {
    await what.waitFor({ timeout: WORK_MS })
    const [box, edge] = [await what.boundingBox(), await bar.boundingBox()]
    return (box?.y ?? 0) + (box?.height ?? 0) <= (edge?.y ?? 0)
  }
  await page.reload()
  expect(await above(button(page, VAULT.locked.act))).toBe(true)
  await unlock(page)
  const cases = page.getByRole('button', { name: /^Open / })
  expect(await above(cases.first())).toBe(true)
  expect(await cases.count()).toBe(6)
  expect(await above(button(page, START.showAll(8)))).toBe(true)
  await button(page, START.showAll(8)).click()
  await expect.poll(() => cases.count()).toBe(8)
  phone.expectClean()
  await phone.close()
})
