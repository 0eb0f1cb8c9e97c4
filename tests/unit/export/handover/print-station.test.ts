import { bech32 } from '@scure/base'
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  fingerprintOf,
  NO_STATIONS,
  type PinnedStation,
  printStation,
  readStations,
  withoutPinned,
  withPinned,
} from '../../../../src/export/handover/print-station.ts'
import {
  NOTHING_RECEIVED,
  type OpenedFile,
  readReceived,
  withReceipt,
  withReceived,
} from '../../../../src/export/handover/received.ts'
import { wordsOf } from '../../../../src/export/handover/words.ts'

afterEach(() => vi.restoreAllMocks())

const coded = (code: string) => expect.objectContaining({ code })
const AT = '2026-06-01T08:00:00.000Z'
const addressOf = (bytes: Uint8Array) => bech32.encodeFromBytes('age', bytes)
const recipient = await identityToRecipient(await generateX25519Identity())

describe('an address', () => {
  test('gives a fingerprint: SHA-256 of the raw key', async () => {
    const nine = addressOf(new Uint8Array(32).fill(9))
    const { fingerprint } = await printStation(` ${nine}\n`, ' Print room ')
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(32).fill(9))
    expect(fingerprint).toBe(Buffer.from(digest).toString('hex'))
  })
  test('is refused when it is none, or keeps no secret', async () => {
    const secret = await generateX25519Identity()
    const hybrid = await identityToRecipient(await generateHybridIdentity())
    const others = [
      '',
      'age1',
      secret,
      hybrid,
      recipient.toUpperCase(),
      `${recipient.slice(0, -1)}b`,
      recipient.slice(0, -2),
    ]
    const weak = [
      addressOf(new Uint8Array(32)),
      addressOf(new Uint8Array(31).fill(9)),
      addressOf(new Uint8Array(33).fill(9)),
    ]
    for (const address of [...others, ...weak])
      await expect(printStation(address, 'Print room')).rejects.toThrow(coded('handover/bad-recipient'))
  })
  test('has one spelling, so one fingerprint', async () => {
    const key = new Uint8Array(32).fill(9)
    for (const address of [addressOf(key).toUpperCase(), bech32.encodeFromBytes('agx', key)])
      await expect(fingerprintOf(address)).rejects.toThrow(coded('handover/bad-recipient'))
  })
  test.each(['', ' ', 'x'.repeat(41), 'a\nb', 'a\u0000'])('needs a name, and "%s" is none', async (name) => {
    await expect(printStation(recipient, name)).rejects.toThrow(coded('handover/bad-recipient'))
  })
})

describe('six words', () => {
  test('are these, for good: two versions must read the same to each other', () => {
    expect(wordsOf('000102fdfeff'.padEnd(64, '0'))).toEqual(['acre', 'actor', 'anchor', 'winter', 'yacht', 'zebra'])
    const all = Array.from({ length: 256 }, (_, n) => wordsOf(n.toString(16).padStart(2, '0').padEnd(64, '0'))[0])
    expect(new Set(all.map((word) => word?.slice(0, 4))).size).toBe(256)
    expect(all).toEqual([...all].sort())
  })
  test('differ when any of the first six bytes differs', () => {
    const plain = wordsOf('0'.repeat(64)).join(' ')
    for (let n = 0; n < 6; n++) expect(wordsOf(`${'00'.repeat(n)}01`.padEnd(64, '0')).join(' ')).not.toBe(plain)
  })
})

