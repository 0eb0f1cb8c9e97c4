// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { costCurve } from './lib/cost-curve.mjs'
import { loadTypeScript } from './lib/load-ts.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { setup } from './setup.mjs'

/** @typedef {import('../tests/support/paired.ts').BenchRow} Row */
/** @typedef {import('../tests/support/paired.ts').Bench} Bench */

const JSON_FILE = inRoot('docs', 'evidence', 'bench.json')
const TABLE_FILE = inRoot('docs', 'evidence', 'bench.md')
const CURVE_FILE = inRoot('docs', 'evidence', 'cost-curve.svg')

const HEAD = `# Speed against others

Made by \`npm run bench\`. Both sides of a line ran in the same process, taking turns, on the same data; the times are
medians of the runs after the first; the first, with everything that had to be compiled, is given as cold. Ratio = time of
the other / our time: above 1 we are faster. The adapter is the device that ran our side. WebGPU lines include upload and
readback. Milliseconds grow when the machine is busy with other work; the ratio of a software adapter falls then too,
because it needs every core. A peer that did not finish has its reason as a note.

| work | size | ours | ms | cold ms | against | ms | cold ms | ratio | adapter | software adapter | date | note |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
`

/** The text after --only: benches whose name or file holds it. */
function onlyText(/** @type {string[]} */ args) {
  if (args.length === 0) return ''
  if (args.length === 2 && args[0] === '--only' && args[1]) return args[1]
  throw new Problem('bench/options', 'Usage: npm run bench -- [--only TEXT]')
}

async function loadBenches() {
  const folder = inRoot('tests', 'bench')
  const files = readdirSync(folder).filter((file) => file.endsWith('.bench.ts'))
  const modules = /** @type {{ benches: Bench[] }[]} */ (await loadTypeScript(files.map((file) => join(folder, file))))
  return modules.flatMap(({ benches }, n) => benches.map((bench) => ({ file: files[n] ?? '', bench })))
}

const keyOf = (/** @type {Row} */ row) => [row.work, row.size, row.subject, row.peer].join('\n')

/** New rows replace those of the same work, size and sides; the others stay. */
function merge(/** @type {Row[]} */ rows) {
  /** @type {Row[]} */
  const before = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : []
  const all = new Map([...before, ...rows].map((row) => [keyOf(row), row]))
  return [...all.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b), 'en', { numeric: true }))
}

function tableLine(/** @type {Row} */ r) {
  const fallback = r.isFallback ? 'yes' : 'no'
  const ours = [r.work, r.size, r.subject, r.subjectMs, r.subjectColdMs]
  const theirs = [r.peer, r.peerMs ?? '-', r.peerColdMs ?? '-', r.ratio ?? '-']
  return `| ${[...ours, ...theirs, r.adapter, fallback, r.date, r.note ?? ''].join(' | ')} |`
}

/** A peer that may run out of memory gets a process of its own, which this one starts. */
async function largePeer(/** @type {string} */ name) {
  const [module] = await loadTypeScript([inRoot('tests', 'support', 'large-peers.ts')])
  const { answerOf } = /** @type {typeof import('../tests/support/large-peers.ts')} */ (module)
  console.log(JSON.stringify(await answerOf(name)))
  return 0
}

async function main() {
  const args = process.argv.slice(2)
  if (args[0] === '--large-peer') return largePeer(args[1] ?? '')
  const only = onlyText(args)
  await setup()
  const chosen = (await loadBenches()).filter(({ file, bench }) => `${file} ${bench.name}`.includes(only))
  if (chosen.length === 0) throw new Problem('bench/none', `No benchmark is named like "${only}".`)
  /** @type {Row[]} */
  const rows = []
  for (const { bench } of chosen) {
    console.error(`${bench.name} ...`)
    const measured = await bench.run()
    for (const row of measured) console.log(tableLine(row))
    rows.push(...measured)
  }
  const all = merge(rows)
  mkdirSync(inRoot('docs', 'evidence'), { recursive: true })
  writeFileSync(JSON_FILE, `${JSON.stringify(all, null, 2)}\n`)
  const curve = costCurve(all)
  if (curve) writeFileSync(CURVE_FILE, curve)
  const picture = curve ? '\n\n![Time of a surface by size](cost-curve.svg)' : ''
  writeFileSync(TABLE_FILE, `${HEAD}${all.map(tableLine).join('\n')}${picture}\n`)
  return 0
}

await runMain(main)
// Dawn keeps threads that would hold the process open.
process.exit()
