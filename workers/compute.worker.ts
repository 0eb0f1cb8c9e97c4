import './trusted-types.ts'
import './wire.ts'
import * as Comlink from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import { digestLabels } from '../src/core/hash.ts'
import { type Context, IDLE_CONTEXT } from '../src/core/stage.ts'
import type { Grid, LabelMap, Mask, Mesh } from '../src/core/types.ts'
import type { GpuContext } from '../src/gpu/context.gpu.ts'
import { openDevice } from '../src/gpu/device.gpu.ts'
import { DeviceKeeper } from '../src/gpu/keeper.gpu.ts'
import { ScanShelf, type Slab, type VolumeWords } from '../src/gpu/scan-shelf.gpu.ts'
import { type FoundLabel, recounted } from '../src/import/label-values.ts'
import { smoothGpu } from '../src/prepare/smooth.gpu.ts'
import { type SmoothParams, smooth } from '../src/prepare/smooth.ts'
import { otsu } from '../src/segment/otsu.ts'
import { marchingCubesGpu } from '../src/surface/marching-cubes.gpu.ts'
import { marchingCubes, type SurfaceParams } from '../src/surface/marching-cubes.ts'
import { denoiseGpu } from '../src/volume/denoise.gpu.ts'
import { type DenoiseParams, denoise } from '../src/volume/denoise.ts'
import { histogramGpu } from '../src/volume/histogram.gpu.ts'
import { type Histogram, histogram } from '../src/volume/histogram.ts'
import { resampleLabelsGpu } from '../src/volume/resample-nearest.gpu.ts'
import { resampleLabels } from '../src/volume/resample-nearest.ts'
import { straightenGpu } from '../src/volume/straighten.gpu.ts'
import { type StraightenParams, straighten } from '../src/volume/straighten.ts'
import { CPU_NAME, maskMethods, type Ran } from './compute-masks.ts'
import { type ProgressListener, workerContext } from './context.ts'

export type BackendChoice = 'auto' | 'cpu' | 'webgpu'

export interface ComputeBackend {
  readonly backend: 'webgpu' | 'cpu'
  readonly adapter: string
  readonly reason: 'no-webgpu' | 'software-adapter' | 'chosen' | null
}

let choice: BackendChoice = 'auto'
let described: ComputeBackend | null = null
/** One scan and, after denoising, its smoothed copy. */
const shelf = new ScanShelf(2)

const keeper = new DeviceKeeper(
  () => openDevice(navigator.gpu),
  () => {
    described = null
    shelf.forgetDevice()
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

async function receive(slab: Slab): Promise<void> {
  const { backend } = await describe()
  shelf.receive(slab, backend === 'webgpu' ? (await keeper.device()).device : null)
}

/** Slabs are taken in the order they came, though each waits for the device. */
let received: Promise<void> = Promise.resolve()
function enqueue(slab: Slab): Promise<void> {
  received = received.then(() => receive(slab))
  return received
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
    return { output: await cpu(ctx), backend: 'cpu', adapter: CPU_NAME }
  }
}

async function histogramBest(digest: string, bins: number): Promise<Histogram> {
  const volume = shelf.volume(digest)
  const ran = onBest(
    IDLE_CONTEXT,
    async (gpu) => histogramGpu(await shelf.onDevice(digest, gpu.device), bins, gpu),
    () => histogram(volume, bins),
  )
  return (await ran).output
}

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

  ...maskMethods(onBest, shelf),

  has: (digest: string): boolean => shelf.has(digest),

  /** Takes the slabs of a scan from the worker that decodes it, until the next scan. The port is transferred. */
  listen(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<Slab>) => void enqueue(data)
  },

  /** Takes the next slices of a scan (transferred). */
  receive: (slab: Slab): Promise<void> => enqueue(slab),

  /** Keeps the scan that has come in for all steps of the session; false when it has to be sent. */
  async adopt(digest: string, words: VolumeWords): Promise<boolean> {
    await received
    return shelf.adopt(digest, words)
  },

  /** Forgets every scan. */
  clear: (): void => shelf.clear(),

  histogram: (digest: string, bins: number): Promise<Histogram> => histogramBest(digest, bins),

  /** Otsu's thresholds in real units. */
  otsu: async (digest: string, bins: number, classes: 2 | 3): Promise<number[]> =>
    otsu(await histogramBest(digest, bins), classes),

  /** The smoothed copy stays here too, until it is adopted or the next scan comes. */
  async denoise(digest: string, params: DenoiseParams, signal: AbortSignal, onProgress: ProgressListener) {
    const volume = shelf.volume(digest)
    const ran = await onBest(
      workerContext(signal, onProgress),
      async (ctx) => denoiseGpu(volume, await shelf.onDevice(digest, ctx.device), params, ctx),
      (ctx) => denoise(volume, params, ctx),
    )
    await enqueue({ grid: volume.grid, firstSlice: 0, data: ran.output.data })
    return Comlink.transfer(ran, [ran.output.data.buffer as ArrayBuffer])
  },

  /** The scan with its slices brought to an even stack stays here too. */
  async straighten(digest: string, params: StraightenParams, signal: AbortSignal, onProgress: ProgressListener) {
    const volume = shelf.volume(digest)
    const ran = await onBest(
      workerContext(signal, onProgress),
      async (ctx) => straightenGpu(volume, await shelf.onDevice(digest, ctx.device), params, ctx),
      (ctx) => straighten(volume, params, ctx),
    )
    await enqueue({ grid: ran.output.grid, firstSlice: 0, data: ran.output.data })
    return Comlink.transfer(ran, [ran.output.data.buffer as ArrayBuffer])
  },

  /** Labels on the grid of a scan, by nearest voxel, counted again. Transferred. */
  async fitLabels(
    map: LabelMap,
    labels: readonly FoundLabel[],
    grid: Grid,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ) {
    const ran = await onBest(
      workerContext(signal, onProgress),
      (ctx) => resampleLabelsGpu(map, grid, ctx),
      (ctx) => resampleLabels(map, grid, ctx),
    )
    const { output } = ran
    const fitted = { map: output, digest: await digestLabels(output), found: recounted(output, labels) }
    return Comlink.transfer({ ...ran, output: fitted }, [output.labels.buffer as ArrayBuffer])
  },

  /** `digest` names the scan that places the vertices; null places them half-way (mask only). */
  async surface(
    mask: Mask,
    digest: string | null,
    params: SurfaceParams,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ) {
    const volume = digest === null ? null : shelf.volume(digest)
    const ran = await onBest(
      workerContext(signal, onProgress),
      async (ctx) => {
        const gpuVolume = digest === null ? null : await shelf.onDevice(digest, ctx.device)
        return marchingCubesGpu({ mask, volume, gpuVolume }, params, ctx)
      },
      (ctx) => marchingCubes({ mask, volume }, params, ctx),
    )
    return sendMesh(ran)
  },

  async smooth(mesh: Mesh, params: SmoothParams, signal: AbortSignal, onProgress: ProgressListener) {
    const ran = onBest(
      workerContext(signal, onProgress),
      (gpu) => smoothGpu(mesh, params, gpu),
      (plain) => smooth(mesh, params, plain),
    )
    return sendMesh(await ran)
  },
}

export type ComputeApi = typeof api
Comlink.expose(api)
