import { Decrypter, Encrypter, type Stanza } from 'age-encryption'
import { PipelineError } from '../../core/errors.ts'
import { piecesOf } from './streams.ts'

/*
 * age, version 1 (c2sp.org/age), by typage. It has no classes of errors, so two of its sentences are told apart here; the
 * public vectors in tests/unit/export/handover/age-vectors.test.ts fail when a later version words them otherwise.
 */
const NO_MATCH = "no identity matched any of the file's recipients"
const WRONG_MAC = 'invalid header HMAC'

/** Why the header of an age file does not open, by the names of the CCTV vectors. */
export type HeaderFault = 'no match' | 'HMAC failure' | 'header failure'

/** What an error before the first byte of plaintext means. */
export function headerFault(error: unknown): HeaderFault {
  const message = error instanceof Error ? error.message : ''
  if (message === NO_MATCH) return 'no match'
  return message === WRONG_MAC ? 'HMAC failure' : 'header failure'
}

export const changedOnTheWay = () =>
  new PipelineError(
    'handover/tampered',
    'The sealed file was changed or cut on the way. Nothing of it was used. Have it sent again.',
  )

export const notSealed = () =>
  new PipelineError(
    'handover/not-sealed',
    'This is not a whole sealed file. Choose the .age file, or have it sent again.',
  )

/** A PipelineError for what stopped the header. */
function refusedHeader(error: unknown): PipelineError {
  if (error instanceof PipelineError) return error
  const fault = headerFault(error)
  if (fault === 'HMAC failure') return changedOnTheWay()
  if (fault === 'header failure') return notSealed()
  return new PipelineError(
    'handover/other-recipient',
    'This file was sealed for another station, or its beginning was changed on the way. Nothing of it was used.',
  )
}

type Bytes = ReadableStream<Uint8Array>

/**
 * The age file of a plaintext, for one recipient (`age1...`, X25519). Memory: a few chunks of 64 KiB. Rejects when the
 * recipient is none.
 */
export async function sealStream(recipient: string, plain: Bytes): Promise<Bytes> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encrypter.encrypt(plain)
}

/** Gives the 16-byte file key of a header, MAC line included, as Decrypter.decryptHeader of typage does. */
export type HeaderOpener = (header: Uint8Array) => Promise<Uint8Array>

/** The file key of a header, with the private half of an X25519 pair that may not be extractable. Throws 'handover/...'. */
export async function openHeader(privateKey: CryptoKey, header: Uint8Array): Promise<Uint8Array> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(privateKey)
  try {
    return await decrypter.decryptHeader(header)
  } catch (error) {
    throw refusedHeader(error)
  }
}

/** More than any header of one recipient, less than would be worth reading. */
const LARGEST_HEADER_BYTES = 1 << 16
/** 32 bytes in base64 without padding. */
const MAC_LINE = /\n--- [A-Za-z0-9+/]{43}\n/

/** The header of an age file with its MAC line. Throws 'handover/not-sealed' when there is none in the first 64 KiB. */
export async function headerOf(file: Blob): Promise<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, LARGEST_HEADER_BYTES).arrayBuffer())
  // One character a byte: a place in the text is a place in the file.
  const line = MAC_LINE.exec(new TextDecoder('latin1').decode(start))
  if (line === null) throw notSealed()
  return start.subarray(0, line.index + line[0].length)
}

/**
 * The plaintext of an age file whose header is opened elsewhere, where the private key is: here comes only the key of this
 * file. Pieces come as they are found authentic; that the file was whole is known at the end. Rejects with 'handover/...' for
 * the header; the stream fails with 'handover/tampered'. Memory: a few chunks of 64 KiB.
 */
export async function openStream(file: Blob, openHeaderOf: HeaderOpener): Promise<AsyncGenerator<Uint8Array>> {
  const fileKey = await openHeaderOf(await headerOf(file))
  const decrypter = new Decrypter()
  decrypter.addIdentity({ unwrapFileKey: (_: Stanza[]) => fileKey })
  const plain = await decrypter.decrypt(file.stream()).catch((error: unknown) => {
    throw refusedHeader(error)
  })
  return authentic(plain)
}

async function* authentic(plain: Bytes): AsyncGenerator<Uint8Array> {
  try {
    yield* piecesOf(plain)
  } catch {
    throw changedOnTheWay()
  }
}
