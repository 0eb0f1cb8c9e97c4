import { PipelineError } from '../core/errors.ts'
import { digestBytes } from '../core/hash.ts'
import { graphicsTest } from '../infer/self-test.ts'
import type { TraceEntry } from '../trace/chain.ts'
import type { ReplayResult } from '../trace/replay-result.ts'
import type { AssetInfo, CaseRecord } from '../vault/case.ts'
import { decodeMask, decodeMesh, decodeVolume } from '../vault/codec.ts'
import { isMirrored } from './body-past.ts'
import { checkDigest, decodeCheck } from './check-codec.ts'
import { checkFacts } from './check-facts.ts'
import type { Desk } from './desk.svelte.ts'
import { meshDigest } from './digests.ts'
import { PLAIN_CHOICE } from './file-choice.ts'
import { appearanceOf, dicomFacts, dicomModel } from './file-facts.ts'
import { releaseOutputs } from './known-releases.ts'
import { editsOf } from './part-history.ts'
import type { KeptAsset } from './pipeline.ts'
import type { ReplayOrder } from './replay.ts'
import type { ReleasedPart, ReplayKept, ReplayNetwork } from './replay-at.ts'
import type { ReplayValue } from './replay-values.ts'
import { restored } from './restore-case.ts'

type ReplayDesk = Pick<Desk, 'data' | 'store' | 'prints' | 'models' | 'engine' | 'compute' | 'workers'>

/** Where a case keeps what came of its last replay. */
export const REPLAY_SLOT = 'replay'

/** A result as a case keeps it: JSON. */
export async function replayAsset(result: ReplayResult): Promise<KeptAsset> {
  const bytes = new TextEncoder().encode(JSON.stringify(result))
  return { role: 'replay', digest: await digestBytes(bytes), meta: null, parts: [bytes] }
}

/** What the trace of a case is to lead to: the files of a release, else the part as it stands with its checks. */
export async function replayTargets(
  { data, store }: Pick<Desk, 'data' | 'store'>,
  traceId: string | null,
): Promise<readonly string[]> {
  if (!store) return []
  if (traceId !== null) return releaseOutputs(store.trace, traceId)
  const meshes = data.bodies.flatMap(({ mesh, reference }) => [mesh, reference])
  return Promise.all([...meshes.map(meshDigest), ...data.checks.map(checkDigest)])
}

/**
 * What is needed to run the open case again up to these outputs, as it stands now: later edits change nothing of it. Throws
 * 'vault/missing' without a stored scan, and the errors of the vault.
 */
export async function replayOrder(
  desk: ReplayDesk,
  outputs: readonly string[],
  onStep: ReplayOrder['onStep'],
): Promise<ReplayOrder> {
  const { store, workers } = desk
  if (!store) throw noScan()
  const { trace } = store
  const kept = await keptOf(desk, trace)
  // What was made last may still be on its way to the vault.
  await store.flush()
  const record = await workers.vault.call((api) => api.openCase(store.id))
  const scan = record.assets.findLast(({ type }) => type === 'volume')
  if (!scan) throw noScan()
  const { bytes, meta, digest, taken } = await workers.vault.call((api) => api.readAsset(store.id, scan.id))
  return {
    ...{ trace, outputs, onStep },
    scan: { volume: decodeVolume(meta, bytes), digest, taken },
    kept: { ...kept, value: (wanted) => keptValue(desk, record, wanted) },
  }
}

const noScan = () =>
  new PipelineError('vault/missing', 'The scan of this case is not stored, so nothing can be run again. Open the scan.')

/** The newest asset of this digest as a value; null when there is none, or it has been replaced meanwhile. */
async function keptValue(
  { workers }: ReplayDesk,
  { id, assets }: CaseRecord,
  digest: string,
): Promise<ReplayValue | null> {
  const asset = assets.findLast((one) => one.digest === digest && one.type in DECODERS)
  const decode = asset && DECODERS[asset.type]
  if (!asset || !decode) return null
  try {
    return decode(await workers.vault.call((api) => api.readAsset(id, asset.id)))
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'vault/missing') return null
    throw error
  }
}

type Decode = (stored: Parameters<typeof restored>[0]) => ReplayValue
const mesh: Decode = (stored) => ({ kind: 'mesh', value: restored(stored, decodeMesh) })
const volume: Decode = (stored) => ({ kind: 'volume', value: restored(stored, decodeVolume) })
const DECODERS: Readonly<Partial<Record<AssetInfo['type'], Decode>>> = {
  ...{ volume, field: volume, mesh, 'reference-mesh': mesh },
  mask: (stored) => ({ kind: 'mask', value: restored(stored, decodeMask) }),
  findings: ({ bytes }) => ({ kind: 'check', value: decodeCheck(bytes) }),
}

async function keptOf(desk: ReplayDesk, trace: readonly TraceEntry[]): Promise<Omit<ReplayKept, 'value'>> {
  const bodies = await Promise.all(
    desk.data.bodies.map(async (body) => ({
      ...{ mesh: await meshDigest(body.mesh), reference: await meshDigest(body.reference) },
      facts: checkFacts(desk, body),
    })),
  )
  const { traceId } = desk.data
  const part = await partOf(desk, trace)
  return {
    network: (sha256) => networkOf(desk, sha256),
    checked: async (mesh, reference) =>
      bodies.find((body) => body.mesh === mesh && body.reference === reference)?.facts ?? null,
    released: async (id) => (id === traceId ? part : null),
  }
}

async function partOf({ data }: ReplayDesk, trace: readonly TraceEntry[]): Promise<ReleasedPart> {
  const { bodies, checks, acknowledgements, policy, process, part } = data
  const handed: ReleasedPart['bodies'][number][] = []
  for (const [n, body] of bodies.entries()) {
    const check = checks[n]
    if (!check) continue
    const named = { isMirrored: isMirrored(editsOf(part), body.id), ...appearanceOf(data, body) }
    handed.push({ named, mesh: await meshDigest(body.mesh), check: await checkDigest(check) })
  }
  const name = { anatomy: 'other', laterality: 'none' } as const
  const dicom = dicomModel(dicomFacts(data), PLAIN_CHOICE)
  return { bodies: handed, order: { name, acknowledgements, policy, process, trace, dicom } }
}

/** Any network of these very weights: to see whether it still says what it said, it need not be approved. */
async function networkOf({ models, engine, compute }: ReplayDesk, sha256: string): Promise<ReplayNetwork | null> {
  const row = models.rows.find(({ card }) => card.weights.sha256 === sha256)
  if (!row) return null
  const { card } = row
  return {
    ...{ card, weights: await row.weights() },
    wanted: compute?.backend === 'webgpu' ? 'webgpu' : 'wasm',
    tested: graphicsTest(engine.tests(card)),
  }
}
