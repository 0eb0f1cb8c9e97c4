import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { wordsOf } from '../../src/export/handover/words.ts'
import { readAnyThreeMf } from '../../src/export/verify/threemf-any.io.ts'
import { HANDOVER } from '../../src/ui/handover.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SEALED, SEALED_NEXT } from '../../src/ui/sealed.en.ts'
import { button, checkedSample, goTo, idle, saveFile } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { fileOf } from '../support/file-parts.ts'
import { openSealed, testRecipient } from '../support/sealed-3mf.ts'

const { open } = browserOfFile()

test('a part is saved sealed for the recipients that were compared, and only they open it', async () => {
  const watched = await open()
  const { page } = watched
  const [ours, stranger] = [await testRecipient('Printer-1'), await testRecipient('Printer-1')]
  await checkedSample(page)
  await goTo(page, 'print')
  const part = page.getByRole('region', { name: SEALED.title })
  await part.getByText(SEALED.none).waitFor()
  await button(page, SEALED.add).click()
  await part.getByLabel(HANDOVER.name).fill('Print service')
  await part.getByLabel(SEALED.consumerId).fill('Printer-1')
  await part.getByLabel(SEALED.pem).fill('ssh-rsa AAAA')
  await button(page, HANDOVER.show).click()
  await page.getByRole('alert').getByText(SEALED_NEXT['sealed/bad-key']).waitFor()

  await part.getByLabel(SEALED.pem).fill(stranger.publicPem)
  await button(page, HANDOVER.show).click()
  await part.getByLabel(SEALED.compared).check()
  // Another key takes back what was said of this one.
  await part.getByLabel(SEALED.pem).fill(ours.publicPem)
  expect(await button(page, SEALED.pin).count()).toBe(0)
  await button(page, HANDOVER.show).click()
  expect(await button(page, SEALED.pin).isDisabled()).toBe(true)
  await part.getByLabel(SEALED.compared).check()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, SEALED.pin).click()
  await idle(page)
  const kept = part.getByRole('list', { name: SEALED.recipients }).getByRole('listitem')
  expect((await kept.allInnerTexts()).join()).toContain(wordsOf(ours.recipient.fingerprint).join(' '))

  expect(await button(page, SEALED.save).isDisabled()).toBe(true)
  await kept.getByRole('checkbox').check()
  expect(await axeBarriers(page)).toEqual([])
  const sealed = fileOf(await saveFile(page, SEALED.save))
  await page.getByText(SEALED.left).waitFor()
  const plain = await readAnyThreeMf(fileOf(await saveFile(page, PRINT.save3mf)), IDLE_CONTEXT)
  const { mesh, models } = await openSealed(sealed, ours.holder)
  expect(mesh.indices).toEqual(plain.mesh.indices)
  expect([...models.values()].map(({ traceId }) => traceId)).toEqual([null, plain.traceId])
  const code = (code: string) => expect.objectContaining({ code })
  await expect(openSealed(sealed, stranger.holder)).rejects.toThrow(code('sealed/other-recipient'))

  await button(page, HANDOVER.removeNamed('Print service')).click()
  await part.getByText(SEALED.none).waitFor()
  watched.expectClean()
})
