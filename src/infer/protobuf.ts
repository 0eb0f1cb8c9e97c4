/** One field of a message: its number with a varint or with the bytes of a text, a message or a packed list. */
export type WireField =
  | { readonly number: number; readonly varint: number; readonly bytes: null }
  | { readonly number: number; readonly varint: null; readonly bytes: Uint8Array }

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
const LONGEST_VARINT = 10

/** Thrown where bytes are no protobuf message. */
export class NotProtobuf extends Error {}

/**
 * The fields of a protobuf message in the order of the file (protobuf.dev/programming-guides/encoding); those of fixed size
 * are left out. Nothing is copied. Varints past 2^53 lose their last digits. Throws NotProtobuf, also in the middle.
 */
export function* fieldsOf(message: Uint8Array): Generator<WireField> {
  const cursor = { at: 0 }
  while (cursor.at < message.length) {
    const tag = varint(message, cursor)
    const number = Math.floor(tag / 8)
    if (number < 1) throw new NotProtobuf()
    const type = tag % 8
    if (type === VARINT) yield { number, varint: varint(message, cursor), bytes: null }
    else if (type === BYTES) yield { number, varint: null, bytes: taken(message, cursor, varint(message, cursor)) }
    else if (type === FIXED64) taken(message, cursor, 8)
    else if (type === FIXED32) taken(message, cursor, 4)
    else throw new NotProtobuf()
  }
}

/** How many varints a packed list holds. */
export function packedCount(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if (byte < 128) count++
  return count
}

function varint(message: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let n = 0; n < LONGEST_VARINT; n++) {
    const byte = message[cursor.at++]
    if (byte === undefined) throw new NotProtobuf()
    value += (byte & 127) * 128 ** n
    if (byte < 128) return value
  }
  throw new NotProtobuf()
}

function taken(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const from = cursor.at
  cursor.at += length
  if (cursor.at > message.length) throw new NotProtobuf()
  return message.subarray(from, cursor.at)
}
