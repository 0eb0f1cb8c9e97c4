import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { headersFor, parseHeaders, renderHeaders } from '../scripts/lib/headers.mjs'
import { typeOf } from '../scripts/lib/media-types.mjs'
import { RELEASE_PATH, type Release, type ReleaseFile, releaseDigest } from '../src/trace/release.ts'
import { pathHeaders, securityHeaders } from './headers.ts'
import { releaseKey } from './release-key.ts'

const WORKER = fileURLToPath(new URL('../workers/offline.worker.ts', import.meta.url))
/** For the host, not for a browser. */
const NOT_SERVED = ['/_headers', RELEASE_PATH]

/** Builds the service worker into one file and lists every file of the built app in release.json. */
export function releaseList(version: string): Plugin {
  let outDir = ''
  return {
    name: 'release-list',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      await buildWorker(outDir)
      writeFileSync(join(outDir, RELEASE_PATH), `${JSON.stringify(await listOf(outDir, version), null, 1)}\n`)
    },
  }
}

/** One script without imports, at the root: its place is its scope. */
async function buildWorker(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { __RELEASE_KEY__: JSON.stringify(releaseKey) },
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: false,
      rollupOptions: { input: WORKER, output: { format: 'iife', entryFileNames: 'sw.js' } },
    },
  })
}

async function listOf(outDir: string, version: string): Promise<Release> {
  const blocks = parseHeaders(renderHeaders(securityHeaders, pathHeaders))
  const sets: string[] = []
  const setOf = (path: string) => {
    const text = JSON.stringify(headersFor(blocks, path))
    if (!sets.includes(text)) sets.push(text)
    return sets.indexOf(text)
  }
  const files: ReleaseFile[] = readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .map((file) => ({ file, path: file.slice(outDir.length).replaceAll('\\', '/') }))
    .filter(({ path }) => !NOT_SERVED.includes(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ file, path }) => {
      const bytes = readFileSync(file)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return { path, type: typeOf(path), bytes: bytes.length, sha256, headers: setOf(path) }
    })
  const list = { format: 1 as const, version, headers: sets.map((text) => JSON.parse(text)), files }
  return { ...list, digest: await releaseDigest(list), signature: null }
}
