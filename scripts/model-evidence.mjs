// @ts-check
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { loadTypeScript } from './lib/load-ts.mjs'
import { cardRows } from './lib/model-card-rows.mjs'
import { modelPage } from './lib/model-page.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { setup } from './setup.mjs'

/*
 * npm run evidence:model -- [--only TEXT]: the network that ships, and those of other people beside it, on scans that it was never
 * trained on. Every row is written when it is done; with --only just the rows whose case and network hold the text are made
 * again. The corruptions are hours and run only with --only.
 */

/** @typedef {typeof import('../tests/support/model-cases.ts')} Cases */
/** @typedef {typeof import('../tests/support/model-row.ts')} Rows */
/** @typedef {typeof import('../tests/support/model-trials.ts')} Trials */
/** @typedef {import('./lib/model-page.mjs').Measured} Measured */
/** @typedef {import('./lib/model-page.mjs').ModelEvidence} ModelEvidence */

const FOLDER = inRoot('docs', 'evidence')
const FILE = join(FOLDER, 'model-head-tissues.json')

/** @returns {string | null} */
function onlyOf(/** @type {string[]} */ args) {
  if (args.length === 0) return null
  if (args[0] === '--only' && args[1] && args.length === 2) return args[1]
  throw new Problem('evidence/options', 'Usage: npm run evidence:model -- [--only TEXT]')
}

/** @returns {Promise<Cases & Rows & Trials>} */
async function load() {
  const files = ['model-cases.ts', 'model-row.ts', 'model-trials.ts'].map((name) => inRoot('tests', 'support', name))
  const [cases, rows, trials] = await loadTypeScript(files)
  return { .../** @type {Cases} */ (cases), .../** @type {Rows} */ (rows), .../** @type {Trials} */ (trials) }
}

/** @returns {Promise<Omit<Measured, 'date'> | null>} null where files are missing */
function measure(/** @type {string} */ caseId, /** @type {string} */ network) {
  return new Promise((resolve, reject) => {
    const child = fork(inRoot('scripts', 'lib', 'model-worker.mjs'), [caseId, network], { serialization: 'advanced' })
    let answer = /** @type {Omit<Measured, 'date'> | null | undefined} */ (undefined)
    child.on('message', (row) => {
      answer = /** @type {Omit<Measured, 'date'> | null} */ (row)
    })
    child.on('exit', () => {
      if (answer !== undefined) resolve(answer)
      else reject(new Problem('evidence/stopped', `${caseId} with ${network} ended without a result.`))
    })
  })
}

/** @returns {Measured[]} */
const written = () => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')).rows : [])

/** Both files, whole or not at all. */
function write(/** @type {readonly Measured[]} */ rows, /** @type {Cases & Trials} */ { MODEL_CASES, robustnessOf }) {
  const ours = rows.filter(({ network }) => network === 'head-tissues')
  const cases = MODEL_CASES.map(({ id, what, stratum, kind, expected }) => ({ id, what, stratum, kind, expected }))
  /** @type {ModelEvidence} */
  const evidence = {
    node: process.versions.node,
    cores: availableParallelism(),
    threads: 1,
    card: cardRows(ours, cases),
    robustness: robustnessOf(ours),
    rows: rows.toSorted((a, b) => orderOf(cases, a) - orderOf(cases, b)),
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(`${FILE}.part`, `${JSON.stringify(evidence, rounded, 2)}\n`)
  renameSync(`${FILE}.part`, FILE)
  writeFileSync(join(FOLDER, 'model-head-tissues.md'), modelPage(evidence, cases))
}

/** Six digits: more say nothing. */
const rounded = (/** @type {string} */ _key, /** @type {unknown} */ value) =>
  typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(6)) : value

const orderOf = (/** @type {readonly { id: string }[]} */ cases, /** @type {Measured} */ row) =>
  cases.findIndex(({ id }) => id === row.case)

await runMain(async () => {
  const only = onlyOf(process.argv.slice(2))
  await setup()
  const app = await load()
  const all = app.MODEL_CASES.flatMap((one) => app.networksOf(one).map((network) => ({ one, network })))
  const chosen = all.filter(({ one, network }) =>
    only === null ? one.kind !== 'corruption' : app.rowName({ case: one.id, network }).includes(only),
  )
  if (chosen.length === 0) throw new Problem('evidence/options', `No case and network hold "${only}".`)
  let missing = 0
  for (const { one, network } of chosen) {
    const row = await measure(one.id, network)
    if (row === null) missing++
    else {
      const others = written().filter((other) => app.rowName(other) !== app.rowName(row))
      write([...others, { ...row, date: new Date().toISOString().slice(0, 10) }], app)
    }
    console.error(`${one.id} ${network}: ${row === null ? 'files are missing' : told(row)}`)
  }
  return missing === chosen.length ? 1 : 0
})

function told(/** @type {Omit<Measured, 'date'>} */ { structures, runSeconds, load, peakMiB, error }) {
  const parts = structures.map(({ anatomy, band, metrics }) => `${anatomy} ${metrics?.dice.toFixed(3) ?? '-'} ${band}`)
  return `${error ?? ''} ${parts.join(', ')}; ${runSeconds?.toFixed(0) ?? '-'} s, load ${load.toFixed(1)}, ${peakMiB} MiB`
}
