// @ts-check
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { loadTypeScript } from './lib/load-ts.mjs'
import { withQuickWasm } from './lib/node-wasm.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'

/*
 * node scripts/model-conformance.mjs [--provider wasm|webgpu] [ID ...]: the networks beside the project (all, or those named) over
 * the whole head that their references were made of, through the app's own run path; the share of voxels with another label goes to
 * docs/evidence/conformance.json and .md as they finish, beside what was written of the others. On the processor one thread,
 * minutes a network. --rows FILE takes rows, one a line, that were measured on another machine.
 */

/** @typedef {import('../tests/support/ort-node.ts').Wanted} Wanted */
/** @typedef {{ id: string, provider: import('../src/infer/outcome.ts').Provider, machine: string, tile: string, voxels: number, differing: number | null, perLabel: number[], seconds: number, load: number, date: string }} Row */

const FILE = inRoot('docs', 'evidence', 'conformance.json')
const LIMIT_BYTES = 2 ** 33
const MOST_DIFFERING = 1e-4

async function load() {
  const files = ['src/infer/run.ts', 'src/infer/session.io.ts', 'tests/support/brainchop-cards.ts']
  const [run, session, cards, scans, node] = await loadTypeScript(
    [...files, 'tests/support/real-scans.ts', 'tests/support/ort-node.ts'].map((file) => inRoot(file)),
  )
  return {
    .../** @type {typeof import('../src/infer/run.ts')} */ (run),
    .../** @type {typeof import('../src/infer/session.io.ts')} */ (session),
    .../** @type {typeof import('../tests/support/brainchop-cards.ts')} */ (cards),
    .../** @type {typeof import('../tests/support/real-scans.ts')} */ (scans),
    .../** @type {typeof import('../tests/support/ort-node.ts')} */ (node),
  }
}

/**
 * @param {Awaited<ReturnType<typeof load>>} app
 * @param {import('../src/core/types.ts').Volume} head
 * @param {(typeof import('../tests/support/brainchop-cards.ts'))['BRAINCHOP'][number]} brought
 * @param {import('../src/infer/outcome.ts').Provider} provider
 * @returns {Promise<Row>}
 */
async function measure(app, head, brought, provider) {
  const tiling = app.slabsOf(brought)
  const model = await app.broughtModel(brought, tiling)
  if (!model) throw missing()
  const network = await app.openNetwork(model.weights, model.card, provider)
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
    provider,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    tile: tiling.tileVoxels
      ? `${tiling.tileVoxels.join(' x ')}, ${tiling.overlapVoxels} overlapping, ${tiling.edgeVoxels} not used next to a cut`
      : 'whole',
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

Made by \`node scripts/model-conformance.mjs\` (Node ${process.versions.node}, machines shared with other work): a T1 head
of 256 x 256 x 256 voxels through the app's run path, against the winning channels by ONNX Runtime on a processor. At most 0.01 %
of the voxels may differ. It shows that the path is right, not that a network is. Rows of 16 cores come from a lent machine: the same code,
brought in with \`--rows\`. Where tiles do not say what is not used next to a cut, all of a tile counted.

| network | on | tiles | differing voxels | seconds | load | machine | date |
|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row.id} | ${row.provider.backend}, ${row.provider.adapter} | ${row.tile} | ${share(row)} | ${row.seconds} | ${row.load.toFixed(1)} | ${row.machine} | ${row.date} |`).join('\n')}
`

const nameOf = (/** @type {Row} */ { id, provider }) => `${id} ${provider.backend}`

/** Beside the rows of other networks and providers, in the order of their names. */
function write(/** @type {Row} */ row) {
  /** @type {Row[]} */
  const before = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')).rows : []
  const rows = [...before.filter((other) => nameOf(other) !== nameOf(row)), row].sort((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  )
  writeFileSync(FILE, `${JSON.stringify({ rows }, null, 2)}\n`)
  writeFileSync(FILE.replace('.json', '.md'), page(rows))
}

async function main() {
  const [flag, named = '', ...others] = process.argv.slice(2)
  if (flag === '--rows') {
    for (const line of readFileSync(named, 'utf8').split('\n').filter(Boolean)) write(JSON.parse(line))
    return 0
  }
  const app = await load()
  const isNamed = flag === '--provider' && (named === 'wasm' || named === 'webgpu')
  const wanted = isNamed ? others : process.argv.slice(2)
  const provider = await app.providerInNode({ backend: isNamed ? named : 'wasm', threads: 1 })
  const chosen = app.BRAINCHOP.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
  if (chosen.length === 0) {
    throw new Problem('app/bad-parameter', `Name some of: ${app.BRAINCHOP.map(({ id }) => id).join(', ')}.`)
  }
  const scan = app.realFile('mr_t1_brainchop', 't1_crop.nii.gz')
  if (!scan) throw missing()
  const head = app.readNiftiCt(scan)
  let isFar = false
  for (const brought of chosen) {
    const row = await measure(app, head, brought, provider)
    write(row)
    console.log(`${row.id}: ${share(row)}, ${row.seconds} s, voxels by label ${row.perLabel.join(' ')}`)
    isFar ||= row.differing !== null && row.differing > MOST_DIFFERING * row.voxels
  }
  return isFar ? 1 : 0
}

await runMain(() => withQuickWasm(main))
