// @ts-check
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DIST } from './lib/build.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { isMain } from './lib/root.mjs'

const HOW_TO =
  'Usage: node scripts/sign-release.mjs KEY.pem [DIST], with a key by `openssl genpkey -algorithm ed25519`.'
/** SubjectPublicKeyInfo of Ed25519 is 12 bytes, then the raw key (RFC 8410). */
const SPKI_HEAD_BYTES = 12

/**
 * Signs the release.json of a built app in place.
 * @param {string} keyFile PEM of an Ed25519 private key
 * @param {string} dist
 * @returns {string} base64 of the raw public key, for config/release-key.ts
 */
export function signRelease(keyFile, dist) {
  const privateKey = createPrivateKey(readFileSync(keyFile))
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new Problem('release/key', `The key must be an Ed25519 key. ${HOW_TO}`)
  const file = join(dist, 'release.json')
  const release = JSON.parse(readFileSync(file, 'utf8'))
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const key = spki.subarray(SPKI_HEAD_BYTES).toString('base64')
  const value = sign(null, Buffer.from(`proofprint-release/1\n${release.digest}\n`), privateKey).toString('base64')
  writeFileSync(file, `${JSON.stringify({ ...release, signature: { key, value } }, null, 1)}\n`)
  return key
}

if (isMain(import.meta.url))
  await runMain(async () => {
    const [keyFile, dist = DIST] = process.argv.slice(2)
    if (!keyFile) throw new Problem('app/usage', HOW_TO)
    console.log(`Signed. Public key for config/release-key.ts: ${signRelease(keyFile, dist)}`)
    return 0
  })
