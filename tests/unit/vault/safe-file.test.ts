import { expect, test } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { sha256 } from '../../../src/core/hash.ts'
import { newRawPair } from '../../../src/vault/key-set.ts'
import { publicHalf } from '../../../src/vault/recovery.ts'
import { isSafeFileSize, readSafeFile, writeSafeFile } from '../../../src/vault/safe-file.ts'

const BAD = { code: 'vault/bad-key' }
const madeAt = '2026-05-01T08:00:00.000Z'

async function made() {
  const { publicKey, privateKey } = await newRawPair('X25519')
  const fingerprint = await sha256(publicKey)
  return { publicKey, privateKey, fingerprint, file: writeSafeFile({ madeAt, fingerprint, privateKey }) }
}

test('the public half of a key is found from its private one', async () => {
  const { publicKey, privateKey } = await made()
  expect(await publicHalf(privateKey)).toEqual(publicKey)
})

test('the file is JSON with date and fingerprint, reads back, and its bytes are wiped', async () => {
  const { privateKey, fingerprint, file } = await made()
  const hex = Buffer.from(privateKey).toString('hex')
  const told = JSON.parse(Buffer.from(file).toString())
  expect(told).toEqual({ format: 'proofprint/recovery-key/1', madeAt, fingerprint, privateKey: hex })
  expect(isSafeFileSize(file.length)).toBe(true)
  expect(isSafeFileSize(file.length + 1)).toBe(false)
  expect(await readSafeFile(file)).toEqual({ madeAt, fingerprint, privateKey })
  expect(file.every((byte) => byte === 0)).toBe(true)
})

test('a changed byte anywhere, a cut or an addition is refused, and wiped all the same', async () => {
  const { privateKey, file } = await made()
  const dateAt = Buffer.from(file).indexOf(madeAt)
  for (let n = 0; n < file.length; n++) {
    // Another day is a date as well: the date is what somebody wrote, nothing binds it to the key.
    if (n >= dateAt && n < dateAt + madeAt.length) continue
    const bent = file.slice()
    bent[n] = (bent[n] ?? 0) ^ 1
    const read = await readSafeFile(bent).then(
      ({ privateKey: key }) => key,
      (error: unknown) => error,
    )
    // X25519 clears the spare bits of a private half: a few changed ones leave it the same key.
    if (read instanceof Uint8Array)
      expect(await publicHalf(read as typeof privateKey)).toEqual(await publicHalf(privateKey))
    else expect(read).toMatchObject(BAD)
    expect(bent.every((byte) => byte === 0)).toBe(true)
  }
  await expect(readSafeFile(file.slice(0, -1))).rejects.toMatchObject(BAD)
  await expect(readSafeFile(Uint8Array.of(...file, 10))).rejects.toMatchObject(BAD)
  const noDay = file.slice()
  noDay.set(utf8('2026-02-31T08:00:00.000Z'), dateAt)
  await expect(readSafeFile(noDay)).rejects.toMatchObject(BAD)
})
