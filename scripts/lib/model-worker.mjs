// @ts-check
import { availableParallelism, cpus, loadavg } from 'node:os'
import { pathToFileURL } from 'node:url'
import { withQuickWasm } from './node-wasm.mjs'

/*
 * One network on one case, in a process of its own: memory of WebAssembly is never given back, so the next would be measured with
 * it. Told which by its arguments, after the module of model-row.ts: the bundler that makes it would be measured too. Sends the
 * row, or null where files are missing, to its parent.
 */

async function measure() {
  const [module = '', caseId = '', network = '', backend = 'wasm', threads = '1'] = process.argv.slice(2)
  const rows = await import(pathToFileURL(module).href)
  const { modelRow } = /** @type {typeof import('../../tests/support/model-row.ts')} */ (rows)
  const wanted = { backend: /** @type {'wasm' | 'webgpu'} */ (backend), threads: Number(threads) }
  const row = await modelRow(caseId, network, wanted)
  return row && { ...row, ...surroundings() }
}

const surroundings = () => ({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores`,
  load: loadavg()[0] ?? 0,
  peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
})

const row = await withQuickWasm(measure)
process.send?.(row, () => process.disconnect())
