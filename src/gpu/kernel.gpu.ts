import type { GpuContext } from './context.gpu.ts'
import { bindableBytes, onDevice, outOfMemory } from './device.gpu.ts'
import { Stopwatch } from './timings.gpu.ts'

/** Threads a workgroup of every kernel here. */
export const WORKGROUP = 64
/** The guaranteed largest number of groups on one axis. */
const MOST_GROUPS = 65_535
/** Pieces of writes and readbacks: larger ones stall the page or are refused by some drivers. */
export const PIECE_BYTES = 32 * 1024 ** 2

const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>()

/** The compiled entry point of a kernel, made once a device. */
export function pipelineOf(device: GPUDevice, code: string, entryPoint: string): Promise<GPUComputePipeline> {
  const known = pipelines.get(device) ?? new Map<string, Promise<GPUComputePipeline>>()
  pipelines.set(device, known)
  const key = `${entryPoint}\n${code}`
  const found = known.get(key)
  if (found) return found
  const module = device.createShaderModule({ label: entryPoint, code })
  const made = device.createComputePipelineAsync({ label: entryPoint, layout: 'auto', compute: { module, entryPoint } })
  known.set(key, made)
  return made
}

/** Groups on two axes for a count of threads. Kernels number threads over both axes and stop at the end. */
export function groupsFor(threads: number): readonly [x: number, y: number] {
  const groups = Math.max(1, Math.ceil(threads / WORKGROUP))
  const x = Math.min(groups, MOST_GROUPS)
  return [x, Math.ceil(groups / x)]
}

export type Resources = Readonly<Record<number, GPUBuffer | GPUBufferBinding>>

/** Room for `bytes`, in a size that every binding accepts. */
const paddedSize = (bytes: number) => Math.max(16, Math.ceil(bytes / 4) * 4)

/** One entry point over many threads. */
export interface Sweep {
  readonly code: string
  readonly entry: string
  readonly threads: number
  /** Threads a dispatch: under 100 ms on the slowest device. Each dispatch is its own submit. */
  readonly atOnce: number
  /** Binding number of the uniform that `paramsOf` fills for the threads first .. end - 1. */
  readonly uniform: number
  paramsOf(first: number, end: number): readonly number[]
  readonly resources: Resources
}

/** The offset of a uniform binding is a multiple of 256 bytes. */
const UNIFORM_STEP = 256

/**
 * One call of a driver: owns its buffers and keeps at most two submits in flight, so that a cancel acts soon and a
 * software adapter is not flooded.
 */
export class Job {
  readonly device: GPUDevice
  private readonly signal: AbortSignal
  private readonly stopwatch: Stopwatch | null
  private readonly owned: GPUBuffer[] = []
  private inFlight: Promise<undefined> = Promise.resolve(undefined)

  constructor(ctx: GpuContext) {
    this.device = ctx.device
    this.signal = ctx.signal
    const canTime = ctx.timings !== undefined && ctx.device.features.has('timestamp-query')
    this.stopwatch = canTime ? new Stopwatch(ctx.device, ctx.timings) : null
  }

  /** A zeroed buffer that lives as long as the job. Errors: gpu/out-of-memory. */
  async buffer(label: string, bytes: number, usage: GPUBufferUsageFlags): Promise<GPUBuffer> {
    const buffer = await createBuffer(this.device, label, bytes, usage)
    this.owned.push(buffer)
    return buffer
  }

  /** A buffer with these contents, written in pieces. */
  async upload(label: string, data: Uint32Array | Int32Array, usage: GPUBufferUsageFlags): Promise<GPUBuffer> {
    const buffer = await this.buffer(label, data.byteLength, usage | GPUBufferUsage.COPY_DST)
    const step = PIECE_BYTES / 4
    for (let at = 0; at < data.length; at += step) {
      const length = Math.min(step, data.length - at)
      this.device.queue.writeBuffer(buffer, at * 4, data as GPUAllowSharedBufferSource, at, length)
    }
    return buffer
  }

  /** Encodes and submits. Resolves when the submit before it is done, so work overlaps but does not pile up. */
  async submit(label: string, encode: (encoder: GPUCommandEncoder) => void): Promise<void> {
    this.signal.throwIfAborted()
    if (this.stopwatch?.full) await this.stopwatch.read()
    this.device.pushErrorScope('validation')
    const encoder = this.device.createCommandEncoder({ label })
    encode(encoder)
    this.device.queue.submit([encoder.finish({ label })])
    const fault = this.device.popErrorScope()
    const before = this.inFlight
    this.inFlight = this.device.queue.onSubmittedWorkDone()
    await before
    const error = await fault
    if (error) throw new Error(error.message)
    this.signal.throwIfAborted()
  }

