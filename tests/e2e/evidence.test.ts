import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { BENCH, TAB, type TabId, TRIAL_KIND, VERDICT_NAME } from '../../src/ui/bench.en.ts'
import { ADD, MODELS } from '../../src/ui/models.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { button, createVault, idle, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { benchFolder } from '../support/bench-folder.ts'
import { browserOfFile } from '../support/browser.ts'
import { cardFor, thresholdNetwork } from '../support/onnx-model.ts'
import { plainCard } from '../support/plain-card.ts'

const { open } = browserOfFile()
const WEIGHTS = thresholdNetwork()
const CARD = await cardFor(WEIGHTS, {
  name: 'Bright things',
  members: plainCard().members,
  scope: { ...plainCard().scope, fieldOfViewMm: [10, 300] },
})
const FOLDER = benchFolder(
  [
    { seen: 8, labelled: 8, cells: 'f,30' },
    { seen: 7, labelled: 8, cells: 'm,50' },
    { seen: 8, labelled: 8, cells: 'f,70' },
  ],
  ['ghost,m,44', 'ball1,f'],
)

const upload = ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array | string }) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
})
const goTo = (page: Page, place: 'models' | 'evidence') =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL[place], { exact: true }).click()
const show = (page: Page, tab: TabId) => page.getByRole('group', { name: BENCH.sections }).getByText(TAB[tab]).click()
const networks = (page: Page) => page.getByRole('combobox', { name: BENCH.network })
const choose = (page: Page) => networks(page).selectOption({ label: `${CARD.name} ${CARD.version}` })
const state = (page: Page, id: string) => page.locator(`[data-attack="${id}"]`).getAttribute('data-state')
const caseRows = (page: Page) => page.getByRole('table', { name: BENCH.data }).locator('tbody tr')

async function start(page: Page): Promise<void> {
  // A colour that still changes is no colour to judge.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('/')
  await createVault(page)
  await goTo(page, 'models')
  await button(page, MODELS.add).click()
  await page.setInputFiles('#model-files', [
    upload({ name: 'net.onnx', bytes: WEIGHTS }),
    upload({ name: 'card.json', bytes: JSON.stringify(CARD) }),
  ])
  await page.getByText(ADD.fromFile('card.json')).waitFor()
  await button(page, ADD.act).click()
  await idle(page)
  await goTo(page, 'evidence')
  await choose(page)
}

async function runCases(page: Page): Promise<void> {
  await show(page, 'run')
  await page.setInputFiles('#bench-files', FOLDER.map(upload))
  await page.getByText(BENCH.found(3)).waitFor()
  await button(page, BENCH.go).click()
  await expect.poll(() => caseRows(page).count(), { timeout: WORK_MS }).toBe(3)
  await idle(page)
}

async function putTo(page: Page, kind: keyof typeof TRIAL_KIND): Promise<void> {
  await show(page, 'robustness')
  await page.getByRole('combobox', { name: new RegExp(`^${BENCH.test}`) }).selectOption({ label: TRIAL_KIND[kind] })
  await button(page, BENCH.start).click()
  await idle(page)
}

test('a network is run on labelled cases, compared by groups, put to attacks and told of on its card', async () => {
  const watched = await open()
  const { page } = watched
  await start(page)
  await page.getByRole('heading', { name: BENCH.unevaluated }).waitFor()
  await show(page, 'bias')
  await page.getByText(BENCH.empty.bias).waitFor()

  await runCases(page)
  // Both bad lines are named, and the others went on.
  await page.getByText('Line 5 names a scan that is not in the folder.').waitFor()
  await page.getByText('Line 6 has more or fewer cells than the first line.').waitFor()
  await expect.poll(() => caseRows(page).first().innerText()).toMatch(/AMBER[\s\S]*1\.000/)
  expect(await caseRows(page).nth(1).innerText()).toMatch(/0\.8\d\d/)
  expect(await axeBarriers(page)).toEqual([])

  await show(page, 'overview')
  await page.getByText(BENCH.cases(3), { exact: true }).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await show(page, 'bias')
  expect(await page.getByText(VERDICT_NAME.insufficient, { exact: true }).count()).toBeGreaterThan(3)
  expect(await page.getByText(VERDICT_NAME.pass, { exact: true }).count()).toBe(0)
  expect(await axeBarriers(page)).toEqual([])

  await putTo(page, 'edge-cases')
  await putTo(page, 'relations')
  await putTo(page, 'grid')
  expect(await page.locator('figure svg').count()).toBe(11)
  expect(await axeBarriers(page)).toEqual([])
  await show(page, 'red-team')
  for (const id of ['corruption-grid', 'metamorphic', 'edge-cases'])
    expect(await state(page, id), id).toMatch(/passed|failed/)
  for (const id of ['spsa', 'group-gates', 'paediatric']) expect(await state(page, id), id).toBe('not-run')
  expect(await axeBarriers(page)).toEqual([])

  // Another network, however near, has none of it.
  await networks(page).selectOption({ index: 0 })
  expect(await state(page, 'metamorphic')).toBe('not-run')
  await choose(page)

  await show(page, 'card')
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, BENCH.saveCard).click()])
  const html = readFileSync(await download.path(), 'utf8')
  expect(html).toContain(CARD.weights.sha256)
  expect(html).toContain('sex: f')
  expect(html).not.toContain('ball1')
  watched.expectClean()
  await watched.close()
}, 600_000)

test('a search can be cancelled; results are gone after a reload unless they were kept', async () => {
  const watched = await open()
  const { page } = watched
  await start(page)
  await runCases(page)
  await show(page, 'robustness')
  await page.getByRole('combobox', { name: new RegExp(`^${BENCH.test}`) }).selectOption({ label: TRIAL_KIND.attack })
  await page.getByLabel(BENCH.budget).fill('100000')
  await button(page, BENCH.start).click()
  await page.locator('progress').waitFor()
  await button(page, SHELL.cancel).click()
  await idle(page)
  await show(page, 'red-team')
  expect(await state(page, 'spsa')).toBe('not-run')

  await page.reload()
  await unlock(page)
  await goTo(page, 'evidence')
  await choose(page)
  await page.getByRole('heading', { name: BENCH.unevaluated }).waitFor()

  await runCases(page)
  await button(page, BENCH.keep).click()
  await page.getByText(BENCH.kept).waitFor()
  await page.reload()
  await unlock(page)
  await goTo(page, 'models')
  await page.getByText(MODELS.onBench).waitFor()
  await goTo(page, 'evidence')
  await choose(page)
  await page.getByText(BENCH.cases(3), { exact: true }).waitFor()
  await button(page, BENCH.discard).click()
  await page.getByRole('alertdialog').getByRole('button', { name: BENCH.discard }).click()
  await page.getByRole('heading', { name: BENCH.unevaluated }).waitFor()
  watched.expectClean()
  await watched.close()
}, 600_000)
