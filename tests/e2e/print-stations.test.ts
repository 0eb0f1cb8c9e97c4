import { bech32 } from '@scure/base'
import { expect, test } from 'vitest'
import { parsedJson } from '../../src/core/json.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { openHandover } from '../../src/export/handover/open.ts'
import { wordsOf } from '../../src/export/handover/words.ts'
import { carriedSigners } from '../../src/trace/statement-file.ts'
import { HANDOVER, HANDOVER_NEXT, STATION_PIN } from '../../src/ui/handover.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { button, checkedSample, goTo, idle, saveFile } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { testStation } from '../support/handover.ts'

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
  await page.getByLabel(STATION_PIN.address).fill('age1nothing')
  await button(page, HANDOVER.show).click()
  await page.getByRole('alert').getByText(HANDOVER_NEXT['handover/bad-recipient']).waitFor()

  await page.getByLabel(STATION_PIN.address).fill(` ${bech32.encodeFromBytes('age', KEY)} `)
  await button(page, HANDOVER.show).click()
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', KEY)).toString('hex')
  const words = part.getByRole('list').filter({ has: page.getByText(wordsOf(digest)[0] ?? '') })
  await words.waitFor()
  expect(await words.getByRole('listitem').allInnerTexts()).toEqual(wordsOf(digest))
  expect(await button(page, STATION_PIN.pin).isDisabled()).toBe(true)
  await page.getByLabel(HANDOVER.compared).check()
  // Another address takes back what was said of this one.
  await page.getByLabel(STATION_PIN.address).fill(bech32.encodeFromBytes('age', KEY))
  expect(await button(page, STATION_PIN.pin).count()).toBe(0)
  await button(page, HANDOVER.show).click()
  expect(await page.getByLabel(HANDOVER.compared).isChecked()).toBe(false)
  await page.getByLabel(HANDOVER.compared).check()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, STATION_PIN.pin).click()
  await idle(page)
  const kept = part.getByRole('list', { name: HANDOVER.stations }).getByRole('listitem')
  await kept.first().waitFor()
  expect((await kept.allInnerTexts()).join()).toContain(wordsOf(digest).join(' '))
  await part.getByText(HANDOVER.noFile).waitFor()

  await button(page, HANDOVER.removeNamed('Print room 2')).click()
  await part.getByText(HANDOVER.none).waitFor()
  watched.expectClean()
})

test('under teaching a saved file is sealed for the station, which opens it and finds the very file', async () => {
  const watched = await open()
  const { page } = watched
  const station = await testStation('Print room 2')
  await checkedSample(page)
  await goTo(page, 'print')
  const saved = await saveFile(page, PRINT.save3mf)
  await button(page, HANDOVER.add).click()
  await page.getByLabel(HANDOVER.name).fill('Print room 2')
  await page.getByLabel(STATION_PIN.address).fill(station.identity.recipient)
  await button(page, HANDOVER.show).click()
  await page.getByLabel(HANDOVER.compared).check()
  await button(page, STATION_PIN.pin).click()
  await idle(page)
  const sealed = await saveFile(page, HANDOVER.seal('Print room 2'))
  expect(sealed.includes('3dmodel.model')).toBe(false)

  const desk = {
    identity: station.identity,
    // Whose signature counts is the station's to say; here only what was signed is looked at.
    readStatement: async (statement: Uint8Array) => {
      const { payload } = parsedJson(statement) as { payload: string }
      const { subject, predicate } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))
      const { recipient, nonce, expiresAt, keyStrength } = predicate.proofprint
      expect(keyStrength).toBe('passphrase')
      const files = subject.map(({ digest }: { digest: { sha256: string } }) => digest.sha256)
      const signedBy = (await carriedSigners(statement)).flatMap(({ publicKey }) => publicKey ?? [])
      return { files, station: recipient, nonce, expires: expiresAt, release: '', signedBy }
    },
    spend: async () => {},
    now: new Date(),
  }
  const opened = await openHandover(new Blob([new Uint8Array(sealed)]), desk, IDLE_CONTEXT)
  expect(Buffer.compare(new Uint8Array(await opened.file.arrayBuffer()), saved)).toBe(0)
  expect(opened.fileName).toMatch(/\.3mf$/)
  expect(opened.ticket.checkpoint).toMatch(/^proofprint\/log\//)
  watched.expectClean()
})
