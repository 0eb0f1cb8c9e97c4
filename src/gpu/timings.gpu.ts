/** Dispatches between two readings; a query set holds at most 4096 stamps. */
const PAIRS = 1024
const STAMP_BYTES = 8

/** What a kernel took on the device. */
export interface KernelTime {
  /** All dispatches. */
  readonly ms: number
  /** The longest one: a driver may reset a device that is held for longer than about two seconds. */
  readonly longestMs: number
}

/** Device time by kernel: what the hardware spent between the first and the last thread, without queueing or transfers. */
export class GpuTimings {
  readonly #times = new Map<string, KernelTime>()

  /** Adds one dispatch of a kernel. */
  add(kernel: string, nanoseconds: number): void {
    const { ms, longestMs } = this.#times.get(kernel) ?? { ms: 0, longestMs: 0 }
    const more = nanoseconds / 1e6
    this.#times.set(kernel, { ms: ms + more, longestMs: Math.max(longestMs, more) })
  }

  /** By kernel, in order of first use. */
  get kernels(): ReadonlyMap<string, KernelTime> {
    return this.#times
  }
}

/** Stamps the passes of one job. Needs the feature 'timestamp-query'. */
export class Stopwatch {
  readonly #device: GPUDevice
  readonly #timings: GpuTimings
  readonly #stamps: GPUQuerySet
  readonly #resolved: GPUBuffer
  readonly #staging: GPUBuffer
  #kernels: string[] = []

  constructor(device: GPUDevice, timings: GpuTimings) {
    this.#device = device
    this.#timings = timings
    this.#stamps = device.createQuerySet({ label: 'stamps', type: 'timestamp', count: PAIRS * 2 })
    const size = PAIRS * 2 * STAMP_BYTES
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage
    this.#resolved = device.createBuffer({ label: 'stamps resolved', size, usage: QUERY_RESOLVE | COPY_SRC })
    this.#staging = device.createBuffer({ label: 'stamps readback', size, usage: COPY_DST | MAP_READ })
  }

  /** True when the next pass has no place: read first. */
  get full(): boolean {
    return this.#kernels.length === PAIRS
  }

  /** Where the next pass of this kernel writes its two stamps. */
  writes(kernel: string): GPUComputePassTimestampWrites {
    const at = this.#kernels.length * 2
    this.#kernels.push(kernel)
    return { querySet: this.#stamps, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 }
  }

  /** Waits for the passes so far and adds up their times. */
  async read(): Promise<void> {
    const kernels = this.#kernels
    if (kernels.length === 0) return
    this.#kernels = []
    const encoder = this.#device.createCommandEncoder({ label: 'stamps' })
    const bytes = kernels.length * 2 * STAMP_BYTES
    encoder.resolveQuerySet(this.#stamps, 0, kernels.length * 2, this.#resolved, 0)
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, bytes)
    this.#device.queue.submit([encoder.finish()])
    await this.#staging.mapAsync(GPUMapMode.READ, 0, bytes)
    const stamps = new BigUint64Array(this.#staging.getMappedRange(0, bytes))
    for (const [n, kernel] of kernels.entries()) {
      this.#timings.add(kernel, Number((stamps[2 * n + 1] ?? 0n) - (stamps[2 * n] ?? 0n)))
    }
    this.#staging.unmap()
  }

  close(): void {
    this.#stamps.destroy()
    this.#resolved.destroy()
    this.#staging.destroy()
  }
}
