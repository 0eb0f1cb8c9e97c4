import type { Page } from 'playwright-core'
import type { Role } from '../../src/core/role.ts'
import { APPROVE } from '../../src/ui/approve.en.ts'
import { ROLE, UNLOCK } from '../../src/ui/people.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { button, createVault, goTo, idle, PASSPHRASE, WORK_MS } from './app-journey.ts'
import { askVault, give, unlockAs } from './vault-people.ts'

// A case with people around it, from its designer over its reviewer to its operator.

export const WORDS = {
  custodian: 'five tall herons at noon',
  reviewer: 'the reviewer walks under pines',
  operator: 'the operator walks under pines',
}
/** A part of a page by its name. */
export const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
export async function sixWords(page: Page, name: string): Promise<string[]> {
  const words = card(page, name).locator('ol').getByRole('listitem')
  await words.first().waitFor()
  return words.allInnerTexts()
}
export const goToHandover = (page: Page) =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.handover, { exact: true }).click()

/** The sample, checked, with people around it: its designer gave it to a reviewer and an operator. */
export async function casePeople(page: Page): Promise<void> {
  await page.goto('/')
  await createVault(page)
  await button(page, START.runSample).click()
  await page.getByText(PRINT.lead).waitFor({ timeout: WORK_MS })
  await idle(page)
  const first = (await askVault(page, 'setUpPeople', {
    owner: { staff: '0142' },
    custodian: { staff: '0001', passphrase: WORDS.custodian },
  })) as { custodian: string }
  await page.reload()
  await page.getByLabel(UNLOCK.who).waitFor()
  await askVault(page, 'unlock', WORDS.custodian, first.custodian)
  await askVault(page, 'enrol', { staff: '0071', roles: ['reviewer'], passphrase: WORDS.reviewer })
  await askVault(page, 'enrol', { staff: '0104', roles: ['operator'], passphrase: WORDS.operator })
  await comeIn(page, '0142', 'designer', PASSPHRASE)
  await atApprove(page)
  await give(page, '0071', 'reviewer')
  await idle(page)
  await give(page, '0104', 'operator')
  await idle(page)
}

/** Comes in after whoever was there. */
export async function comeIn(page: Page, staff: string, role: Role, passphrase: string): Promise<void> {
  await page.reload()
  await unlockAs(page, staff, ROLE[role], passphrase)
  await page.getByLabel(UNLOCK.who).waitFor({ state: 'detached', timeout: WORK_MS })
  await idle(page)
}

async function atApprove(page: Page): Promise<void> {
  const open = page.getByRole('button', { name: /^Open / })
  await open.first().click({ timeout: WORK_MS })
  await page.locator('[data-place="start"]').waitFor({ state: 'detached', timeout: WORK_MS })
  await idle(page)
  await goTo(page, 'approve')
}

/** A reviewer signs the part. */
export async function signed(page: Page): Promise<void> {
  await comeIn(page, '0071', 'reviewer', WORDS.reviewer)
  await atApprove(page)
  await button(page, APPROVE.act).click()
  await page.getByLabel(APPROVE.passphrase).fill(WORDS.reviewer)
  await page.getByRole('dialog').locator('[type=submit]').click()
  await page.locator('[data-standing="approved"]').waitFor({ timeout: WORK_MS })
}
