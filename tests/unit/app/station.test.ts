import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { PrintShelf } from '../../../src/app/prints.svelte.ts'
import { sealAndKeep } from '../../../src/app/seal-file.ts'
import { SettingShelf } from '../../../src/app/setting-shelf.svelte.ts'
import { Station } from '../../../src/app/station.svelte.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { fromHex } from '../../../src/core/bytes.ts'
import { sha256, toHex } from '../../../src/core/hash.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { printStation } from '../../../src/export/handover/print-station.ts'
import { NOTHING_RECEIVED, readReceived } from '../../../src/export/handover/received.ts'
import { NO_SIGNERS, readSigners } from '../../../src/export/handover/signers.ts'
import { readReleaseTerms, teachingRelease } from '../../../src/trace/release-terms.ts'
import type { Subject } from '../../../src/trace/statement.ts'
import type { SignedRelease } from '../../../src/vault/release-files.ts'
import { StationWorker } from '../../../workers/vault-station.ts'
import { content } from '../../support/handover.ts'
import { memorySigner } from '../../support/memory-signer.ts'
import { designed } from '../../support/signed-case.ts'
import { freshProfile, INIT, PASSPHRASE } from '../../support/vault.ts'

const downloads = vi.hoisted(() => [] as { name: string; file: Blob }[])
vi.mock('../../../src/app/download.io.ts', () => ({
  download: (name: string, file: Blob) => downloads.push({ name, file }),
}))

const FILE = content(70_000)
const FILE_NAME = '7K3MQ-2XA9B.stl'
const SAID = { printer: 'Form 3', material: 'Grey, lot 4' }
const signer = await memorySigner()
const releaser = { signer, role: 'designer', at: new Date().toISOString(), policy: null } as const

let vault: StationWorker
let caseId: string
beforeEach(async () => {
  downloads.length = 0
  freshProfile()
  vault = new StationWorker({ locks: null, storage: null, files: null, now: () => new Date(), iterations: 1000 })
  await vault.create(PASSPHRASE)
  caseId = await vault.createCase(INIT)
})

/** The hand-over page of the open vault, with what the vault kept. */
async function page() {
  const workers = { vault: { call: (work: (api: StationWorker) => unknown) => work(vault) } } as unknown as Workers
  const desk = {
    workers,
    jobs: new Jobs(),
    signers: new SettingShelf(workers, 'signers', NO_SIGNERS, readSigners),
    received: new SettingShelf(workers, 'received', NOTHING_RECEIVED, readReceived),
    prints: new PrintShelf(workers),
    people: { rows: [] },
  } as unknown as Desk
  for (const shelf of [desk.signers, desk.received, desk.prints]) await shelf.load()
  const station = new Station(desk)
  await station.look()
  return { desk, station, problem: () => desk.jobs.problem?.code ?? null }
}
type Page = Awaited<ReturnType<typeof page>>

type Signing = (file: Subject, station: string) => Promise<SignedRelease>

/** As somebody elsewhere releases it. */
const elsewhere: Signing = async (file, station) => {
  const release = { files: [file], checked: [], traceId: '7K3MQ-2XA9B', station }
  return { statement: await teachingRelease(releaser, release), checkpoint: null }
}

/** As the owner of this vault releases a file of its case. */
const here: Signing = async (file, station) => {
  const part = await designed(vault, caseId, 'own', 'teaching')
  const checked = [part.mesh, part.found]
  await part.step('export', checked, file.digest, { format: 'stl', accepted: [] })
  return vault.releaseTo(caseId, { files: [file], checked, traceId: part.traceId, station })
}

/** Seals the file for the station of this vault. */
async function sealed({ desk, station }: Page, release = elsewhere): Promise<Blob> {
  const pinned = await printStation(station.own?.recipient ?? '', 'Print room')
  const file = { name: FILE_NAME, digest: await sha256(FILE) }
  const signed = await release(file, pinned.fingerprint)
  const order = { file: new Blob([FILE]), fileName: FILE_NAME, process: 'sla', ...signed } as const
  const own = await vault.whoSigns()
  const keys = new Map([
    [signer.keyId, signer.publicKey],
    [own.keyId, fromHex(own.publicKey)],
  ])
  const what = {
    ...{ order, station: { ...pinned, pinnedAt: '' }, caseId },
    ...{ traceId: '7K3MQ-2XA9B', job: file.digest },
  }
  await sealAndKeep(desk, what, (bytes) => readReleaseTerms(bytes, keys), IDLE_CONTEXT)
  return downloads.pop()?.file ?? new Blob()
}

async function pin({ station }: Page, publicKey: string, name: string): Promise<void> {
  const found = await station.readSigner(publicKey, name)
  if (found) expect(await station.pinSigner(found, true)).toBe(true)
}

