// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { renderHeaders } from './headers.mjs'
import { withLock } from './lock.mjs'
import { Problem } from './problem.mjs'
import { cacheFile, inRoot, ROOT } from './root.mjs'
import { run } from './run.mjs'

/** The built app. */
export const DIST = inRoot('dist')

const SOURCES = ['src', 'workers', 'config', 'public', 'index.html', 'headless.html', 'wipe.html', 'package-lock.json']
const SETTINGS = ['vite.config.ts', 'svelte.config.js', 'tsconfig.json', 'scripts/lib/media-types.mjs']
const LARGE_BYTES = 1 << 20

/** Builds the app when dist is missing or was built from other sources. Needs setup() first. */
export async function buildIfStale() {
  if (isFresh()) return
  await withLock(inRoot('.setup.lock'), async () => {
    if (!isFresh()) await build()
  })
}

const stamp = cacheFile('build')
const sources = () => [...SOURCES, ...SETTINGS].map((name) => inRoot(name))
const isFresh = () =>
  existsSync(join(DIST, 'index.html')) &&
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === digestOfFiles(ROOT, sources())

/**
 * One digest over names and contents of files and folders. Large files count by size and time: hashing them on every
 * start would be felt.
 * @param {string} base names are relative to it
 * @param {string[]} paths
 */
export function digestOfFiles(base, paths) {
  const hash = createHash('sha256')
  for (const file of paths.filter((path) => existsSync(path)).flatMap(filesBelow)) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${relative(base, file)}\0${size}\0`)
    hash.update(size > LARGE_BYTES ? String(mtimeMs) : readFileSync(file))
  }
  return hash.digest('hex')
}

/** @returns {string[]} */
function filesBelow(/** @type {string} */ path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}

async function build() {
  console.error('Building the app ...')
  await writeHeaders()
  const digest = digestOfFiles(ROOT, sources())
  // Built aside and swapped in: a page opened meanwhile never sees half a build.
  const next = cacheFile('dist-next')
  await buildInto(next)
  rmSync(DIST, { recursive: true, force: true })
  renameSync(next, DIST)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}

/**
 * Builds the app as it ships, whatever runs the build: under a test runner Vite would build another one.
 * @param {string} outDir
 */
export async function buildInto(outDir) {
  const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--logLevel', 'warn', '--outDir', outDir, '--emptyOutDir']
  const { code, output } = await run(process.execPath, args, { ...process.env, NODE_ENV: 'production' })
  if (code === 0) return
  console.error(output.trim())
  throw new Problem('build/failed', 'The app does not build. The lines above say why.')
}

/** Writes public/_headers from config/headers.ts, the one list of security headers. */
async function writeHeaders() {
  const { runnerImport } = await import('vite')
  const { module } = await runnerImport(pathToFileURL(inRoot('config', 'headers.ts')).href)
  const { securityHeaders, pathHeaders } = /** @type {typeof import('../../config/headers.ts')} */ (module)
  const text = renderHeaders(securityHeaders, pathHeaders)
  const file = inRoot('public', '_headers')
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}
