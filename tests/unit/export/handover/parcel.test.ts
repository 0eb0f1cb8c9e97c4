import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { collected, concatBytes, utf8 } from '../../../../src/core/bytes.ts'
import { sha256 } from '../../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import { type Parcel, parcelBytes, readParcel } from '../../../../src/export/handover/parcel.ts'
import { TAR_END, tarEntry, tarHeader, tarPadding } from '../../../../src/export/handover/tar.ts'
import { content } from '../../../support/handover.ts'

type Bytes = Uint8Array<ArrayBuffer>

const NAME = '7K3MQ-2XA9B.stl'
const FILE = content(5000)
const parcel: Parcel = { ticket: utf8('{"a":1}'), statement: utf8('signed'), fileName: NAME, file: new Blob([FILE]) }
const entry = (name: string, bytes: Bytes) =>
  concatBytes(tarHeader(name, bytes.length), bytes, tarPadding(bytes.length))
const ticket = entry('ticket.json', utf8('{"a":1}'))
const statement = entry('statement.json', utf8('signed'))
const file = entry(NAME, FILE)

async function* inPieces(bytes: Bytes, by: number) {
  for (let at = 0; at < bytes.length; at += by) yield bytes.subarray(at, at + by)
}
const read = (bytes: Bytes, by = 700) => readParcel(inPieces(bytes, by), bytes.length, IDLE_CONTEXT)
const expectRefused = async (...parts: Bytes[]) =>
  expect(read(concatBytes(...parts))).rejects.toThrow(expect.objectContaining({ code: 'handover/bad-parcel' }))

test('a parcel is these bytes, in whatever pieces it comes', async () => {
  const whole = await collected(parcelBytes(parcel, IDLE_CONTEXT))
  expect(whole).toEqual(concatBytes(ticket, statement, file, TAR_END))
  for (const by of [1, 511, 512, 513, 100_000]) {
    const got = await read(whole, by)
    expect({ ...got, file: new Uint8Array(await got.file.arrayBuffer()) }).toEqual({
      ticket: utf8('{"a":1}'),
      statement: utf8('signed'),
      fileName: NAME,
      file: FILE,
      fileSha256: await sha256(FILE),
    })
  }
})

test('any tar takes it apart', async () => {
  const whole = await collected(parcelBytes(parcel, IDLE_CONTEXT))
  const tar = (...args: string[]) => spawnSync('tar', args, { input: whole })
  expect(tar('-tf', '-').stdout.toString()).toBe(`ticket.json\nstatement.json\n${NAME}\n`)
  const taken = tar('-xOf', '-', NAME)
  expect({ status: taken.status, said: taken.stderr.toString() }).toEqual({ status: 0, said: '' })
  expect(Buffer.compare(taken.stdout, FILE)).toBe(0)
})

describe('refused:', () => {
  test('files in another order, missing, doubled or added', async () => {
    await expectRefused(statement, ticket, file, TAR_END)
    await expectRefused(ticket, file, TAR_END)
    await expectRefused(ticket, statement, TAR_END)
    await expectRefused(ticket, ticket, statement, file, TAR_END)
    await expectRefused(ticket, statement, file, file, TAR_END)
  })
  test('a file under another name', async () => {
    for (const name of [
      '../7K3MQ-2XA9B.stl',
      '/7K3MQ-2XA9B.stl',
      'model.stl',
      '7K3MQ-2XA9B.exe',
      '7K3MQ-2XA9B.stl.dcm',
    ])
      await expectRefused(ticket, statement, entry(name, FILE), TAR_END)
    await expectRefused(entry('ticket.txt', utf8('{"a":1}')), statement, file, TAR_END)
    await expectRefused(ticket, entry('statement', utf8('signed')), file, TAR_END)
  })
  test('anything after the end, or less than the end', async () => {
    await expectRefused(ticket, statement, file, TAR_END, new Uint8Array(512))
    await expectRefused(ticket, statement, file, TAR_END, new Uint8Array(1))
    await expectRefused(ticket, statement, file, TAR_END.slice(1))
    await expectRefused(ticket, statement, file)
  })
  test('bytes hidden where zeros belong', async () => {
    for (const part of [ticket, statement, file]) {
      const hidden = part.slice()
      hidden[hidden.length - 1] = 1
      await expectRefused(...[ticket, statement, file].map((one) => (one === part ? hidden : one)), TAR_END)
    }
    await expectRefused(ticket, statement, file, TAR_END.with(1023, 1))
  })
  test('a header that says more than name and size: each of its bytes but those', async () => {
    const block = tarHeader(NAME, 5000)
    for (let at = NAME.length; at < block.length; at++) {
      const isSize = at >= 124 && at < 135
      const changed = block.with(at, (block[at] ?? 0) ^ 1)
      // Of another size only the checksum tells, which is part of the header.
      expect({ at, entry: tarEntry(changed) }).toEqual({ at, entry: null })
      if (!isSize) await expectRefused(ticket, statement, changed, FILE, tarPadding(5000), TAR_END)
    }
  })
  test('a ticket or a statement that is too long, on both sides', async () => {
    for (const [name, most] of [
      ['ticket', 1 << 16],
      ['statement', 1 << 20],
    ] as const) {
      const long = new Uint8Array(most + 1)
      const written = collected(parcelBytes({ ...parcel, [name]: long }, IDLE_CONTEXT))
      await expect(written).rejects.toThrow(expect.objectContaining({ code: 'handover/bad-parcel' }))
      const parts =
        name === 'ticket' ? [entry('ticket.json', long), statement] : [ticket, entry('statement.json', long)]
      await expectRefused(...parts, file, TAR_END)
      const fits = await collected(parcelBytes({ ...parcel, [name]: long.slice(1) }, IDLE_CONTEXT))
      expect((await read(fits, 65_536))[name]).toHaveLength(most)
    }
  })
  test('a file that states more bytes than a browser keeps', async () => {
    await expectRefused(ticket, statement, tarHeader(NAME, 2 ** 32 + 1), new Uint8Array(4096))
  })
})

test('a name or a size that tar has no room for is an error of the caller', () => {
  for (const name of ['', 'a b', 'ä', 'x'.repeat(101)]) expect(() => tarHeader(name, 1)).toThrow(RangeError)
  for (const size of [-1, 1.5, 8 ** 11, Number.NaN]) expect(() => tarHeader('a', size)).toThrow(RangeError)
})