describe('pinning', async () => {
  const station = await printStation(recipient, 'Print room')
  const other = await printStation(addressOf(new Uint8Array(32).fill(9)), 'Print room')
  const pin = (kept = NO_STATIONS, one = station) => withPinned(kept, one, { areCompared: true, at: AT })

  test('only once the words were compared', () => {
    expect(() => withPinned(NO_STATIONS, station, { areCompared: false, at: AT })).toThrow(
      coded('handover/not-compared'),
    )
    expect(pin().stations).toEqual([{ ...station, pinnedAt: AT }])
  })
  test('another key cannot take a name that is there; the same key can be renamed', () => {
    expect(() => pin(pin(), other)).toThrow(coded('handover/bad-recipient'))
    expect(pin(pin(), { ...station, name: 'Room 2' }).stations.map(({ name }) => name)).toEqual(['Room 2'])
    expect(pin(pin(), { ...other, name: 'Room 2' }).stations).toHaveLength(2)
    expect(withoutPinned(pin(), station.fingerprint)).toEqual(NO_STATIONS)
  })
  test('the list comes back from the vault as it was, or is refused by name', () => {
    expect(readStations(null)).toBe(NO_STATIONS)
    expect(readStations(JSON.parse(JSON.stringify(pin())))).toEqual(pin())
    expect(() => readStations({ format: 'proofprint-stations/2', stations: [] })).toThrow(coded('vault/newer'))
    const { recipient: _, ...rest } = pin().stations[0] as PinnedStation
    for (const value of ['x', {}, { ...NO_STATIONS, stations: [rest] }])
      expect(() => readStations(value)).toThrow(coded('vault/tampered'))
  })
})

describe('releases that were opened', () => {
  const one: OpenedFile = {
    ...{ nonce: 'a', file: 'f', expires: '2026-07-01T08:00:00+02:00', fileName: '7K3MQ-2XA9B.stl' },
    ...{ release: 'r', process: 'sla', openedAt: AT, receipt: null },
  }

  test('are not opened again, also after the list was kept and read', () => {
    const kept = readReceived(JSON.parse(JSON.stringify(withReceived(NOTHING_RECEIVED, one))))
    expect(() => withReceived(kept, one)).toThrow(coded('handover/used'))
    expect(withReceived(kept, { ...one, nonce: 'b' }).files).toHaveLength(2)
  })
  test('of too many the oldest are forgotten, and still not opened again', () => {
    const at = (n: number) => new Date(Date.parse(AT) + n * 1000).toISOString()
    let kept = NOTHING_RECEIVED
    for (let n = 0; n < 2003; n++) kept = withReceived(kept, { ...one, nonce: String(n), expires: at(n) })
    expect(kept.files).toHaveLength(2000)
    expect(kept.forgottenUntil).toBe(at(2))
    for (const n of [0, 1, 2, 3, 2002])
      expect(() => withReceived(kept, { ...one, nonce: String(n), expires: at(n) })).toThrow(coded('handover/used'))
    expect(() => withReceived(kept, { ...one, nonce: 'new', expires: at(1) })).toThrow(coded('handover/used'))
    expect(withReceived(kept, { ...one, nonce: 'new', expires: at(5) }).files).toHaveLength(2000)
  })
  test('keep what a receipt needs, of the last hundred, and then the receipt', () => {
    const receipt = { printer: 'Form 3', material: 'Grey, lot 4', at: AT, text: '{}' }
    let kept = NOTHING_RECEIVED
    for (let n = 0; n < 102; n++) kept = withReceived(kept, { ...one, nonce: String(n) })
    expect(kept.opened?.map(({ nonce }) => nonce)).toEqual(Array.from({ length: 100 }, (_, n) => String(n + 2)))
    const written = withReceipt(kept, { ...one, nonce: '7' }, receipt)
    expect(written.opened?.filter((file) => file.receipt !== null)).toEqual([{ ...one, nonce: '7', receipt }])
    expect(readReceived(JSON.parse(JSON.stringify(written)))).toEqual(written)
    // Of before there were any.
    const before = { ...NOTHING_RECEIVED, files: [{ nonce: 'a', file: 'f', expires: AT }] }
    expect(readReceived(before)).toBe(before)
  })
  test('a list that is none is refused by name', () => {
    expect(readReceived(null)).toBe(NOTHING_RECEIVED)
    expect(() => readReceived({ format: 'proofprint-received/2' })).toThrow(coded('vault/newer'))
    expect(() => readReceived({ ...NOTHING_RECEIVED, files: [{ nonce: 1 }] as never })).toThrow(coded('vault/tampered'))
  })
})
