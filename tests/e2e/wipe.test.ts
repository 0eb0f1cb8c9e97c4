import { expect, inject, test } from 'vitest'
import { WIPE } from '../../src/ui/channels.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { VAULT } from '../../src/ui/start.en.ts'
import { button, createVault } from '../support/app-journey.ts'
import { openBrowser, openPage } from '../support/browser.ts'

test('after a press that is confirmed nothing of the vault is left in the browser; a link on another site erases nothing', async () => {
  const browser = await openBrowser()
  const watched = await openPage(browser, inject('baseUrl'))
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  const databases = () => page.evaluate(async () => (await indexedDB.databases()).length)
  const files = () =>
    page.evaluate(async () => {
      const names: string[] = []
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
      return names
    })
  expect(await files()).toEqual(['proofprint-vault.slots'])
  expect(await databases()).toBeGreaterThan(0)

  // The same address under another name is another site.
  const other = inject('baseUrl').replace('127.0.0.1', 'localhost')
  await page.route(`${other}**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${inject('baseUrl')}wipe">a link</a>` }),
  )
  await page.goto(other)
  await page.getByText('a link').click()
  await page.getByRole('heading', { name: WIPE.leftTitle }).waitFor()

  await page.goto('/')
  await page.getByText(VAULT.locked.title).waitFor()
  await page.getByRole('button', { name: SHELL.onDevice }).click()
  await button(page, WIPE.link).click()
  await button(page, WIPE.no).click()
  expect(await databases()).toBeGreaterThan(0)
  await page.getByRole('button', { name: SHELL.onDevice }).click()
  await button(page, WIPE.link).click()
  await button(page, WIPE.yes).click()
  await page.getByRole('heading', { name: WIPE.doneTitle }).waitFor()
  expect(await databases()).toBe(0)
  expect(await files()).toEqual([])
  expect(watched.problems.filter((problem) => problem.startsWith('CSP') || problem.startsWith('uncaught'))).toEqual([])
  await page.goto('/')
  await page.getByText(VAULT.none.title).waitFor()
  await browser.close()
})
