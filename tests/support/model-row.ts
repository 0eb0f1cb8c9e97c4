import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AnatomyId } from '../../src/core/anatomy.ts'
import { PipelineError } from '../../src/core/errors.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Vec3, Volume } from '../../src/core/types.ts'
import { agreementOf } from '../../src/evidence/agreement.ts'
import { type Metrics, metricsOf, toleranceFor } from '../../src/evidence/metrics.ts'
import { evidenceOf, judge } from '../../src/infer/band.ts'
import type { ModelCard, Structure } from '../../src/infer/card.ts'
import { planScan } from '../../src/infer/conform.ts'
import type { Agreement, Band, Outcome, Provider } from '../../src/infer/outcome.ts'
import { parseCardFile } from '../../src/infer/parse-card.ts'
import { DEFAULT_LIMIT_BYTES } from '../../src/infer/plan.ts'
import type { Reason } from '../../src/infer/reason.ts'
import { type Network, runModel } from '../../src/infer/run.ts'
import { scanFacts, scopeBreaches } from '../../src/infer/scope.ts'
import { scopeFeatures } from '../../src/infer/scope-features.ts'
import { openNetwork } from '../../src/infer/session.io.ts'
import { labelsToMask } from '../../src/segment/labels.ts'
import { BRAINCHOP, broughtModel, slabsOf } from './brainchop-cards.ts'
import { MODEL_CASES, type ModelCase, type Posed } from './model-cases.ts'
import { providerInNode, type Wanted } from './ort-node.ts'

/** What a network made of one structure of one scan, and whether it would be believed. */
export interface StructureRow {
  readonly anatomy: AnatomyId
  readonly band: Band
  /** What keeps it from GREEN. */
  readonly reasons: readonly Reason[]
  /** Null: nothing ran. */
  readonly agreement: Agreement | null
  /** Null without a reference. */
  readonly metrics: Pick<Metrics, 'dice' | 'nsd' | 'hd95Mm' | 'toleranceMm' | 'volumeErrorPercent'> | null
}

export interface ModelRow {
  readonly case: string
  readonly network: string
  readonly provider: Provider
  readonly size: Vec3
  readonly spacingMm: Vec3
  /** Tiles of a member and voxels of each; null: nothing ran. */
  readonly tiles: number | null
  readonly tile: Vec3 | null
  readonly members: number
  /** What a run was allowed to take; it sets the tiles. */
  readonly limitMiB: number
  /** The network alone, over every tile of the first member. */
  readonly passSeconds: number | null
  /** From the scan in memory to labels, agreement and features. */
  readonly runSeconds: number | null
  readonly structures: readonly StructureRow[]
  /** Code of the named error that ended the run. */
  readonly error: string | null
}

/** The network that ships. */
const SHIPPED = 'head-tissues'
/** All that WebAssembly has: what the networks of other people need. The one that ships runs within the app's own limit. */
const MOST_BYTES = 2 ** 32
/** The networks of other people that are run beside it. */
const BESIDE: readonly string[] = ['model5_gw_ae', 'model20chan3cls', 'mindgrab']

/** The networks that run on a case. */
export const networksOf = ({ compared }: ModelCase): readonly string[] => (compared ? [SHIPPED, ...BESIDE] : [SHIPPED])

/** Case, network and what it ran on, as `--only` looks for it. */
export const rowName = ({ case: id, network, provider }: RowKey): string =>
  `${id} ${network} ${provider.backend}-${provider.threads}`

export interface RowKey extends Pick<ModelRow, 'case' | 'network'> {
  readonly provider: Wanted
}

/** One row for each case and network: the processor's where there is one, for that every device has. */
export const oneEach = <R extends RowKey>(rows: readonly R[]): R[] => {
  const name = (row: R) => `${row.case} ${row.network}`
  const preferred = rows.toSorted((a, b) => costOf(a) - costOf(b))
  return [...new Map(preferred.toReversed().map((row) => [name(row), row])).values()].reverse()
}

const costOf = ({ provider: { backend, threads } }: RowKey) => (backend === 'wasm' ? threads : Number.POSITIVE_INFINITY)

