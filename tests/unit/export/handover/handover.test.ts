import { describe, expect, test, vi } from 'vitest'
import { collected } from '../../../../src/core/bytes.ts'
import { sha256 } from '../../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import { openStream, sealStream } from '../../../../src/export/handover/age.ts'
import { openHandover } from '../../../../src/export/handover/open.ts'
import { sealForStation } from '../../../../src/export/handover/seal.ts'
import { cosignNote, noteText, parseNote, signNote } from '../../../../src/trace/note.ts'
import {
  checkpointBy,
  content,
  NOW,
  opening,
  orderFor,
  parcelFor,
  RELEASER,
  sealedOrder,
  sealedParcel,
  type TestStation,
  termsFor,
  testStation,
} from '../../../support/handover.ts'
import { memorySigner } from '../../../support/memory-signer.ts'

const here = await testStation('Print room')
const elsewhere = await testStation('Workshop')
const FILE = content(150_000)
const coded = (code: string) => expect.objectContaining({ code })
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())

/** Refused by that name; nothing was spent, so nothing was handed over. */
async function expectRefused(sealed: Blob | Uint8Array<ArrayBuffer>, code: string, station: TestStation = here) {
  const desk = opening(station)
  await expect(openHandover(new Blob([sealed]), desk, IDLE_CONTEXT)).rejects.toThrow(coded(code))
  expect(desk.spent).toEqual([])
}

describe('a good hand-over', () => {
  test.each([0, 1, 65_000, 150_000])('of %i bytes gives the plain file and what its receipt needs', async (length) => {
    const file = content(length)
    const order = await orderFor(file, here)
    const sealed = await sealedOrder(order, here)
    const opened = await openHandover(sealed, opening(here), IDLE_CONTEXT)
    expect(Buffer.compare(await bytesOf(opened.file), file)).toBe(0)
    expect(opened.fileName).toBe('7K3MQ-2XA9B.stl')
    expect(opened.ticket).toMatchObject({ process: 'sla', station: here.pinned.fingerprint })
    expect(opened.opened).toEqual({
      ...{ nonce: opened.terms.nonce, expires: opened.terms.expires, release: opened.terms.release },
      ...{ file: await sha256(file), fileName: '7K3MQ-2XA9B.stl', process: 'sla' },
      ...{ openedAt: NOW.toISOString(), receipt: null },
    })
  })
  test('is opened once', async () => {
    const sealed = await sealedOrder(await orderFor(FILE, here), here)
    const desk = opening(here)
    await openHandover(sealed, desk, IDLE_CONTEXT)
    await expect(openHandover(sealed, desk, IDLE_CONTEXT)).rejects.toThrow(coded('handover/used'))
    expect(desk.spent).toHaveLength(1)
  })
  test('of two files of one release opens each of them once', async () => {
    const other = content(9)
    const files = [await sha256(FILE), await sha256(other)]
    const terms = { ...(await termsFor(FILE, here)), files }
    const desk = opening(here)
    for (const file of [FILE, other]) {
      const sealed = await sealedParcel(await parcelFor(file, terms), here)
      await openHandover(sealed, desk, IDLE_CONTEXT)
      await expect(openHandover(sealed, desk, IDLE_CONTEXT)).rejects.toThrow(coded('handover/used'))
    }
  })
  test('is not handed over when it cannot be kept that it was opened', async () => {
    const sealed = await sealedOrder(await orderFor(FILE, here), here)
    const spend = vi.fn().mockRejectedValue(new Error('no room'))
    await expect(openHandover(sealed, { ...opening(here), spend }, IDLE_CONTEXT)).rejects.toThrow('no room')
  })
  test('sealed twice has no part in common: key and nonce are new', async () => {
    const order = await orderFor(FILE, here)
    const [first, second] = await Promise.all(
      [sealedOrder(order, here), sealedOrder(order, here)].map(async (b) => bytesOf(await b)),
    )
    expect(first?.length).toBe(second?.length)
    expect(Buffer.compare(first?.slice(-60_000) ?? FILE, second?.slice(-60_000) ?? FILE)).not.toBe(0)
  })
  test('says nothing in clear but the age header', async () => {
    const text = Buffer.from(await bytesOf(await sealedOrder(await orderFor(FILE, here), here))).toString('latin1')
    expect(text.startsWith('age-encryption.org/v1\n-> X25519 ')).toBe(true)
    for (const word of ['7K3MQ', 'ticket', here.pinned.fingerprint, 'Print room', 'ustar'])
      expect(text).not.toContain(word)
  })
  test('stops when it is cancelled, sealing and opening', async () => {
    const order = await orderFor(FILE, here)
    const sealed = await sealedOrder(order, here)
    const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
    const aborted = expect.objectContaining({ name: 'AbortError' })
    const desk = opening(here)
    await expect(openHandover(sealed, desk, ctx)).rejects.toThrow(aborted)
    expect(desk.spent).toEqual([])
    await expect(sealForStation(order, here.pinned, desk, ctx)).rejects.toThrow(aborted)
    // Cancelled while the pieces of the file pass through the seal.
    const late = new AbortController()
    const progress = (share: number) => share > 0.4 && late.abort()
    vi.spyOn(performance, 'now').mockImplementation(counted())
    const slow = { signal: late.signal, progress }
    await expect(sealForStation(order, here.pinned, desk, slow).finally(vi.restoreAllMocks)).rejects.toThrow(aborted)
  })
})

