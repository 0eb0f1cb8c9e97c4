import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import type { ExportRow } from '../../../src/app/export-row.ts'
import { type HandoverPeople, handoverVerbs } from '../../../src/app/handover-verbs.ts'
import type { HandoverView } from '../../../src/app/handover-view.ts'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { PrintShelf } from '../../../src/app/prints.svelte.ts'
import { SettingShelf } from '../../../src/app/setting-shelf.svelte.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { sha256 } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { openHandover } from '../../../src/export/handover/open.ts'
import { NO_STATIONS, readStations } from '../../../src/export/handover/print-station.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { checkpointBy, content, opening, RELEASER, readSigned, signed, testStation } from '../../support/handover.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

const downloads = vi.hoisted(() => [] as { name: string; file: Blob }[])
vi.mock('../../../src/app/download.io.ts', () => ({
  download: (name: string, file: Blob) => downloads.push({ name, file }),
}))

const station = await testStation('Print room')
const FILES = { 'export-3mf': content(70_000), 'export-stl/1': content(10), 'export-stl/2': content(20) }
const row = (format: 'stl' | '3mf' | 'obj', fileName: string): ExportRow => ({ format, fileName, digest: '', bytes: 0 })
const GONE = row('obj', '7K3MQ-2XA9B.obj')
const ROWS = [
  row('3mf', '7K3MQ-2XA9B.3mf'),
  row('stl', '7K3MQ-2XA9B-part-1-of-2.stl'),
  row('stl', '7K3MQ-2XA9B-part-2-of-2.stl'),
  GONE,
] as const

const CHECKPOINT = await checkpointBy(RELEASER)

/** Signs whatever is asked, for a station in 2100, as the app would after its gates. */
const PEOPLE: HandoverPeople = {
  async release(file, { fingerprint }) {
    const slot = file.format === '3mf' ? 'export-3mf' : file.fileName.includes('-1-') ? 'export-stl/1' : 'export-stl/2'
    const expires = '2100-01-01T00:00:00.000Z'
    const files = [await sha256(FILES[slot])]
    const statement = await signed({ files, station: fingerprint, nonce: slot, expires, release: slot })
    return { statement, checkpoint: CHECKPOINT }
  },
  readStatement: readSigned,
}

let vault: Vault
beforeEach(async () => {
  downloads.length = 0
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
})

async function desk(people: HandoverPeople | null = PEOPLE) {
  const workers = { vault: { call: (work: (api: Vault) => unknown) => work(vault) } } as unknown as Workers
  const stations = new SettingShelf(workers, 'print-stations', NO_STATIONS, readStations)
  const prints = new PrintShelf(workers)
  await stations.load()
  await prints.load()
  const jobs = new Jobs()
  const read = async (slot: keyof typeof FILES) => (FILES[slot] ? { bytes: FILES[slot] } : null)
  const on = {
    jobs,
    stations,
    prints,
    store: { id: 'case 1', read },
    data: { exports: ROWS, process: 'sla', traceId: '7K3MQ-2XA9B' },
  }
  return { jobs, stations, prints, verbs: handoverVerbs(on as unknown as Desk, () => people) }
}

async function pinned(verbs: HandoverView): Promise<void> {
  const found = await verbs.read(station.identity.recipient, 'Print room')
  if (found) await verbs.pin(found, true)
}

test('a station is read, compared, kept, there after the next unlock, and removed', async () => {
  const { verbs, jobs } = await desk()
  expect(await verbs.read('age1nothing', 'Print room')).toBe(null)
  expect(jobs.problem?.code).toBe('handover/bad-recipient')
  const found = await verbs.read(station.identity.recipient, 'Print room')
  if (!found) throw new Error('not read')
  expect(await verbs.pin(found, false)).toBe(false)
  expect(jobs.problem?.code).toBe('handover/not-compared')
  expect(verbs.stations).toEqual([])
  expect(await verbs.pin(found, true)).toBe(true)
  const { verbs: again } = await desk()
  expect(again.stations).toMatchObject([{ name: 'Print room', fingerprint: station.pinned.fingerprint }])
  await again.unpin(station.pinned.fingerprint)
  expect((await desk()).verbs.stations).toEqual([])
})

test('a list that is read while the vault is locked, or that another tab changed, is not written over', async () => {
  const one = await desk()
  const two = await desk()
  await pinned(one.verbs)
  await pinned(two.verbs)
  expect(two.jobs.problem?.code).toBe('vault/busy')
  expect(two.verbs.stations).toEqual([])
  one.stations.forget()
  await pinned(one.verbs)
  expect(one.jobs.problem?.code).toBe('vault/locked')
  expect((await desk()).verbs.stations).toHaveLength(1)
})

describe('a file that was exported', () => {
  test.each(ROWS.slice(0, 3))(
    'is sealed from what the vault kept of it, and written down as on its way: $fileName',
    async (file) => {
      const { verbs, jobs } = await desk()
      await pinned(verbs)
      await verbs.seal(file.fileName, station.pinned.fingerprint)
      expect(jobs.problem).toBe(null)
      const [sealed] = downloads
      expect(sealed?.name).toBe(file.fileName.replace(/(stl|3mf)$/, 'age'))
      const opened = await openHandover(sealed?.file ?? new Blob(), opening(station, new Date()), IDLE_CONTEXT)
      expect(opened.fileName).toBe(file.fileName)
      expect(opened.ticket.checkpoint).toBe(CHECKPOINT)
      const plain = new Uint8Array(await opened.file.arrayBuffer())
      expect(Object.values(FILES).filter((bytes) => Buffer.compare(bytes, plain) === 0)).toHaveLength(1)
      // It is on its way, also at the next session.
      expect((await desk()).prints.kept.handedOver).toMatchObject([
        { caseId: 'case 1', fileName: file.fileName, station: station.pinned.fingerprint, receipt: null },
      ])
    },
  )
  test('is not sealed for a station that is not kept, nor when nobody can sign', async () => {
    const { verbs } = await desk()
    await verbs.seal(ROWS[0].fileName, station.pinned.fingerprint)
    const nobody = await desk(null)
    await pinned(nobody.verbs)
    expect(nobody.verbs.canSeal).toBe(false)
    await nobody.verbs.seal(ROWS[0].fileName, station.pinned.fingerprint)
    expect(downloads).toEqual([])
  })
  test('that is not in the vault any more is not sealed', async () => {
    const { verbs, jobs } = await desk()
    await pinned(verbs)
    await verbs.seal(GONE.fileName, station.pinned.fingerprint)
    expect(jobs.problem?.code).toBe('vault/missing')
    expect(downloads).toEqual([])
  })
})
