// @ts-check
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensureChromium, vulkanEnvironment } from './lib/chromium.mjs'
import { loadTypeScript } from './lib/load-ts.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { setup } from './setup.mjs'

// Dawn reads the drivers once a process: this one starts a child with the machine's own drivers and, when there is none,
// another with Chromium's software driver.

/** @typedef {import('../tests/bench/device.ts').DeviceReport} Report */
/** @typedef {import('../tests/bench/device.ts').KernelRow} Row */

const JSON_FILE = inRoot('docs', 'evidence', 'bench-gpu.json')
const TABLE_FILE = inRoot('docs', 'evidence', 'bench-gpu.md')
const NO_ADAPTER = 3
const SIZES = ['512x512x1000', '512x512x300', '256x256x256', '128x128x128']
const [LARGEST = ''] = SIZES

const USAGE = `Usage: npm run bench:gpu -- [--size ${SIZES.join('|')}]`

function sizeOf(/** @type {string[]} */ args) {
  const [name = '--size', value = LARGEST] = args
  if (args.length > 2 || name !== '--size' || !SIZES.includes(value)) throw new Problem('bench/options', USAGE)
  return value
}

const HEAD = `# Kernels on graphics devices

Made by \`npm run bench:gpu\`: the same kernels in Node, on whatever Vulkan device the machine has. Times are the device's
own (timestamps), medians of five runs after the first, without upload and readback. Bytes are what a kernel must move at
least; the share is of the bandwidth that a plain copy kernel reached on that device in the same run.
`

/** Runs the works here and writes the report. Exit code 3: this process finds no adapter. */
async function measure(/** @type {string} */ size) {
  const files = [inRoot('tests', 'bench', 'device.ts'), inRoot('tests', 'support', 'phantoms.ts')]
  const [device, phantoms] = await loadTypeScript(files)
  const { deviceReport } = /** @type {typeof import('../tests/bench/device.ts')} */ (device)
  const { boneVolume } = /** @type {typeof import('../tests/support/phantoms.ts')} */ (phantoms)
  const [x = 0, y = 0, z = 0] = size.split('x').map(Number)
  try {
    const report = await deviceReport(boneVolume([x, y, z]), (line) => console.error(line))
    write(report)
    for (const row of report.rows) console.log(tableLine(row))
    return 0
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code === 'gpu/unavailable') return NO_ADAPTER
    throw error
  }
}

const ms = (/** @type {number} */ value) => value.toPrecision(3)
const TABLE_HEAD =
  '| work | kernel | size | GPU ms | longest dispatch ms | MB moved | GB/s | share of copy |\n|---|---|---|---|---|---|---|---|'

function tableLine(/** @type {Row} */ r) {
  const share = r.share === null ? '-' : `${Math.round(100 * r.share)} %`
  const moved = r.bytes === null ? '-' : ms(r.bytes / 1e6)
  const rate = r.gigabytesPerSecond === null ? '-' : ms(r.gigabytesPerSecond)
  return `| ${[r.work, r.kernel, r.size, ms(r.gpuMs), ms(r.longestMs), moved, rate, share].join(' | ')} |`
}

/** Device milliseconds of a work: the sum of its kernels. */
function totals(/** @type {readonly Row[]} */ rows) {
  /** @type {Map<string, number>} */
  const sums = new Map()
  for (const r of rows) sums.set(r.work, (sums.get(r.work) ?? 0) + r.gpuMs)
  return [...sums].map(([work, sum]) => `${work} ${ms(sum)} ms`).join(', ')
}

function section(/** @type {Report} */ r) {
  const kind = r.isFallback ? 'a software adapter: it shows that the kernels run, not how fast hardware is' : 'hardware'
  const lines = [
    `## ${r.adapter}`,
    `${r.date}; ${kind}. A copy reaches ${ms(r.copyGigabytesPerSecond)} GB/s; the scan came to the device in ${ms(r.uploadMs)} ms.`,
    `In all: ${totals(r.rows)}.`,
    `${TABLE_HEAD}\n${r.rows.map(tableLine).join('\n')}`,
  ]
  return lines.join('\n\n')
}

const NO_HARDWARE = 'No graphics card was at hand when this was made: nothing is claimed of one.'

/** The newest report of an adapter replaces the one before; the others stay. */
function write(/** @type {Report} */ report) {
  /** @type {Report[]} */
  const before = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : []
  const all = [...before.filter((r) => r.adapter !== report.adapter), report]
  const parts = [HEAD.trimEnd(), ...(all.every((r) => r.isFallback) ? [NO_HARDWARE] : []), ...all.map(section)]
  mkdirSync(inRoot('docs', 'evidence'), { recursive: true })
  writeFileSync(JSON_FILE, `${JSON.stringify(all, null, 2)}\n`)
  writeFileSync(TABLE_FILE, `${parts.join('\n\n')}\n`)
}

async function child(/** @type {string} */ size, /** @type {Record<string, string>} */ env) {
  const args = [fileURLToPath(import.meta.url), '--measure', size]
  const started = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'inherit' })
  return new Promise((/** @type {(code: number) => void} */ resolve) => {
    started.on('error', () => resolve(127))
    started.on('close', (code) => resolve(code ?? 1))
  })
}

async function main() {
  const args = process.argv.slice(2)
  if (args[0] === '--measure') return measure(args[1] ?? LARGEST)
  const size = sizeOf(args)
  await setup()
  const own = await child(size, { PROOFPRINT_VULKAN: 'system' })
  if (own !== NO_ADAPTER) return own
  console.error('This machine offers no graphics device to Node; Chromium’s software driver is used.')
  const { path } = await ensureChromium()
  return child(size, vulkanEnvironment(path))
}

await runMain(main)
// Dawn keeps threads that would hold the process open.
process.exit()
