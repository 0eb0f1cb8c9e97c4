import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { wordsOf } from '../../src/export/handover/words.ts'
import { readAnyThreeMf } from '../../src/export/verify/threemf-any.io.ts'
import { APPROVE, RELEASE } from '../../src/ui/approve.en.ts'
import { HANDOVER } from '../../src/ui/handover.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SEALED, SEALED_NEXT } from '../../src/ui/sealed.en.ts'
import { button, checkedSample, goTo, idle, PASSPHRASE, saveFile, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { fileOf } from '../support/file-parts.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { card, casePeople, comeIn, goToHandover, signed, WORDS } from '../support/people-journey.ts'
import { openSealed, testRecipient } from '../support/sealed-3mf.ts'
import { askVault } from '../support/vault-people.ts'
import { verifyMjs, verifyPy, withFiles } from '../support/verifiers.ts'

const { open } = browserOfFile()

/** Says who they are, so that their words are shown. */
async function addRecipient(part: Locator, pem: string): Promise<void> {
  await part.getByRole('button', { name: SEALED.add }).click()
  await part.getByLabel(HANDOVER.name).fill('Print service')
  await part.getByLabel(SEALED.consumerId).fill('Printer-1')
  await part.getByLabel(SEALED.pem).fill(pem)
  await part.getByRole('button', { name: HANDOVER.show }).click()
}

test('a part is saved sealed for the recipients that were compared, and only they open it', async () => {
  const watched = await open()
  const { page } = watched
  const [ours, stranger] = [await testRecipient('Printer-1'), await testRecipient('Printer-1')]
  await checkedSample(page)
  await goTo(page, 'print')
  const part = page.getByRole('region', { name: SEALED.title })
  await part.getByText(SEALED.none).waitFor()
  await addRecipient(part, 'ssh-rsa AAAA')
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
  await kept.first().waitFor()
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

test('where there are people a custodian keeps the recipients, and an operator releases a part sealed for them', async () => {
  const watched = await open()
  const { page } = watched
  const [ours, stranger] = [await testRecipient('Printer-1'), await testRecipient('Printer-1')]
  await casePeople(page)
  await signed(page)

  // Its operator keeps nobody.
  await comeIn(page, '0104', 'operator', WORDS.operator)
  await goToHandover(page)
  const recipients = card(page, SEALED.recipients)
  await recipients.getByText(SEALED.keeper).waitFor()
  expect(await recipients.getByRole('button').count()).toBe(0)

  await comeIn(page, '0001', 'custodian', WORDS.custodian)
  await goToHandover(page)
  await addRecipient(recipients, ours.publicPem)
  await recipients.getByLabel(SEALED.compared).check()
  await recipients.getByRole('button', { name: SEALED.pin }).click()
  await idle(page)
  await recipients.getByText(wordsOf(ours.recipient.fingerprint).join(' ')).waitFor()
  expect(await axeBarriers(page)).toEqual([])

  await comeIn(page, '0104', 'operator', WORDS.operator)
  await button(page, RELEASE.act).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(RELEASE.way).selectOption({ label: RELEASE.sealed3mf })
  await dialog.getByLabel(APPROVE.passphrase).fill(WORDS.operator)
  const act = dialog.getByRole('button', { name: RELEASE.act })
  expect(await act.isDisabled()).toBe(true)
  await dialog.getByRole('checkbox').check()
  expect(await axeBarriers(page)).toEqual([])
  const carried = page.waitForEvent('download')
  await act.click()
  expect((await carried).suggestedFilename()).toMatch(/\.sealed\.3mf$/)
  const bytes = new Uint8Array(readFileSync(await (await carried).path()))
  await page.getByText(RELEASE.none).waitFor({ timeout: WORK_MS })
  await page.getByText(/\.sealed\.3mf, sealed for Print service and saved$/).waitFor()

  const { mesh } = await openSealed(fileOf(bytes), ours.holder)
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  const code = expect.objectContaining({ code: 'sealed/other-recipient' })
  await expect(openSealed(fileOf(bytes), stranger.holder)).rejects.toThrow(code)

  // What was signed is the file that left.
  await comeIn(page, '0142', 'designer', PASSPHRASE)
  const [{ id }] = (await askVault(page, 'listCases')) as [{ id: string }]
  const bundle = (await askVault(page, 'evidence', id, null)) as string
  withFiles({ bundle, file: bytes }, (at) => {
    const given = [at.bundle ?? '', at.file ?? '']
    expect(verifyMjs(...given)).toMatchObject({ code: 0 })
    expect([0, null]).toContain(verifyPy(...given)?.code ?? null)
  })
  watched.expectClean()
}, 900_000)
