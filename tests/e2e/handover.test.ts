import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { ageVersion, atDesk, openedThere, randomBytes, sealedThere } from '../support/age-command.ts'
import { pageOfFile } from '../support/browser.ts'
import { showFigures } from '../support/figures.ts'
import { content } from '../support/handover.ts'
import type { HandoverPage } from '../support/handover-page.ts'
import { openModulePage } from '../support/page-module.ts'

const LENGTH = 1_000_000
const version = ageVersion()

describe('a hand-over in Chromium', () => {
  const opened = pageOfFile()
  const files = new Map<string, Uint8Array>()
  const start = (page: Page) => openModulePage(page, 'handover-page.ts', (name) => files.get(name) ?? new Uint8Array(0))

  test('is opened once, with a key that cannot be read back, and refused by name', async () => {
    const { page, watched } = opened
    await start(page)
    const outcomes = await page.evaluate(
      (length) => (Reflect.get(globalThis, 'handoverPage') as HandoverPage).outcomes(length),
      LENGTH,
    )
    expect(outcomes).toEqual(['same', 'handover/used', 'handover/tampered', 'handover/other-recipient'])
    watched.expectClean()
  })

  // `age` is no need of the project: where it is absent that is said, and the vectors of age still run.
  test.skipIf(version === null)('goes to and comes from the stock age', async () => {
    const { page, watched } = opened
    await start(page)
    await atDesk(async (desk) => {
      const sealed = await page.evaluate(
        ([recipient, length]) => (Reflect.get(globalThis, 'handoverPage') as HandoverPage).sealedFor(recipient, length),
        [desk.recipient, LENGTH] as const,
      )
      const tar = openedThere(desk, Buffer.from(sealed.split(',')[1] ?? '', 'base64')) ?? new Uint8Array(0)
      const taken = spawnSync('tar', ['-xOf', '-', '7K3MQ-2XA9B.stl'], { input: tar, maxBuffer: 2 * LENGTH })
      expect(Buffer.compare(taken.stdout, content(LENGTH))).toBe(0)

      const plain = randomBytes(LENGTH, 1)
      const recipient = await page.evaluate(() => (Reflect.get(globalThis, 'handoverPage') as HandoverPage).recipient)
      files.set('sealed.age', readFileSync(sealedThere({ ...desk, recipient }, plain)))
      const digest = await page.evaluate(async () => {
        const file = await (await fetch('sealed.age')).blob()
        return (Reflect.get(globalThis, 'handoverPage') as HandoverPage).openedDigest(file)
      })
      expect(digest).toBe(createHash('sha256').update(plain).digest('hex'))
    })
    showFigures('T4', { [`${LENGTH} bytes from and to a page in Chromium, age ${version}`]: 'equal' })
    watched.expectClean()
  })
})
