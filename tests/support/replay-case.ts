import type { CheckFacts } from '../../src/app/check-facts.ts'
import { type ExportOrder, exportModel } from '../../src/app/export.ts'
import { check, type Line, markings, model } from '../../src/app/line.ts'
import { createPipeline, type KeptAsset } from '../../src/app/pipeline.ts'
import type { ReplayOrder } from '../../src/app/replay.ts'
import type { ReplayKept } from '../../src/app/replay-at.ts'
import type { ReplayValue } from '../../src/app/replay-values.ts'
import { SIDE_STEP } from '../../src/app/scan-steps.ts'
import { segment } from '../../src/app/segment.ts'
import { templateById } from '../../src/app/shipped-templates.ts'
import { withOverrides } from '../../src/app/templates.ts'
import type { Workers } from '../../src/app/workers.ts'
import { digestMesh, digestVolume } from '../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Mesh, Volume } from '../../src/core/types.ts'
import { nextEntry, type TraceEntry, type TraceStep } from '../../src/trace/chain.ts'
import { decodeMask, decodeMesh } from '../../src/vault/codec.ts'
import { inProcessWorkers } from './in-process-workers.ts'
import { SAMPLE_PASSPORT } from './passport.ts'
import { ballVolume, gridOf } from './phantoms.ts'
import { joined } from './scan-files.ts'

const SIZE = 40
const SPACING = 0.8

/** A ball of bone, 12 mm in radius. */
export const ballScan = (): Volume =>
  ballVolume(gridOf([SIZE, SIZE, SIZE], [SPACING, SPACING, SPACING]), [15.5, 15.5, 15.5], 12, 100)

/** A chained trace in memory, and what a case would keep. */
export function memoryCase() {
  const trace: TraceEntry[] = []
  const kept = new Map<string, ReplayValue>()
  const record = async (step: TraceStep, assets: KeptAsset[] = []) => {
    trace.push(await nextEntry(trace, step))
    for (const { role, digest, meta, parts } of assets) {
      if (parts instanceof Blob) continue
      const bytes = joined(parts)
      if (role === 'mask') kept.set(digest, { kind: 'mask', value: decodeMask(meta, bytes) })
      if (role === 'mesh' || role === 'reference-mesh')
        kept.set(digest, { kind: 'mesh', value: decodeMesh(meta, bytes) })
    }
  }
  return { trace, kept, record }
}

/** The first entry of a scan that was read from files. */
export const scanStep = (outputDigest: string): TraceStep => ({
  ...{ stage: 'scan', version: 2, params: { format: 'nifti', placement: '', frame: null }, inputDigests: [] },
  ...{ outputDigest, backend: 'wasm', adapter: 'itk-wasm', ms: 1, at: '2026-11-26T00:00:00.000Z' },
})

export interface RecordedCase {
  readonly order: ReplayOrder
  readonly kept: Map<string, ReplayValue>
  readonly mask: Mask
  readonly mesh: Mesh
  readonly line: Line
}

/** A ball through the whole line to a released file, with what is needed to run it again. */
export async function releasedBall(workers: Workers = inProcessWorkers()): Promise<RecordedCase> {
  const volume = ballScan()
  const { trace, kept, record } = memoryCase()
  const line: Line = { workers, pipeline: createPipeline(workers, { record }), onStage: () => {} }
  const digest = await digestVolume(volume)
  await record(scanStep(digest))
  await line.pipeline.runStage(SIDE_STEP, volume, { side: 'left' }, IDLE_CONTEXT)
  const template = withOverrides(templateById('ct-bone'), { 'threshold.lowHu': 0 })
  const networks = { engine: {} as never, ready: () => Promise.reject(new Error('no network')) }
  const { mask, field, lowHu, highHu } = await segment(
    { ...line, networks },
    { volume, passport: SAMPLE_PASSPORT },
    template,
    IDLE_CONTEXT,
  )
  const made = await model(line, markings(mask, field, { lowHu, highHu }), template, IDLE_CONTEXT)
  const facts: CheckFacts = {
    ...{ maskMm3: made.maskMm3, volume, passport: SAMPLE_PASSPORT, sideVerified: true, declaredShells: 1 },
    ...{ marks: null, ai: null, policy: 'teaching', process: 'sla', buildMm: null },
  }
  const checked = await check(line, { ...facts, mesh: made.mesh, reference: made.reference }, IDLE_CONTEXT)
  const checkDigest = trace.at(-1)?.outputDigest ?? ''
  const common: Omit<ExportOrder, 'bodies' | 'format'> = {
    ...{ name: { anatomy: 'bone', laterality: 'none' }, acknowledgements: [], policy: 'teaching', process: 'sla' },
    trace: [...trace],
  }
  const { traceId } = await exportModel(
    line,
    { ...common, format: '3mf', bodies: [{ mesh: made.mesh, check: checked }] },
    IDLE_CONTEXT,
  )
  const meshDigest = await digestMesh(made.mesh)
  const from: ReplayKept = {
    value: async (wanted) => kept.get(wanted) ?? null,
    network: async () => null,
    checked: async (mesh) => (mesh === meshDigest ? facts : null),
    released: async (id) =>
      id === traceId ? { bodies: [{ mesh: meshDigest, check: checkDigest, named: {} }], order: common } : null,
  }
  const outputs = trace.filter(({ stage }) => stage === 'export').map(({ outputDigest }) => outputDigest)
  const order: ReplayOrder = {
    ...{ trace, outputs, scan: { volume, digest, taken: 'pieces' }, kept: from, onStep: () => {} },
  }
  return { order, kept, mask, mesh: made.mesh, line }
}