  /** Adds one dispatch to an encoder; resources are by binding number of group 0. */
  dispatch(encoder: GPUCommandEncoder, pipeline: GPUComputePipeline, resources: Resources, threads: number): void {
    const { label } = pipeline
    const entries = Object.entries(resources).map(([binding, resource]) => ({
      binding: Number(binding),
      resource: 'buffer' in resource ? resource : { buffer: resource },
    }))
    const timestampWrites = this.stopwatch?.writes(label)
    const pass = encoder.beginComputePass(timestampWrites ? { label, timestampWrites } : { label })
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, this.device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries }))
    pass.dispatchWorkgroups(...groupsFor(threads))
    pass.end()
  }

  /** Runs an entry point over all its threads, a submit at a time. */
  async sweep(sweep: Sweep, onDone: (fraction: number) => void = () => {}): Promise<void> {
    const { code, entry, threads, atOnce, uniform, paramsOf, resources } = sweep
    const pipeline = await pipelineOf(this.device, code, entry)
    const starts = Array.from({ length: Math.ceil(threads / atOnce) }, (_, n) => n * atOnce)
    const all = starts.map((first) => Int32Array.from(paramsOf(first, Math.min(threads, first + atOnce))))
    const size = Math.max(0, ...all.map((params) => params.byteLength))
    const step = Math.ceil(size / UNIFORM_STEP) * UNIFORM_STEP
    const table = new Int32Array((step / 4) * all.length)
    for (const [n, params] of all.entries()) table.set(params, (n * step) / 4)
    const buffer = await this.upload(`${entry} params`, table, GPUBufferUsage.UNIFORM)
    for (const [n, first] of starts.entries()) {
      const bound: Resources = { ...resources, [uniform]: { buffer, offset: n * step, size } }
      const count = Math.min(atOnce, threads - first)
      await this.submit(entry, (encoder) => this.dispatch(encoder, pipeline, bound, count))
      onDone((n + 1) / starts.length)
    }
  }

  /** Copies `bytes` of a buffer back from `offset` (a multiple of 4), in pieces. */
  async read(source: GPUBuffer, bytes: number, offset = 0): Promise<ArrayBuffer> {
    const result = new ArrayBuffer(bytes)
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST
    const label = `${source.label} readback`
    const staging = await createBuffer(this.device, label, Math.min(bytes, PIECE_BYTES), usage)
    for (let at = 0; at < bytes; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, bytes - at)
      this.signal.throwIfAborted()
      const encoder = this.device.createCommandEncoder({ label })
      encoder.copyBufferToBuffer(source, offset + at, staging, 0, Math.ceil(length / 4) * 4)
      this.device.queue.submit([encoder.finish({ label })])
      await staging.mapAsync(GPUMapMode.READ)
      new Uint8Array(result, at, length).set(new Uint8Array(staging.getMappedRange(), 0, length))
      staging.unmap()
    }
    staging.destroy()
    return result
  }

  /** Waits for the times of the last passes, when they are asked for. */
  async finish(): Promise<void> {
    await this.stopwatch?.read()
  }

  close(): void {
    for (const buffer of this.owned) buffer.destroy()
    this.stopwatch?.close()
  }
}

/**
 * Makes a buffer or says that it does not fit, before and after asking the driver. `mostBytes` is what may be bound whole;
 * a buffer that is bound in windows may be as large as the device makes one. Errors: gpu/out-of-memory.
 */
export async function createBuffer(
  device: GPUDevice,
  label: string,
  bytes: number,
  usage: GPUBufferUsageFlags,
  mostBytes = bindableBytes(device),
): Promise<GPUBuffer> {
  const size = paddedSize(bytes)
  if (size > mostBytes) throw outOfMemory(label, size, mostBytes)
  device.pushErrorScope('out-of-memory')
  const buffer = device.createBuffer({ label, size, usage })
  if (await device.popErrorScope()) throw outOfMemory(label, size, mostBytes)
  return buffer
}

/** Runs the body of a driver with a job; frees its buffers whatever happens. Errors: gpu/device-lost. */
export function runJob<Out>(ctx: GpuContext, body: (job: Job) => Promise<Out>): Promise<Out> {
  return onDevice(ctx, async () => {
    const job = new Job(ctx)
    try {
      const result = await body(job)
      await job.finish()
      return result
    } finally {
      job.close()
    }
  })
}
