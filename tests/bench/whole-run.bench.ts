import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { agreementOf } from '../../src/evidence/agreement.ts'
import { parseCardFile } from '../../src/infer/parse-card.ts'
import { DEFAULT_LIMIT_BYTES } from '../../src/infer/plan.ts'
import { runModel } from '../../src/infer/run.ts'
import { scopeFeatures } from '../../src/infer/scope-features.ts'
import { cpuByPart, OTHER, type Part } from '../support/cpu-parts.ts'
import { onionNetwork, onionVolume } from '../support/onion.ts'
import { type Bench, type BenchRow, benchRow, CPU } from '../support/paired.ts'
import { peakOf } from '../support/peak-memory.ts'

const SIDE = 256

/** Functions of src/infer and src/evidence by what they do in a run. */
const PARTS: readonly Part[] = [
  { name: 'the stand-in for the network', functions: ['onion'] },
  { name: 'conform', functions: ['planScan', 'conform', 'resampleTo', 'normalisation'] },
  { name: 'cut tiles', functions: ['tileOf'] },
  { name: 'softmax and blend', functions: ['softmax', 'softmaxInto', 'add', 'advance', 'axisWeights', 'OpenPlanes'] },
  { name: 'tally of members', functions: ['take', 'begin', 'MemberTally'] },
  { name: 'back in the scan’s grid', functions: ['restore', 'lineOf', 'sliceAt', 'rowAt', 'compete', 'keepCertainty'] },
  {
    name: 'agreement of members',
    functions: ['agreementOf', 'agreementOn', 'directed95', 'spreadsTo', 'spreadsWithin', 'slices', 'surfelsOf'],
  },
  { name: 'scope features', functions: ['scopeFeatures', 'winningChannels'] },
]

/** All of a run of the network that ships but the network. */
async function wholeRun(): Promise<BenchRow[]> {
  const card = parseCardFile(
    new Uint8Array(readFileSync(resolve('public', 'models', 'head-tissues', '1.0.0', 'card.json'))),
  )
  const volume = onionVolume(SIDE)
  const { structures, labels } = card.output
  const run = () =>
    runModel(volume, card, onionNetwork(labels.length), DEFAULT_LIMIT_BYTES, IDLE_CONTEXT, {
      measure: (members) => agreementOf(members, structures, IDLE_CONTEXT),
      features: (map) => scopeFeatures(map, structures),
    })
  const { bytes } = await peakOf(run)
  const seconds = await cpuByPart(PARTS, run)
  const size = `${SIDE}^3, ${card.members.length} members, ${labels.length} classes`
  const note = `${Math.round(bytes / 2 ** 20)} MiB beyond the scan at the peak of the run, without a network`
  return [...PARTS.map(({ name }) => name).slice(1), OTHER].map((name) => {
    const ms = 1000 * (seconds.get(name) ?? 0)
    const row = { work: `run of a network: ${name}`, size, subject: 'cpu', peer: '-', ...CPU, note }
    return benchRow(row, { ms, coldMs: ms }, null)
  })
}

export const benches: readonly Bench[] = [{ name: 'whole run 256', run: wholeRun }]
