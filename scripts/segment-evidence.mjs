// @ts-check
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfStale, DIST } from './lib/build.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { cavityOf, makeCt } from './lib/made-ct.mjs'
import { agreement } from './lib/mask-agreement.mjs'
import { readNiftiFile, valuesInOrder } from './lib/nifti-file.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { collectScanFiles } from './lib/scan-files.mjs'
import { segmentPage } from './lib/segment-page.mjs'
import { SEGMENT_CASES } from './lib/segment-scans.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

/** @typedef {import('./lib/segment-scans.mjs').SegmentCase} SegmentCase */
/** @typedef {import('./lib/segment-page.mjs').SegmentRow} SegmentRow */
/** @typedef {{ stage: string, params: Record<string, unknown> }} Entry */
/** @typedef {(scan: string, template: string, out: string) => Promise<{ code: string | null, entries: Entry[] }>} Runner */

const DATA = inRoot('..', 'shared', 'data')
const FOLDER = inRoot('docs', 'evidence')
const SEED = 20

/** Runs templates through the app, each in a browser of its own. */
async function openRunner() {
  const { runSession } = await import('./lib/session.mjs')
  const chromium = await ensureChromium()
  await buildIfStale()
  const app = await serve(DIST)
  const url = new URL('headless.html', app.url).href
  /** @type {Runner} */
  const run = async (scan, template, out) => {
    mkdirSync(out, { recursive: true })
    const line = {
      template,
      policy: 'teaching',
      process: 'fdm',
      series: null,
      set: {},
      until: 'segment',
      keep: ['mask'],
      acknowledge: [],
      backend: 'cpu',
    }
    const session = { url, chromiumPath: chromium.path, files: collectScanFiles(scan), line, out, onProgress: () => {} }
    const { result } = await runSession(session)
    const { trace } = /** @type {{ trace?: { entries: Entry[] } }} */ (result.report)
    return { code: result.error?.code ?? null, entries: trace?.entries ?? [] }
  }
  return { run, version: chromium.version, close: () => app.close() }
}

/** The scan's file, made first where it has to be, and the head's cavity when that is the reference. */
function scanOf(/** @type {SegmentCase} */ { scan, made, labels, reference }, /** @type {string} */ work) {
  if (scan) return { file: join(DATA, scan), cavity: null }
  const file = join(work, `${(made ?? '').replaceAll('/', '-')}.nii`)
  const { size, labels: map } = makeCt(join(DATA, reference), file, SEED)
  return { file, cavity: labels === null ? cavityOf(map, size) : null }
}

/** @returns {Promise<SegmentRow>} */
async function rowOf(/** @type {SegmentCase} */ one, /** @type {string} */ work, /** @type {Runner} */ run) {
  const { what, template, of, says } = one
  const { file, cavity } = scanOf(one, work)
  const out = join(work, one.id)
  const { code, entries } = await run(file, template, out)
  const used = entries.find(({ stage }) => stage === 'template')?.params
  const row = {
    ...{ what, template, of, says, code, oursMl: 0, truthMl: 0, agreement: null },
    version: Number(used?.version ?? 0),
    digest: String(used?.digest ?? ''),
    steps: entries.filter(({ stage }) => !['scan', 'template'].includes(stage)).map(stepText),
  }
  const mask = join(out, 'mask.nii.gz')
  if (!existsSync(mask)) return row
  const ours = readNiftiFile(mask)
  const truth = readNiftiFile(join(DATA, one.reference))
  const seen = cavity ? { ...truth, at: (/** @type {number} */ n) => cavity[n] ?? 0 } : truth
  const values = valuesInOrder(ours, seen)
  if (!values) throw new Problem('evidence/grid', `${one.reference} does not lie on the grid of its scan.`)
  const wanted = new Set(one.labels ?? [1])
  const inTruth = Uint8Array.from(values, (value) => (wanted.has(value) ? 1 : 0))
  const inOurs = Uint8Array.from({ length: values.length }, (_, n) => (ours.at(n) > 0 ? 1 : 0))
  const spacingMm = [0, 1, 2].map((c) => Math.hypot(...[0, 1, 2].map((r) => ours.affine[4 * r + c] ?? 0)))
  const perVoxel = spacingMm.reduce((product, v) => product * v, 1) / 1000
  const count = (/** @type {Uint8Array} */ bytes) => bytes.reduce((sum, bit) => sum + bit, 0)
  return {
    ...row,
    oursMl: count(inOurs) * perVoxel,
    truthMl: count(inTruth) * perVoxel,
    agreement: agreement(inOurs, inTruth, { size: ours.size, spacingMm }),
  }
}

/** A step with the values that say something. */
function stepText(/** @type {Entry} */ { stage, params }) {
  const told = Object.entries(params).filter(([, value]) => value !== null && value !== 32767 && value !== -32768)
  return `${stage} ${told.map(([name, value]) => `${name} ${value}`).join(', ')}`.trim()
}

await runMain(async () => {
  if (!existsSync(DATA)) throw new Problem('evidence/no-data', 'The real scans (../shared/data) are not here.')
  await setup()
  const work = mkdtempSync(join(tmpdir(), 'segment-evidence-'))
  const runner = await openRunner()
  try {
    /** @type {SegmentRow[]} */
    const rows = []
    for (const one of SEGMENT_CASES) {
      const row = await rowOf(one, work, runner.run)
      console.error(`${one.id}: ${row.agreement ? row.agreement.dice.toFixed(3) : (row.code ?? 'nothing marked')}`)
      rows.push(row)
    }
    const date = new Date().toISOString().slice(0, 10)
    const evidence = { date, chromium: runner.version, node: process.versions.node, rows }
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, 'segment.json'), `${JSON.stringify(evidence, null, 2)}\n`)
    writeFileSync(join(FOLDER, 'segment.md'), segmentPage(evidence))
    console.log(join(FOLDER, 'segment.md'))
    return rows.every(({ agreement: found }) => found !== null) ? 0 : 1
  } finally {
    await runner.close()
    rmSync(work, { recursive: true, force: true })
  }
})
