import * as Comlink from 'comlink'
import type { Ran } from '../../workers/compute-masks.ts'
import type { ArrivalListener, Decoded } from '../../workers/decode.worker.ts'
import type { Acknowledgement, PolicyId } from '../core/finding.ts'
import type { Passport } from '../core/passport.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import type { DicomModel } from '../export/dicom-model.ts'
import type { ExportedFile } from '../export/export.io.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { PartName } from '../export/part-name.ts'
import type { VertexValueName, VertexValues } from '../export/ply.ts'
import type { Straightening } from '../import/bend.ts'
import type { ReadChoice } from '../import/found.ts'
import { straightenedPassport } from '../import/passport-of.ts'
import type { PlacementName } from '../import/series.ts'
import { DECIMATE, type DecimateParams } from '../prepare/decimate.ts'
import { REPAIR, type RepairParams } from '../prepare/repair.ts'
import { SMOOTH, SMOOTH_GPU_FROM_VERTICES, type SmoothParams } from '../prepare/smooth.ts'
import { CHECK, type CheckInput, type CheckParams } from '../qa/check.ts'
import { POLICIES } from '../qa/policy.ts'
import { FILL_HOLES, type FillHolesParams } from '../segment/fill-holes.ts'
import { ISLANDS, type IslandsParams } from '../segment/islands.ts'
import { MARGIN, type MarginParams } from '../segment/margin.ts'
import { THRESHOLD, type ThresholdParams } from '../segment/threshold.ts'
import { SURFACE, type SurfaceParams } from '../surface/marching-cubes.ts'
import type { Recipe } from '../trace/recipe.ts'
import { type Encoded, encodeMesh, encodeVolume } from '../vault/codec.ts'
import { DENOISE, type DenoiseParams } from '../volume/denoise.ts'
import { STRAIGHTEN, type StraightenParams } from '../volume/straighten.ts'
import type { Side } from './case-state.ts'
import { type Checked, checkDigest, encodeCheck } from './check-codec.ts'
import { checkedNow, maskDigest, meshDigest, noteDigest, volumeDigest } from './digests.ts'
import type { AssetRole, KeptAsset, StageRun, Step } from './pipeline.ts'
import { heldReference } from './queries.ts'
import { resident, slabPort } from './resident.ts'
import type { Workers } from './workers.ts'

export interface Scanned {
  readonly volume: Volume
  readonly passport: Passport
  /** How the slices really lie when that is no even stack; the next step undoes it. */
  readonly bend: Straightening | null
}

/** A series of the files given to the decode worker before, and what a person said about it. */
export interface ScanRequest {
  readonly seriesId: string
  readonly crooked: boolean
  /** Told of slices as they come, where memory is shared. */
  readonly onArrival: ArrivalListener
}

export type ScanParams = {
  readonly format: string
  /** Which of two stated places counted; empty when there was no choice. */
  readonly placement: PlacementName | ''
  /** Which of several images, from 0; null when there was one. */
  readonly frame: number | null
}

/** A mesh and the mask's own surface it is measured against. */
/** A body that was checked by itself, and what it is called in the file. */
export interface CheckedPart {
  readonly mesh: Mesh
  readonly check: Checked
  readonly name: PartName
  /** sRGB as `#RRGGBB`. */
  readonly colour: string
}

export interface ExportRequest {
  /** More than one only for formats that hold several. */
  readonly bodies: readonly CheckedPart[]
  readonly policy: PolicyId
  readonly acknowledgements: readonly Acknowledgement[]
  /** What made the meshes and their findings. */
  readonly recipe: Recipe
  /** A number a vertex of the only body, for a PLY. */
  readonly values: VertexValues | null
  /** What a DICOM file says of the model. */
  readonly dicom: DicomModel
}

/** Tells a worker's progress to a context. */
export const listener = (ctx: Context) =>
  Comlink.proxy((fraction: number, note?: string) => ctx.progress(fraction, note))

const wasm = <Out>(output: Out, adapter: string): StageRun<Out> => ({ output, backend: 'wasm', adapter })
const cpu = <Out>(output: Out, adapter = 'JavaScript'): StageRun<Out> => ({ output, backend: 'cpu', adapter })

const keepVolume = (volume: Volume, digest: string): KeptAsset[] => [asset('volume', digest, encodeVolume(volume))]
/** What an edit proposes is kept once it is placed in a label (label-steps.ts). */
export const keepNothing = (): KeptAsset[] => []
const keepMesh = (role: AssetRole) => (mesh: Mesh, digest: string) => [asset(role, digest, encodeMesh(mesh))]

const asset = (role: AssetRole, digest: string, encoded: Encoded): KeptAsset => ({ role, digest, ...encoded })

const scanDigests = {
  inputDigests: async () => [],
  outputDigest: (scanned: Scanned) => volumeDigest(scanned.volume),
  // A crooked scan is of no use as it lies: what is made of it is kept.
  keep: (scanned: Scanned, digest: string): KeptAsset[] => (scanned.bend ? [] : keepVolume(scanned.volume, digest)),
}

