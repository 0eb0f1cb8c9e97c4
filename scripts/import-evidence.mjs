// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { buildIfStale, DIST } from './lib/build.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { importPage } from './lib/import-page.mjs'
import { compareNifti, readNiftiFile } from './lib/nifti-file.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { collectScanFiles } from './lib/scan-files.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

/** @typedef {import('./lib/import-page.mjs').SeriesRow} SeriesRow */
/** @typedef {import('./lib/import-page.mjs').SyntaxRow} SyntaxRow */
/** What the line said of a folder, and the volume it kept. @typedef {{ code: string, volume: string | null, notes: string[] }} Read */
/** @typedef {(folder: string, name: string) => Promise<Read>} Reader */

const DATA = inRoot('..', 'shared', 'data')
const SERIES = join(DATA, 'dicom_dicom2nifti')
/** Zips that hold one slice in many encodings: which of their files, and how the encoding is read out of the name. */
const ENCODINGS = [
  {
    zip: join(DATA, 'dicom_cornerstone', 'ctimage_all_transfer_syntaxes.zip'),
    of: /CTImage\.dcm_?(.*?)(?:TransferSyntax.*)?$/,
  },
  { zip: join(DATA, 'dicom_pydicom', 'pydicom_test_files.zip'), of: /MR_small_?(.*)\.dcm$/ },
]
const FOLDER = inRoot('docs', 'evidence')
/** JPEG 2000, JPEG-LS near-lossless and the DCT kinds of JPEG: these may differ, all others may not. */
const LOSSY = /\.(91|81|50|51|53|55)$/
const TRUTH = /^(.*)_ground_truth\.nii\.gz$/

/** Zips of one encoding or vendor each; a series without an image beside it is expected to be refused. */
const ZIPS = [
  'generic',
  'ge_anatomical',
  'hitachi',
  'hyperfine',
  'philips_anatomical_001',
  'siemens_multiframe_anatomical',
]
const REFUSED = ['failing_gantrytilting', 'failing_notavolume', 'failing_slicecount', 'failing_sliceincrement']

/** Writes the files of a zip below a folder and gives their paths. @returns {Promise<string[]>} */
async function unpack(/** @type {string} */ zip, /** @type {string} */ folder) {
  const { unzipSync } = await import('fflate')
  const files = Object.entries(unzipSync(readFileSync(zip))).filter(([name]) => !name.endsWith('/'))
  return files.map(([name, bytes]) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return path
  })
}

/** Reads folders through the app, each in a browser of its own. */
async function openReader(/** @type {string} */ work) {
  const { runSession } = await import('./lib/session.mjs')
  const chromium = await ensureChromium()
  await buildIfStale()
  const app = await serve(DIST)
  const url = new URL('headless.html', app.url).href
  const line = {
    template: null,
    policy: 'teaching',
    process: 'fdm',
    series: null,
    set: {},
    until: 'scan',
    keep: ['volume'],
    acknowledge: [],
    backend: 'cpu',
  }
  /** @type {Reader} */
  const read = async (folder, name) => {
    const out = join(work, 'out', name)
    mkdirSync(out, { recursive: true })
    const files = collectScanFiles(folder)
    const session = { url, chromiumPath: chromium.path, files, line, out, onProgress: () => {} }
    const { result } = await runSession(session)
    const volume = join(out, 'volume.nii.gz')
    const { passport } = /** @type {{ passport?: { notes: string[] } }} */ (result.report)
    console.error(`${name}: ${result.error?.code ?? 'read'}`)
    return {
      code: result.error?.code ?? 'read',
      volume: existsSync(volume) ? volume : null,
      notes: passport?.notes ?? [],
    }
  }
  return { read, version: chromium.version, close: () => app.close() }
}

/** @returns {Promise<SeriesRow[]>} */
async function seriesOf(/** @type {string} */ zip, /** @type {string} */ work, /** @type {Reader} */ read) {
  const paths = await unpack(join(SERIES, `${zip}.zip`), join(work, zip))
  const beside = join(SERIES, `${zip}_ground_truth.nii.gz`)
  const folders = [...new Set(paths.filter((path) => !TRUTH.test(path)).map((path) => dirname(path)))].sort()
  /** @type {SeriesRow[]} */
  const rows = []
  for (const folder of folders) {
    const inside = `${folder}_ground_truth.nii.gz`
    const name = folder.slice(work.length + 1).replaceAll('/', ' ')
    const { code, volume, notes } = await read(folder, name)
    const truth = existsSync(inside) ? inside : existsSync(beside) ? beside : null
    const compared = volume && truth ? compareNifti(readNiftiFile(volume), readNiftiFile(truth)) : null
    rows.push({
      name,
      code,
      size: volume ? readNiftiFile(volume).size : null,
      compared,
      hasTruth: truth !== null,
      notes,
    })
  }
  return rows
}

