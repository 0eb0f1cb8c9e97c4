import { expect, test, vi } from 'vitest'
import { releaseGroup } from '../../../src/app/release-part.ts'
import type { Leaving } from '../../../src/app/review-view.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { NO_STATIONS } from '../../../src/export/handover/print-station.ts'
import { NO_RECIPIENTS, type PinnedRecipient } from '../../../src/export/secure-content/recipient.ts'

type Desk = Parameters<typeof releaseGroup>[0]
type Group = Parameters<typeof releaseGroup>[1]

const KEPT = { name: 'Print service', fingerprint: 'a' } as PinnedRecipient
const refused: readonly [string, Leaving][] = [
  ['handover/bad-recipient', { as: 'station', format: '3mf', station: 'gone' }],
  ['sealed/bad-recipient', { as: 'sealed-3mf', recipients: ['a', 'gone'] }],
  ['sealed/no-recipient', { as: 'sealed-3mf', recipients: [] }],
]

test.each(refused)('nothing of an approval is used up for nobody who is kept: %s', async (code, leaving) => {
  const call = vi.fn()
  const desk = {
    workers: { vault: { call } },
    stations: { kept: NO_STATIONS },
    recipients: { kept: { ...NO_RECIPIENTS, recipients: [KEPT] } },
  } as unknown as Desk
  const given = { leaving, proof: { passphrase: 'words' } }
  const group = { tokens: ['t'] } as unknown as Group
  await expect(releaseGroup(desk, group, given, IDLE_CONTEXT)).rejects.toMatchObject({ code })
  expect(call).not.toHaveBeenCalled()
})
