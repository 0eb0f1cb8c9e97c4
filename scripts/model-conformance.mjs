// @ts-check
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { loadTypeScript } from './lib/load-ts.mjs'
import { withQuickWasm } from './lib/node-wasm.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'

/*
 * node scripts/model-conformance.mjs [ID ...]: the networks beside the project (all, or those named) over the whole head that
 * their references were made of, through the app's own run path on WASM; the share of voxels with another label goes to
 * docs/evidence/conformance.json and .md as they finish, beside what was written of the others. One thread, minutes a network.
 */

/** @typedef {{ id: string, tile: string, voxels: number, differing: number | null, perLabel: number[], seconds: number, load: number, date: string }} Row */

const FILE = inRoot('docs', 'evidence', 'conformance.json')
const LIMIT_BYTES = 2 ** 33
const MOST_DIFFERING = 1e-4

async function load() {
  const files = ['src/infer/run.ts', 'src/infer/session.io.ts', 'tests/support/brainchop-cards.ts']
  const [run, session, cards, scans] = await loadTypeScript(
    [...files, 'tests/support/real-scans.ts'].map((file) => inRoot(file)),
  )
  return {
    .../** @type {typeof import('../src/infer/run.ts')} */ (run),
    .../** @type {typeof import('../src/infer/session.io.ts')} */ (session),
    .../** @type {typeof import('../tests/support/brainchop-cards.ts')} */ (cards),
    .../** @type {typeof import('../tests/support/real-scans.ts')} */ (scans),
  }
}

/**
 * @param {Awaited<ReturnType<typeof load>>} app
 * @param {import('../src/core/types.ts').Volume} head
 * @param {(typeof import('../tests/support/brainchop-cards.ts'))['BRAINCHOP'][number]} brought
 * @returns {Promise<Row>}
 */
async function measure(app, head, brought) {
  const tiling = app.slabsOf(brought)
  const model = await app.broughtModel(brought, tiling)
  if (!model) throw missing()
  const network = await app.openNetwork(model.weights, model.card, { backend: 'wasm', adapter: 'Node', threads: 1 })
  const start = performance.now()
  const context = { signal: new AbortController().signal, progress: () => {} }
  const judge = { measure: () => [], features: () => [] }
  const { labels } = await app.runModel(head, model.card, network, LIMIT_BYTES, context, judge)
  const seconds = Math.round((performance.now() - start) / 1000)
  await network.release()
  const perLabel = brought.labels.map(() => 0)
  for (const label of labels.labels) perLabel[label] = (perLabel[label] ?? 0) + 1
  const expected = app.referenceLabels(brought.id)
  const differing = expected && labels.labels.reduce((sum, label, at) => sum + (label === expected[at] ? 0 : 1), 0)
  return {
    id: brought.id,
    tile: tiling.tileVoxels ? `${tiling.tileVoxels.join(' x ')}, ${tiling.overlapVoxels} overlapping` : 'whole',
    voxels: labels.labels.length,
    differing,
    perLabel,
    seconds,
    load: loadavg()[0] ?? 0,
    date: new Date().toISOString().slice(0, 10),
  }
}

const missing = () =>
  new Problem(
    'app/bad-parameter',
    'The networks and the head are not beside the project (../shared). Nothing to compare.',
  )

const share = (/** @type {Row} */ { differing, voxels }) =>
  differing === null ? 'no reference' : `${differing} (${((100 * differing) / voxels).toFixed(5)} %)`

/** @param {readonly Row[]} rows */
const page = (rows) => `# Networks of other people against their references

Made by \`node scripts/model-conformance.mjs\` (Node ${process.versions.node}, WebAssembly on one of ${cpus().length} cores, shared with other work): a T1 head
of 256 x 256 x 256 voxels through the app's run path, against the winning channels by ONNX Runtime on a processor. At most 0.01 %
of the voxels may differ. It shows that the path is right, not that a network is.

| network | tiles | differing voxels | seconds | load | date |
|---|---|---|---|---|---|
${rows.map((row) => `| ${row.id} | ${row.tile} | ${share(row)} | ${row.seconds} | ${row.load.toFixed(1)} | ${row.date} |`).join('\n')}
`

/** Beside the rows of other networks, in the order of their names. */
function write(/** @type {Row} */ row) {
  /** @type {Row[]} */
  const before = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')).rows : []
  const rows = [...before.filter(({ id }) => id !== row.id), row].sort((a, b) => (a.id < b.id ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify({ rows }, null, 2)}\n`)
  writeFileSync(FILE.replace('.json', '.md'), page(rows))
}

async function main() {
  const app = await load()
  const wanted = process.argv.slice(2)
  const chosen = app.BRAINCHOP.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
  if (chosen.length === 0) {
    throw new Problem('app/bad-parameter', `Name some of: ${app.BRAINCHOP.map(({ id }) => id).join(', ')}.`)
  }
  const scan = app.realFile('mr_t1_brainchop', 't1_crop.nii.gz')
  if (!scan) throw missing()
  const head = app.readNiftiCt(scan)
  let isFar = false
  for (const brought of chosen) {
    const row = await measure(app, head, brought)
    write(row)
    console.log(`${row.id}: ${share(row)}, ${row.seconds} s, voxels by label ${row.perLabel.join(' ')}`)
    isFar ||= row.differing !== null && row.differing > MOST_DIFFERING * row.voxels
  }
  return isFar ? 1 : 0
}

await runMain(() => withQuickWasm(main))
