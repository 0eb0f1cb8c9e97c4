import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { NEXT_STEP } from '../../src/ui/next-step.en.ts'
import { IMPORTED_LABELS, SCAN } from '../../src/ui/scan.en.ts'
import { ANATOMY_NAME, SEGMENT } from '../../src/ui/segment.en.ts'
import { VIEW } from '../../src/ui/view.en.ts'
import {
  BALL_SIZE,
  ballFolder,
  button,
  createVault,
  goTo,
  idle,
  markFrom,
  openScan,
  reopenFirstCase,
  segmentScan,
  WORK_MS,
} from '../support/app-journey.ts'
import { browserOfFile } from '../support/browser.ts'
import { nrrdFile } from '../support/scan-files.ts'

const { open } = browserOfFile()
const { path: folder } = ballFolder()

/** Names and volumes as listed, and which one is active. */
const listed = (page: Page) =>
  page
    .locator('[data-label] .name')
    .evaluateAll((all) =>
      all.map((one) =>
        [
          one.getAttribute('aria-pressed') === 'true' ? '>' : '',
          ...(one.textContent ?? '').trim().split(/\s{2,}/),
        ].join(' '),
      ),
    )
const chooseIn = (page: Page, field: string, label: string) =>
  page.getByRole('combobox', { name: field, exact: true }).last().selectOption({ label })

async function addLabel(page: Page, structure: string, side: string | null): Promise<void> {
  await button(page, SEGMENT.addLabel).click()
  await chooseIn(page, SEGMENT.structure, structure)
  if (side !== null) await chooseIn(page, SEGMENT.side, side)
  await button(page, SEGMENT.add).click()
  await idle(page)
}

test('labels are marked, named, locked, undone, and there again after a reload', async () => {
  const watched = await open()
  const { page } = watched
  await segmentScan(watched, folder)
  await page.getByText(SEGMENT.noLabels).waitFor()

  await markFrom(page, 226)
  const bone = await listed(page)
  expect(bone).toEqual([expect.stringMatching(/^> Bone 1[3-6]\.\d\scm³$/)])

  await addLabel(page, ANATOMY_NAME.femur, SEGMENT.sides.left)
  await markFrom(page, -200)
  const both = await listed(page)
  expect(both).toEqual([bone[0]?.replace('> ', ' '), expect.stringMatching(/^> Femur, left \d+/)])

  // Locked: an edit is refused by name and changes nothing.
  await button(page, SEGMENT.lock('Femur, left')).click()
  await idle(page)
  await markFrom(page, 300)
  expect(await page.getByRole('alert').textContent()).toContain(NEXT_STEP['segment/locked'])
  expect(await listed(page)).toEqual(both)
  await button(page, SEGMENT.unlock('Femur, left')).click()
  await idle(page)

  // Described, and hidden.
  await button(page, SEGMENT.describe('Femur, left')).click()
  await chooseIn(page, SEGMENT.status, SEGMENT.statuses.done)
  await idle(page)
  await button(page, SEGMENT.colourOf(5)).click()
  await idle(page)
  expect(await page.locator('[data-label="2"] .sw').getAttribute('style')).toContain('--label-5')
  await button(page, SEGMENT.hide('Femur, left')).click()

  // Removed, and brought back with its voxels, colour and status.
  await button(page, SEGMENT.removeLabel).click()
  await idle(page)
  expect(await listed(page)).toHaveLength(1)
  await page
    .getByRole('button', { name: VIEW.undo(null).slice(0, 4) })
    .first()
    .click()
  await idle(page)
  expect(await listed(page)).toEqual(both.map((text, n) => text.replace(/^>? ?/, n === 0 ? '> ' : ' ')))

  await page.getByText(/saved/i).first().waitFor()
  await page.waitForTimeout(1000)
  await page.reload()
  await reopenFirstCase(page)
  await page.locator('main [data-pane]').first().waitFor({ timeout: WORK_MS })
  await goTo(page, 'segment')
  await page.locator('[data-label]').first().waitFor({ timeout: WORK_MS })
  expect((await listed(page)).map((text) => text.replace('>', '').trim())).toEqual(
    both.map((text) => text.replace('>', '').trim()),
  )
  await button(page, SEGMENT.describe('Femur, left')).click()
  expect(await page.getByRole('combobox', { name: SEGMENT.status, exact: true }).inputValue()).toBe('done')
  watched.expectClean()
  await watched.close()
})

/** Two boxes as a label map on the scan's own grid, named by a file of segments. */
function labelFile(): Buffer {
  const [nx, ny, nz] = BALL_SIZE
  const values = new Int16Array(nx * ny * nz)
  const box = (value: number, from: number, side: number) => {
    for (let k = from; k < from + side; k++)
      for (let j = from; j < from + side; j++)
        values.fill(value, (k * ny + j) * nx + from, (k * ny + j) * nx + from + side)
  }
  box(3, 4, 10)
  box(9, 20, 6)
  const fields = {
    sizes: BALL_SIZE.join(' '),
    'space directions': '(1,0,0) (0,1,0) (0,0,1)',
    'space origin': `(${BALL_SIZE.map((n) => -(n - 1) / 2).join(',')})`,
    'Segment0_Name:=': 'left femur',
    'Segment0_LabelValue:=': '3',
    'Segment1_Name:=': 'SECRET of a patient',
    'Segment1_LabelValue:=': '9',
  }
  return Buffer.from(nrrdFile(fields, new Uint8Array(values.buffer)))
}

test('labels of another program come in beside the scan, without the names that are not on the list', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await openScan(watched, folder)
  await button(page, SCAN.go).click()
  await page.getByText(SEGMENT.noLabels).waitFor()
  await page.getByLabel(SEGMENT.labelFile).setInputFiles({ name: 'labels.nrrd', mimeType: '', buffer: labelFile() })
  await page.getByText(IMPORTED_LABELS.fit.same).waitFor({ timeout: WORK_MS })
  const name = (text: string) => expect.stringMatching(new RegExp(text))
  expect(await listed(page)).toEqual([name('Femur, left 1\\.00'), name('Something else 0\\.22')])
  expect(await page.content()).not.toContain('SECRET')
  await page.keyboard.press('Escape')
  await page
    .getByRole('button', { name: VIEW.undo(null).slice(0, 4) })
    .first()
    .click()
  await idle(page)
  expect(await listed(page)).toEqual([])

  // A file that is no label map is refused by name, and nothing changes.
  const bad = Buffer.from('not a scan at all')
  await page.getByLabel(SEGMENT.labelFile).setInputFiles({ name: 'labels.nrrd', mimeType: '', buffer: bad })
  await page.getByRole('alert').waitFor()
  expect(await listed(page)).toEqual([])
  await watched.close()
})

test('a case reopened in Segment with nothing marked offers its range at once', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await openScan(watched, folder)
  await page.getByText(/saved/i).first().waitFor()
  await page.waitForTimeout(1000)
  await page.reload()
  await reopenFirstCase(page)
  await page.getByText(SEGMENT.noLabels).waitFor({ timeout: WORK_MS })
  await button(page, SEGMENT.apply).click()
  await page.locator('[data-label]').waitFor({ timeout: WORK_MS })
  watched.expectClean()
  await watched.close()
})
