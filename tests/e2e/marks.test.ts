import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { meshBounds } from '../../src/core/mesh.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { MARK_CHOICE, MARK_FIELD, MARK_TOOL } from '../../src/ui/marks.en.ts'
import { FILES, PRINT } from '../../src/ui/print.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { POLICY } from '../../src/ui/terms.en.ts'
import { VERIFY } from '../../src/ui/verify.en.ts'
import { button, createVault, goTo, idle, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { stlMesh } from '../support/read-files.ts'

const { open } = browserOfFile()

type Mark = keyof typeof MARK_TOOL
async function act(page: Page, mark: Mark): Promise<void> {
  await button(page, MARK_TOOL[mark].act).click()
  await idle(page)
}
const choose = (page: Page, field: string | undefined, option: string | undefined) =>
  page.getByRole('combobox', { name: field ?? '', exact: true }).selectOption({ label: option ?? '' })
const listed = (page: Page) =>
  page.locator('[data-edit]').evaluateAll((all) => all.map((one) => one.getAttribute('data-edit')))
/** Clicks the part, at a share of its pane. */
async function clickPart(page: Page, x: number, y: number): Promise<void> {
  const box = await page.locator('[data-pane="part"]').boundingBox()
  if (!box) throw new Error('the part is not shown')
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height)
}

/** Checks the part for a use; says whether that refuses it for its side and ID. */
async function isNameless(page: Page, policy: keyof typeof POLICY): Promise<boolean> {
  await goTo(page, 'check')
  await choose(page, CHECK.use, POLICY[policy])
  await idle(page)
  // What holds may be folded away.
  await page.locator('[data-check]').first().waitFor({ timeout: WORK_MS })
  return (await page.locator('article[data-check="side-and-id"]').count()) > 0
}

test('text and caliper blocks let the part pass and go to Verify, and undo takes them away', async () => {
  const watched = await open()
  const { page } = watched
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/')
  await createVault(page)
  await button(page, START.runSample).click()
  await page.getByText(PRINT.lead).waitFor({ timeout: WORK_MS })
  await idle(page)
  await goTo(page, 'scan')
  await page.locator('.side-q button', { hasText: SCAN.sideLeft }).click()
  await button(page, SCAN.signLeft).click()
  await idle(page)
  expect(await isNameless(page, 'planning')).toBe(true)

  // In one row along the shaft there is room for letters that read at arm's length.
  await goTo(page, 'model')
  await button(page, MARK_TOOL.emboss.name).click()
  await choose(page, MARK_FIELD['emboss.rows'], MARK_CHOICE.one)
  await choose(page, MARK_FIELD['emboss.top'], MARK_CHOICE.right)
  await clickPart(page, 0.56, 0.65)
  await page.getByText(/^Face picked at/).waitFor()
  await expect.poll(() => page.locator('[data-said]').innerText()).toMatch(/ L r1$/)
  expect(await axeBarriers(page)).toEqual([])
  await act(page, 'emboss')
  expect(await isNameless(page, 'planning')).toBe(false)
  await goTo(page, 'model')
  await page.keyboard.press('Control+z')
  await idle(page)
  expect(await listed(page)).toEqual([])
  expect(await isNameless(page, 'planning')).toBe(true)

  await goTo(page, 'model')
  await button(page, MARK_TOOL['landing-blocks'].name).click()
  await act(page, 'landing-blocks')
  expect(await listed(page)).toEqual(['landing-blocks'])
  expect(await isNameless(page, 'teaching')).toBe(false)
  await goTo(page, 'print')
  const download = page.waitForEvent('download')
  await button(page, FILES.saveAs('stl')).click()
  const { min, max } = meshBounds(stlMesh(new Uint8Array(readFileSync(await (await download).path()))))
  // A block and its stalk stand out at each end of the bone.
  expect(max[2] - min[2]).toBeGreaterThan(195)
  await idle(page)
  await goTo(page, 'verify')
  const blocks = page.getByRole('group', { name: /^Block / })
  await blocks.first().waitFor()
  const legends = await blocks.locator('legend').allInnerTexts()
  expect(legends).toEqual(['A', 'B', 'C'].map(VERIFY.block))
  expect(await page.locator('fieldset .fixed').allInnerTexts()).toEqual(Array.from({ length: 9 }, () => '10.00'))

  watched.expectClean()
  await watched.close()
}, 600_000)
