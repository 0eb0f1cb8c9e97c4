import { bech32 } from '@scure/base'
import { expect, test } from 'vitest'
import { wordsOf } from '../../src/export/handover/words.ts'
import { HANDOVER, HANDOVER_NEXT } from '../../src/ui/handover.en.ts'
import { button, checkedSample, goTo, idle } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'

const { open } = browserOfFile()
const KEY = new Uint8Array(32).fill(9)

test('a print station is kept only after its words were compared', async () => {
  const watched = await open()
  const { page } = watched
  await checkedSample(page)
  await goTo(page, 'print')
  const part = page.getByRole('region', { name: HANDOVER.title })
  await part.getByText(HANDOVER.none).waitFor()
  await button(page, HANDOVER.add).click()
  await page.getByLabel(HANDOVER.name).fill('Print room 2')
  await page.getByLabel(HANDOVER.address).fill('age1nothing')
  await button(page, HANDOVER.show).click()
  await page.getByRole('alert').getByText(HANDOVER_NEXT['handover/bad-recipient']).waitFor()

  await page.getByLabel(HANDOVER.address).fill(` ${bech32.encodeFromBytes('age', KEY)} `)
  await button(page, HANDOVER.show).click()
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', KEY)).toString('hex')
  const words = part.getByRole('list').filter({ has: page.getByText(wordsOf(digest)[0] ?? '') })
  expect(await words.getByRole('listitem').allInnerTexts()).toEqual(wordsOf(digest))
  expect(await button(page, HANDOVER.pin).isDisabled()).toBe(true)
  await page.getByLabel(HANDOVER.compared).check()
  // Another address takes back what was said of this one.
  await page.getByLabel(HANDOVER.address).fill(bech32.encodeFromBytes('age', KEY))
  expect(await button(page, HANDOVER.pin).count()).toBe(0)
  await button(page, HANDOVER.show).click()
  expect(await page.getByLabel(HANDOVER.compared).isChecked()).toBe(false)
  await page.getByLabel(HANDOVER.compared).check()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, HANDOVER.pin).click()
  await idle(page)
  const kept = part.getByRole('list', { name: HANDOVER.stations }).getByRole('listitem')
  expect((await kept.allInnerTexts()).join()).toContain(wordsOf(digest).join(' '))
  await part.getByText(HANDOVER.noSigner).waitFor()

  await button(page, HANDOVER.removeNamed('Print room 2')).click()
  await part.getByText(HANDOVER.none).waitFor()
  watched.expectClean()
})
