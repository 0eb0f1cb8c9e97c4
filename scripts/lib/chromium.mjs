// @ts-check
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { Problem } from './problem.mjs'
import { run } from './run.mjs'

/** @typedef {{ path: string, version: string }} Chromium */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const PLACES = [
  '/usr/lib/chromium/chromium',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]
const HOW_TO = 'Install Chromium or Google Chrome, or set CHROME_PATH to one, then try again.'

/**
 * The Chromium to drive; where there is none and this is root on a Debian-like system, apt installs one.
 * @returns {Promise<Chromium>}
 */
export async function ensureChromium() {
  const found = await findChromium()
  if (found) return found
  await installWithApt()
  const installed = await findChromium()
  if (installed) return installed
  throw new Problem('setup/chromium', `No working Chromium was found. ${HOW_TO}`)
}

/**
 * CHROME_PATH, else the first one on PATH or in the usual places that runs. A CHROME_PATH that does not run is an
 * error, not a reason to take another browser than the one asked for.
 * @returns {Promise<Chromium | null>}
 */
export async function findChromium(env = process.env, places = PLACES) {
  if (env.CHROME_PATH) {
    const version = await versionOf(env.CHROME_PATH)
    if (version) return { path: env.CHROME_PATH, version }
    throw new Problem('setup/chromium', `CHROME_PATH is set to ${env.CHROME_PATH}, which is no working Chromium.`)
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...places]
  for (const path of candidates.filter(isProgram)) {
    const version = await versionOf(path)
    if (version) return { path, version }
  }
  return null
}

function isProgram(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Empty when it does not run: Ubuntu ships a chromium-browser that only says where to get the real one. */
async function versionOf(/** @type {string} */ path) {
  // On Windows chrome.exe opens a window and prints nothing.
  if (process.platform === 'win32') return isProgram(path) ? 'unknown' : ''
  const { code, output } = await run(path, ['--version'])
  return code === 0 ? (/\d+(?:\.\d+){3}/.exec(output)?.[0] ?? '') : ''
}

async function installWithApt() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.error('Installing Chromium with apt-get (once) ...')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-q'], env)
  const { code, output } = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], env)
  if (code === 0) return
  console.error(output.trim().split('\n').slice(-5).join('\n'))
  throw new Problem('setup/chromium', `apt-get could not install Chromium. ${HOW_TO}`)
}

/**
 * Lets Dawn in Node find a Vulkan driver: Chromium's own SwiftShader, unless VK_ICD_FILENAMES names another (a real
 * GPU, for example). One driver everywhere, because a parity test should not depend on what a machine happens to have.
 * @returns {Record<string, string>} to be added to the environment
 */
export function vulkanEnvironment(/** @type {string} */ chromiumPath, env = process.env) {
  if (env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES) return {}
  const folders = [dirname(realpathSync(chromiumPath)), '/usr/lib/chromium', '/usr/lib/chromium-browser']
  const driver = [...folders, '/opt/google/chrome'].map((f) => join(f, 'vk_swiftshader_icd.json')).find(existsSync)
  return driver ? { VK_ICD_FILENAMES: driver } : {}
}

// No name but this machine's resolves: Chromium's own services stay quiet, and a page that tried to reach out could not.
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'

/** Switches for every Chromium this project starts. */
export const CHROMIUM_ARGS = [
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  OFFLINE,
]
