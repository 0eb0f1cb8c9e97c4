import { PipelineError } from '../core/errors.ts'
import type { GpuContext } from './context.gpu.ts'

export interface OpenedDevice {
  readonly device: GPUDevice
  /** As the driver names it, for the trace and the screen. */
  readonly adapterName: string
  /** A software adapter: the CPU twins are faster than it. */
  readonly isFallback: boolean
}

/** Some systems hand out a software rasteriser without saying that it is a fallback. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i

/** A whole scan in one binding needs more than the default 128 MiB; above 4 GiB no kernel here can address. */
const MOST_BYTES = 4 * 1024 ** 3 - 4

const unavailable = (cause?: unknown) =>
  new PipelineError(
    'gpu/unavailable',
    'No graphics device could be opened. The work runs on the processor instead.',
    {},
    { cause },
  )

function nameOf(info: GPUAdapterInfo): string {
  const parts = [info.vendor, info.architecture, info.device, info.description]
  return [...new Set(parts.filter((part) => part !== ''))].join(' ') || 'unnamed adapter'
}

/**
 * Opens a device with as large buffers as the adapter offers, and with timestamps when it has them. The caller owns it.
 * Errors: gpu/unavailable.
 */
export async function openDevice(gpu: GPU): Promise<OpenedDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw unavailable()
  const { limits, info } = adapter
  try {
    const device = await adapter.requestDevice({
      label: 'compute',
      requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
      requiredLimits: {
        maxBufferSize: Math.min(limits.maxBufferSize, MOST_BYTES),
        maxStorageBufferBindingSize: Math.min(limits.maxStorageBufferBindingSize, MOST_BYTES),
      },
    })
    const adapterName = nameOf(info)
    return { device, adapterName, isFallback: info.isFallbackAdapter === true || SOFTWARE.test(adapterName) }
  } catch (cause) {
    throw unavailable(cause)
  }
}

/** Bytes of the largest buffer that can be bound whole. */
export function bindableBytes(device: GPUDevice): number {
  return Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize)
}

/** Whether each of these buffers can be made and bound whole. Says nothing of the memory that is free. */
export function fits(device: GPUDevice, ...bytes: number[]): boolean {
  return bytes.every((n) => n <= bindableBytes(device))
}

/**
 * Throws gpu/out-of-memory, with the bytes needed and available, unless each of these buffers (bytes by label) can be made
 * and bound whole: asked by every driver before it makes anything.
 */
export function requireFits(device: GPUDevice, bytesOf: Readonly<Record<string, number>>): void {
  for (const [label, bytes] of Object.entries(bytesOf)) {
    if (!fits(device, bytes)) throw outOfMemory(label, bytes, bindableBytes(device))
  }
}

/** The error of a buffer that is too large for this device, or for its free memory. */
export const outOfMemory = (label: string, bytes: number, available: number) =>
  new PipelineError('gpu/out-of-memory', 'The graphics memory is too small for this scan. The processor can do it.', {
    label,
    bytes,
    available,
  })

const NOTICE_MS = 200

/**
 * Runs the body of a driver and names what went wrong. A lost device rejects pending maps with an AbortError, which
 * elsewhere means that the user cancelled; here it becomes 'gpu/device-lost'. Cancelling stays an AbortError.
 */
export async function onDevice<Out>(ctx: GpuContext, body: () => Promise<Out>): Promise<Out> {
  try {
    ctx.signal.throwIfAborted()
    return await body()
  } catch (error) {
    if (error instanceof PipelineError) throw error
    ctx.signal.throwIfAborted()
    const lost = await Promise.race([
      ctx.device.lost,
      new Promise<null>((resolve) => setTimeout(() => resolve(null), NOTICE_MS)),
    ])
    if (lost === null) throw error
    throw new PipelineError(
      'gpu/device-lost',
      'The graphics device stopped working. Try the step again.',
      { reason: lost.reason ?? 'unknown' },
      { cause: error },
    )
  }
}
