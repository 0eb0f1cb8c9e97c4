import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Role } from '../../src/core/role.ts'
import { ACTS } from '../../src/ui/acts.en.ts'
import { APPROVE, BACK_REASON, PRINTED, RELEASE } from '../../src/ui/approve.en.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { RECEIPT } from '../../src/ui/handover.en.ts'
import { MARK_CHOICE, MARK_FIELD, MARK_TOOL } from '../../src/ui/marks.en.ts'
import { ROLE, UNLOCK } from '../../src/ui/people.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { POLICY, PROCESS_LONG } from '../../src/ui/terms.en.ts'
import { button, createVault, goTo, idle, PASSPHRASE, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { threeMfContent } from '../support/read-files.ts'
import { askVault, give, unlockAs } from '../support/vault-people.ts'
import { verdictsOf, verifyMjs, verifyPy, withFiles } from '../support/verifiers.ts'

const { open } = browserOfFile()

const WORDS = {
  custodian: 'five tall herons at noon',
  reviewer: 'the reviewer walks under pines',
  operator: 'the operator walks under pines',
}
const standing = (page: Page) => page.locator('[data-standing]').getAttribute('data-standing')
const choose = (page: Page, field: string | undefined, option: string | undefined) =>
  page.getByRole('combobox', { name: field ?? '', exact: true }).selectOption({ label: option ?? '' })

/** The sample with its side signed and its ID on it, checked for planning. */
async function planningPart(page: Page): Promise<void> {
  await button(page, START.runSample).click()
  await page.getByText(PRINT.lead).waitFor({ timeout: WORK_MS })
  await idle(page)
  await goTo(page, 'scan')
  await page.locator('.side-q button', { hasText: SCAN.sideLeft }).click()
  await button(page, SCAN.signLeft).click()
  await idle(page)
  await goTo(page, 'model')
  await button(page, MARK_TOOL.emboss.name).click()
  await choose(page, MARK_FIELD['emboss.rows'], MARK_CHOICE.one)
  await choose(page, MARK_FIELD['emboss.top'], MARK_CHOICE.right)
  const box = await page.locator('[data-pane="part"]').boundingBox()
  if (!box) throw new Error('the part is not shown')
  await page.mouse.click(box.x + 0.56 * box.width, box.y + 0.65 * box.height)
  await page.getByText(/^Face picked at/).waitFor()
  await button(page, MARK_TOOL.emboss.act).click()
  await idle(page)
  await goTo(page, 'check')
  await choose(page, CHECK.use, POLICY.planning)
  await idle(page)
  await page.locator('[data-check]').first().waitFor({ timeout: WORK_MS })
}

async function openCase(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Open / })
    .first()
    .click({ timeout: WORK_MS })
  await idle(page)
}

type Staff = '0142' | '0001' | '0071' | '0104'
/** Who comes in next, as what. */
async function lockAnd(page: Page, staff: Staff, role: Role, passphrase: string): Promise<void> {
  await page.reload()
  await unlockAs(page, staff, ROLE[role], passphrase)
}

test('a designer cannot release under planning, a reviewer signs, an operator releases once, an edit voids it', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await planningPart(page)
  // Alone, nobody may sign for this use.
  await goTo(page, 'approve')
  expect(await standing(page)).toBe('no-reviewer')
  await goTo(page, 'print')
  expect(await button(page, PRINT.save3mf).count()).toBe(0)

  const first = (await askVault(page, 'setUpPeople', {
    owner: { staff: '0142' },
    custodian: { staff: '0001', passphrase: WORDS.custodian },
  })) as { owner: string; custodian: string }
  // The page does not know who is there now, and would lock it.
  await page.reload()
  await page.getByLabel(UNLOCK.who).waitFor()
  await askVault(page, 'unlock', WORDS.custodian, first.custodian)
  const enrol = (role: 'reviewer' | 'operator', staff: string) =>
    askVault(page, 'enrol', { staff, roles: [role], passphrase: WORDS[role] }) as Promise<string>
  await enrol('reviewer', '0071')
  await enrol('operator', '0104')

  await lockAnd(page, '0142', 'designer', PASSPHRASE)
  await openCase(page)
  await goTo(page, 'approve')
  expect(await standing(page)).toMatch(/waits/)
  expect(await button(page, APPROVE.act).count()).toBe(0)
  await give(page, '0071', 'reviewer')
  await idle(page)
  await give(page, '0104', 'operator')
  await idle(page)
  expect(await axeBarriers(page)).toEqual([])
  await goTo(page, 'print')
  await page.getByText(RELEASE.waits).waitFor()
  expect(await button(page, PRINT.save3mf).count()).toBe(0)

  // The reviewer looks, accepts what may be accepted, and sends it back first.
  await lockAnd(page, '0071', 'reviewer', WORDS.reviewer)
  await openCase(page)
  await goTo(page, 'model')
  await page.getByRole('complementary', { name: APPROVE.reader }).waitFor()
  await goTo(page, 'approve')
  expect(await axeBarriers(page)).toEqual([])
  await button(page, APPROVE.back).click()
  await page.getByLabel(APPROVE.words).fill('The letters stand too close to the edge')
  await button(page, APPROVE.backAct).click()
  await page.locator('[data-standing="returned"]').waitFor()

  await lockAnd(page, '0142', 'designer', PASSPHRASE)
  await openCase(page)
  await goTo(page, 'check')
  await page.getByText(APPROVE.returnedBy('0071', 'anatomy')).waitFor()
  await page.getByText('The letters stand too close to the edge').waitFor()
  expect(BACK_REASON.anatomy).toBeTruthy()
  // Checked again, it waits again.
  await choose(page, CHECK.process, PROCESS_LONG.sla)
  await idle(page)
  await goTo(page, 'approve')
  expect(await standing(page)).toBe('waits')

  await lockAnd(page, '0071', 'reviewer', WORDS.reviewer)
  await openCase(page)
  await goTo(page, 'approve')
  await accept(page)
  await sign(page, 'not the passphrase')
  await page.getByRole('alert').waitFor()
  await sign(page, WORDS.reviewer)
  await page.locator('[data-standing="approved"]').waitFor({ timeout: WORK_MS })

  await lockAnd(page, '0104', 'operator', WORDS.operator)
  await page.getByText(PRINTED.none).waitFor({ timeout: WORK_MS })
  await button(page, RELEASE.act).first().click()
  await page.getByLabel(APPROVE.passphrase).fill(WORDS.operator)
  const download = page.waitForEvent('download')
  await page.getByRole('dialog').getByRole('button', { name: RELEASE.act }).click()
  const released = new Uint8Array(readFileSync(await (await download).path()))
  expect(defectsOf(threeMfContent(released).mesh)).toEqual(NO_DEFECTS)
  await page.getByText(RELEASE.none).waitFor()
  const left = page.getByRole('list', { name: RELEASE.released }).getByRole('listitem')
  await left.getByText(/\.3mf, saved as a plain file$/).waitFor()
  expect(await left.count()).toBe(1)
  expect(await axeBarriers(page)).toEqual([])

  // Printed: who printed it writes down on what, later too, and once.
  await lockAnd(page, '0104', 'operator', WORDS.operator)
  await writesPrint(page)

  await lockAnd(page, '0142', 'designer', PASSPHRASE)
  await openCase(page)
  await goTo(page, 'approve')
  expect(await standing(page)).toBe('released')
  await page.getByText(`Staff 0071, reviewer`).first().waitFor()
  await showsActs(page, released)
  // Any edit makes it another part.
  await goTo(page, 'model')
  await button(page, MARK_TOOL['landing-blocks'].name).click()
  await button(page, MARK_TOOL['landing-blocks'].act).click()
  await idle(page)
  await goTo(page, 'approve')
  expect(await standing(page)).toBe('void')
  await page.getByText(/signed revision \d+ .* That no longer holds/).waitFor()
  watched.expectClean()
  await watched.close()
}, 900_000)

