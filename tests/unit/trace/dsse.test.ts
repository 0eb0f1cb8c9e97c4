import { describe, expect, test } from 'vitest'
import { toBase64 } from '../../../src/core/base64.ts'
import { type Envelope, openEnvelope, preAuthEncoding, sealStatement } from '../../../src/trace/dsse.ts'
import { noteSigners, noteText, parseNote, signNote } from '../../../src/trace/note.ts'
import { memorySigner } from '../../support/memory-signer.ts'

const TYPE = 'application/vnd.in-toto+json'
const BAD_ENVELOPE = expect.objectContaining({ code: 'trace/bad-envelope' })
const BAD_SIGNATURE = expect.objectContaining({ code: 'trace/bad-signature' })
const utf8 = (text: string) => new TextEncoder().encode(text)

const [designer, reviewer, station] = [await memorySigner(), await memorySigner(), await memorySigner()]
const keys = new Map([designer, reviewer, station].map(({ keyId, publicKey }) => [keyId, publicKey]))
const PAYLOAD = utf8('{"a": 1}')
const sealed = await sealStatement(TYPE, PAYLOAD, designer, reviewer)
const open = (envelope: unknown, needed?: number) => openEnvelope(envelope, TYPE, keys, needed)

test('what is signed is the encoding of DSSE 1.0.2, with the lengths in bytes', () => {
  const text = (type: string, payload: string) => new TextDecoder().decode(preAuthEncoding(type, utf8(payload)))
  expect(text('http://example.com/HelloWorld', 'hello world')).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  )
  expect(text('ä', '')).toBe('DSSEv1 2 ä 0 ')
})

describe('envelopes', () => {
  test('the bytes come back as they were signed, spaces and all, with who signed them', async () => {
    const { payload, signedBy } = await open(sealed)
    expect(payload).toEqual(PAYLOAD)
    expect(signedBy).toEqual([designer.keyId, reviewer.keyId])
  })
  test('two of three sign: as many are asked for, and one who signs twice is one', async () => {
    expect((await open(sealed, 2)).signedBy).toHaveLength(2)
    await expect(open(sealed, 3)).rejects.toEqual(BAD_SIGNATURE)
    const [first] = sealed.signatures
    await expect(open({ ...sealed, signatures: [first, first] }, 2)).rejects.toEqual(BAD_SIGNATURE)
    await expect(open(sealed, 0)).rejects.toEqual(BAD_SIGNATURE)
  })
  test('a stranger is passed over, and does not count', async () => {
    const stranger = await memorySigner()
    const both = await sealStatement(TYPE, PAYLOAD, stranger, designer)
    expect((await open(both)).signedBy).toEqual([designer.keyId])
    await expect(open(both, 2)).rejects.toEqual(BAD_SIGNATURE)
    await expect(open(await sealStatement(TYPE, PAYLOAD, stranger))).rejects.toEqual(BAD_SIGNATURE)
  })
  test('a signature under the id of somebody else, or of another type of payload, does not hold', async () => {
    const [first, second] = sealed.signatures as [Envelope['signatures'][number], Envelope['signatures'][number]]
    const swapped = [
      { keyid: first.keyid, sig: second.sig },
      { keyid: second.keyid, sig: first.sig },
    ]
    await expect(open({ ...sealed, signatures: swapped })).rejects.toEqual(BAD_SIGNATURE)
    const other = await sealStatement('text/plain', PAYLOAD, designer)
    await expect(open({ ...other, payloadType: TYPE })).rejects.toEqual(BAD_SIGNATURE)
    await expect(open(other)).rejects.toEqual(BAD_ENVELOPE)
  })
  test('a changed payload, or another text for the same bytes, is refused', async () => {
    await expect(open({ ...sealed, payload: toBase64(utf8('{"a": 2}')) })).rejects.toEqual(BAD_SIGNATURE)
    for (const payload of [`${sealed.payload} `, sealed.payload.replace(/=+$/, ''), 'eyJhIjogMX1=', '?']) {
      await expect(open({ ...sealed, payload })).rejects.toEqual(BAD_ENVELOPE)
    }
    for (const sig of ['', 'AAAA', `${sealed.signatures[0]?.sig}\n`]) {
      await expect(open({ ...sealed, signatures: [{ keyid: designer.keyId, sig }] })).rejects.toEqual(BAD_SIGNATURE)
    }
  })
  test.each([null, [], 'x', {}, { ...sealed, signatures: [{}] }, { ...sealed, payload: 1 }])(
    '%j is no envelope',
    async (value) => {
      await expect(open(value)).rejects.toEqual(BAD_ENVELOPE)
    },
  )
  test('a signature for a note is none for a statement: each says what it is', async () => {
    const text = `${new TextDecoder().decode(PAYLOAD)}\n`
    const note = parseNote(noteText(await signNote({ text, signatures: [] }, 'a', designer)))
    expect(await noteSigners(note, [{ name: 'a', type: 'ed25519', publicKey: designer.publicKey }])).toHaveLength(1)
    const sig = toBase64(note.signatures[0]?.bytes ?? new Uint8Array())
    const crossed = { payloadType: TYPE, payload: toBase64(utf8(text)), signatures: [{ keyid: designer.keyId, sig }] }
    await expect(open(crossed)).rejects.toEqual(BAD_SIGNATURE)
  })
})
