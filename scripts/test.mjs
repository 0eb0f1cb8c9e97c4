// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { buildIfStale } from './lib/build.mjs'
import { ensureChromium, vulkanEnvironment } from './lib/chromium.mjs'
import { lastLine } from './lib/problem.mjs'
import { cacheFile, inRoot, ROOT } from './lib/root.mjs'
import { tally } from './lib/tally.mjs'
import { setup } from './setup.mjs'

const REPORT = cacheFile('tests.json')

/** Runs vitest over every project (or with the arguments given) and gives its exit code. */
async function runVitest(/** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env) {
  mkdirSync(dirname(REPORT), { recursive: true })
  rmSync(REPORT, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`]
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: ROOT, env, stdio: 'inherit' })
  return new Promise((/** @type {(code: number) => void} */ resolve) => {
    child.on('error', () => resolve(127))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

async function main() {
  const args = process.argv.slice(2)
  await setup()
  const chromium = await ensureChromium()
  // With arguments the browser tests may not be wanted; when they are, tests/support/built-app.ts builds.
  if (args.length === 0) await buildIfStale()
  const env = { ...process.env, CHROME_PATH: chromium.path, ...vulkanEnvironment(chromium.path) }
  const code = await runVitest(args, env)
  const counts = tally(existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : null, code)
  if (counts.skipped > 0) console.log(`${counts.skipped} did not run.`)
  console.log(`${counts.passed} passed, ${counts.failed} failed`)
  return counts.failed > 0 ? 1 : code
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(lastLine(error))
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
