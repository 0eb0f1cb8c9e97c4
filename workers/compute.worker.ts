import './trusted-types.ts'
import './wire.ts'
import * as Comlink from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import type { Backend, Context } from '../src/core/stage.ts'
import type { Mask, Mesh, Volume } from '../src/core/types.ts'
import type { GpuContext } from '../src/gpu/context.gpu.ts'
import { openDevice } from '../src/gpu/device.gpu.ts'
import { DeviceKeeper } from '../src/gpu/keeper.gpu.ts'
import { destroyVolume, type GpuVolume, uploadVolume } from '../src/gpu/volume.gpu.ts'
import { components } from '../src/segment/components.ts'
import { type FillHolesParams, fillHoles } from '../src/segment/fill-holes.ts'
import { type IslandsParams, islands } from '../src/segment/islands.ts'
import { type MarginParams, margin } from '../src/segment/margin.ts'
import { otsu } from '../src/segment/otsu.ts'
import { thresholdGpu } from '../src/segment/threshold.gpu.ts'
import { type ThresholdParams, threshold } from '../src/segment/threshold.ts'
import { marchingCubesGpu } from '../src/surface/marching-cubes.gpu.ts'
import { marchingCubes, type SurfaceParams } from '../src/surface/marching-cubes.ts'
import { denoiseGpu } from '../src/volume/denoise.gpu.ts'
import { type DenoiseParams, denoise } from '../src/volume/denoise.ts'
import { type Histogram, histogram } from '../src/volume/histogram.ts'
import { type ProgressListener, workerContext } from './context.ts'

/** The result of a step and where it really ran. */
export interface Ran<Out> {
  readonly output: Out
  readonly backend: Backend
  readonly adapter: string
}

export type BackendChoice = 'auto' | 'cpu' | 'webgpu'

export interface ComputeBackend {
  readonly backend: 'webgpu' | 'cpu'
  readonly adapter: string
  readonly reason: 'no-webgpu' | 'software-adapter' | 'chosen' | null
}

const CPU_NAME = 'JavaScript'

interface Resident {
  readonly digest: string
  readonly volume: Volume
  gpu: GpuVolume | null
}

let choice: BackendChoice = 'auto'
let described: ComputeBackend | null = null
/** One scan and, after denoising, its smoothed copy: the volume is moved here once and stays. */
let residents: Resident[] = []
const MAX_RESIDENTS = 2

const keeper = new DeviceKeeper(
  () => openDevice(navigator.gpu),
  () => {
    described = null
    for (const r of residents) r.gpu = null
  },
)

async function describe(): Promise<ComputeBackend> {
  described ??= await choose()
  return described
}

async function choose(): Promise<ComputeBackend> {
  if (choice === 'cpu') return { backend: 'cpu', adapter: CPU_NAME, reason: 'chosen' }
  if (!navigator.gpu) {
    if (choice === 'webgpu')
      throw new PipelineError('gpu/unavailable', 'This browser offers no WebGPU. Choose the CPU.')
    return { backend: 'cpu', adapter: CPU_NAME, reason: 'no-webgpu' }
  }
  try {
    const { isFallback, adapterName } = await keeper.device()
    if (!isFallback || choice === 'webgpu') return { backend: 'webgpu', adapter: adapterName, reason: null }
  } catch (error) {
    if (choice === 'webgpu') throw error
    return { backend: 'cpu', adapter: CPU_NAME, reason: 'no-webgpu' }
  }
  // A software adapter is slower than the CPU twin (measured, docs/evidence/bench.md).
  await keeper.close()
  return { backend: 'cpu', adapter: CPU_NAME, reason: 'software-adapter' }
}

function resident(digest: string): Resident {
  const found = residents.find((r) => r.digest === digest)
  if (!found) throw new PipelineError('app/worker-lost', 'The scan is no longer in the compute worker. Load it again.')
  return found
}

async function gpuVolume(r: Resident, device: GPUDevice): Promise<GpuVolume> {
  r.gpu ??= await uploadVolume(device, r.volume)
  return r.gpu
}

const DOES_NOT_FIT: readonly string[] = ['gpu/out-of-memory', 'surface/too-large']

/**
 * Runs on the GPU when there is one; when it does not fit, on the CPU twin, and the result says so.
 * A lost device is opened again and the step re-run once.
 */
async function onBest<Out>(
  ctx: Context,
  gpu: (ctx: GpuContext) => Promise<Out>,
  cpu: (ctx: Context) => Promise<Out> | Out,
): Promise<Ran<Out>> {
  const where = await describe()
  if (where.backend === 'cpu') return { output: await cpu(ctx), backend: 'cpu', adapter: where.adapter }
  try {
    return { output: await keeper.run(ctx, gpu), backend: 'webgpu', adapter: where.adapter }
  } catch (error) {
    if (!(error instanceof PipelineError && DOES_NOT_FIT.includes(error.code))) throw error
    return onCpu(ctx, cpu)
  }
}

