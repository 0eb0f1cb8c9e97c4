// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureArrival } from './lib/arrival.mjs'
import { buildIfStale, DIST } from './lib/build.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { loadTypeScript } from './lib/load-ts.mjs'
import { LIMITS, longScanPage } from './lib/long-scan-page.mjs'
import { writeLongSeries } from './lib/long-series.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { inRoot } from './lib/root.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

const FOLDER = inRoot('docs', 'evidence')
const SIDE = 512

/** Number of slices after --slices; 1000 unless told. */
function slicesOf(/** @type {string[]} */ args) {
  const slices = args.length === 0 ? 1000 : Number(args[0] === '--slices' && args.length === 2 ? args[1] : Number.NaN)
  if (Number.isInteger(slices) && slices >= 3) return slices
  throw new Problem('evidence/options', 'Usage: npm run evidence:long-scan -- [--slices COUNT]')
}

await runMain(async () => {
  if (process.platform !== 'linux') throw new Problem('evidence/memory', 'Memory is measured on Linux only.')
  const slices = slicesOf(process.argv.slice(2))
  await setup()
  await buildIfStale()
  const chromium = await ensureChromium()
  const work = mkdtempSync(join(tmpdir(), 'long-scan-'))
  const app = await serve(DIST)
  try {
    const [files] = await loadTypeScript([inRoot('tests', 'support', 'scan-files.ts')])
    const { dicomSlice } = /** @type {{ dicomSlice: Parameters<typeof writeLongSeries>[2] }} */ (files)
    writeLongSeries(work, [SIDE, SIDE, slices], dicomSlice)
    const [load = 0] = loadavg()
    const seen = await measureArrival(chromium.path, app.url, work)
    const evidence = {
      date: new Date().toISOString().slice(0, 10),
      chromium: chromium.version,
      cores: availableParallelism(),
      load,
      size: [SIDE, SIDE, slices],
      volumeMiB: (2 * SIDE * SIDE * slices) / 2 ** 20,
      ...seen,
    }
    const text = `${JSON.stringify(evidence, null, 2)}\n`
    console.log(text)
    // A shorter series is for trying things out: only the whole one is evidence.
    if (slices >= 1000) {
      mkdirSync(FOLDER, { recursive: true })
      writeFileSync(join(FOLDER, 'long-scan.json'), text)
      writeFileSync(join(FOLDER, 'long-scan.md'), longScanPage(evidence))
    }
    const share = seen.peakMiB / evidence.volumeMiB
    const isHeld =
      share <= LIMITS.share && seen.firstSliceMs <= LIMITS.firstSliceMs && seen.longestTaskMs <= LIMITS.taskMs
    return isHeld ? 0 : 1
  } finally {
    await app.close()
    rmSync(work, { recursive: true, force: true })
  }
})
