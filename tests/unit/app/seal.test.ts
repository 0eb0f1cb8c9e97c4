import { beforeEach, expect, test } from 'vitest'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { sealVerbs } from '../../../src/app/seal-verbs.ts'
import { SettingShelf } from '../../../src/app/setting-shelf.svelte.ts'
import type { Workers } from '../../../src/app/workers.ts'
import type { Role } from '../../../src/core/role.ts'
import { NO_RECIPIENTS, readRecipients } from '../../../src/export/secure-content/recipient.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { testRecipient } from '../../support/sealed-3mf.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

const { recipient, publicPem } = await testRecipient('Printer-1')
const DRAFT = { name: 'Print service', consumerId: 'Printer-1', keyId: '', pem: publicPem }

let vault: Vault
beforeEach(async () => {
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
})

async function desk(me: { roles: readonly Role[] } | null = null) {
  const workers = { vault: { call: (work: (api: Vault) => unknown) => work(vault) } } as unknown as Workers
  const recipients = new SettingShelf(workers, 'seal-recipients', NO_RECIPIENTS, readRecipients)
  await recipients.load()
  const jobs = new Jobs()
  return { jobs, recipients, verbs: sealVerbs({ jobs, recipients, people: { me } } as unknown as Desk) }
}

test('a recipient is read, compared, kept, there after the next unlock, and removed', async () => {
  const { verbs, jobs } = await desk()
  expect(await verbs.read({ ...DRAFT, pem: 'x' })).toBe(null)
  expect(jobs.problem?.code).toBe('sealed/bad-key')
  const found = await verbs.read(DRAFT)
  expect(found).toEqual({ ...recipient, name: 'Print service' })
  if (!found) return
  expect(await verbs.pin(found, false)).toBe(false)
  expect(jobs.problem?.code).toBe('handover/not-compared')
  expect(verbs.recipients).toEqual([])
  expect(await verbs.pin(found, true)).toBe(true)
  const { verbs: again } = await desk()
  expect(again.recipients).toMatchObject([found])
  await again.unpin(found.fingerprint)
  expect((await desk()).verbs.recipients).toEqual([])
})

test('a list that is read while the vault is locked is not written over', async () => {
  const { verbs, jobs, recipients } = await desk()
  recipients.forget()
  expect(await verbs.pin(recipient, true)).toBe(false)
  expect(jobs.problem?.code).toBe('vault/locked')
  expect((await desk()).verbs.recipients).toEqual([])
})

test('where there are people a custodian keeps them, alone the owner', async () => {
  const canKeep = async (...roles: Role[]) => (await desk({ roles })).verbs.canKeep
  expect([await canKeep('custodian'), await canKeep('operator'), await canKeep('designer', 'reviewer')]).toEqual([
    ...[true, false, false],
  ])
  expect((await desk()).verbs.canKeep).toBe(true)
})