async function onCpu<Out>(ctx: Context, work: (ctx: Context) => Promise<Out> | Out): Promise<Ran<Out>> {
  return { output: await work(ctx), backend: 'cpu', adapter: CPU_NAME }
}

function thresholdBest(r: Resident, params: ThresholdParams, ctx: Context): Promise<Ran<Mask>> {
  return onBest(
    ctx,
    async (gpu) => thresholdGpu(await gpuVolume(r, gpu.device), params, gpu),
    (plain) => threshold(r.volume, params, plain),
  )
}

const sendMask = (ran: Ran<Mask>) => Comlink.transfer(ran, [ran.output.words.buffer as ArrayBuffer])
const sendMesh = (ran: Ran<Mesh>) =>
  Comlink.transfer(ran, [ran.output.positions.buffer as ArrayBuffer, ran.output.indices.buffer as ArrayBuffer])

/** The one owner of the GPUDevice and of the resident scan. Masks and meshes it returns are transferred. */
const api = {
  /** Chooses where kernels run. Call before the first step; a later call closes the device. */
  async useBackend(wanted: BackendChoice): Promise<ComputeBackend> {
    if (wanted !== choice) {
      await keeper.close()
      described = null
      choice = wanted
    }
    return describe()
  },

  has: (digest: string): boolean => residents.some((r) => r.digest === digest),

  /** Keeps a scan (copied by the border) under its digest for all steps of the session. */
  load(digest: string, volume: Volume): void {
    residents = residents.filter((r) => r.digest !== digest)
    while (residents.length >= MAX_RESIDENTS) drop(residents.shift())
    residents.push({ digest, volume, gpu: null })
  },

  /** Forgets every scan. */
  clear(): void {
    for (const r of residents) drop(r)
    residents = []
  },

  histogram: (digest: string, bins: number): Histogram => histogram(resident(digest).volume, bins),

  /** Otsu's thresholds in real units. */
  otsu: (digest: string, bins: number, classes: 2 | 3): number[] =>
    otsu(histogram(resident(digest).volume, bins), classes),

  async threshold(digest: string, params: ThresholdParams, signal: AbortSignal, onProgress: ProgressListener) {
    return sendMask(await thresholdBest(resident(digest), params, workerContext(signal, onProgress)))
  },

  /** The mask these limits would give, for the live picture. Transferred. */
  async preview(digest: string, params: ThresholdParams, signal: AbortSignal): Promise<Mask> {
    const ran = await thresholdBest(resident(digest), params, { signal, progress: () => {} })
    return Comlink.transfer(ran.output, [ran.output.words.buffer as ArrayBuffer])
  },

  async denoise(digest: string, params: DenoiseParams, signal: AbortSignal, onProgress: ProgressListener) {
    const r = resident(digest)
    const ran = await onBest(
      workerContext(signal, onProgress),
      async (ctx) => denoiseGpu(r.volume, params, ctx),
      (ctx) => denoise(r.volume, params, ctx),
    )
    return Comlink.transfer(ran, [ran.output.data.buffer as ArrayBuffer])
  },

  async islands(mask: Mask, params: IslandsParams, signal: AbortSignal, onProgress: ProgressListener) {
    return sendMask(await onCpu(workerContext(signal, onProgress), (ctx) => islands(mask, params, ctx)))
  },

  /** Number of pieces joined by voxel faces: the shells a print of this mask would have. */
  islandCount: (mask: Mask, signal: AbortSignal): number => components(mask, 6, { signal, progress: () => {} }).count,

  async fillHoles(mask: Mask, params: FillHolesParams, signal: AbortSignal, onProgress: ProgressListener) {
    return sendMask(await onCpu(workerContext(signal, onProgress), (ctx) => fillHoles(mask, params, ctx)))
  },

  async margin(mask: Mask, params: MarginParams, signal: AbortSignal, onProgress: ProgressListener) {
    return sendMask(await onCpu(workerContext(signal, onProgress), (ctx) => margin(mask, params, ctx)))
  },

  /** `digest` names the scan that places the vertices; null places them half-way (mask only). */
  async surface(
    mask: Mask,
    digest: string | null,
    params: SurfaceParams,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ) {
    const r = digest === null ? null : resident(digest)
    const volume = r?.volume ?? null
    const ran = await onBest(
      workerContext(signal, onProgress),
      async (ctx) =>
        marchingCubesGpu({ mask, volume, gpuVolume: r ? await gpuVolume(r, ctx.device) : null }, params, ctx),
      (ctx) => marchingCubes({ mask, volume }, params, ctx),
    )
    return sendMesh(ran)
  },
}

function drop(r: Resident | undefined): void {
  if (r?.gpu) destroyVolume(r.gpu)
}

export type ComputeApi = typeof api
Comlink.expose(api)