function known({ volume, passport, bend, volumeDigest: digest }: Decoded): Scanned {
  noteDigest(volume, digest)
  return { volume, passport, bend }
}

/** Reads the chosen series. */
export const SCAN_STEP: Step<ScanRequest, ScanParams, Scanned> = {
  spec: { name: 'scan', version: 2, defaults: { format: '', placement: '', frame: null } },
  run: async (workers, { seriesId, crooked, onArrival }, { placement, frame }, ctx) => {
    const choice: ReadChoice = { crooked, placement: placement === '' ? null : placement, frame }
    const port = await slabPort(workers, ctx.signal)
    const told = Comlink.proxy(onArrival)
    const { decode } = workers
    const read = decode.call((api) => api.read(seriesId, choice, ctx.signal, listener(ctx), port, told), ctx.signal)
    return wasm(known(await read), 'itk-wasm')
  },
  ...scanDigests,
}

/** Brings the slices of a crooked scan to an even stack, on the person's word. */
export const STRAIGHTEN_STEP: Step<Scanned, StraightenParams, Scanned> = {
  spec: STRAIGHTEN,
  run: async (workers, { volume, passport }, params, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    const ran = await workers.compute.call(
      (api) => api.straighten(digest, params, ctx.signal, listener(ctx)),
      ctx.signal,
    )
    const straight = ran.output
    return {
      ...ran,
      output: { volume: straight, passport: straightenedPassport(passport, straight, params), bend: null },
    }
  },
  ...scanDigests,
  inputDigests: async ({ volume }) => [await volumeDigest(volume)],
}

/** Makes the built-in sample. */
export const SAMPLE_STEP: Step<null, object, Scanned> = {
  spec: { name: 'sample', version: 1, defaults: {} },
  run: async ({ decode }, _input, _params, ctx) =>
    cpu(known(await decode.call((api) => api.sample(ctx.signal, listener(ctx)), ctx.signal))),
  ...scanDigests,
}

