// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { buildIfStale } from './lib/build.mjs'
import { ensureChromium, vulkanEnvironment } from './lib/chromium.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot, ROOT } from './lib/root.mjs'
import { CLAIMS } from './lib/security-claims.mjs'
import { securityPage } from './lib/security-page.mjs'
import { setup } from './setup.mjs'

/*
 * npm run evidence:security: runs the tests behind every security claim and writes what they counted to docs/evidence/security.md and
 * .json. Ends with 1 when one of them fails.
 */

/** @typedef {{ name: string, assertionResults: { status: string }[] }} FileResult */

const FOLDER = inRoot('docs', 'evidence')

/** @returns {Promise<FileResult[]>} */
async function runTests(
  /** @type {string[]} */ files,
  /** @type {NodeJS.ProcessEnv} */ env,
  /** @type {string} */ report,
) {
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...files]
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] })
  await new Promise((resolve) => child.on('close', resolve).on('error', resolve))
  if (!existsSync(report)) throw new Problem('evidence/tests', 'The tests did not run to their end.')
  return JSON.parse(readFileSync(report, 'utf8')).testResults
}

function suiteOf(/** @type {FileResult} */ { name, assertionResults }) {
  const count = (/** @type {(status: string) => boolean} */ is) =>
    assertionResults.filter(({ status }) => is(status)).length
  const passed = count((status) => status === 'passed')
  const failed = count((status) => status === 'failed')
  return { file: relative(ROOT, name), passed, failed, skipped: assertionResults.length - passed - failed }
}

const shownIn = (/** @type {string} */ folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    : []

await runMain(async () => {
  await setup()
  const chromium = await ensureChromium()
  await buildIfStale()
  const work = mkdtempSync(join(tmpdir(), 'security-evidence-'))
  try {
    const figures = join(work, 'figures')
    const env = {
      ...process.env,
      CHROME_PATH: chromium.path,
      ...vulkanEnvironment(chromium.path),
      PROOFPRINT_FIGURES: figures,
      PROOFPRINT_CRASH_CYCLES: '100',
    }
    const files = [...new Set(CLAIMS.flatMap((claim) => claim.files))]
    const suites = (await runTests(files, env, join(work, 'report.json'))).map(suiteOf)
    const evidence = {
      date: new Date().toISOString().slice(0, 10),
      node: process.versions.node,
      chromium: chromium.version,
      system: `${process.platform} ${process.arch}`,
      claims: CLAIMS,
      suites,
      shown: shownIn(figures),
    }
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, 'security.json'), `${JSON.stringify(evidence, null, 2)}\n`)
    writeFileSync(join(FOLDER, 'security.md'), securityPage(evidence))
    console.log(join(FOLDER, 'security.md'))
    return suites.some(({ failed }) => failed > 0) ? 1 : 0
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})
