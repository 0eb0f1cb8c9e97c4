import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { parseCheckpoint } from '../../src/trace/checkpoint.ts'
import { parseNote } from '../../src/trace/note.ts'
import { CHECKPOINT } from '../../src/ui/checkpoint.en.ts'
import { CASE_LOG, DUE, ROLES_OF, SHRED } from '../../src/ui/custody.en.ts'
import { KEYS, LOG, ONE, PEOPLE, ROLE, UNLOCK } from '../../src/ui/people.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { button, createVault, idle, PASSPHRASE, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { askVault, unlockAs } from '../support/vault-people.ts'

const { open } = browserOfFile()
const SECRET = {
  '0001': 'five tall herons at noon',
  '0002': 'six tall herons at night',
  '0071': 'grey walls under quiet pines',
  '0101': 'two lamps beside the harbour',
  '0105': 'one bell above the old mill',
} as const
type Staff = keyof typeof SECRET
const INIT = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' }

/** People and two cases, past the screens: a key in the safe that no case is sealed to, and an approval that was refused. */
async function prepared(page: Page): Promise<string[]> {
  const ask = (verb: string, ...given: unknown[]) => askVault(page, verb, ...given)
  const custodian = { staff: '0001', passphrase: SECRET['0001'] }
  const first = (await ask('setUpPeople', { owner: { staff: '0100' }, custodian })) as Record<string, string>
  await page.reload()
  await page.getByText(UNLOCK.title).waitFor({ timeout: WORK_MS })
  await ask('unlock', SECRET['0001'], first.custodian)
  const ids: Record<string, unknown> = {}
  for (const [staff, role] of [
    ['0002', 'custodian'],
    ['0071', 'reviewer'],
    ['0101', 'intake'],
    ['0105', 'auditor'],
  ] as const)
    ids[staff] = await ask('enrol', { staff, roles: [role], passphrase: SECRET[staff] })
  await ask('unlock', SECRET['0101'], ids['0101'])
  const cases = [await ask('createCase', INIT), await ask('createCase', INIT)] as string[]
  await ask('unlock', PASSPHRASE, first.owner)
  await ask('approve', cases[0], { revision: 1, digest: 'a'.repeat(64), said: null }, { passphrase: PASSPHRASE }).catch(
    () => {},
  )
  await ask('unlock', SECRET['0001'], first.custodian)
  await ask('makeRecoveryKey', { passphrase: SECRET['0001'] })
  await page.reload()
  // The first one has a refusal in its log.
  return cases.reverse()
}

async function comeIn(page: Page, staff: Staff, role: string): Promise<void> {
  await unlockAs(page, staff, role, SECRET[staff])
  await page
    .getByRole('banner')
    .getByTitle(`${PEOPLE.person(staff)}, ${role}`)
    .waitFor({ timeout: WORK_MS })
  await idle(page)
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.people, { exact: true }).click()
  await page.getByRole('table', { name: KEYS.cases }).waitFor({ timeout: WORK_MS })
}
async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Lock now/ }).click()
  await page.getByText(UNLOCK.title).waitFor()
}
/** The proof of who is in, and the act. */
async function prove(page: Page, staff: Staff, act: string): Promise<void> {
  await page.getByLabel(ONE.proof).fill(SECRET[staff])
  await button(page, act).click()
  await idle(page)
}
const caseTable = (page: Page) => page.getByRole('table', { name: KEYS.cases })
const deviceLog = async (page: Page) => {
  await button(page, LOG.read).click()
  return page.getByRole('table', { name: LOG.title })
}

