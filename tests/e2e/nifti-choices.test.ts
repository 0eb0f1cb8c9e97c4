import { expect, test } from 'vitest'
import { noteText, QUESTION, SCAN } from '../../src/ui/scan.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { showSteps } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { pageOfFile } from '../support/browser.ts'
import { gzipped, NIFTI_TYPE_NAMES, niftiFile } from '../support/scan-files.ts'
import { goTo, openFiles, passportRow } from '../support/scan-page.ts'

const WORK_MS = 60_000
const open = pageOfFile()

const button = (name: string) => open.page.getByRole('button', { name, exact: true })
const isRead = () => open.page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
const trace = async () => {
  await goTo(open.page, SHELL.trace)
  await showSteps(open.page)
  const first = open.page
    .locator('.trc li, .trc tr')
    .filter({ hasText: /from NIfTI/ })
    .first()
  return (await first.textContent()) ?? ''
}

test('two positions: both are told, the chosen one counts, and the trace says which', async () => {
  // The qform is turned a quarter about the long axis and shifted.
  await openFiles(open.page, { 'a.nii': niftiFile({ quatern: [0, 0, Math.SQRT1_2, 9, 0, 0] }) })
  await open.page.getByRole('heading', { name: QUESTION.places }).waitFor({ timeout: WORK_MS })
  const places = open.page.locator('.places button')
  expect(await places.allTextContents()).toEqual([
    expect.stringContaining('Axes RAS'),
    expect.stringContaining('Axes ALS'),
  ])
  expect(await open.page.getByRole('complementary').textContent()).toMatch(
    /9\.00.{1,2}mm apart, turned by 90\.0.{1,2}°/,
  )
  await open.page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await axeBarriers(open.page)).toEqual([])
  await places.nth(1).click()
  expect(await places.nth(1).getAttribute('aria-pressed')).toBe('true')
  await button(QUESTION.act).click()
  await isRead()
  expect(await passportRow(open.page, SCAN.orientation)).toBe(SCAN.right('ALS'))
  await open.page.getByText(noteText('qform-chosen')).waitFor()
  expect(await trace()).toContain('placed by its qform')
})

test('several images: one is chosen by its time, and another can be chosen afterwards', async () => {
  const values = Array.from({ length: 36 * 4 }, (_, n) => 1000 * Math.floor(n / 36) + (n % 36))
  await openFiles(open.page, { 'a.nii.gz': gzipped(niftiFile({ size: [4, 3, 3, 4], values, stepSeconds: 2.5 })) })
  await open.page.getByRole('heading', { name: QUESTION.frames }).waitFor({ timeout: WORK_MS })
  expect(await axeBarriers(open.page)).toEqual([])
  const frames = { count: 4, stepSeconds: 2.5 }
  expect(await open.page.locator('.side option').allTextContents()).toEqual(
    [0, 1, 2, 3].map((n) => QUESTION.frame(n, frames)),
  )
  await open.page.locator('.side select').selectOption({ index: 2 })
  await button(QUESTION.act).click()
  await isRead()
  expect(await passportRow(open.page, SCAN.range)).toBe('2000 … 2035')
  expect(await trace()).toContain('image 3 of several')

  await goTo(open.page, 'Scan')
  await open.page.locator('.series li button').first().click()
  await open.page.locator('.side select').selectOption({ index: 1 })
  await button(QUESTION.act).click()
  await isRead()
  expect(await passportRow(open.page, SCAN.range)).toBe('1000 … 1035')
})

test('left alone, nothing is opened', async () => {
  await openFiles(open.page, { 'a.nii': niftiFile({ size: [4, 3, 3, 4] }) })
  await button(QUESTION.leave).click({ timeout: WORK_MS })
  await open.page.getByRole('heading', { name: SCAN.empty }).waitFor()
})

test('every type of voxel is read by the real decoder', async () => {
  const values = Array.from({ length: 36 }, (_, n) => 3 * n)
  for (const [n, type] of NIFTI_TYPE_NAMES.entries()) {
    // Each byte order for every other type; the headers are tested in both.
    await openFiles(open.page, {
      'a.nii': niftiFile({ type, littleEndian: n % 2 === 0, values, slope: 2, intercept: -7 }),
    })
    await isRead()
    expect(`${type}: ${await passportRow(open.page, SCAN.range)}`).toBe(`${type}: −7 … 203`)
    await goTo(open.page, SHELL.library)
  }
  open.watched.expectClean()
})
