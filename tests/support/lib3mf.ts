import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileOf } from './file-parts.ts'
import type { TestRecipient } from './sealed-3mf.ts'

const SCRIPT = join(import.meta.dirname, 'lib3mf-sealed.py')

const asked = (...order: readonly string[]) => spawnSync('python3', [SCRIPT, ...order], { encoding: 'utf8' })

/** lib3mf and `cryptography` of the `python3` on the PATH: the version; null where they are not, and that is said. */
export function lib3mfVersion(): string | null {
  const { status, stdout } = asked('check')
  if (status === 0) return JSON.parse(stdout).version
  console.info('no lib3mf for Python: what it seals and opens was not compared (pip install lib3mf cryptography)')
  return null
}

/** What lib3mf finds in a file; `refused` in its words when it does not open it. */
export interface Lib3mfFound {
  readonly refused?: string
  readonly meshes: readonly {
    readonly name: string
    readonly vertices: readonly (readonly number[])[]
    readonly triangles: readonly (readonly number[])[]
  }[]
  /** How the items of the plate are made. */
  readonly built: readonly { readonly components: boolean }[]
  /** The lowest corner of all that is built. */
  readonly least: readonly number[]
  readonly warnings: readonly string[]
}

function answer<T>(...order: readonly string[]): T {
  const { status, stdout, stderr } = asked(...order)
  if (status !== 0) throw new Error(`lib3mf ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as T
}

async function inFolder<T>(work: (at: (name: string) => string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'proofprint-3mf-'))
  try {
    return await work((name) => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Opens a sealed file with lib3mf, as that recipient. */
export const openedByLib3mf = (file: Blob, { recipient, privatePem }: TestRecipient): Promise<Lib3mfFound> =>
  inFolder(async (at) => {
    writeFileSync(at('sealed.3mf'), new Uint8Array(await file.arrayBuffer()))
    writeFileSync(at('key.pem'), privatePem)
    return answer<Lib3mfFound>('read', at('sealed.3mf'), at('key.pem'), recipient.consumerId)
  })

/** A tetrahedron that lib3mf sealed for them. */
export const sealedByLib3mf = ({ recipient, publicPem }: TestRecipient, digest: 'sha1' | 'sha256'): Promise<Blob> =>
  inFolder((at) => {
    writeFileSync(at('key.pem'), publicPem)
    answer('write', at('sealed.3mf'), at('key.pem'), recipient.consumerId, digest)
    return fileOf(readFileSync(at('sealed.3mf')))
  })
