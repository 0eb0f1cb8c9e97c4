// @ts-check
import { availableParallelism, cpus, loadavg } from 'node:os'
import { loadTypeScript } from './load-ts.mjs'
import { withQuickWasm } from './node-wasm.mjs'
import { inRoot } from './root.mjs'

/*
 * One network on one case, in a process of its own: memory of WebAssembly is never given back, so the next would be measured with
 * it. Told which by its arguments; sends the row, or null where files are missing, to its parent.
 */

async function measure() {
  const [caseId = '', network = '', backend = 'wasm', threads = '1'] = process.argv.slice(2)
  const [module] = await loadTypeScript([inRoot('tests', 'support', 'model-row.ts')])
  const { modelRow } = /** @type {typeof import('../../tests/support/model-row.ts')} */ (module)
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
