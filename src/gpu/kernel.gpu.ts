import type { GpuContext } from './context.gpu.ts'
import { fits, onDevice, outOfMemory } from './device.gpu.ts'

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

/**
 * One call of a driver: owns its buffers and keeps at most two submits in flight, so that a cancel acts soon and a
 * software adapter is not flooded.
 */
export class Job {
  readonly device: GPUDevice
  private readonly signal: AbortSignal
  private readonly owned: GPUBuffer[] = []
  private inFlight: Promise<undefined> = Promise.resolve(undefined)

  constructor(ctx: GpuContext) {
    this.device = ctx.device
    this.signal = ctx.signal
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
  async submit(encode: (encoder: GPUCommandEncoder) => void): Promise<void> {
    this.signal.throwIfAborted()
    this.device.pushErrorScope('validation')
    const encoder = this.device.createCommandEncoder()
    encode(encoder)
    this.device.queue.submit([encoder.finish()])
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
    const entries = Object.entries(resources).map(([binding, resource]) => ({
      binding: Number(binding),
      resource: 'buffer' in resource ? resource : { buffer: resource },
    }))
    const pass = encoder.beginComputePass({ label: pipeline.label })
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
    pass.dispatchWorkgroups(...groupsFor(threads))
    pass.end()
  }

  /** Copies the first `bytes` of a buffer back, in pieces. */
  async read(source: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    const result = new ArrayBuffer(bytes)
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST
    const staging = await this.buffer(`${source.label} readback`, Math.min(bytes, PIECE_BYTES), usage)
    for (let at = 0; at < bytes; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, bytes - at)
      this.signal.throwIfAborted()
      const encoder = this.device.createCommandEncoder()
      encoder.copyBufferToBuffer(source, at, staging, 0, Math.ceil(length / 4) * 4)
      this.device.queue.submit([encoder.finish()])
      await staging.mapAsync(GPUMapMode.READ)
      new Uint8Array(result, at, length).set(new Uint8Array(staging.getMappedRange(), 0, length))
      staging.unmap()
    }
    return result
  }

  close(): void {
    for (const buffer of this.owned) buffer.destroy()
  }
}

/** Makes a buffer or says that it does not fit, before and after asking the driver. Errors: gpu/out-of-memory. */
export async function createBuffer(
  device: GPUDevice,
  label: string,
  bytes: number,
  usage: GPUBufferUsageFlags,
): Promise<GPUBuffer> {
  const size = paddedSize(bytes)
  if (!fits(device, size)) throw outOfMemory(label, size)
  device.pushErrorScope('out-of-memory')
  const buffer = device.createBuffer({ label, size, usage })
  if (await device.popErrorScope()) throw outOfMemory(label, size)
  return buffer
}

/** Runs the body of a driver with a job; frees its buffers whatever happens. Errors: gpu/device-lost. */
export function runJob<Out>(ctx: GpuContext, body: (job: Job) => Promise<Out>): Promise<Out> {
  return onDevice(ctx, async () => {
    const job = new Job(ctx)
    try {
      return await body(job)
    } finally {
      job.close()
    }
  })
}
