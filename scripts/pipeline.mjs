// @ts-check
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale, DIST } from './lib/build.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { parseOptions, USAGE } from './lib/options.mjs'
import { Problem, runMain } from './lib/problem.mjs'
import { progressBar } from './lib/progress.mjs'
import { collectScanFiles } from './lib/scan-files.mjs'
import { summarise } from './lib/summary.mjs'
import { serve } from './serve.mjs'
import { setup } from './setup.mjs'

const REPORT = 'report.json'
const EXIT = { released: 0, stopped: 0, error: 1, refused: 2, 'needs-review': 3 }

/** Empties DIR of what an earlier run left: a part refused now must not lie beside a file released before. */
function prepareOut(/** @type {string} */ out, /** @type {readonly string[]} */ names) {
  try {
    mkdirSync(out, { recursive: true })
    for (const name of names) rmSync(join(out, name), { force: true })
  } catch (error) {
    throw new Problem('app/bad-parameter', `Nothing can be written to ${out}. Choose another --out.`, { cause: error })
  }
}

/** A signal that fires on Ctrl-C or when the process is asked to end. */
function endOnRequest() {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => controller.abort())
  return controller.signal
}

await runMain(async () => {
  const request = parseOptions(process.argv.slice(2))
  if (!request) {
    console.log(USAGE)
    return 0
  }
  const { scan, out, json, line } = request
  const files = scan === 'sample' ? null : collectScanFiles(scan)
  await setup()
  // Loaded after setup: it needs an installed package.
  const { OUTPUTS, runSession } = await import('./lib/session.mjs')
  prepareOut(out, [...OUTPUTS, REPORT])
  const chromium = await ensureChromium()
  await buildIfStale()

  const started = performance.now()
  const signal = endOnRequest()
  const app = await serve(DIST)
  const bar = progressBar(process.stderr)
  const url = new URL('headless.html', app.url).href
  const session = runSession({ url, chromiumPath: chromium.path, files, line, out, onProgress: bar.show, signal })
  const { result, memory, version } = await session.finally(() => {
    bar.end()
    return app.close()
  })

  const wallMs = Math.round(performance.now() - started)
  const { outcome, gates, error } = result
  const peakMemoryBytes = memory.totalMiB === null ? null : memory.totalMiB * 2 ** 20
  const { responsiveness } = result
  const measured = { peakMemoryBytes, peakMemory: memory, wallMs, responsiveness, chromium: version }
  const report = JSON.stringify({ outcome, gates, error, ...result.report, ...measured }, null, 2)
  writeFileSync(join(out, REPORT), `${report}\n`)
  if (json) console.log(report)
  if (error) throw new Problem(error.code, error.message)
  const say = json ? console.error : console.log
  for (const text of summarise(result, { out, until: line.until, wallMs, totalMiB: memory.totalMiB })) say(text)
  return EXIT[outcome]
})