export const DENOISE_STEP: Step<Volume, DenoiseParams, Volume> = {
  spec: DENOISE,
  run: async (workers, volume, params, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    return workers.compute.call((api) => api.denoise(digest, params, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: (volume, digest) => [asset('field', digest, encodeVolume(volume))],
}

export const THRESHOLD_STEP: Step<Volume, ThresholdParams, Mask> = {
  spec: THRESHOLD,
  run: async (workers, volume, params, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    return workers.compute.call((api) => api.threshold(digest, params, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: maskDigest,
  keep: keepNothing,
}

/** A step from one mask to the next in the compute worker. */
export function maskStep<P extends object>(
  spec: Step<Mask, P, Mask>['spec'],
  run: (workers: Workers, mask: Mask, params: P, ctx: Context) => Promise<Ran<Mask>>,
): Step<Mask, P, Mask> {
  return {
    spec,
    run,
    inputDigests: async (mask) => [await maskDigest(mask)],
    outputDigest: maskDigest,
    keep: keepNothing,
  }
}

export const ISLANDS_STEP = maskStep<IslandsParams>(ISLANDS, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.islands(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const FILL_HOLES_STEP = maskStep<FillHolesParams>(FILL_HOLES, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.fillHoles(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const MARGIN_STEP = maskStep<MarginParams>(MARGIN, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.margin(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const SURFACE_STEP: Step<{ mask: Mask; field: Volume | null }, SurfaceParams, Mesh> = {
  spec: SURFACE,
  run: async (workers, { mask, field }, params, ctx) => {
    const digest = field ? await resident(workers, field, ctx.signal) : null
    return workers.compute.call((api) => api.surface(mask, digest, params, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async ({ mask, field }) =>
    field ? [await maskDigest(mask), await volumeDigest(field)] : [await maskDigest(mask)],
  outputDigest: meshDigest,
  keep: keepMesh('reference-mesh'),
}

/** A step from one mesh to the next in the mesh worker. */
function meshStep<P extends object>(
  spec: Step<Mesh, P, Mesh>['spec'],
  run: (workers: Workers, mesh: Mesh, params: P, ctx: Context) => Promise<StageRun<Mesh>>,
): Step<Mesh, P, Mesh> {
  return {
    spec,
    run,
    inputDigests: async (mesh) => [await meshDigest(mesh)],
    outputDigest: meshDigest,
    keep: keepMesh('mesh'),
  }
}

/** A large mesh is smoothed by the worker that owns the graphics card; the bytes are the same everywhere. */
export const SMOOTH_STEP = meshStep<SmoothParams>(SMOOTH, async (workers, mesh, params, ctx) => {
  if (mesh.positions.length / 3 >= SMOOTH_GPU_FROM_VERTICES) {
    return workers.compute.call((api) => api.smooth(mesh, params, ctx.signal, listener(ctx)), ctx.signal)
  }
  return cpu(await workers.mesh.call((api) => api.smooth(mesh, params, ctx.signal, listener(ctx)), ctx.signal))
})

export const DECIMATE_STEP = meshStep<DecimateParams>(DECIMATE, async ({ mesh: worker }, mesh, params, ctx) =>
  wasm(await worker.call((api) => api.decimate(mesh, params, ctx.signal, listener(ctx)), ctx.signal), 'meshoptimizer'),
)

export const REPAIR_STEP = meshStep<RepairParams>(REPAIR, async ({ mesh: worker }, mesh, params, ctx) => {
  const { mesh: whole, mended } = await worker.call(
    (api) => api.repair(mesh, params, ctx.signal, listener(ctx)),
    ctx.signal,
  )
  return mended.some((action) => action.startsWith('sewn-rims')) ? wasm(whole, 'manifold-3d') : cpu(whole)
})

/** Begins to measure distances in the measure worker; the mesh worker asks for them when it has measured the rest. */
async function measureAway(workers: Workers, { mesh, reference }: CheckInput, { policy }: CheckParams, ctx: Context) {
  const { signal } = ctx
  const digest = await heldReference(workers, reference, signal)
  const unheard = Comlink.proxy(() => {})
  const away = workers.measure.call((api) => api.deviation(mesh, digest, policy, signal, unheard), signal)
  // Whoever asks is told; until then it must not count as unhandled.
  away.catch(() => {})
  // Sending a mesh copies tens of MB: the copy for the mesh worker is made in a task of its own.
  await new Promise((resume) => setTimeout(resume))
  return Comlink.proxy(async () => {
    const measured = await away
    return Comlink.transfer(measured, [measured.signedMm.buffer as ArrayBuffer])
  })
}

export const CHECK_STEP: Step<CheckInput, CheckParams, Checked> = {
  spec: CHECK,
  run: async (workers, input, params, ctx) => {
    const away = await measureAway(workers, input, params, ctx)
    const result = await workers.mesh.call(
      (api) => api.check(input, params, ctx.signal, listener(ctx), away),
      ctx.signal,
    )
    return cpu({ ...result, meshDigest: await meshDigest(input.mesh) })
  },
  inputDigests: async ({ mesh, reference }) => [await meshDigest(mesh), await meshDigest(reference)],
  outputDigest: checkDigest,
  keep: (result, digest) => [{ role: 'findings', digest, meta: null, parts: [encodeCheck(result)] }],
}

/** The user's word on the side, compared with the request; the scan itself stays as it is. */
export const SIDE_STEP: Step<Volume, { side: Side }, Volume> = {
  spec: { name: 'sign-side', version: 1, defaults: { side: 'not-applicable' } },
  run: async (_workers, volume) => cpu(volume),
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: () => [],
}

/** The user's word that a scan is MR, where the file does not say; the scan itself stays as it is. */
export const MODALITY_STEP: Step<Volume, { modality: 'MR' }, Volume> = {
  spec: { name: 'state-modality', version: 1, defaults: { modality: 'MR' } },
  run: async (_workers, volume) => cpu(volume),
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: () => [],
}

interface ExportParams {
  readonly format: ExportFormat
  readonly traceId: string
  /** Accepted findings with their reasons, as the trace keeps them. */
  readonly accepted: readonly string[]
  /** The numbers that a PLY has for each vertex; empty for none. */
  readonly values: VertexValueName | ''
  /** Whether a person added who the patient is. */
  readonly namesPatient: boolean
}

/** Earns the release again in the mesh worker, writes the file, reads it back and compares. */
export const EXPORT_STEP: Step<ExportRequest, ExportParams, ExportedFile> = {
  spec: {
    name: 'export',
    version: 5,
    defaults: { format: '3mf', traceId: '', accepted: [], values: '', namesPatient: false },
  },
  run: async ({ mesh: worker }, request, { format, traceId }, ctx) => {
    const { bodies, policy, acknowledgements, recipe, values, dicom } = request
    const named = bodies.map(async ({ mesh, check, name, colour }) => ({
      ...{ mesh, checkedDigest: await checkedNow(mesh, check.meshDigest), findings: check.findings, acknowledgements },
      ...{ name, colour },
    }))
    const bodiesNamed = await Promise.all(named)
    const order = { bodies: bodiesNamed, policy: POLICIES[policy], format, traceId, recipe, values, dicom }
    return cpu(await worker.call((api) => api.write(order, ctx.signal, listener(ctx)), ctx.signal))
  },
  inputDigests: async ({ bodies }) => {
    const digests = bodies.map(async ({ mesh, check }) => [await meshDigest(mesh), await checkDigest(check)])
    return (await Promise.all(digests)).flat()
  },
  outputDigest: async (file) => file.digest,
  keep: (file, digest) => [
    {
      role: `export-${file.format}` as const,
      digest,
      meta: null,
      parts: file.file,
    },
  ],
}
