import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bech32 } from '@scure/base'
import { collected, concatBytes } from '../../src/core/bytes.ts'
import { seededRandom } from '../../src/core/random.ts'
import { openStream, sealStream } from '../../src/export/handover/age.ts'
import type { StationIdentity } from '../../src/export/handover/identity.ts'
import { identityOf } from './handover.ts'
import { countVectors, type Outcome, type VectorCounts } from './vector-counts.ts'

/** The stock `age` on the PATH: its version; null where there is none, and that is said. */
export function ageVersion(): string | null {
  const { status, stdout } = spawnSync('age', ['--version'], { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  console.info('no age command on the PATH: what it seals and opens was not compared (apt-get install age)')
  return null
}

/** Edges of the chunks of age (64 KiB) and of the vault (16 KiB), a common file and a long one. */
const SIZES = [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 1_000_000, 50_000_000]
const MOST_BYTES = 1 << 26
const FLIPS = 200
const FLIPPED_BYTES = 150_000
/** About the length of a header with one recipient. */
const HEADER_BYTES = 200
const SEED = 20_261_126

/** A folder with a key that the command made; the app holds the same key as it holds its own. */
export interface AgeDesk {
  readonly keyFile: string
  readonly recipient: string
  readonly identity: StationIdentity
  at(name: string): string
}

/** The fixed head of a PKCS #8 X25519 key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

async function deskIn(folder: string): Promise<AgeDesk> {
  const at = (name: string) => join(folder, name)
  execFileSync('age-keygen', ['-o', at('key')], { stdio: 'ignore' })
  const secret = /AGE-SECRET-KEY-1\w+/.exec(readFileSync(at('key'), 'utf8'))?.[0] ?? ''
  const { bytes } = bech32.decodeToBytes(secret)
  const identity = await identityOf(concatBytes(PKCS8, bytes))
  return { keyFile: at('key'), recipient: identity.recipient, identity, at }
}

/** Does it in a folder of its own, which is removed. */
export async function atDesk<T>(work: (desk: AgeDesk) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'proofprint-age-'))
  try {
    return await work(await deskIn(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const sealedHere = async (desk: AgeDesk, plain: Uint8Array<ArrayBuffer>) =>
  collected(await sealStream(desk.recipient, new Blob([plain]).stream()))

async function openedHere(desk: AgeDesk, sealedAt: string): Promise<Uint8Array> {
  return collected(await openStream(await openAsBlob(sealedAt), (header) => desk.identity.fileKey(header)))
}

export function sealedThere(desk: AgeDesk, plain: Uint8Array): string {
  writeFileSync(desk.at('plain'), plain)
  execFileSync('age', ['-r', desk.recipient, '-o', desk.at('sealed'), desk.at('plain')])
  return desk.at('sealed')
}

/** The plaintext the command gives, or null when it refuses. */
export function openedThere(desk: AgeDesk, sealed: Uint8Array): Uint8Array | null {
  writeFileSync(desk.at('sealed'), sealed)
  // To stdout: with -o the command makes no file for nothing.
  const { status, stdout } = spawnSync('age', ['-d', '-i', desk.keyFile, desk.at('sealed')], { maxBuffer: MOST_BYTES })
  return status === 0 ? stdout : null
}

export const randomBytes = (length: number, seed: number): Uint8Array<ArrayBuffer> => {
  const random = seededRandom(seed)
  return Uint8Array.from({ length }, () => random() * 256)
}

const equal = (a: Uint8Array | null, b: Uint8Array): Outcome =>
  a !== null && Buffer.compare(a, b) === 0 ? 'right' : { wrong: a === null ? 'refused' : 'other bytes' }

/** Every size, sealed here and opened by the command, and the other way round; then flipped bytes that both must refuse. */
export function ageInterop(): Promise<VectorCounts[]> {
  return atDesk(async (desk) => {
    const there = async (size: number) => {
      const plain = randomBytes(size, size)
      return equal(openedThere(desk, await sealedHere(desk, plain)), plain)
    }
    const back = async (size: number) => {
      const plain = randomBytes(size, size)
      return equal(await openedHere(desk, sealedThere(desk, plain)), plain)
    }
    return [
      await countVectors('sealed here, opened by age', SIZES, String, there),
      await countVectors('sealed by age, opened here', SIZES, String, back),
      await flips(desk),
    ]
  })
}

/** Half of them in a file that was sealed here, half in one that the command sealed; a quarter within the header. */
async function flips(desk: AgeDesk): Promise<VectorCounts> {
  const plain = randomBytes(FLIPPED_BYTES, SEED)
  const files = [await sealedHere(desk, plain), new Uint8Array(readFileSync(sealedThere(desk, plain)))]
  const random = seededRandom(SEED)
  const tries = Array.from({ length: FLIPS }, (_, n) => {
    const file = files[n % 2] ?? new Uint8Array(0)
    const within = n % 4 < 2 ? file.length : HEADER_BYTES
    return { n, file, at: Math.floor(random() * within), xor: 1 + Math.floor(random() * 255) }
  })
  const refusedByBoth = async ({ file, at, xor }: (typeof tries)[number]): Promise<Outcome> => {
    const flipped = file.with(at, (file[at] ?? 0) ^ xor)
    if (openedThere(desk, flipped) !== null) return { wrong: 'taken by age' }
    const here = await openedHere(desk, desk.at('sealed')).catch(() => null)
    return here === null ? 'right' : { wrong: 'taken here' }
  }
  const nameOf = ({ n, at }: (typeof tries)[number]) => `flip ${n} at ${at}`
  return countVectors('one flipped byte, refused by both', tries, nameOf, refusedByBoth)
}
