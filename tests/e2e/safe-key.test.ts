import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { PLACES } from '../../src/ui/keys.en.ts'
import { KEYS, ONE, PEOPLE, ROLE, UNLOCK } from '../../src/ui/people.en.ts'
import { RECOVER, SAFE, shortPrint } from '../../src/ui/safe.en.ts'
import { button, createVault, idle, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { askVault, CUSTODIAN, comeIn, goToPeople, lockPeople } from '../support/vault-people.ts'

const { open } = browserOfFile()
const INTAKE = 'two lamps beside the harbour'
const LATE = 'one bell above the old mill'
const INIT = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' }

/** People past the screens: a custodian, Intake, and a designer who comes after the case that Intake makes in the meantime. */
async function withPeople(page: Page): Promise<string> {
  const custodian = { staff: CUSTODIAN.staff, passphrase: CUSTODIAN.passphrase }
  const first = (await askVault(page, 'setUpPeople', { owner: { staff: '0100' }, custodian })) as Record<string, string>
  await page.reload()
  await page.getByText(UNLOCK.title).waitFor({ timeout: WORK_MS })
  await askVault(page, 'unlock', CUSTODIAN.passphrase, first.custodian)
  const intake = await askVault(page, 'enrol', { staff: '0101', roles: ['intake'], passphrase: INTAKE })
  await askVault(page, 'unlock', INTAKE, intake)
  const before = (await askVault(page, 'createCase', INIT)) as string
  await page.reload()
  return before
}
async function newCase(page: Page): Promise<string> {
  const people = (await askVault(page, 'listPeople')) as { id: string; staff: string }[]
  const idOf = (staff: string) => people.find((one) => one.staff === staff)?.id
  await askVault(page, 'unlock', INTAKE, idOf('0101'))
  const id = (await askVault(page, 'createCase', INIT)) as string
  await askVault(page, 'unlock', CUSTODIAN.passphrase, idOf(CUSTODIAN.staff))
  await askVault(page, 'enrol', { staff: '0900', roles: ['designer'], passphrase: LATE })
  await page.reload()
  return id
}
async function toKeys(page: Page): Promise<void> {
  await comeIn(page, CUSTODIAN.staff, ROLE.custodian, CUSTODIAN.passphrase)
  await goToPeople(page)
  await page.getByRole('group', { name: PLACES.label }).getByText(PLACES.keys).click()
}
async function prove(page: Page, act: string): Promise<void> {
  await page.getByLabel(ONE.proof).fill(CUSTODIAN.passphrase)
  await button(page, act).click()
  await idle(page)
}
async function recover(page: Page, path: string, caseId: string): Promise<void> {
  await page.getByLabel(RECOVER.choose).setInputFiles(path)
  await page.getByRole('combobox', { name: RECOVER.which }).selectOption({ label: KEYS.caseName(caseId) })
  await page.getByLabel(RECOVER.who).selectOption({ label: PEOPLE.person('0900') })
  await button(page, RECOVER.act).click()
  expect(await axeBarriers(page)).toEqual([])
  await prove(page, RECOVER.now)
}

test('a custodian makes a recovery key for the safe and recovers a case with its file', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  const before = await withPeople(page)

  // Made: saved as a file, whose fingerprint the screen shows.
  await toKeys(page)
  await page.getByText(SAFE.none).waitFor({ timeout: WORK_MS })
  await button(page, SAFE.make).click()
  expect(await axeBarriers(page)).toEqual([])
  const [file] = await Promise.all([page.waitForEvent('download'), prove(page, SAFE.act)])
  await page.getByText(SAFE.made).waitFor({ timeout: WORK_MS })
  const path = `${await file.path()}.key`
  await file.saveAs(path)
  const told = JSON.parse(readFileSync(path, 'utf8'))
  expect(file.suggestedFilename()).toMatch(/^recovery-key-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.key$/)
  await page.getByRole('region', { name: SAFE.title }).getByText(shortPrint(told)).waitFor()
  await page.getByText(SAFE.due(1)).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await lockPeople(page)
  const id = await newCase(page)

  // Another file is refused by name; a case of before the key is not to choose, and it says why.
  await toKeys(page)
  await page.getByLabel(RECOVER.choose).setInputFiles({ name: 'x.key', mimeType: '', buffer: Buffer.from('no key') })
  await page.locator('[role=alert][data-code="vault/bad-key"]').waitFor({ timeout: WORK_MS })
  await page.getByLabel(RECOVER.choose).setInputFiles(path)
  const which = page.getByRole('combobox', { name: RECOVER.which })
  await which.waitFor({ timeout: WORK_MS })
  expect(await which.locator('option').allTextContents()).toEqual([KEYS.caseName(id)])
  await page.getByText(RECOVER.left(1)).click()
  const left = page.getByRole('region', { name: RECOVER.title }).locator('dl div', { hasText: KEYS.caseName(before) })
  await left.getByText(RECOVER.why['not-in-safe']).waitFor()
  expect(await axeBarriers(page)).toEqual([])

  // Recovered, and opened by the designer who came late.
  await recover(page, path, id)
  const line = `Recovered ${KEYS.caseName(id)} for ${PEOPLE.person('0900')} with the key from the safe`
  await page.getByText(RECOVER.done(line)).waitFor({ timeout: WORK_MS })
  await page.getByText(RECOVER.whole(true)).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await lockPeople(page)
  await comeIn(page, '0900', ROLE.designer, LATE)
  await goToPeople(page)
  const row = page.getByRole('table', { name: KEYS.cases }).getByRole('row').filter({ hasText: INIT.pseudonym })
  await row.getByText(PEOPLE.person('0900')).waitFor({ timeout: WORK_MS })
  expect(await page.getByRole('table', { name: KEYS.cases }).getByText('Somebody').count()).toBe(0)
  watched.expectClean()
  await watched.close()
}, 300_000)
