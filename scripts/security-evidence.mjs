// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from './lib/build.mjs'
import { ensureChromium, vulkanEnvironment } from './lib/chromium.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot, ROOT } from './lib/root.mjs'
import { CLAIMS } from './lib/security-claims.mjs'
import { securityPage } from './lib/security-page.mjs'
import { PARTS, titleOf } from './lib/security-parts.mjs'
import { setup } from './setup.mjs'

/*
 * npm run evidence:security -- [--only ID,ID]: runs the tests behind every security claim, or those named, and writes what they counted
 * to docs/evidence/security.md and .json, beside what was written of the others. Ends with 1 when one of them fails.
 */

/** @typedef {{ name: string, assertionResults: { title: string, status: string }[] }} FileResult */

/** @typedef {import('./lib/security-page.mjs').SecurityEvidence} SecurityEvidence */

const FOLDER = inRoot('docs', 'evidence')
const FILE = join(FOLDER, 'security.json')

function claimsAsked() {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
  const ids = only?.split(',')
  const claims = ids ? CLAIMS.filter(({ id }) => ids.includes(id)) : CLAIMS
  if (ids && claims.length !== ids.length)
    throw new Problem('evidence/options', 'A claim of that id is not in the list.')
  return claims
}

/** @returns {Pick<SecurityEvidence, 'suites' | 'shown' | 'parts'>} of the claims that are not run now */
function writtenBefore(/** @type {readonly string[]} */ files, /** @type {readonly string[]} */ ids) {
  if (!existsSync(FILE)) return { suites: [], shown: [], parts: [] }
  const before = /** @type {SecurityEvidence} */ (JSON.parse(readFileSync(FILE, 'utf8')))
  const suites = before.suites.filter(({ file }) => !files.includes(file))
  return {
    suites: suites.map((suite) => ({ ...suite, date: suite.date ?? before.date })),
    shown: before.shown.filter(({ claim }) => !ids.includes(claim)),
    parts: (before.parts ?? []).filter(({ claim }) => !ids.includes(claim)),
  }
}

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

function suiteOf(/** @type {FileResult} */ { name, assertionResults }, /** @type {string} */ date) {
  const count = (/** @type {(status: string) => boolean} */ is) =>
    assertionResults.filter(({ status }) => is(status)).length
  const passed = count((status) => status === 'passed')
  const failed = count((status) => status === 'failed')
  return { file: relative(ROOT, name), date, passed, failed, skipped: assertionResults.length - passed - failed }
}

/** @returns {SecurityEvidence['parts']} what these claims name one by one, and whether the test that shows it passed */
function partsOf(/** @type {readonly string[]} */ ids, /** @type {readonly FileResult[]} */ results) {
  const passed = (/** @type {string} */ file, /** @type {string} */ title) => {
    const tests = results.find(({ name }) => relative(ROOT, name) === file)?.assertionResults ?? []
    return tests.some((one) => one.title === title && one.status === 'passed')
  }
  return PARTS.filter(({ claim }) => ids.includes(claim)).flatMap(({ claim, what, parts }) =>
    parts.map((part) => {
      const test = titleOf(part)
      return { claim, what, name: part.name, file: part.file, test, passed: passed(part.file, test) }
    }),
  )
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
    const asked = claimsAsked()
    const ids = asked.map(({ id }) => id)
    const files = [...new Set(asked.flatMap((claim) => claim.files))]
    const date = new Date().toISOString().slice(0, 10)
    const before = writtenBefore(files, ids)
    const results = await runTests(files, env, join(work, 'report.json'))
    const ran = results.map((result) => suiteOf(result, date))
    const parts = partsOf(ids, results)
    const suites = [...before.suites, ...ran]
    const evidence = {
      date,
      node: process.versions.node,
      chromium: chromium.version,
      system: `${process.platform} ${process.arch}`,
      claims: CLAIMS,
      suites,
      shown: [...before.shown, ...shownIn(figures).filter(({ claim }) => ids.includes(claim))],
      parts: [...before.parts, ...parts],
    }
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(FILE, `${JSON.stringify(evidence, null, 2)}\n`)
    writeFileSync(join(FOLDER, 'security.md'), securityPage(evidence))
    console.log(join(FOLDER, 'security.md'))
    return ran.some(({ failed }) => failed > 0) || parts.some((part) => !part.passed) ? 1 : 0
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})
