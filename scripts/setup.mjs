// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { withLock } from './lib/lock.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { cacheFile, inRoot, isMain } from './lib/root.mjs'
import { run, runNode } from './lib/run.mjs'

// Runs before anything is installed: only Node's own modules may be imported here, directly or through lib/.

/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} Lockfile */

const OLDEST_NODE = 20

/** Brings dependencies and vendored files to what the lockfile says. Says and does nothing when they are. */
export async function setup() {
  requireNode(process.versions.node)
  if (isReady()) return
  await withLock(inRoot('.setup.lock'), async () => {
    if (!dependenciesReady()) await install()
    if (!vendorReady()) await copyVendor()
  })
}

/** Throws when this Node is too old to run the project. */
export function requireNode(/** @type {string} */ version) {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return
  throw new Problem('setup/node', `Node ${version} is too old. Install Node ${OLDEST_NODE} or newer, then try again.`)
}

const isReady = () => dependenciesReady() && vendorReady()

/** npm writes node_modules/.package-lock.json as its last act, so an interrupted install is noticed as well. */
function dependenciesReady() {
  const installed = inRoot('node_modules', '.package-lock.json')
  return existsSync(installed) && isInstalled(readJson(inRoot('package-lock.json')), readJson(installed))
}

/**
 * Whether every package of the lockfile is installed in its version. Optional ones may be absent (other platforms).
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages ?? {}).every(([path, entry]) => {
    if (path === '' || entry.link) return true
    const found = installed.packages?.[path]
    return found ? found.version === entry.version : entry.optional === true
  })
}

const readJson = (/** @type {string} */ file) => /** @type {Lockfile} */ (JSON.parse(readFileSync(file, 'utf8')))

async function install() {
  console.error('Installing the dependencies of the lockfile (once, about a minute) ...')
  const args = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  // Under `npm run` the very same npm is used again; on Windows `npm` itself is a shell script Node cannot start.
  const npm = process.env.npm_execpath
  const { code, output } = npm?.endsWith('.js') ? await runNode(npm, ...args) : await run('npm', args)
  if (code === 0) return
  // npm's reason comes first; after it, its manual.
  console.error(output.trim().split('\n').slice(0, 12).join('\n'))
  const advice = 'The lines above say why; most often the network or the free disk space.'
  throw new Problem('setup/install', `The dependencies could not be installed. ${advice}`)
}

const vendorScript = inRoot('scripts', 'copy-vendor.mjs')
const vendorStamp = cacheFile('vendor')

/** Vendored files follow from the lockfile and from the script that copies them. */
function vendorDigest() {
  const hash = createHash('sha256')
  for (const file of [vendorScript, inRoot('package-lock.json')]) hash.update(readFileSync(file))
  return hash.digest('hex')
}

function vendorReady() {
  if (!existsSync(vendorScript)) return true
  return (
    existsSync(inRoot('public', 'vendor')) &&
    existsSync(vendorStamp) &&
    readFileSync(vendorStamp, 'utf8') === vendorDigest()
  )
}

async function copyVendor() {
  const { code, output } = await runNode(vendorScript)
  if (code !== 0) {
    console.error(output.trim())
    throw new Problem('setup/vendor', 'The decoders could not be copied into public/vendor. The lines above say why.')
  }
  mkdirSync(dirname(vendorStamp), { recursive: true })
  writeFileSync(vendorStamp, vendorDigest())
}

if (isMain(import.meta.url))
  await runMain(async () => {
    await setup()
    return 0
  })
