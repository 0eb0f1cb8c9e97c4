// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { acceptAll, acceptedOf } from './lib/acceptances.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { evidencePage } from './lib/evidence-page.mjs'
import { REFERENCE, SCANS } from './lib/evidence-scans.mjs'
import { judgePart, readStlFile, readThreeMfText } from './lib/part-file.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { runNode } from './lib/run.mjs'
import { setup } from './setup.mjs'

/** @typedef {import('./lib/evidence-scans.mjs').EvidenceScan} EvidenceScan */
/** @typedef {import('./lib/evidence-page.mjs').Evidence} Evidence */
/** @typedef {import('./lib/evidence-page.mjs').Row} Row */
/** @typedef {import('../tests/support/pipeline.ts').RunReport} RunReport */
/** What report.json holds when a scan could not be read is less. @typedef {Partial<RunReport> & Pick<RunReport, 'outcome' | 'error' | 'wallMs' | 'peakMemory'>} Report */

const DATA = inRoot('..', 'shared', 'data')
const FOLDER = inRoot('docs', 'evidence')
const JSON_FILE = join(FOLDER, 'real-scans.json')
const PAGE_FILE = join(FOLDER, 'real-scans.md')
const COMMON = ['--template', 'ct-bone', '--policy', 'teaching', '--process', 'fdm']
const PICTURE = { width: 400, height: 300 }
const LARGEST_PICTURE = 60_000

/**
 * Runs the pipeline as a person would and gives its report.
 * @returns {Promise<Report>}
 */
async function runLine(/** @type {string} */ scan, /** @type {string} */ out, /** @type {string[]} */ args) {
  // A run that ends before it reads the scan must not leave another run's report to be taken for its own.
  rmSync(out, { recursive: true, force: true })
  const { code, output } = await runNode(
    inRoot('scripts', 'pipeline.mjs'),
    join(DATA, scan),
    ...COMMON,
    ...args,
    '--out',
    out,
  )
  const file = join(out, 'report.json')
  if (!existsSync(file))
    throw new Problem('evidence/run', `${scan} gave no report: ${output.trim().split('\n').at(-1)}`)
  const report = JSON.parse(readFileSync(file, 'utf8'))
  console.error(`${scan}: ${output.trim().split('\n').at(-1)} (exit ${code})`)
  return report
}

/** @returns {Promise<Row>} */
async function runScan(
  /** @type {EvidenceScan} */ scan,
  /** @type {string} */ work,
  /** @type {Camera} */ camera,
  /** @type {readonly string[]} */ accepting,
) {
  const out = join(work, scan.id)
  const args = scan.args ?? []
  const report = await runLine(scan.scan, out, [...args, ...accepting])
  const { findings = [], refusedBy = [] } = report
  const accepted = acceptedOf(findings, refusedBy).map(({ check }) => check)
  const released = report.outcome === 'released'
  return {
    id: scan.id,
    what: scan.what,
    file: scan.scan,
    args,
    outcome: report.outcome,
    refusedFirst: [...accepted, ...refusedBy],
    accepted,
    size: report.passport?.size ?? null,
    spacingMm: report.passport?.spacingMm ?? null,
    modality: report.passport?.modality ?? null,
    notes: report.passport?.notes ?? [],
    findings: findings.map(({ check, level, value, limit, unit }) => ({
      check,
      level,
      value,
      limit,
      unit,
    })),
    error: report.error,
    steps: (report.trace?.entries ?? []).map(({ stage, ms, backend, adapter }) => ({
      stage,
      ms,
      backend,
      adapter,
    })),
    wallMs: report.wallMs,
    peakMemoryMiB: report.peakMemory.totalMiB,
    traceId: released ? (report.traceId ?? null) : null,
    files: released ? (report.files ?? []) : [],
    reread: released ? await reread(out) : null,
    picture: existsSync(join(out, 'model.png')) ? await camera.keep(join(out, 'model.png'), scan.id) : null,
    seen: null,
  }
}

/** Reads both files back; a part that is open or inside out ends the whole run. */
async function reread(/** @type {string} */ out) {
  const { unzipSync, strFromU8 } = await import('fflate')
  const stl = judgePart(readStlFile(readFileSync(join(out, 'model.stl'))))
  const model = unzipSync(readFileSync(join(out, 'model.3mf')))['3D/3dmodel.model']
  if (!model) throw new Problem('evidence/part', 'A 3MF has no model part.')
  const threeMf = judgePart(readThreeMfText(strFromU8(model, true)))
  for (const part of [stl, threeMf]) {
    if (part.openEdges + part.doubledEdges === 0 && part.volumeMm3 > 0) continue
    throw new Problem('evidence/part', `A released part is not closed: ${JSON.stringify(part)}.`)
  }
  return { stl, threeMf }
}