/** The operator writes down the print of the file that left. */
async function writesPrint(page: Page): Promise<void> {
  const card = page.getByRole('region', { name: PRINTED.title })
  await card.getByRole('button', { name: /^Write down the print of \S+\.3mf$/ }).click({ timeout: WORK_MS })
  await page.getByLabel(RECEIPT.printer).fill('Form 3')
  const sign = card.getByRole('button', { name: PRINTED.sign })
  expect(await sign.isDisabled()).toBe(true)
  await page.getByLabel(RECEIPT.material).fill('Grey, lot 4711')
  expect(await axeBarriers(page)).toEqual([])
  await sign.click()
  await card.getByText(/^Printed on Form 3, Grey, lot 4711, .+ Signed by Staff 0104\.$/).waitFor({ timeout: WORK_MS })
  expect(await card.getByRole('listitem').getByRole('button').count()).toBe(0)
}

/** What each signed stands on Trace, and makes a bundle that both verifiers accept, alone and with the file that was released. */
async function showsActs(page: Page, released: Uint8Array): Promise<void> {
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.trace, { exact: true }).click()
  const acts = page.getByRole('region', { name: ACTS.title })
  const seen: readonly (readonly [string, string])[] = [
    ['Staff 0071, reviewer', 'Approved the part'],
    ['Staff 0071, reviewer', 'Gave the case back'],
    ['Staff 0104, operator', 'Released the files'],
    ['Staff 0104, operator', 'Printed a file'],
  ]
  for (const [who, what] of seen)
    await acts.getByRole('row').filter({ hasText: who }).filter({ hasText: what }).first().waitFor()
  const [{ id }] = (await askVault(page, 'listCases')) as [{ id: string }]
  const bundle = (await askVault(page, 'evidence', id, null)) as string
  const { out, other, verdicts } = verdictsOf({ approved: bundle })
  expect(verdicts.approved).toBe('holds')
  expect(other.out).toBe(out)
  expect(out).toMatch(/release \S+ approved, printed 1/)
  const withFile = (file: Uint8Array) =>
    withFiles({ bundle, file }, (at) => {
      const given = [at.bundle ?? '', at.file ?? '']
      return [verifyMjs(...given).code, verifyPy(...given)?.code ?? null]
    })
  expect(withFile(released).filter((code) => code !== null && code !== 0)).toEqual([])
  expect(withFile(released.slice(1))[0]).toBe(1)
}

/** Accepts every finding that may be accepted. */
async function accept(page: Page): Promise<void> {
  for (;;) {
    const next = button(page, APPROVE.accept).first()
    if ((await next.count()) === 0) return
    await next.click()
    await page.getByRole('dialog').getByRole('textbox').fill('Looked at, and wanted so')
    await page.getByRole('dialog').locator('[type=submit]').click()
  }
}

async function sign(page: Page, passphrase: string): Promise<void> {
  await button(page, APPROVE.act).click()
  await page.getByLabel(APPROVE.passphrase).fill(passphrase)
  await page.getByRole('dialog').locator('[type=submit]').click()
  await idle(page)
}
