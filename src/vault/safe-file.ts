import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { publicHalf } from './recovery.ts'

/*
 * The file of a recovery key: one line of JSON with its fields in this order and of these lengths. The private half, in hex, is written
 * and read as bytes, which can be wiped; a text could not.
 */
const PKCS8_BYTES = 48
const BEFORE =
  /^\{"format":"proofprint\/recovery-key\/1","madeAt":"([^"]{24})","fingerprint":"([0-9a-f]{64})","privateKey":"$/
const AFTER = '"}\n'
const headOf = (madeAt: string, fingerprint: string) =>
  `{"format":"proofprint/recovery-key/1","madeAt":"${madeAt}","fingerprint":"${fingerprint}","privateKey":"`
const HEAD_BYTES = headOf('-'.repeat(24), '-'.repeat(64)).length
const FILE_BYTES = HEAD_BYTES + 2 * PKCS8_BYTES + AFTER.length

export interface SafeFile {
  /** ISO instant. */
  readonly madeAt: string
  /** SHA-256 of the public half, hex. */
  readonly fingerprint: string
  /** PKCS #8. Whoever has it wipes it. */
  readonly privateKey: Uint8Array<ArrayBuffer>
}

const digitOf = (value: number) => value + (value < 10 ? 0x30 : 0x57)
const nibbleOf = (digit: number) => {
  if (digit >= 0x30 && digit <= 0x39) return digit - 0x30
  return digit >= 0x61 && digit <= 0x66 ? digit - 0x57 : -1
}

/** The bytes of the file, which the caller wipes. */
export function writeSafeFile({ madeAt, fingerprint, privateKey }: SafeFile): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(FILE_BYTES)
  file.set(utf8(headOf(madeAt, fingerprint)))
  privateKey.forEach((byte, n) => {
    file[HEAD_BYTES + 2 * n] = digitOf(byte >> 4)
    file[HEAD_BYTES + 2 * n + 1] = digitOf(byte & 15)
  })
  file.set(utf8(AFTER), FILE_BYTES - AFTER.length)
  return file
}

function keyIn(digits: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const key = new Uint8Array(PKCS8_BYTES)
  for (let n = 0; n < PKCS8_BYTES; n++) {
    const [high, low] = [nibbleOf(digits[2 * n] ?? 0), nibbleOf(digits[2 * n + 1] ?? 0)]
    if (high < 0 || low < 0) {
      key.fill(0)
      return null
    }
    key[n] = high * 16 + low
  }
  return key
}

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes)
const isInstant = (at: string) => !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at

/** Reads the one form that `writeSafeFile` gives; `bytes` are wiped. Throws 'vault/bad-key'. */
export async function readSafeFile(bytes: Uint8Array): Promise<SafeFile> {
  try {
    return await read(bytes)
  } finally {
    bytes.fill(0)
  }
}

async function read(bytes: Uint8Array): Promise<SafeFile> {
  const fits = bytes.length === FILE_BYTES && text(bytes.subarray(FILE_BYTES - AFTER.length)) === AFTER
  const [, madeAt, fingerprint] = (fits && BEFORE.exec(text(bytes.subarray(0, HEAD_BYTES)))) || []
  const privateKey = keyIn(bytes.subarray(HEAD_BYTES, FILE_BYTES - AFTER.length))
  if (madeAt && fingerprint && privateKey && isInstant(madeAt)) {
    const found = await publicHalf(privateKey).then(sha256, () => null)
    if (found === fingerprint) return { madeAt, fingerprint, privateKey }
  }
  privateKey?.fill(0)
  throw new PipelineError('vault/bad-key', 'That is no file of a recovery key, or it was changed.')
}

/** Another size is that of no such file: it is not read. */
export const isSafeFileSize = (bytes: number) => bytes === FILE_BYTES
