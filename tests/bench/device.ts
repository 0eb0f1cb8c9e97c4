import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Volume } from '../../src/core/types.ts'
import type { GpuContext } from '../../src/gpu/context.gpu.ts'
import { pipelineOf, runJob } from '../../src/gpu/kernel.gpu.ts'
import { GpuTimings, type KernelTime } from '../../src/gpu/timings.gpu.ts'
import { destroyVolume, type GpuVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { median } from '../support/paired.ts'
import { DEVICE_WORKS, type Given } from './device-works.ts'

/** One kernel on one device. `bytes` is what it has to move at least, each input once, each output once; null where that depends on the contents. */
export interface KernelRow {
  readonly work: string
  readonly kernel: string
  readonly size: string
  readonly gpuMs: number
  /** The longest dispatch of all runs. */
  readonly longestMs: number
  readonly bytes: number | null
  readonly gigabytesPerSecond: number | null
  /** Of the bandwidth that a plain copy reached on this device. */
  readonly share: number | null
}

export interface DeviceReport {
  readonly adapter: string
  readonly isFallback: boolean
  readonly date: string
  readonly copyGigabytesPerSecond: number
  /** Wall time of bringing the scan to the device. */
  readonly uploadMs: number
  readonly rows: readonly KernelRow[]
}

const RUNS = 5

const COPY = `
@group(0) @binding(0) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> copied: array<vec4<u32>>;
@compute @workgroup_size(64)
fn copy(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let n = id.y * groups.x * 64u + id.x;
  if (n < arrayLength(&source)) { copied[n] = source[n]; }
}`
const COPY_BYTES = 2 ** 27

/** By kernel: the median over the runs after the first, and the longest dispatch of any. */
async function kernelTimes(
  ctx: GpuContext,
  run: (ctx: GpuContext) => Promise<unknown>,
): Promise<Map<string, KernelTime>> {
  const all: ReadonlyMap<string, KernelTime>[] = []
  for (let n = 0; n <= RUNS; n++) {
    const timings = new GpuTimings()
    await run({ ...ctx, timings })
    if (n > 0) all.push(timings.kernels)
  }
  const names = [...new Set(all.flatMap((one) => [...one.keys()]))]
  const timeOf = (name: string): KernelTime => ({
    ms: median(all.map((one) => one.get(name)?.ms ?? 0)),
    longestMs: Math.max(...all.map((one) => one.get(name)?.longestMs ?? 0)),
  })
  return new Map(names.map((name) => [name, timeOf(name)]))
}

/** What a kernel that does nothing else reaches, reading and writing. */
async function copyBandwidth(ctx: GpuContext): Promise<number> {
  const times = await kernelTimes(ctx, (timed) =>
    runJob(timed, async (job) => {
      const source = await job.buffer('source', COPY_BYTES, GPUBufferUsage.STORAGE)
      const copied = await job.buffer('copied', COPY_BYTES, GPUBufferUsage.STORAGE)
      const pipeline = await pipelineOf(job.device, COPY, 'copy')
      await job.submit('copy', (encoder) => job.dispatch(encoder, pipeline, { 0: source, 1: copied }, COPY_BYTES / 16))
    }),
  )
  return (2 * COPY_BYTES) / ((times.get('copy')?.ms ?? Number.NaN) * 1e6)
}

/** Runs every work of device-works.ts on whatever device there is. Errors: gpu/unavailable. */
export async function deviceReport(volume: Volume, say: (line: string) => void): Promise<DeviceReport> {
  const { device, adapterName, isFallback } = await openDawn()
  if (!device.features.has('timestamp-query')) throw new Error(`${adapterName} cannot tell how long kernels take.`)
  const ctx: GpuContext = { ...IDLE_CONTEXT, device }
  const copyGigabytesPerSecond = await copyBandwidth(ctx)
  say(`${adapterName}: a copy reaches ${copyGigabytesPerSecond.toFixed(1)} GB/s`)
  const { gpuVolume, uploadMs } = await upload(device, volume)
  const rows: KernelRow[] = []
  for (const work of DEVICE_WORKS) {
    say(`${work.name} ...`)
    const given: Given = { volume, gpuVolume }
    const prepared = await work.prepare(given, ctx)
    for (const [kernel, { ms: gpuMs, longestMs }] of await kernelTimes(ctx, prepared.run)) {
      const bytes = prepared.bytesOf(kernel)
      // Shorter than the clock's step: nothing can be said.
      const gigabytesPerSecond = bytes === null || gpuMs === 0 ? null : bytes / (gpuMs * 1e6)
      const share = gigabytesPerSecond === null ? null : gigabytesPerSecond / copyGigabytesPerSecond
      const size = volume.grid.size.join(' x ')
      rows.push({ work: work.name, kernel, size, gpuMs, longestMs, bytes, gigabytesPerSecond, share })
    }
  }
  destroyVolume(gpuVolume)
  await closeDawn(device)
  const date = new Date().toISOString().slice(0, 10)
  return { adapter: adapterName, isFallback, date, copyGigabytesPerSecond, uploadMs, rows }
}

async function upload(device: GPUDevice, volume: Volume): Promise<{ gpuVolume: GpuVolume; uploadMs: number }> {
  const start = performance.now()
  const gpuVolume = await uploadVolume(device, volume)
  await device.queue.onSubmittedWorkDone()
  return { gpuVolume, uploadMs: performance.now() - start }
}