async function modelOf(id: string): Promise<{ readonly card: ModelCard; readonly weights: Uint8Array } | null> {
  if (id !== SHIPPED) {
    const brought = BRAINCHOP.find((one) => one.id === id)
    return brought ? broughtModel(brought, slabsOf(brought)) : null
  }
  const file = (name: string) => new Uint8Array(readFileSync(resolve('public', 'models', SHIPPED, '1.0.0', name)))
  return { card: parseCardFile(file('card.json')), weights: file('model.onnx') }
}

/** Runs one network on one case, as the app does; null where its files are not there. */
export async function modelRow(caseId: string, networkId: string, wanted: Wanted): Promise<ModelRow | null> {
  const found = MODEL_CASES.find(({ id }) => id === caseId)
  const [posed, model] = [await found?.pose(), await modelOf(networkId)]
  if (!posed || !model) return null
  const { card } = model
  const { size, spacing } = posed.volume.grid
  const limitBytes = networkId === SHIPPED ? DEFAULT_LIMIT_BYTES : MOST_BYTES
  const members = card.members.length
  const provider = await providerInNode(wanted)
  const asked = { case: caseId, network: networkId, provider }
  const start = { ...asked, size, spacingMm: spacing, members, limitMiB: limitBytes / 2 ** 20 }
  const still = { tiles: null, tile: null, passSeconds: null, runSeconds: null, structures: [] }
  const breaches = scopeBreaches(card.scope, scanFacts(posed.volume, null))
  if (breaches.length > 0) return { ...start, ...still, structures: refusedBy(card, breaches), error: null }
  try {
    const { tiles, tile } = planScan(posed.volume, card, limitBytes)
    const { outcome, passSeconds, runSeconds } = await timed(posed.volume, model, provider, tiles, limitBytes)
    const structures = await structureRows(card, outcome, posed)
    return { ...start, tiles, tile, passSeconds, runSeconds, structures, error: null }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    return { ...start, ...still, error: error.code }
  }
}

const refusedBy = (card: ModelCard, reasons: readonly Reason[]): StructureRow[] =>
  card.output.structures.map(({ anatomy }) => ({ anatomy, band: 'red', reasons, agreement: null, metrics: null }))

async function timed(
  volume: Volume,
  { card, weights }: { card: ModelCard; weights: Uint8Array },
  provider: Provider,
  tiles: number,
  limitBytes: number,
) {
  const network = await openNetwork(weights, card, provider)
  const tileSeconds: number[] = []
  const watched: Network = {
    provider: network.provider,
    run: async (tile, size) => {
      const start = performance.now()
      const logits = await network.run(tile, size)
      tileSeconds.push((performance.now() - start) / 1000)
      return logits
    },
  }
  const { structures } = card.output
  const start = performance.now()
  const outcome = await runModel(volume, card, watched, limitBytes, IDLE_CONTEXT, {
    measure: (members) => agreementOf(members, structures, IDLE_CONTEXT),
    features: (labels) => scopeFeatures(labels, structures),
  })
  const runSeconds = (performance.now() - start) / 1000
  await network.release()
  return { outcome, runSeconds, passSeconds: tileSeconds.slice(0, tiles).reduce((sum, s) => sum + s, 0) }
}

async function structureRows(card: ModelCard, outcome: Outcome, { references }: Posed): Promise<StructureRow[]> {
  const rows: StructureRow[] = []
  for (const [index, structure] of card.output.structures.entries()) {
    const { band, reasons } = judge(evidenceOf(card, outcome, index, []), card.bands)
    const metrics = await metricsFor(structure, outcome, references)
    rows.push({
      anatomy: structure.anatomy,
      band,
      reasons: reasons.filter((reason) => reason.band !== 'green'),
      agreement: outcome.agreement[index] ?? null,
      metrics,
    })
  }
  return rows
}

async function metricsFor(
  { anatomy, of }: Structure,
  { labels }: Outcome,
  references: Posed['references'],
): Promise<StructureRow['metrics']> {
  const reference = references.find((one) => one.anatomy === anatomy)?.mask
  if (!reference) return null
  const asked = anatomy === 'brain' || anatomy === 'skin' ? 2 : 1
  const toleranceMm = toleranceFor(asked, reference.grid.spacing)
  const found = await metricsOf(reference, labelsToMask(labels, of, IDLE_CONTEXT), toleranceMm, IDLE_CONTEXT)
  if (!found) return null
  const { dice, nsd, hd95Mm, volumeErrorPercent } = found
  return { dice, nsd, hd95Mm, toleranceMm, volumeErrorPercent }
}
