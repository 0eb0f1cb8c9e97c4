import { bech32 } from '@scure/base'
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { newStationKey, stationIdentity } from '../../../../src/export/handover/identity.ts'
import {
  fingerprintOf,
  NO_STATIONS,
  type PinnedStation,
  printStation,
  readStations,
  withoutPinned,
  withPinned,
} from '../../../../src/export/handover/print-station.ts'
import { NOTHING_RECEIVED, readReceived, withReceived } from '../../../../src/export/handover/received.ts'
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
  const one = { nonce: 'a', file: 'f', expires: '2026-07-01T08:00:00+02:00' }

  test('are not opened again, also after the list was kept and read', () => {
    const kept = readReceived(JSON.parse(JSON.stringify(withReceived(NOTHING_RECEIVED, one))))
    expect(() => withReceived(kept, one)).toThrow(coded('handover/used'))
    expect(withReceived(kept, { ...one, nonce: 'b' }).files).toHaveLength(2)
  })
  test('of too many the oldest are forgotten, and still not opened again', () => {
    const at = (n: number) => new Date(Date.parse(AT) + n * 1000).toISOString()
    let kept = NOTHING_RECEIVED
    for (let n = 0; n < 2003; n++) kept = withReceived(kept, { nonce: String(n), file: 'f', expires: at(n) })
    expect(kept.files).toHaveLength(2000)
    expect(kept.forgottenUntil).toBe(at(2))
    for (const n of [0, 1, 2, 3, 2002])
      expect(() => withReceived(kept, { nonce: String(n), file: 'f', expires: at(n) })).toThrow(coded('handover/used'))
    expect(() => withReceived(kept, { nonce: 'new', file: 'f', expires: at(1) })).toThrow(coded('handover/used'))
    expect(withReceived(kept, { nonce: 'new', file: 'f', expires: at(5) }).files).toHaveLength(2000)
  })
  test('a list that is none is refused by name', () => {
    expect(readReceived(null)).toBe(NOTHING_RECEIVED)
    expect(() => readReceived({ format: 'proofprint-received/2' })).toThrow(coded('vault/newer'))
    expect(() => readReceived({ ...NOTHING_RECEIVED, files: [{ nonce: 1 }] as never })).toThrow(coded('vault/tampered'))
  })
})

describe('the key of a station', () => {
  test('is wiped when it is taken in, and cannot be read back', async () => {
    const pkcs8 = await newStationKey()
    expect(pkcs8).toHaveLength(48)
    const imported = vi.spyOn(crypto.subtle, 'importKey')
    const identity = await stationIdentity(pkcs8)
    expect(pkcs8.every((byte) => byte === 0)).toBe(true)
    const taken = await imported.mock.results[0]?.value
    expect(taken).toMatchObject({ type: 'private', extractable: false, usages: ['deriveBits'] })
    expect(Object.keys(identity)).toEqual(['recipient', 'fileKey'])
    expect(identity.recipient).toMatch(/^age1[a-z0-9]{58}$/)
  })
  test('of the same bytes is the same station', async () => {
    const pkcs8 = await newStationKey()
    const again = pkcs8.slice()
    expect((await stationIdentity(pkcs8)).recipient).toBe((await stationIdentity(again)).recipient)
  })
})
