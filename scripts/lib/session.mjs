// @ts-check
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { CHROMIUM_ARGS } from './chromium.mjs'
import { watchMemory } from './memory.mjs'
import { Problem } from './problem.mjs'

/** @typedef {import('./options.mjs').LineOptions} LineOptions */
/** @typedef {import('./scan-files.mjs').ScanFile} ScanFile */
/** @typedef {import('./memory.mjs').PeakMemory} PeakMemory */
/** @typedef {{ check: string, value: number, limit: number, unit: string, advice: string }} Gate */
/**
 * What the headless page gives back.
 * @typedef {{
 *   outcome: 'released' | 'stopped' | 'refused' | 'needs-review' | 'error', gates: Gate[],
 *   error: { code: string, message: string } | null, report: Record<string, unknown>,
 *   files: { name: string, size: number }[],
 *   responsiveness: { longestTaskMs: number, tasksOver100Ms: number, byStage: Record<string, number> } | null
 * }} RunResult
 */
/** @typedef {{ run: (options: object) => Promise<RunResult>, take: (name: string) => Promise<void>, ready: boolean }} Headless */
/**
 * @typedef {{
 *   url: string, chromiumPath: string, files: ScanFile[] | null, line: LineOptions, out: string,
 *   onProgress: (progress: { step: string, fraction: number }) => void, signal?: AbortSignal
 * }} SessionInput `files` null runs the built-in sample; `url` is the headless page
 */

/** Files the page may hand over, and nothing else: their names become paths. */
export const OUTPUTS = ['model.stl', 'model.3mf', 'model.png', 'volume.nii.gz', 'mask.nii.gz', 'evidence.bundle']

const READY_MS = 60_000
const LOST =
  'The browser stopped in the middle of the work, most likely for want of memory. Close other programs, or use a smaller scan.'

/**
 * Runs one scan through the app in a Chromium of its own and saves the files it hands over.
 * Throws a Problem when the page cannot start or is lost; what the line itself refuses is a value.
 * @param {SessionInput} input
 * @returns {Promise<{ result: RunResult, memory: PeakMemory, version: string }>}
 */
export async function runSession(input) {
  const browser = await launch(input.chromiumPath)
  const memory = watchMemory(process.pid)
  const stop = () => void browser.close()
  input.signal?.addEventListener('abort', stop)
  try {
    const page = await (await browser.newContext({ acceptDownloads: true })).newPage()
    const result = await Promise.race([lossOf(browser, page), drive(page, input)])
    return { result, memory: memory.read(), version: browser.version() }
  } catch (error) {
    throw input.signal?.aborted ? new Problem('app/cancelled', 'Stopped on request.') : asProblem(error)
  } finally {
    input.signal?.removeEventListener('abort', stop)
    memory.stop()
    await browser.close()
  }
}

/** Keeps Chromium's sandbox where the system allows one: it reads files of unknown origin. Root has none to keep. */
async function launch(/** @type {string} */ executablePath) {
  const options = { executablePath, args: CHROMIUM_ARGS, handleSIGINT: false, handleSIGTERM: false }
  if (process.getuid?.() !== 0) {
    try {
      return await chromium.launch({ ...options, chromiumSandbox: true })
    } catch {
      // Containers and some distributions forbid user namespaces.
    }
  }
  try {
    return await chromium.launch({ ...options, chromiumSandbox: false })
  } catch (error) {
    throw new Problem('setup/chromium', `Chromium (${executablePath}) does not start.`, { cause: error })
  }
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').Page} page
 * @returns {Promise<never>}
 */
function lossOf(browser, page) {
  return new Promise((_, reject) => {
    const lose = () => reject(new Problem('app/worker-lost', LOST))
    page.on('crash', lose)
    browser.on('disconnected', lose)
  })
}

function asProblem(/** @type {unknown} */ error) {
  if (error instanceof Problem) return error
  const text = error instanceof Error ? error.message : String(error)
  const lost = /Target (crashed|page, context or browser has been closed)/.test(text)
  if (lost) return new Problem('app/worker-lost', LOST, { cause: error })
  const first = text.replace(/^page\.evaluate: /, '').split('\n')[0]
  return new Problem('app/bug', first ?? text, { cause: error })
}

/**
 * @param {import('playwright-core').Page} page
 * @param {SessionInput} input
 * @returns {Promise<RunResult>}
 */
async function drive(page, input) {
  await page.exposeBinding('__progress', (_source, progress) => input.onProgress(progress))
  await openHeadless(page, input.url)
  const files = input.files ?? []
  if (files.length > 0) {
    await page.setInputFiles(
      '#files',
      files.map((one) => one.file),
    )
  }
  const options = { scan: input.files ? 'files' : 'sample', paths: files.map((one) => one.path), ...input.line }
  const result = await page.evaluate((given) => {
    const app = /** @type {Headless} */ (Reflect.get(globalThis, 'proofprint'))
    return app.run(given)
  }, options)
  for (const file of result.files) await save(page, file, input.out)
  return result
}

/** Opens the page and waits until it says it is ready; if it never does, its first error says why. */
async function openHeadless(/** @type {import('playwright-core').Page} */ page, /** @type {string} */ url) {
  /** @type {string[]} */
  const errors = []
  const note = (/** @type {string} */ text) => {
    errors.push(text)
    if (process.env.PROOFPRINT_DEBUG) console.error(text)
  }
  page.on('pageerror', (error) => note(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') note(message.text())
  })
  const response = await page.goto(url)
  if (!response?.ok()) throw new Problem('app/bug', `The built app has no ${new URL(url).pathname}.`)
  const isReady = () => Boolean(Reflect.get(globalThis, 'proofprint')?.ready)
  try {
    await page.waitForFunction(isReady, undefined, { timeout: READY_MS })
  } catch (error) {
    const why = errors[0] ? ` Its first error: ${errors[0]}` : ''
    throw new Problem('app/bug', `The app did not start within ${READY_MS / 1000} s.${why}`, { cause: error })
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {{ name: string, size: number }} file
 * @param {string} out
 */
async function save(page, file, out) {
  if (!OUTPUTS.includes(file.name)) throw new Problem('app/bug', 'The app offered an unknown file.')
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 0 }),
    page.evaluate((name) => {
      const app = /** @type {Headless} */ (Reflect.get(globalThis, 'proofprint'))
      return app.take(name)
    }, file.name),
  ])
  const path = join(out, file.name)
  await download.saveAs(path)
  if (statSync(path).size === file.size) return
  throw new Problem('export/mismatch', `${file.name} was not saved whole. Check the free space, then try again.`)
}
