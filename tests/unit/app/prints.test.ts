import { beforeEach, expect, test } from 'vitest'
import { withPrint, withProfile } from '../../../src/app/print-records.ts'
import { printTable } from '../../../src/app/print-tables.ts'
import { PrintShelf } from '../../../src/app/prints.svelte.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { type PrinterProfile, SHIPPED_PROFILES } from '../../../src/print/profiles.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

const OWN: PrinterProfile = { ...(SHIPPED_PROFILES[0] as PrinterProfile), id: 'own-1', name: 'Print lab 2' }
let vault: Vault
let now = 0

beforeEach(async () => {
  now = 1_000_000
  freshProfile()
  vault = openTab()
  await vault.create(PASSPHRASE)
})
const shelfOn = (open: Vault) =>
  new PrintShelf({ vault: { call: (work: (api: Vault) => unknown) => work(open) } } as unknown as Workers, () => now)
async function loaded(): Promise<PrintShelf> {
  const shelf = shelfOn(vault)
  await shelf.load()
  return shelf
}
/** Works at a station, giving a sign every so many seconds. */
function work(shelf: PrintShelf, place: string, signs: number, everyS: number): void {
  shelf.countTime(null, 'start')
  for (let n = 0; n < signs; n++) {
    now += everyS * 1000
    shelf.countTime('c1', place)
  }
}

test('a printer of one’s own is there after the next unlock', async () => {
  const shelf = await loaded()
  await shelf.change((kept) => withProfile(kept, OWN))
  await shelf.change((kept) => ({ ...kept, hourRates: { clinician: 1, staff: 2 } }))
  const again = await loaded()
  expect(again.kept).toMatchObject({ chosen: OWN.id, profiles: [OWN], hourRates: { clinician: 1, staff: 2 } })
  again.forget()
  expect(again.kept.profiles).toEqual([])
})

test('stations take their time by themselves; a long pause and other places do not count', async () => {
  const shelf = await loaded()
  work(shelf, 'segment', 3, 8)
  now += 300_000
  shelf.countTime('c1', 'segment')
  work(shelf, 'models', 2, 5)
  expect(shelf.effort('c1').seconds).toMatchObject({ segment: 24, scan: 0 })
  expect(shelf.effort('c2').seconds.segment).toBe(0)
  await shelf.flush()
  expect((await loaded()).effort('c1').seconds.segment).toBe(24)
  expect(shelf.effort('c1').seconds.segment).toBe(24)
})

test('time that could not be written is written with the next change', async () => {
  const shelf = await loaded()
  const other = await loaded()
  work(shelf, 'scan', 2, 10)
  await other.change((kept) => ({ ...kept, chosen: 'elsewhere' }))
  await expect(shelf.flush()).rejects.toMatchObject({ code: 'vault/busy' })
  expect(shelf.effort('c1').seconds.scan).toBe(20)
  await shelf.load()
  await shelf.flush()
  const read = await loaded()
  expect(read.effort('c1').seconds.scan).toBe(20)
  expect(read.kept.chosen).toBe('elsewhere')
})

test('nothing is kept while the vault is not open', async () => {
  await expect(shelfOn(vault).change((kept) => kept)).rejects.toMatchObject({ code: 'vault/locked' })
})

test('the table of prints tells strain along the printer and no case', async () => {
  const shelf = await loaded()
  await shelf.change((kept) =>
    withPrint(kept, {
      id: 'p1',
      caseId: 'secret-case',
      job: 'f00d',
      traceId: null,
      profileId: OWN.id,
      printer: OWN.name,
      material: 'PLA',
      at: '2026-05-10T10:00:00.000Z',
      blocks: [{ id: 'A', expectedMm: [10, 10, 10], measuredMm: [10.1, 10, 9.95] }],
      rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      decision: 'reprint',
      broken: ['bias'],
      reasons: ['beyond-limits'],
      cause: '',
      cost: 3,
      currency: 'EUR',
      hasPhoto: false,
    }),
  )
  const [heading, row] = printTable(shelf.kept.prints)
  expect(row).toHaveLength(heading?.length ?? 0)
  expect(row?.slice(7, 10)).toEqual([1, 0, -0.5])
  expect(JSON.stringify(row)).not.toContain('secret-case')
})
