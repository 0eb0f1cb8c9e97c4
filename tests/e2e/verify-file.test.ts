import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { dropFolder } from '../../scripts/lib/drop-folder.mjs'
import type { Mesh } from '../../src/core/types.ts'
import { writeStl } from '../../src/export/stl.ts'
import { FILES, PRINT } from '../../src/ui/print.en.ts'
import { VERIFY_FILE } from '../../src/ui/verify.en.ts'
import { button, checkedSample, goTo, idle, saveFile, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { joined } from '../support/file-parts.ts'
import { releasedForTest } from '../support/findings.ts'
import { boxMesh, placed } from '../support/meshes.ts'
import { threeMfContent } from '../support/read-files.ts'

const { open } = browserOfFile()
const folder = mkdtempSync(join(tmpdir(), 'came-back-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stlOf = (mesh: Mesh) => Buffer.from(joined(writeStl(releasedForTest(mesh))))
const verdict = (page: Page) => page.locator('[data-verdict]')
async function bring(page: Page, name: string, bytes: Buffer): Promise<string> {
  await page.setInputFiles('#part-file', { name, mimeType: 'application/octet-stream', buffer: bytes })
  await idle(page)
  return (await verdict(page).count()) === 0 ? '' : ((await verdict(page).getAttribute('data-verdict')) ?? '')
}

test('a released part is known again, unchanged or rescaled; a stranger and a hostile file are not', async () => {
  const watched = await open()
  const { page } = watched
  await checkedSample(page)
  await goTo(page, 'print')
  const threeMf = await saveFile(page, PRINT.save3mf)

  // A DICOM file names nobody until a person types who it is.
  await button(page, FILES.fillAs('dicom-stl')).click()
  await page.getByText(FILES.empty).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  const plain = await saveFile(page, FILES.saveAs('dicom-stl'))
  expect(plain.subarray(128, 132).toString()).toBe('DICM')
  await button(page, FILES.fillAs('dicom-stl')).click()
  await page.getByLabel(FILES.patientName).fill('Doe^Jane')
  await page.getByText(FILES.warning).waitFor()
  const named = await saveFile(page, FILES.saveAs('dicom-stl'))
  expect([plain, named].map((file) => file.includes('Doe^Jane'))).toEqual([false, true])
  await page.getByText(FILES.added, { exact: true }).waitFor()
  const ply = await saveFile(page, FILES.saveAs('ply'))
  await page.getByLabel(FILES.values).selectOption('thickness_mm')
  const thick = await saveFile(page, FILES.saveAs('ply'))
  expect([ply, thick].map((file) => file.includes('thickness_mm'))).toEqual([false, true])

  await goTo(page, 'verify')
  expect(await bring(page, 'anything.bin', threeMf)).toBe('unchanged')
  expect(await verdict(page).innerText()).toContain(VERIFY_FILE.same.file)
  const { mesh } = threeMfContent(threeMf)
  expect(await bring(page, 'again.stl', stlOf(mesh))).toBe('unchanged')
  expect(await verdict(page).innerText()).toContain(VERIFY_FILE.same.geometry)

  // No case is open after the next unlock: the vault alone knows its releases.
  await page.reload()
  await unlock(page)
  await button(page, VERIFY_FILE.title).click()
  const inches = placed(mesh, [25.4, 25.4, 25.4], [0, 0, 0])
  expect(await bring(page, 'inches.stl', stlOf(inches))).toBe('changed')
  expect(await verdict(page).innerText()).toContain('25.4 times')
  const bent = { ...mesh, positions: mesh.positions.map((v, n) => (n < 300 ? v + 1 : v)) }
  expect(await bring(page, 'bent.stl', stlOf(bent))).toBe('changed')
  await page.getByText(VERIFY_FILE.map).first().waitFor()
  expect(await axeBarriers(page)).toEqual([])
  expect(await bring(page, 'stranger.stl', stlOf(boxMesh([0, 0, 0], [30, 20, 10])))).toBe('not-ours')

  expect(await bring(page, 'hostile.3mf', Buffer.from('PK\u0003\u0004 and nothing of a zip'))).toBe('')
  expect(await page.getByRole('alert').getAttribute('data-code')).toMatch(/^threemf\//)
  expect(await bring(page, 'again.stl', stlOf(mesh))).toBe('unchanged')
  expect(await page.getByRole('alert').count()).toBe(0)
  watched.expectClean()
  await watched.close()
}, 600_000)

test('without a vault a dropped part says only what it says of itself', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await button(page, VERIFY_FILE.title).waitFor()
  writeFileSync(join(folder, 'box.stl'), stlOf(boxMesh([0, 0, 0], [30, 20, 10])))
  await dropFolder(page, folder)
  await page.locator('[data-verdict="unknown"]').waitFor({ timeout: WORK_MS })
  expect(await verdict(page).innerText()).toContain(VERIFY_FILE.claimsNothing)
  expect(await page.getByText('30 × 20 × 10').count()).toBe(1)
  watched.expectClean()
  await watched.close()
})
