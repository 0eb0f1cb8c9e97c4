import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sha256 } from '../../src/core/hash.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { TRACE } from '../../src/ui/trace.en.ts'
import { button, checkedSample, goTo, idle, saveFile, showSteps, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { verdictsOf } from '../support/verifiers.ts'

const { open } = browserOfFile()

const goToTrace = (page: Page) =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.trace, { exact: true }).click()
const asked = (page: Page) => page.locator('[data-asked]')
const replayed = (page: Page) => page.locator('[data-replay]')

async function askFor(page: Page, typed: string): Promise<string> {
  const field = page.getByLabel(TRACE.findField)
  await field.fill(typed)
  await field.press('Enter')
  await idle(page)
  return (await asked(page).getAttribute('data-asked')) ?? ''
}

/** Presses the replay button and waits until it has run. */
async function replay(page: Page, name: string): Promise<string> {
  await button(page, name).click()
  await button(page, TRACE.replayStop).waitFor()
  await button(page, TRACE.replayAgain).waitFor({ timeout: WORK_MS })
  return (await replayed(page).getAttribute('data-replay')) ?? ''
}

/** Letters that are misread for digits, lower case, a space for the dash. */
const misread = (id: string) => id.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')

test('from the sample to a released file; its id leads back to the case, and a replay gives every digest again', async () => {
  const watched = await open()
  const { page } = watched
  await checkedSample(page)
  await goTo(page, 'print')
  const file = await saveFile(page, PRINT.save3mf)
  const id = (await page.getByText(/^[0-9A-Z]{5}-[0-9A-Z]{5}\.3mf$/).innerText()).replace('.3mf', '')
  await goToTrace(page)
  await page.getByRole('heading', { name: TRACE.title(id) }).waitFor()
  expect(
    await page.locator('[data-station-row]').evaluateAll((all) => all.map((one) => one.getAttribute('data-state'))),
  ).toEqual(['passed', 'passed', 'passed', 'passed', 'passed', 'empty'])
  await page.getByRole('img', { name: TRACE.picture.check }).waitFor({ timeout: WORK_MS })
  expect(await replay(page, TRACE.replayAct(true))).toBe('same')
  expect(await replayed(page).innerText()).toContain('0.000')
  expect(await axeBarriers(page)).toEqual([])
  await showSteps(page)
  expect(await axeBarriers(page)).toEqual([])

  // Two programs that share nothing with this one read the evidence, and find in it the file that was saved.
  const { verdicts, out, other } = verdictsOf({ saved: await saveFile(page, TRACE.evidence) })
  expect(verdicts.saved).toBe('holds')
  expect(out).toContain(await sha256(file))
  expect(out).toMatch(/designer [0-9a-f]{64} passphrase/)
  expect(other.out).toBe(out)

  // Locked and opened anew, with no case on the desk: the vault knows the id, however it is typed, and the replay is kept.
  await page.reload()
  await unlock(page)
  await page
    .getByRole('button', { name: /^Open / })
    .first()
    .waitFor({ timeout: WORK_MS })
  await goToTrace(page)
  expect(await axeBarriers(page)).toEqual([])
  expect(await askFor(page, 'seven')).toBe('no-id')
  expect(await askFor(page, '00000-00000')).toBe('unknown')
  expect(await asked(page).innerText()).toContain('00000-00000')
  expect(await askFor(page, misread(id))).toBe('found')
  await page.getByRole('heading', { name: TRACE.title(id) }).waitFor({ timeout: WORK_MS })
  await page.locator('[data-replay="same"]').waitFor({ timeout: WORK_MS })

  await page.setInputFiles('#trace-file', { name: 'came-back.3mf', mimeType: 'model/3mf', buffer: file })
  await page.locator('[data-verdict="unchanged"]').waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await page.getByRole('heading', { name: TRACE.title(id) }).count()).toBe(1)
  watched.expectClean()
  await watched.close()
}, 600_000)

/** Stands in for a camera and for a browser that reads codes: what it sees is the id in the heading. */
function codeReader(): void {
  const canvas = document.createElement('canvas')
  // A picture that never changes sends no frame.
  setInterval(() => canvas.getContext('2d')?.fillRect(0, 0, 10, 10), 50)
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: async () => canvas.captureStream(5) } })
  class Detector {
    static getSupportedFormats = async () => ['qr_code']
    detect = async () => [{ rawValue: document.querySelector('.trc h1')?.textContent ?? '' }]
  }
  Reflect.set(globalThis, 'BarcodeDetector', Detector)
}

test('while a replay runs the case can be worked on, and it can be stopped; where codes are read, one leads back as well', async () => {
  const watched = await open()
  const { page } = watched
  await page.addInitScript(codeReader)
  await page.goto('/')
  await button(page, START.kioskAct).click()
  await button(page, START.runSample).click()
  await page.getByRole('heading', { name: CHECK.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await goToTrace(page)
  await button(page, TRACE.replayAct(false)).click()
  await button(page, TRACE.replayStop).waitFor()
  await goTo(page, 'print')
  await saveFile(page, PRINT.save3mf)
  await goToTrace(page)
  await button(page, TRACE.replayStop).click()
  await button(page, TRACE.replayAct(true)).waitFor()
  expect(await replayed(page).getAttribute('data-replay')).toBe('')

  // A camera that sees the code of this very part.
  await button(page, TRACE.camera).click()
  await page.locator('[data-asked="found"]').waitFor({ timeout: WORK_MS })
  expect(await page.locator('video').count()).toBe(0)
  watched.expectClean()
  await watched.close()
}, 600_000)