/** A clock that is a second on at each look, so that progress is told at each. */
function counted(): () => number {
  let now = 0
  return () => {
    now += 1000
    return now
  }
}

describe('at the print station, refused before anything is used:', async () => {
  const sealed = await bytesOf(await sealedOrder(await orderFor(FILE, here), here))
  const headerBytes = Buffer.from(sealed).indexOf('\n--- ') + 5 + 44
  const flipped = (at: number) => sealed.with(at, (sealed[at] ?? 0) ^ 1)

  test('a file for another station', () => expectRefused(sealed, 'handover/other-recipient', elsewhere))
  test('one that was opened by another station and sealed again for this one', async () => {
    const terms = await termsFor(FILE, elsewhere)
    await expectRefused(await sealedParcel(await parcelFor(FILE, terms), here), 'handover/forwarded')
  })
  test('one flipped bit in nonce, chunks and tags', async () => {
    const places = [0, 15, 16, 100, 65_551, 65_552, 65_567, 65_568, 131_120, sealed.length - headerBytes - 1]
    for (const at of places) await expectRefused(flipped(headerBytes + at), 'handover/tampered')
  })
  test('a fault in the last chunk, before the statement in the first one is read', async () => {
    const readStatement = vi.fn()
    const desk = { ...opening(here), readStatement }
    await expect(openHandover(new Blob([flipped(sealed.length - 1)]), desk, IDLE_CONTEXT)).rejects.toThrow(
      coded('handover/tampered'),
    )
    expect(readStatement).not.toHaveBeenCalled()
  })
  test('one flipped bit at each place of the header', async () => {
    const codes = new Set<string>()
    for (let at = 0; at < headerBytes; at++) {
      const desk = opening(here)
      const error = await openHandover(new Blob([flipped(at)]), desk, IDLE_CONTEXT).catch((e: { code: string }) => e)
      codes.add('code' in error ? error.code : 'opened')
      expect(desk.spent).toEqual([])
    }
    expect([...codes].sort()).toEqual(['handover/not-sealed', 'handover/other-recipient', 'handover/tampered'])
  })
  test('one cut at any interesting place, or longer by a byte', async () => {
    for (const length of [0, 1, headerBytes - 1, headerBytes, headerBytes + 15])
      await expectRefused(sealed.slice(0, length), 'handover/not-sealed')
    for (const more of [16, 17, 16 + 65_552, 16 + 2 * 65_552, sealed.length - headerBytes - 1])
      await expectRefused(sealed.slice(0, headerBytes + more), 'handover/tampered')
    await expectRefused(new Uint8Array([...sealed, 0]), 'handover/tampered')
  })
  test('chunks in another order', async () => {
    const at = headerBytes + 16
    const [a, b] = [sealed.slice(at, at + 65_552), sealed.slice(at + 65_552, at + 2 * 65_552)]
    const swapped = sealed.slice()
    swapped.set(b, at)
    swapped.set(a, at + 65_552)
    await expectRefused(swapped, 'handover/tampered')
  })
  test.each(['2026-06-01T08:00:00.000Z', '2020-01-01T00:00:00Z', 'soon'])('a release until %s', async (expires) => {
    const terms = { ...(await termsFor(FILE, here)), expires }
    await expectRefused(await sealedParcel(await parcelFor(FILE, terms), here), 'handover/expired')
  })
  test('a file that is not the released one', async () => {
    const terms = await termsFor(content(149_999), here)
    await expectRefused(await sealedParcel(await parcelFor(FILE, terms), here), 'handover/other-file')
  })
  test('a ticket that says otherwise than the statement', async () => {
    const terms = await termsFor(FILE, here)
    const file = { name: '7K3MQ-2XA9B.stl', bytes: FILE.length, sha256: terms.files[0] ?? '' }
    const lies = [
      { station: elsewhere.pinned.fingerprint },
      { nonce: '00' },
      { expires: '2030-01-01T00:00:00Z' },
      { file: { ...file, name: '00000-00000.stl' } },
      { file: { ...file, bytes: 1 } },
      { file: { ...file, sha256: '00' } },
      { process: 'paper' as 'sla' },
    ]
    for (const lie of lies)
      await expectRefused(await sealedParcel(await parcelFor(FILE, terms, lie), here), 'handover/bad-parcel')
  })
  test('a statement that is not signed by whom the station trusts', async () => {
    const parcel = await parcelFor(FILE, await termsFor(FILE, here))
    const statement = parcel.statement.with(0, (parcel.statement[0] ?? 0) ^ 1)
    await expectRefused(await sealedParcel({ ...parcel, statement }, here), 'vault/tampered')
  })
  test('any other file sealed for it', async () => {
    for (const plain of [new Uint8Array(0), content(400), content(70_000), new Uint8Array(4096)]) {
      const other = await collected(await sealStream(here.pinned.recipient, new Blob([plain]).stream()))
      await expectRefused(other, 'handover/bad-parcel')
    }
  })
})

