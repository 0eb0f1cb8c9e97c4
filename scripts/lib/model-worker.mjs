// @ts-check
import { loadavg } from 'node:os'
import { loadTypeScript } from './load-ts.mjs'
import { withQuickWasm } from './node-wasm.mjs'
import { inRoot } from './root.mjs'

/*
 * One network on one case, in a process of its own: memory of WebAssembly is never given back, so the next would be measured with
 * it. Told which by its arguments; sends the row, or null where files are missing, to its parent.
 */

async function measure() {
  const [caseId = '', network = ''] = process.argv.slice(2)
  const [module] = await loadTypeScript([inRoot('tests', 'support', 'model-row.ts')])
  const { modelRow } = /** @type {typeof import('../../tests/support/model-row.ts')} */ (module)
  const row = await modelRow(caseId, network)
  return row && { ...row, load: loadavg()[0] ?? 0, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) }
}

const row = await withQuickWasm(measure)
process.send?.(row, () => process.disconnect())
