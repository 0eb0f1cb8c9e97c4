import type { Context } from '../core/stage.ts'

/** A step that runs on a WebGPU device. The device is passed in, never fetched, so kernels run in a page, a worker or Node. */
export type GpuContext = Context & { readonly device: GPUDevice }