describe('the checkpoint of the log that comes along', async () => {
  const own = await checkpointBy(RELEASER)
  const text = own.slice(0, own.indexOf('\n\n') + 1)
  const note = async (other: string) => {
    const origin = other.split('\n')[0] ?? ''
    return noteText(await signNote({ text: other, signatures: [] }, origin, RELEASER))
  }
  const bad: readonly [string, string, string][] = [
    ['of no text', 'form', ''],
    ['of other text', 'form', 'a checkpoint'],
    ['without a signature', 'form', text],
    ['that is no note of a log', 'form', await note('proofprint/log/0\n1\n')],
    ['over nothing', 'form', await note(text.replace('\n1\n', '\n0\n'))],
    ['with a further line', 'form', await note(`${text}more\n`)],
    ['of another size than signed', 'signer', own.replace('\n1\n', '\n2\n')],
    ['of another log than signed', 'signer', own.replaceAll('log/0', 'log/1')],
    ['by somebody else', 'signer', await checkpointBy(await memorySigner())],
  ]
  const order = { ...(await orderFor(FILE, here)), checkpoint: own }

  test('is the one that was signed with the release; a witness under it changes nothing', async () => {
    const cosigned = await cosignNote(parseNote(own), 'proofprint/witness/0', await memorySigner(), 1)
    for (const checkpoint of [own, noteText(cosigned)]) {
      const sealed = await sealedOrder({ ...(await orderFor(FILE, here)), checkpoint }, here)
      expect((await openHandover(sealed, opening(here), IDLE_CONTEXT)).ticket.checkpoint).toBe(checkpoint)
    }
  })
  test.each(bad)('%s is refused at both ends', async (_, reason, checkpoint) => {
    const refused = expect.objectContaining({ code: 'handover/bad-checkpoint', detail: { reason } })
    await expect(sealedOrder({ ...order, checkpoint }, here)).rejects.toThrow(refused)
    const sealed = await sealedParcel(await parcelFor(FILE, await termsFor(FILE, here), { checkpoint }), here)
    const desk = opening(here)
    await expect(openHandover(sealed, desk, IDLE_CONTEXT)).rejects.toThrow(refused)
    expect(desk.spent).toEqual([])
  })
})

describe('when it is sealed, refused:', () => {
  const refused = async (promise: Promise<Blob>, code: string) => expect(promise).rejects.toThrow(coded(code))

  test('a release for another station', async () =>
    refused(sealedOrder(await orderFor(FILE, elsewhere), here), 'handover/other-recipient'))
  test('another file than the released one', async () =>
    refused(sealedOrder({ ...(await orderFor(FILE, here)), file: new Blob(['x']) }, here), 'handover/other-file'))
  test('an expired release', async () =>
    refused(sealedOrder(await orderFor(FILE, here, { expires: '2026-05-31T00:00:00Z' }), here), 'handover/expired'))
  test('a pinned station whose address was exchanged', async () => {
    const exchanged = { ...here, pinned: { ...here.pinned, recipient: elsewhere.pinned.recipient } }
    await refused(sealedOrder(await orderFor(FILE, here), exchanged), 'handover/bad-recipient')
  })
  test.each(['model.stl', '../7K3MQ-2XA9B.stl', '7K3MQ-2XA9B.stl.dcm', '7K3MQ-2XA9B.exe', ''])(
    'a file named "%s"',
    async (fileName) =>
      refused(sealedOrder({ ...(await orderFor(FILE, here)), fileName }, here), 'handover/bad-parcel'),
  )
})

/** Pieces of one size that are counted as they are asked for. */
class CountedFile extends Blob {
  asked = 0
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super([bytes])
    this.#bytes = bytes
  }
  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: (controller) => {
        const piece = new Uint8Array(this.#bytes.subarray(this.asked, this.asked + 65_536))
        this.asked += piece.length
        if (piece.length > 0) controller.enqueue(piece)
        else controller.close()
      },
    })
  }
}

describe('memory: what was asked for and not yet given on stays under 1 MiB, however long the file', () => {
  const LONG = content(12_000_000)
  const MOST = 1 << 20

  async function expectBounded(source: CountedFile, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    let given = 0
    for await (const piece of pieces) {
      given += piece.length
      expect(source.asked - given).toBeLessThan(MOST)
      // A slow reader: the source may run ahead only as far as it is let.
      await new Promise(setImmediate)
    }
    expect(given).toBeGreaterThan(11_000_000)
  }

  test('sealing', async () => {
    const source = new CountedFile(LONG)
    await expectBounded(source, await sealStream(here.pinned.recipient, source.stream()))
  })
  test('opening', async () => {
    const sealed = await collected(await sealStream(here.pinned.recipient, new Blob([LONG]).stream()))
    const source = new CountedFile(sealed)
    await expectBounded(source, await openStream(source, (header) => here.identity.fileKey(header)))
  })
})