/** @typedef {{ keep: (png: string, id: string) => Promise<string>, close: () => Promise<void> }} Camera */

/** Makes small copies of pictures, by the Chromium that is here anyway. @returns {Promise<Camera>} */
async function openCamera(/** @type {string} */ executablePath) {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const page = await browser.newPage()
  const shrink = async (/** @type {{ url: string, width: number, height: number }} */ { url, width, height }) => {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, 0, 0, width, height)
    const pixels = context.getImageData(0, 0, width, height)
    // 32 levels a channel halve the file; the eye sees no difference at this size.
    for (let n = 0; n < pixels.data.length; n++) pixels.data[n] = Math.round((pixels.data[n] ?? 0) / 8) * 8
    context.putImageData(pixels, 0, 0)
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  }
  return {
    async keep(png, id) {
      const url = `data:image/png;base64,${readFileSync(png).toString('base64')}`
      const bytes = Buffer.from(await page.evaluate(shrink, { url, ...PICTURE }), 'base64')
      if (bytes.length > LARGEST_PICTURE) throw new Problem('evidence/picture', `The picture of ${id} is too large.`)
      mkdirSync(join(FOLDER, 'parts'), { recursive: true })
      writeFileSync(join(FOLDER, 'parts', `${id}.png`), bytes)
      return `parts/${id}.png`
    },
    close: () => browser.close(),
  }
}

/** @returns {Promise<Evidence['reference']>} */
async function runReference(/** @type {string} */ work) {
  const { measures = {} } = await runLine(REFERENCE.scan, join(work, 'reference'), REFERENCE.args)
  const truth = JSON.parse(readFileSync(join(DATA, REFERENCE.truth), 'utf8'))
  return {
    surfaceMm3: measures.surfaceMm3 ?? Number.NaN,
    invesaliusMm3: truth.volume_mm3_reported_by_invesalius_surface_0,
    maskMm3: measures.maskMm3 ?? Number.NaN,
    invesaliusMaskMm3: truth.voxel_mask_mm3_thr226,
  }
}

/** The text after --only: scans whose id holds it; the others keep what was measured before. */
function onlyText(/** @type {string[]} */ args) {
  if (args.length === 0) return ''
  if (args.length === 2 && args[0] === '--only' && args[1]) return args[1]
  throw new Problem('evidence/options', 'Usage: npm run evidence -- [--only TEXT]')
}

/** Rows of SCANS in their order: measured now, else before; with the words of today. */
function merged(/** @type {readonly Row[]} */ before, /** @type {readonly Row[]} */ now) {
  const rows = [...now, ...before]
  return SCANS.flatMap(({ id, what, seen = null }) => {
    const row = rows.find((one) => one.id === id)
    return row ? [{ ...row, what, seen }] : []
  })
}

/** Written after every scan: a run takes minutes, and what was measured should not be lost. */
function write(/** @type {Evidence} */ evidence) {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(JSON_FILE, `${JSON.stringify(evidence, null, 2)}\n`)
  writeFileSync(PAGE_FILE, evidencePage(evidence))
}

await runMain(async () => {
  const only = onlyText(process.argv.slice(2))
  if (!existsSync(DATA)) throw new Problem('evidence/no-data', 'The real scans (../shared/data) are not here.')
  await setup()
  const chromium = await ensureChromium()
  const [load = 0] = loadavg()
  const work = mkdtempSync(join(tmpdir(), 'evidence-'))
  const accepting = await acceptAll()
  const camera = await openCamera(chromium.path)
  try {
    /** @type {Evidence | null} */
    const before = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : null
    const machine = {
      date: new Date().toISOString().slice(0, 10),
      cores: availableParallelism(),
      load,
      node: process.versions.node,
      chromium: chromium.version,
    }
    const reference = 'reference'.includes(only) ? await runReference(work) : (before?.reference ?? null)
    let scans = merged(before?.scans ?? [], [])
    write({ ...machine, reference, scans })
    for (const scan of SCANS.filter(({ id }) => id.includes(only))) {
      scans = merged(scans, [await runScan(scan, work, camera, accepting)])
      write({ ...machine, reference, scans })
    }
    console.log(PAGE_FILE)
    return 0
  } finally {
    await camera.close()
    rmSync(work, { recursive: true, force: true })
  }
})