/** The same image at three heights: a series a printer can use, of a file that is one slice. */
async function threeSlices(/** @type {Uint8Array} */ file) {
  const { parseDicom } = (await import('dicom-parser')).default
  /** @type {number | null} */
  let deflated = null
  const inflate = (/** @type {Uint8Array} */ all, /** @type {number} */ from) => {
    deflated = from
    return Buffer.concat([all.subarray(0, from), inflateRawSync(all.subarray(from))])
  }
  const set = parseDicom(file, { untilTag: 'x7fe00010', inflater: inflate })
  const at = set.elements.x00200032
  const place = set.string('x00200032')?.split('\\')
  if (!at || !place) throw new Problem('evidence/position', 'A slice has no position.')
  const slices = [0, 1, 2].map((k) => {
    const bytes = Buffer.from(set.byteArray)
    const text = [place[0], place[1], (Number(place[2]) + k).toFixed(6)].join('\\')
    bytes.write(text.padEnd(at.length).slice(0, at.length), at.dataOffset, 'latin1')
    if (deflated === null) return bytes
    return Buffer.concat([bytes.subarray(0, deflated), deflateRawSync(bytes.subarray(deflated))])
  })
  return { slices, uid: set.string('x00020010') ?? '' }
}

/** @returns {Promise<SyntaxRow[]>} */
async function encodings(
  /** @type {typeof ENCODINGS[0]} */ { zip, of },
  /** @type {string} */ work,
  /** @type {Reader} */ read,
) {
  const paths = (await unpack(zip, join(work, basename(zip)))).filter((path) => of.test(path)).sort()
  /** @type {SyntaxRow[]} */
  const rows = []
  /** @type {ReturnType<typeof readNiftiFile> | null} */
  let plain = null
  for (const path of paths) {
    const { slices, uid } = await threeSlices(readFileSync(path))
    const folder = `${path}-three`
    mkdirSync(folder)
    for (const [k, bytes] of slices.entries()) writeFileSync(join(folder, `${k}`), bytes)
    const { code, volume } = await read(folder, `${basename(zip)} ${rows.length + 1}`)
    const image = volume ? readNiftiFile(volume) : null
    // The first is the image all others were made of, not compressed.
    plain ??= image
    const compared = image && plain ? compareNifti(image, plain) : null
    rows.push({
      image: basename(path).split(/[._]/)[0] ?? '',
      name: of.exec(path)?.[1] || 'as it came',
      uid,
      code,
      compared,
    })
  }
  return rows
}

await runMain(async () => {
  if (!existsSync(DATA)) throw new Problem('evidence/no-data', 'The real scans (../shared/data) are not here.')
  await setup()
  const work = mkdtempSync(join(tmpdir(), 'import-evidence-'))
  const reader = await openReader(work)
  try {
    /** @type {SeriesRow[]} */
    const series = []
    for (const zip of [...ZIPS, ...REFUSED]) series.push(...(await seriesOf(zip, work, reader.read)))
    /** @type {SyntaxRow[]} */
    const syntaxes = []
    for (const one of ENCODINGS) syntaxes.push(...(await encodings(one, work, reader.read)))
    const evidence = {
      date: new Date().toISOString().slice(0, 10),
      chromium: reader.version,
      node: process.versions.node,
      series,
      syntaxes,
    }
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, 'import.json'), `${JSON.stringify(evidence, null, 2)}\n`)
    writeFileSync(join(FOLDER, 'import.md'), importPage(evidence))
    const wrong = [
      ...series.filter((row) => row.hasTruth && row.code === 'read' && !isEqual(row.compared)),
      ...evidence.syntaxes.filter((row) => !row.compared || (row.compared.value > 0 && !LOSSY.test(row.uid))),
    ]
    for (const row of wrong) console.error(`${row.name} differs from its reference`)
    console.log(join(FOLDER, 'import.md'))
    return wrong.length === 0 ? 0 : 1
  } finally {
    await reader.close()
    rmSync(work, { recursive: true, force: true })
  }
})

/** Equal to the last bit of what 16 bits hold, and in place within a tenth of a micrometre. */
function isEqual(/** @type {SeriesRow['compared']} */ compared) {
  return compared !== null && compared.value <= compared.range / 65_534 && compared.placeMm <= 1e-4
}
