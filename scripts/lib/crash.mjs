// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { serve } from '../serve.mjs'
import { CHROMIUM_ARGS } from './chromium.mjs'
import { renderHeaders } from './headers.mjs'
import { Problem } from './problem.mjs'
import { inRoot } from './root.mjs'

/** @typedef {import('./crash-look.ts').Found} Found */
/**
 * `lost`: cycles after which a step that was acknowledged before is not there. The times are from a locked vault to the last byte
 * compared; `worstOpenedMs` without the making of the key from the passphrase, which is slow on purpose.
 * @typedef {{
 *   cycles: number, torn: number, lost: number, acknowledged: number,
 *   medianRecoveryMs: number, worstRecoveryMs: number, worstOpenedMs: number
 * }} CrashResult
 */

const START_MS = 30_000
const LEAST_RUN_MS = 100
const MOST_RUN_MS = 900

/**
 * Kills Chromium, with all its processes, again and again in the middle of storing into the real vault, and looks at each start
 * what is there. The process dies, not the power.
 * @param {{ chromiumPath: string, cycles: number, what?: import('./crash-look.ts').What, spoil?: boolean }} input `spoil` takes away
 *   one stored piece, or the file of slots, before each look, which must be seen as torn
 * @returns {Promise<CrashResult>}
 */
export async function crashCycles({ chromiumPath, cycles, what = 'steps', spoil = false }) {
  const base = mkdtempSync(join(tmpdir(), 'crash-'))
  const page = await buildPage(join(base, 'page'))
  const profile = join(base, 'profile')
  const counts = { cycles, torn: 0, lost: 0, acknowledged: 0 }
  /** @type {Found[]} */
  const recoveries = []
  let acknowledged = 0
  try {
    // One start more than kills: the last one is looked at too.
    for (let cycle = 0; cycle <= cycles; cycle++) {
      const browser = await start(chromiumPath, profile)
      try {
        const found = await openPage(browser.endpoint, page.url, (step) => {
          acknowledged = Math.max(acknowledged, step)
          counts.acknowledged++
        })
        if (found.isTorn) counts.torn++
        if (found.lostBefore) counts.lost++
        if (cycle > 0) recoveries.push(found)
        await new Promise((resolve) => setTimeout(resolve, LEAST_RUN_MS + Math.random() * (MOST_RUN_MS - LEAST_RUN_MS)))
      } finally {
        await browser.kill()
      }
    }
    return { ...counts, ...timesOf(recoveries) }
  } finally {
    await page.close()
    rmSync(base, { recursive: true, force: true, maxRetries: 5 })
  }

  /**
   * @param {string} endpoint
   * @param {string} url
   * @param {(step: number) => void} onStep
   * @returns {Promise<Found & { lostBefore: boolean }>}
   */
  async function openPage(endpoint, url, onStep) {
    const browser = await chromium.connectOverCDP(endpoint)
    const context = browser.contexts()[0]
    if (!context) throw new Problem('app/bug', 'Chromium gave no profile.')
    const tab = await context.newPage()
    const before = acknowledged
    await tab.exposeFunction('acknowledge', onStep)
    await tab.goto(url)
    if (spoil) await tab.evaluate(what === 'slots' ? dropSlots : dropPiece)
    const found = await tab.evaluate(
      (/** @type {[string, number]} */ [kind, step]) => {
        const { start } = Reflect.get(globalThis, 'crashPage')
        return start(kind, step, Reflect.get(globalThis, 'acknowledge'))
      },
      /** @type {[string, number]} */ ([what, before]),
    )
    return { ...found, lostBefore: found.step < before }
  }
}

/** @param {readonly Found[]} recoveries */
function timesOf(recoveries) {
  const all = recoveries.map(({ recoveryMs }) => Math.round(recoveryMs)).sort((a, b) => a - b)
  const opened = recoveries.map(({ recoveryMs, passphraseMs }) => Math.round(recoveryMs - passphraseMs))
  return {
    medianRecoveryMs: all[all.length >> 1] ?? 0,
    worstRecoveryMs: all.at(-1) ?? 0,
    worstOpenedMs: Math.max(0, ...opened),
  }
}

/** Runs in the page: takes away the first stored piece, if there is one. */
async function dropPiece() {
  const asked = (/** @type {IDBRequest} */ request) =>
    new Promise((resolve) => request.addEventListener('success', resolve))
  const stored = await indexedDB.databases()
  if (stored.length === 0) return
  const opened = indexedDB.open('proofprint-vault')
  await asked(opened)
  const store = opened.result.transaction('pieces', 'readwrite').objectStore('pieces')
  const keys = store.getAllKeys(undefined, 1)
  await asked(keys)
  for (const key of keys.result) await asked(store.delete(key))
  opened.result.close()
}

/** Runs in the page: takes away the file of slots, if there is one. */
async function dropSlots() {
  const directory = await navigator.storage.getDirectory()
  await directory.removeEntry('proofprint-vault.slots').catch(() => {})
}

/** Builds and serves the page that stores. @param {string} dir */
async function buildPage(dir) {
  const { build } = await import('vite')
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
  await build({
    configFile: false,
    define: { __APP_VERSION__: JSON.stringify(version) },
    root: inRoot(),
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: dir,
      emptyOutDir: true,
      target: 'es2023',
      rollupOptions: { input: inRoot('scripts', 'lib', 'crash-page.ts'), output: { entryFileNames: 'page.js' } },
    },
  })
  writeFileSync(
    join(dir, 'index.html'),
    '<!doctype html><title>crash</title><script type="module" src="/page.js"></script>',
  )
  writeFileSync(join(dir, '_headers'), renderHeaders({ 'Content-Security-Policy': "default-src 'self'" }))
  return serve(dir)
}

/**
 * Starts Chromium in a process group of its own, which can be killed as one.
 * @param {string} path
 * @param {string} profile
 */
async function start(path, profile) {
  const portFile = join(profile, 'DevToolsActivePort')
  rmSync(portFile, { force: true })
  const own = ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`]
  const child = spawn(path, [...own, ...CHROMIUM_ARGS, 'about:blank'], { detached: true, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const kill = async () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It had ended by itself.
    }
    await ended
  }
  const until = Date.now() + START_MS
  const read = () => (existsSync(portFile) ? readFileSync(portFile, 'utf8') : '')
  while (!read().includes('\n')) {
    if (Date.now() > until) {
      await kill()
      throw new Problem('setup/chromium', 'Chromium did not start.')
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { endpoint: `http://127.0.0.1:${read().split('\n')[0]}`, kill }
}
