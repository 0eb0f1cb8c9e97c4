import type { Page } from 'playwright-core'
import { SHELL } from '../../src/ui/shell.en.ts'

/** Chooses files on the first screen, wherever the app is. */
export async function openFiles(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  if ((await page.locator('#files').count()) === 0) await goTo(page, SHELL.library)
  const mimeType = 'application/octet-stream'
  await page.setInputFiles(
    '#files',
    Object.entries(files).map(([name, bytes]) => ({ name, mimeType, buffer: Buffer.from(bytes) })),
  )
}

/** Goes to a station, the library or the trace by its name in the rail. */
export const goTo = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(name, { exact: true }).click()

/** Value of a row of the passport. */
export async function passportRow(page: Page, name: string): Promise<string | undefined> {
  const row = page.locator('.side dl.kv > div').filter({ hasText: name }).locator('dd').first()
  return (await row.textContent())?.trim()
}