/** The auditor, at a log that nobody confirmed, puts their word under its newest checkpoint and keeps it. */
async function confirmed(page: Page): Promise<void> {
  const part = page.getByRole('region', { name: CHECKPOINT.title })
  await part.getByText(CHECKPOINT.notYet).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, CHECKPOINT.act).click()
  await part.getByText(CHECKPOINT.mine).waitFor({ timeout: WORK_MS })
  await part.getByText(/^Staff 0105, /).waitFor()
  expect(await button(page, CHECKPOINT.act).count()).toBe(0)
  const lines = page.getByRole('table', { name: CASE_LOG.open }).getByRole('row')
  expect(await lines.nth(1).innerText()).toContain('Confirmed a checkpoint of the log')
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, CHECKPOINT.save).click()])
  const note = parseNote(readFileSync(await file.path(), 'utf8'))
  expect(note.signatures.map(({ name }) => name.replace(/[0-9a-f]{16}$/, ''))).toEqual([
    expect.any(String),
    'proofprint/witness/',
  ])
  expect(await part.getByText(`${parseCheckpoint(note.text).size}, and 1 came later`).count()).toBe(1)
  expect(await axeBarriers(page)).toEqual([])
}
test('custodians renew keys, change roles and shred a case together; an auditor reads what was done on a case', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  const [shredded = '', kept = ''] = await prepared(page)
  const rowOf = (id: string) => caseTable(page).getByRole('button', { name: KEYS.caseName(id), exact: true })

  // All keys that are due, with one proof.
  await comeIn(page, '0001', ROLE.custodian)
  await page.getByRole('heading', { name: DUE.title(2) }).waitFor({ timeout: WORK_MS })
  await page.getByText(DUE.whys([{ id: '', why: 'recovery', madeAt: null, blocked: null }]).replace('1', '2')).waitFor()
  await button(page, DUE.act(2)).click()
  expect(await axeBarriers(page)).toEqual([])
  await prove(page, '0001', DUE.now)
  await page.getByRole('heading', { name: DUE.title(2) }).waitFor({ state: 'detached', timeout: WORK_MS })
  expect(
    await caseTable(page)
      .getByText(KEYS.keyState({ epoch: 0, rotating: true }))
      .count(),
  ).toBe(2)

  // A reviewer becomes an auditor.
  await page.getByRole('table', { name: PEOPLE.list }).getByRole('button', { name: '0071' }).click()
  await button(page, ROLES_OF.title).click()
  expect(await button(page, ROLES_OF.act).isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: ROLE.reviewer }).uncheck()
  await page.getByRole('checkbox', { name: ROLE.auditor }).check()
  expect(await axeBarriers(page)).toEqual([])
  await prove(page, '0001', ROLES_OF.act)
  await page
    .getByRole('table', { name: PEOPLE.list })
    .getByRole('row')
    .filter({ hasText: '0071' })
    .getByText(ROLE.auditor)
    .last()
    .waitFor()

  // One asks to shred a case, and takes it back, and asks again.
  await rowOf(shredded).click()
  await page.getByText(shredded, { exact: true }).waitFor()
  for (const again of [true, false]) {
    await button(page, SHRED.title).click()
    await page.getByText(SHRED.lead(false)).waitFor()
    await prove(page, '0001', SHRED.act(false))
    await page.getByText(SHRED.waits).waitFor({ timeout: WORK_MS })
    if (again) await button(page, SHRED.back).click()
  }
  expect(await caseTable(page).getByText(SHRED.chip).count()).toBe(1)
  expect(await axeBarriers(page)).toEqual([])
  await lock(page)

  // The other one sees who asked, and agrees.
  await comeIn(page, '0002', ROLE.custodian)
  await rowOf(shredded).click()
  await page.getByText(/^Staff 0001 asked on .* to shred it\. It holds until /).waitFor()
  await button(page, SHRED.second).click()
  await prove(page, '0002', SHRED.secondAct)
  await rowOf(shredded).waitFor({ state: 'detached', timeout: WORK_MS })
  expect(await rowOf(kept).count()).toBe(1)
  const lines = await deviceLog(page)
  await lines.getByText(`Shredded ${KEYS.caseName(shredded)}`).waitFor()
  for (const text of [
    'Took the role Reviewer from Staff 0071',
    'Gave Staff 0071 the role Auditor',
    `Took back the request to shred ${KEYS.caseName(shredded)}`,
  ])
    expect(await lines.getByText(text).count()).toBe(1)
  expect(await axeBarriers(page)).toEqual([])
  await lock(page)

  // The auditor reads the log of the case that is left, and keeps a table of it.
  await comeIn(page, '0105', ROLE.auditor)
  await button(page, CASE_LOG.title(KEYS.caseName(kept))).click()
  const log = page.getByRole('table', { name: CASE_LOG.open })
  await log.getByText('Began the case').waitFor({ timeout: WORK_MS })
  await log.getByText('Gave the case to Staff 0105, as Auditor').waitFor()
  await confirmed(page)
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, CASE_LOG.csv).click()])
  expect(file.suggestedFilename()).toBe(`case-log-${kept.slice(0, 8)}.csv`)
  const table = readFileSync(await file.path(), 'utf8').split('\r\n')
  expect(table[0]).toBe('seq,at,staff,role,code,outcome,digests,words,prev')
  expect(table[1]).toMatch(/^0,"[^"]*","0101","intake","create-case","done","","","0{64}"$/)
  await page.getByRole('button', { name: CASE_LOG.outcomes.bad, exact: true }).click()
  await expect.poll(() => log.getByRole('row').count()).toBe(2)
  await log.getByText('to approve a file: their role does not do this').waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, CASE_LOG.back).click()
  await caseTable(page).waitFor()
  watched.expectClean()
  await watched.close()
}, 300_000)
