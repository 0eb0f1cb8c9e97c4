import { describe, expect, test } from 'vitest'
import { fromBase64, toBase64 } from '../../../src/core/base64.ts'
import { checkpointText, parseCheckpoint } from '../../../src/trace/checkpoint.ts'
import {
  cosignNote,
  type NoteKey,
  noteKeyHash,
  noteSigners,
  noteText,
  parseNote,
  signNote,
} from '../../../src/trace/note.ts'
import { memorySigner } from '../../support/memory-signer.ts'

const code = (name: string) => expect.objectContaining({ code: name })
const BAD_NOTE = code('trace/bad-note')
const BAD_SIGNATURE = code('trace/bad-signature')
const bytesOf = (base64: string) => fromBase64(base64) ?? new Uint8Array()

/** The example of the Go module golang.org/x/mod/sumdb/note, whose form C2SP signed-note took over. */
const PUBLIC = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`
const PUBLIC_KEY: NoteKey = {
  name: 'PeterNeumann',
  type: 'ed25519',
  publicKey: bytesOf('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW').subarray(1),
}

const signer = await memorySigner()
const witness = await memorySigner()
const ORIGIN = 'proofprint/log/1'
const WITNESS = 'proofprint/witness/1'
const CHECKPOINT = { origin: ORIGIN, size: 12, root: new Uint8Array(32).fill(5), extensions: [] }
const text = checkpointText(CHECKPOINT)
const note = await cosignNote(await signNote({ text, signatures: [] }, ORIGIN, signer), WITNESS, witness, 1_800_000_000)
const log: NoteKey = { name: ORIGIN, type: 'ed25519', publicKey: signer.publicKey }
const auditor: NoteKey = { name: WITNESS, type: 'cosignature', publicKey: witness.publicKey }

test('base 64 has one text for the same bytes', () => {
  for (const bytes of [[], [0], [255, 1], [1, 2, 3], Array.from({ length: 9000 }, (_, n) => n & 255)]) {
    expect([...(fromBase64(toBase64(Uint8Array.from(bytes))) ?? [])]).toEqual(bytes)
  }
  for (const other of ['A', 'AA', 'AA=', 'AB==', 'AAB=', 'AA==\n', ' AA==', 'A-_=', 'AA==AA==']) {
    expect(fromBase64(other)).toBeUndefined()
  }
})

describe('signed notes', () => {
  test('a note of another program is read, and its signature holds', async () => {
    expect(await noteKeyHash(PUBLIC_KEY)).toBe('c74f20a3')
    const read = parseNote(PUBLIC)
    expect(noteText(read)).toBe(PUBLIC)
    expect(await noteSigners(read, [PUBLIC_KEY])).toEqual([PUBLIC_KEY])
    const changed = parseNote(PUBLIC.replace('answer', 'Answer'))
    await expect(noteSigners(changed, [PUBLIC_KEY])).rejects.toEqual(BAD_SIGNATURE)
  })
  test('log and witness sign one text, each in their way', async () => {
    const read = parseNote(noteText(note))
    expect(await noteSigners(read, [log, auditor])).toEqual([log, auditor])
    expect(parseCheckpoint(read.text)).toEqual(CHECKPOINT)
  })
  test('unknown keys are passed over, but one that is known must be there', async () => {
    expect(await noteSigners(note, [log])).toEqual([log])
    await expect(noteSigners(note, [])).rejects.toEqual(BAD_SIGNATURE)
    await expect(noteSigners(note, [{ ...log, name: 'other' }])).rejects.toEqual(BAD_SIGNATURE)
    // The key of a witness is not that of a log, though the bytes are the same.
    await expect(noteSigners(note, [{ ...auditor, type: 'ed25519' }])).rejects.toEqual(BAD_SIGNATURE)
  })
  test('one changed bit of the text, a signature or the time of a witness does not hold', async () => {
    for (const nth of [0, 1])
      for (const at of [0, 7, 8, 63]) {
        const signatures = note.signatures.map((one, n) => {
          if (n !== nth) return one
          const bytes = one.bytes.slice()
          bytes[at] = (bytes[at] ?? 0) ^ 1
          return { ...one, bytes }
        })
        await expect(noteSigners({ text, signatures }, [log, auditor])).rejects.toEqual(BAD_SIGNATURE)
      }
    const longer = checkpointText({ ...CHECKPOINT, size: 13 })
    await expect(noteSigners({ ...note, text: longer }, [log, auditor])).rejects.toEqual(BAD_SIGNATURE)
  })
  test.each([
    ['nothing', ''],
    ['no signature', 'a\n'],
    ['no blank line', 'a\n— b AAAAAAA=\n'],
    ['no end', noteText(note).slice(0, -1)],
    ['a tab', noteText(note).replace('/', '\t')],
    ['a hyphen for the dash', noteText(note).replace('—', '-')],
    ['base 64 with spare bits', `a\n\n— b AAAAAAB=\n`],
    ['a signature that is only a key', `a\n\n— b AAAAAA==\n`],
    ['17 signatures', `a\n\n${'— b AAAAAAA=\n'.repeat(17)}`],
  ])('%s is no note', (_, given) => {
    expect(() => parseNote(given)).toThrow(BAD_NOTE)
  })
  test('a name or text that no reader takes is not signed', async () => {
    for (const name of ['', 'a b', 'a+b']) await expect(signNote(note, name, signer)).rejects.toEqual(BAD_NOTE)
    await expect(signNote({ text: 'a', signatures: [] }, 'a', signer)).rejects.toEqual(BAD_NOTE)
  })
})

describe('checkpoints', () => {
  test('extension lines are kept', () => {
    const extended = { ...CHECKPOINT, extensions: ['a', 'b c'] }
    expect(parseCheckpoint(checkpointText(extended))).toEqual(extended)
  })
  test.each([
    ['', 'an empty text'],
    [text.slice(0, -1), 'no end'],
    [`\n${text}`, 'no origin'],
    [text.replace('\n12\n', '\n012\n'), 'a size with a zero before it'],
    [text.replace('\n12\n', '\n-1\n'), 'a size below zero'],
    [text.replace('\n12\n', '\n9999999999999999\n'), 'a size past all counting'],
    [text.replace('BQUF', 'BQU'), 'a root cut short'],
    [`${text}\n`, 'an empty line'],
  ])('%j is none: %s', (given) => {
    expect(() => parseCheckpoint(given)).toThrow(BAD_NOTE)
  })
  test('a line with a break in it is not written', () => {
    expect(() => checkpointText({ ...CHECKPOINT, origin: 'a\nb' })).toThrow(BAD_NOTE)
    expect(() => checkpointText({ ...CHECKPOINT, extensions: [''] })).toThrow(BAD_NOTE)
  })
})
