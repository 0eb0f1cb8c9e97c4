import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { LABEL_HEX } from '../../src/segment/label-colours.ts'
import { FIT } from '../../src/ui/fit.en.ts'
import { MODEL } from '../../src/ui/model.en.ts'
import { PART, PART_TOOL } from '../../src/ui/part.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { ANATOMY_NAME, SEGMENT } from '../../src/ui/segment.en.ts'
import { ballFolder, button, goTo, idle, markFrom, saveFile, segmentScan } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { threeMfText } from '../support/read-files.ts'

const { open } = browserOfFile()
const { path: folder } = ballFolder()
const FEMUR = ANATOMY_NAME.femur

const bodies = (page: Page) => page.locator('[data-body] .b').allInnerTexts()

test('two labels become two bodies, checked each against its own, in one 3MF with their names and colours', async () => {
  const watched = await open()
  const { page } = watched
  await segmentScan(watched, folder)
  await markFrom(page, 226)
  await button(page, SEGMENT.addLabel).click()
  await page.getByRole('combobox', { name: SEGMENT.structure, exact: true }).last().selectOption({ label: FEMUR })
  await button(page, SEGMENT.add).click()
  await idle(page)
  await markFrom(page, 600)

  await goTo(page, 'model')
  await button(page, MODEL.make).click()
  await idle(page)
  const add = button(page, PART.addLabel(ANATOMY_NAME.bone))
  expect(await axeBarriers(page)).toEqual([])
  await add.click()
  await idle(page)
  await expect
    .poll(() => bodies(page))
    .toEqual([PART.allBodies, PART.ofLabel(1, FEMUR), PART.ofLabel(2, ANATOMY_NAME.bone)].slice(1))
  expect(await add.count()).toBe(0)
  expect(await axeBarriers(page)).toEqual([])

  // The bone lies around the other label, so the two overlap.
  await page.locator('summary', { hasText: FIT.title }).click()
  await button(page, FIT.act).click()
  await idle(page)
  const fit = page.getByRole('status', { name: FIT.title })
  await fit.getByText(/^They overlap by 1\d\.\d/).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, FIT.close).click()

  // Labels stay two bodies: joining them is refused, and says what to do instead.
  await button(page, PART_TOOL['combine-bodies']?.name ?? '').click()
  await button(page, PART_TOOL['combine-bodies']?.act ?? '').click()
  await page
    .getByRole('alert')
    .getByText(/different labels/)
    .waitFor()

  await page.keyboard.press('Control+z')
  await idle(page)
  await page.getByText(PART.none).waitFor()
  await page.keyboard.press('Control+Shift+z')
  await idle(page)
  await expect.poll(() => bodies(page)).toHaveLength(2)

  await button(page, MODEL.check).click()
  await idle(page)
  await goTo(page, 'print')
  await page.getByText(PRINT.lead).waitFor()
  const text = threeMfText(await saveFile(page, PRINT.save3mf))
  expect(text).toMatch(/name="femur-1-of-2"/)
  expect(text).toMatch(/name="bone-2-of-2"/)
  for (const hex of LABEL_HEX.slice(0, 2)) expect(text).toContain(hex.toUpperCase())
  watched.expectClean()
  await watched.close()
})
