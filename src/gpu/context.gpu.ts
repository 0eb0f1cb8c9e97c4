import type { Context } from '../core/stage.ts'
import type { GpuTimings } from './timings.gpu.ts'

/** A step that runs on a WebGPU device. The device is passed in, never fetched, so kernels run in a page, a worker or Node. */
export type GpuContext = Context & {
  readonly device: GPUDevice
  /** Collects the device's own time of every dispatch, when given and the device can tell. */
  readonly timings?: GpuTimings
}
