// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { acceptAll, acceptedOf } from './lib/acceptances.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { printPage } from './lib/print-page.mjs'
import { PRINT_SCANS, PROCESSES } from './lib/print-scans.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { runNode } from './lib/run.mjs'
import { openThreeMfReader } from './lib/threemf-reader.mjs'
import { setup } from './setup.mjs'

/** @typedef {import('./lib/print-scans.mjs').PrintScan} PrintScan */
/** @typedef {import('./lib/print-page.mjs').PrintRow} PrintRow */
/** @typedef {import('./lib/print-page.mjs').PrintEvidence} PrintEvidence */
/** @typedef {import('./lib/threemf-reader.mjs').ThreeMfReader} ThreeMfReader */
/** @typedef {import('../tests/support/pipeline.ts').RunReport} RunReport */
/** What report.json holds when a scan could not be read is less. @typedef {Partial<RunReport> & Pick<RunReport, 'outcome' | 'error' | 'wallMs'>} Report */

const DATA = inRoot('..', 'shared', 'data')
const FOLDER = inRoot('docs', 'evidence')
const JSON_FILE = join(FOLDER, 'print.json')
const PAGE_FILE = join(FOLDER, 'print.md')

/** Every scan in every process; its key names a row. */
const RUNS = PRINT_SCANS.flatMap((scan) =>
  PROCESSES.map((process) => ({ scan, process, key: `${scan.id}/${process}` })),
)
const keyOf = (/** @type {PrintRow} */ { id, process }) => `${id}/${process}`

/** @returns {Promise<Report>} */
async function runLine(
  /** @type {PrintScan} */ { scan, template, args },
  /** @type {string} */ process,
  /** @type {string} */ out,
  /** @type {readonly string[]} */ accepting,
) {
  // A run that ends before it reads the scan must not leave another run's report to be taken for its own.
  rmSync(out, { recursive: true, force: true })
  const asked = [
    '--template',
    template,
    '--policy',
    'teaching',
    '--process',
    process,
    ...args,
    ...accepting,
    '--out',
    out,
  ]
  const { output } = await runNode(inRoot('scripts', 'pipeline.mjs'), join(DATA, scan), ...asked)
  const file = join(out, 'report.json')
  const last = output.trim().split('\n').at(-1)
  if (!existsSync(file)) throw new Problem('evidence/run', `${scan} gave no report: ${last}`)
  console.error(`${scan}, ${process}: ${last}`)
  return JSON.parse(readFileSync(file, 'utf8'))
}

const gateOf = (/** @type {import('./lib/print-page.mjs').Gate} */ { check, value, limit, unit }) => ({
  check,
  value,
  limit,
  unit,
})

/** One run; a 3MF in which another program finds other triangles ends all. @returns {Promise<PrintRow>} */
async function rowOf(
  /** @type {PrintScan} */ scan,
  /** @type {string} */ process,
  /** @type {string} */ out,
  /** @type {ThreeMfReader} */ reader,
  /** @type {readonly string[]} */ accepting,
) {
  const report = await runLine(scan, process, out, accepting)
  const { outcome, error, findings = [], refusedBy = [] } = report
  const isReleased = outcome === 'released'
  const triangles = report.measures?.modelTriangles ?? null
  const read = isReleased ? await reader.triangles(join(out, 'model.3mf')) : null
  if (read !== null && read !== triangles)
    throw new Problem('evidence/part', `${scan.id}: another program reads ${read} triangles of ${triangles}.`)
  return {
    ...{ id: scan.id, what: scan.what, template: scan.template, process, date: new Date().toISOString().slice(0, 10) },
    outcome,
    refusedBy: findings.filter(({ check }) => refusedBy.includes(check)).map(gateOf),
    accepted: acceptedOf(findings, refusedBy).map(gateOf),
    error,
    seconds: report.wallMs / 1000,
    triangles,
    read,
  }
}

/** The text after --only: rows whose "scan/process" holds it; the others keep what was measured before. */
function onlyText(/** @type {string[]} */ args) {
  if (args.length === 0) return ''
  if (args.length === 2 && args[0] === '--only' && args[1]) return args[1]
  throw new Problem('evidence/options', 'Usage: npm run evidence:print -- [--only TEXT], for example cranium/sls')
}

/** Rows in the order of RUNS: measured now, else before. */
function merged(/** @type {readonly PrintRow[]} */ before, /** @type {readonly PrintRow[]} */ now) {
  const rows = [...now, ...before]
  return RUNS.flatMap(({ key }) => rows.find((one) => keyOf(one) === key) ?? [])
}

/** Written after every row: a run takes minutes, and what was measured should not be lost. */
function write(/** @type {PrintEvidence} */ evidence) {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(JSON_FILE, `${JSON.stringify(evidence, null, 2)}\n`)
  writeFileSync(PAGE_FILE, printPage(evidence))
}

await runMain(async () => {
  const only = onlyText(process.argv.slice(2))
  if (!existsSync(DATA)) throw new Problem('evidence/no-data', 'The real scans (../shared/data) are not here.')
  const runs = RUNS.filter(({ key }) => key.includes(only))
  if (runs.length === 0) throw new Problem('evidence/options', `No row's name holds "${only}".`)
  await setup()
  const chromium = await ensureChromium()
  const [load = 0] = loadavg()
  const machine = { node: process.versions.node, chromium: chromium.version, cores: availableParallelism(), load }
  const accepting = await acceptAll()
  const work = mkdtempSync(join(tmpdir(), 'print-evidence-'))
  const reader = await openThreeMfReader(chromium.path)
  try {
    /** @type {PrintEvidence | null} */
    const before = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : null
    let rows = merged(before?.rows ?? [], [])
    for (const { scan, process } of runs) {
      rows = merged(rows, [await rowOf(scan, process, join(work, scan.id), reader, accepting)])
      write({ ...machine, rows })
    }
    console.log(PAGE_FILE)
    return 0
  } finally {
    await reader.close()
    rmSync(work, { recursive: true, force: true })
  }
})
