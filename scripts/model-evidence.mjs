// @ts-check
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleTypeScript, loadTypeScript } from './lib/load-ts.mjs'
import { cardRows } from './lib/model-card-rows.mjs'
import { modelPage } from './lib/model-page.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { setup } from './setup.mjs'

/*
 * npm run evidence:model -- [--only TEXT] [--provider wasm|webgpu] [--threads N] [--jobs N] [--rows FILE]: the network that ships,
 * and those of other people beside it, on scans that it was never trained on. Every row is written when it is done; with --only just
 * the rows whose name (case, network, provider) holds the text are made again. The corruptions are hours and run only with
 * --only. --rows takes rows, one a line, that tests/support/model-row.ts gave on another machine.
 */

/** @typedef {typeof import('../tests/support/model-cases.ts')} Cases */
/** @typedef {typeof import('../tests/support/model-row.ts')} Rows */
/** @typedef {typeof import('../tests/support/model-trials.ts')} Trials */
/** @typedef {import('./lib/model-page.mjs').Measured} Measured */
/** @typedef {import('./lib/model-page.mjs').ModelEvidence} ModelEvidence */

const FOLDER = inRoot('docs', 'evidence')
const FILE = join(FOLDER, 'model-head-tissues.json')
const MOST_AT_ONCE = 64

const USAGE =
  'Usage: npm run evidence:model -- [--only TEXT] [--provider wasm|webgpu] [--threads N] [--jobs N] [--rows FILE]'

function options() {
  const option = (/** @type {string} */ standard) => ({ type: /** @type {const} */ ('string'), default: standard })
  const named = {
    only: option(''),
    provider: option('wasm'),
    threads: option('1'),
    jobs: option('1'),
    rows: option(''),
  }
  try {
    const { only, provider, threads, jobs, rows } = parseArgs({ options: named }).values
    if (provider !== 'wasm' && provider !== 'webgpu') throw new Problem('evidence/options', USAGE)
    /** @type {Wanted} */
    const wanted = { backend: provider, threads: count(threads) }
    return { only, rows, jobs: count(jobs), wanted }
  } catch (cause) {
    throw new Problem('evidence/options', USAGE, { cause })
  }
}

function count(/** @type {string} */ text) {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > MOST_AT_ONCE) throw new Problem('evidence/options', USAGE)
  return value
}

/** @typedef {Cases & Rows & Trials} App */

/** @returns {Promise<App>} */
async function load() {
  const files = ['model-cases.ts', 'model-row.ts', 'model-trials.ts'].map((name) => inRoot('tests', 'support', name))
  const [cases, rows, trials] = await loadTypeScript(files)
  return { .../** @type {Cases} */ (cases), .../** @type {Rows} */ (rows), .../** @type {Trials} */ (trials) }
}

/** @typedef {import('../tests/support/ort-node.ts').Wanted} Wanted */
/** @typedef {{ case: string, network: string, provider: Wanted }} Chosen */

/**
 * @param {Chosen} chosen
 * @param {string} module of model-row.ts
 * @returns {Promise<Measured | null>} null where files are missing
 */
function measure({ case: id, network, provider }, module) {
  return new Promise((resolve, reject) => {
    const told = [module, id, network, provider.backend, String(provider.threads)]
    const child = fork(inRoot('scripts', 'lib', 'model-worker.mjs'), told, { serialization: 'advanced' })
    let answer = /** @type {Measured | null | undefined} */ (undefined)
    child.on('message', (row) => {
      answer = /** @type {Measured | null} */ (row)
    })
    child.on('exit', () => {
      if (answer !== undefined) resolve(answer)
      else reject(new Problem('evidence/stopped', `${id} with ${network} ended without a result.`))
    })
  })
}

/** @returns {Measured[]} */
const written = () => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')).rows : [])

/** Both files, whole or not at all. */
function write(/** @type {readonly Measured[]} */ rows, /** @type {App} */ { MODEL_CASES, robustnessOf, oneEach }) {
  const each = oneEach(rows)
  const ours = each.filter(({ network }) => network === 'head-tissues')
  const cases = MODEL_CASES.map(({ id, what, stratum, kind, expected }) => ({ id, what, stratum, kind, expected }))
  /** @type {ModelEvidence} */
  const evidence = {
    node: process.versions.node,
    card: cardRows(ours, cases),
    robustness: robustnessOf(ours),
    rows: rows.toSorted((a, b) => orderOf(cases, a) - orderOf(cases, b)),
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(`${FILE}.part`, `${JSON.stringify(evidence, rounded, 2)}\n`)
  renameSync(`${FILE}.part`, FILE)
  writeFileSync(join(FOLDER, 'model-head-tissues.md'), modelPage(evidence, oneEach(evidence.rows), cases))
}

/** Six digits: more say nothing. */
const rounded = (/** @type {string} */ _key, /** @type {unknown} */ value) =>
  typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(6)) : value

const orderOf = (/** @type {readonly { id: string }[]} */ cases, /** @type {Measured} */ row) =>
  cases.findIndex(({ id }) => id === row.case)

/** Puts a row where it belongs, in the place of one of the same name. */
function keep(/** @type {Measured} */ row, /** @type {App} */ app) {
  const others = written().filter((other) => app.rowName(other) !== app.rowName(row))
  write([...others, row], app)
  console.error(`${app.rowName(row)}: ${told(row)}`)
}

/** Measures what is wanted, several at once; gives how many had no files. */
async function measureAll(/** @type {readonly Chosen[]} */ chosen, /** @type {number} */ jobs, /** @type {App} */ app) {
  const waiting = [...chosen]
  const { modules, remove } = await bundleTypeScript([inRoot('tests', 'support', 'model-row.ts')])
  const [module = ''] = modules
  let missing = 0
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const row = await measure(next, module)
      if (row) keep(row, app)
      else missing++
    }
  }
  try {
    await Promise.all(Array.from({ length: jobs }, work))
  } finally {
    remove()
  }
  return missing
}

await runMain(async () => {
  const { only, rows, jobs, wanted } = options()
  await setup()
  const app = await load()
  if (rows) {
    for (const line of readFileSync(rows, 'utf8').split('\n').filter(Boolean)) keep(JSON.parse(line), app)
    return 0
  }
  const chosen = app.MODEL_CASES.filter(({ kind }) => only !== '' || kind !== 'corruption')
    .flatMap((one) => app.networksOf(one).map((network) => ({ case: one.id, network, provider: wanted })))
    .filter((one) => app.rowName(one).includes(only))
  if (chosen.length === 0) throw new Problem('evidence/options', `No case and network hold "${only}".`)
  const missing = await measureAll(chosen, jobs, app)
  return missing === chosen.length ? 1 : 0
})

function told(/** @type {Measured} */ { structures, runSeconds, load, peakMiB, error }) {
  const parts = structures.map(({ anatomy, band, metrics }) => `${anatomy} ${metrics?.dice.toFixed(3) ?? '-'} ${band}`)
  return `${error ?? ''} ${parts.join(', ')}; ${runSeconds?.toFixed(0) ?? '-'} s, load ${load.toFixed(1)}, ${peakMiB} MiB`
}
