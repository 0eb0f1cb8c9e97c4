import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { BACKUP } from '../../src/ui/backup.en.ts'

import { SHELL } from '../../src/ui/shell.en.ts'
import { VAULT } from '../../src/ui/start.en.ts'
import { ballFolder, button, createVault, idle, openScan, saveFile, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { askVault } from '../support/vault-people.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())
const ball = ballFolder()
const WORDS = 'a safe below the old stairs'
const alert = (page: Page, code: string) =>
  page.locator(`[role=alert][data-code="${code}"]`).waitFor({ timeout: WORK_MS })

/** Digests of everything in the one case. */
async function digests(page: Page): Promise<unknown> {
  const [row] = (await askVault(page, 'listCases')) as { id: string }[]
  const { assets } = (await askVault(page, 'openCase', row?.id)) as { assets: { digest: string }[] }
  return assets.map(({ digest }) => digest)
}
async function choose(page: Page, file: Buffer): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, BACKUP.choose).click()])
  await chooser.setFiles({ name: 'vault.backup', mimeType: 'application/octet-stream', buffer: file })
}
async function look(page: Page, file: Buffer, words: string): Promise<void> {
  await choose(page, file)
  await page.getByLabel(BACKUP.passphrase).fill(words)
  await button(page, BACKUP.look).click()
}

test('a backup made in one browser is restored in another, with the same case', async () => {
  const atDesk = { viewport: { width: 1440, height: 900 } }
  const first = await openPage(browser, inject('baseUrl'), atDesk)
  await first.page.goto('/')
  await createVault(first.page)
  await openScan(first, ball.path)
  await idle(first.page)
  await first.page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.library, { exact: true }).click()
  // The gentle reminder leads to where it is made.
  await button(first.page, BACKUP.remindAct).click()
  await first.page.locator('[data-due=true]').waitFor()
  await button(first.page, BACKUP.act).click()
  await first.page.getByLabel(BACKUP.first).fill(WORDS)
  await first.page.getByLabel(BACKUP.again).fill(WORDS)
  expect(await axeBarriers(first.page)).toEqual([])
  const file = await saveFile(first.page, BACKUP.saveAct)
  await first.page.locator('[data-due=false]').waitFor({ timeout: WORK_MS })
  const before = await digests(first.page)
  expect(before).not.toEqual([])
  // Where there is a vault it can be looked into and is not put over it.
  await look(first.page, file, WORDS)
  await first.page.getByText(BACKUP.elsewhere).waitFor({ timeout: WORK_MS })
  expect(await button(first.page, BACKUP.restoreAct).count()).toBe(0)
  first.expectClean()
  await first.close()

  const second = await openPage(browser, inject('baseUrl'), atDesk)
  const { page } = second
  await page.goto('/')
  await page.getByText(BACKUP.instead).click()
  await look(page, file, 'not these words at all')
  await alert(page, 'vault/wrong-passphrase')
  await look(page, file.subarray(0, file.length - 10), WORDS)
  await alert(page, 'vault/bad-backup')
  await look(page, Buffer.from('a letter to somebody'), WORDS)
  await alert(page, 'vault/bad-backup')
  await look(page, Buffer.concat([Buffer.from('proofprint-backup/2\n'), file.subarray(20)]), WORDS)
  await alert(page, 'vault/newer')
  await look(page, file, WORDS)
  await page.getByText(BACKUP.whole).waitFor({ timeout: WORK_MS })
  expect(await axeBarriers(page)).toEqual([])
  await button(page, BACKUP.restoreAct).click()
  await page.getByText(VAULT.locked.title).waitFor({ timeout: WORK_MS })
  await unlock(page)
  await page.getByRole('button', { name: /^Open / }).click({ timeout: WORK_MS })
  await page.getByRole('banner').getByText(SHELL.saved.saved).waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await digests(page)).toEqual(before)
  second.expectClean()
  await second.close()
})