async function atStation(): Promise<Page> {
  await vault.makeStation()
  return page()
}

test('a file opens only once its signer was compared, once, and nothing of it is used before', async () => {
  const at = await atStation()
  const file = await sealed(at)
  expect(await at.station.open(file)).toBe(false)
  expect(at.problem()).toBe('handover/unknown-signer')
  expect(at.station.unknown).toEqual({ publicKey: toHex(signer.publicKey), fingerprint: signer.keyId })
  expect([downloads, at.station.opened]).toEqual([[], []])
  // Somebody else is somebody else.
  await pin(at, toHex((await memorySigner()).publicKey), 'Another')
  expect(await at.station.open(file)).toBe(false)
  expect(await at.station.readSigner('age1nothing', 'Releasing')).toBe(null)

  await pin(at, at.station.unknown?.publicKey ?? '', 'Releasing')
  expect(at.station.unknown).toBe(null)
  expect(await at.station.open(file)).toBe(true)
  const [plain] = downloads
  expect(plain?.name).toBe(FILE_NAME)
  expect(Buffer.compare(new Uint8Array((await plain?.file.arrayBuffer()) ?? new ArrayBuffer(0)), FILE)).toBe(0)
  // Also at the next session.
  const later = await page()
  expect(await later.station.open(file)).toBe(false)
  expect(later.problem()).toBe('handover/used')
  expect(downloads).toHaveLength(1)
  // Once it does not count any more, nothing of theirs opens.
  await later.station.unpinSigner(signer.keyId)
  expect(await later.station.open(await sealed(later))).toBe(false)
  expect(later.problem()).toBe('handover/unknown-signer')
})

test('a device without a key of a station opens nothing, a new key opens nothing of the one before', async () => {
  const none = await page()
  expect(none.station.standing).toBe('none')
  expect(await none.station.open(new Blob(['age-encryption.org/v1\n-> X25519 a\n--- '.padEnd(120, 'A'), '\n']))).toBe(
    false,
  )
  expect(none.problem()).toBe('handover/no-station')
  const at = await atStation()
  const file = await sealed(at)
  await pin(at, toHex(signer.publicKey), 'Releasing')
  await at.station.makeKey()
  expect(await at.station.open(file)).toBe(false)
  expect(at.problem()).toBe('handover/other-recipient')
})

/** A file that was released and sealed here, and opened here too. */
async function opened(): Promise<Page> {
  const at = await atStation()
  const file = await sealed(at, here)
  const own = at.station.me?.publicKey ?? ''
  await pin(at, own, 'Releasing')
  await at.station.open(file)
  await at.station.unpinSigner(at.station.me?.fingerprint ?? '')
  downloads.length = 0
  return at
}

/** Writes the receipt of the file that was opened; it is taken from the download. */
async function receiptOf({ station }: Page): Promise<Blob> {
  const [file] = station.opened
  if (file) await station.signReceipt(file, SAID)
  return downloads.pop()?.file ?? new Blob()
}

test('a receipt is signed for what was opened here, is kept, and comes back to the file it is of', async () => {
  const at = await opened()
  const [file] = at.station.opened
  if (!file) throw new Error('nothing was opened')
  await at.station.signReceipt({ ...file, nonce: 'another' }, SAID)
  expect(at.problem()).toBe('handover/no-receipt')
  await at.station.signReceipt(file, { ...SAID, material: ' ' })
  expect(at.problem()).toBe('app/bad-parameter')
  expect(downloads).toEqual([])

  const receipt = await receiptOf(at)
  const again = await page()
  expect(again.station.opened[0]?.receipt).toMatchObject(SAID)
  expect(again.station.opened[0]?.receipt?.text).toBe(await receipt.text())

  expect(await again.station.takeReceipt(receipt)).toBe(false)
  expect(again.problem()).toBe('handover/unknown-signer')
  expect(again.station.unknown).toEqual(again.station.me)
  await pin(again, again.station.unknown?.publicKey ?? '', 'Print room')
  expect(await again.station.takeReceipt(receipt)).toBe(true)
  expect(await again.station.takeReceipt(receipt)).toBe(true)
  const kept = (await page()).station.handedOver[0]
  expect(kept).toMatchObject({ fileName: FILE_NAME, receipt: { ...SAID, by: 'Print room' } })
  const log = await vault.audit(caseId)
  expect(log.filter(({ code }) => code === 'receipt').map(({ digests }) => digests)).toEqual([
    [kept?.job, kept?.release, kept?.receipt?.digest],
  ])
})

test('a receipt that was changed, is another statement, of another release or a second one is kept nowhere', async () => {
  const at = await opened()
  const receipt = await receiptOf(at)
  await pin(at, at.station.me?.publicKey ?? '', 'Print room')
  const text = await receipt.text()
  const payload = JSON.parse(text).payload as string
  const other = btoa(atob(payload).replace(SAID.printer, 'Form 9'))
  const refused: Record<string, Blob> = {
    'trace/bad-signature': new Blob([text.replace(payload, other)]),
    'trace/bad-envelope': new Blob(['{}']),
    'handover/no-receipt': new Blob([new Uint8Array(1 << 17)]),
  }
  for (const [code, file] of Object.entries(refused)) {
    expect(await at.station.takeReceipt(file)).toBe(false)
    expect(at.problem()).toBe(code)
  }
  await pin(at, toHex(signer.publicKey), 'Releasing')
  const release = await teachingRelease(releaser, { files: [], checked: [], traceId: '', station: '' })
  expect(await at.station.takeReceipt(new Blob([new Uint8Array(release)]))).toBe(false)
  expect(at.problem()).toBe('handover/no-receipt')
  expect(at.station.handedOver.map((one) => one.receipt)).toEqual([null])

  expect(await at.station.takeReceipt(receipt)).toBe(true)
  const second = await receiptOf(at)
  expect(await at.station.takeReceipt(second)).toBe(false)
  expect(at.problem()).toBe('handover/no-receipt')
  // Of a file that was not sealed here.
  await at.desk.prints.change((kept) => ({ ...kept, handedOver: [] }))
  expect(await at.station.takeReceipt(receipt)).toBe(false)
  expect(at.problem()).toBe('handover/no-receipt')
})

describe('a page that asks the vault itself', () => {
  const prints = async () =>
    (await vault.readSetting('prints')) as { revision: number; value: { handedOver: object[] } }
  const noted = async () => (await vault.audit(caseId)).filter(({ code }) => code === 'receipt')
  const take = (text: string) => vault.takeReceipt(new Blob([text]))

  test('keeps no receipt that the vault does not find signed, of this case and the first', async () => {
    const at = await opened()
    const receipt = await (await receiptOf(at)).text()
    const second = await (await receiptOf(at)).text()
    await expect(take(receipt)).rejects.toMatchObject({ code: 'handover/unknown-signer' })
    await pin(at, at.station.me?.publicKey ?? '', 'Print room')
    const { payload } = JSON.parse(receipt)
    const other = btoa(atob(payload).replace(SAID.printer, 'Form 9'))
    await expect(take(receipt.replace(payload, other))).rejects.toMatchObject({ code: 'trace/bad-signature' })
    // A list of the page's own says nothing of what was released.
    const { revision, value } = await prints()
    const [file] = value.handedOver
    const stranger = { ...file, caseId: await vault.createCase(INIT) }
    await vault.writeSetting('prints', {
      revision,
      value: { ...value, handedOver: [stranger] } as unknown as JsonValue,
    })
    await expect(take(receipt)).rejects.toMatchObject({ code: 'handover/no-receipt' })
    const back = { ...value, handedOver: [file] } as unknown as JsonValue
    await vault.writeSetting('prints', { revision: revision + 1, value: back })
    await take(receipt)
    // Nor what came back.
    await vault.writeSetting('prints', { revision: revision + 3, value: back })
    await expect(take(second)).rejects.toMatchObject({ code: 'handover/no-receipt' })
    expect((await prints()).value.handedOver).toMatchObject([{ receipt: null }])
    await take(receipt)
    expect((await prints()).value.handedOver).toMatchObject([{ receipt: SAID }])
    expect(await noted()).toHaveLength(1)
  })

  test('writes none beside the vault, neither into what it keeps nor into the log', async () => {
    const at = await opened()
    const { revision, value } = await prints()
    const receipt = { ...SAID, at: '', by: 'Print room', digest: 'd', text: '{}' }
    const write = (handedOver: object[], to = revision) =>
      vault.writeSetting('prints', { revision: to, value: { ...value, handedOver } as unknown as JsonValue })
    const forged = [{ ...value.handedOver[0], receipt }]
    await expect(write(forged)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    const at0 = new Date().toISOString()
    const line = { at: at0, code: 'receipt', outcome: 'done', digests: ['a', 'b', 'c'] } as const
    await expect(vault.commit(caseId, { assets: [], trace: [], audit: [line] })).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
    const signedReceipt = await receiptOf(at)
    await pin(at, at.station.me?.publicKey ?? '', 'Print room')
    await vault.takeReceipt(signedReceipt)
    // What was taken in stays as it is, or goes.
    const kept = (await prints()).value.handedOver
    const changed = kept.map((one) => ({ ...one, stationName: 'Another' }))
    await expect(write(changed, revision + 1)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await write(kept, revision + 1)
    await write([], revision + 2)
    expect(await noted()).toHaveLength(1)
  })
})
