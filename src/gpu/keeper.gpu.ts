import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { GpuContext } from './context.gpu.ts'
import type { OpenedDevice } from './device.gpu.ts'

/**
 * Keeps one device open. A device that is lost (driver reset, sleep, another tab) is opened again on the next use, and the
 * step that it broke is run once more; lost a second time, it is an error with a name.
 */
export class DeviceKeeper {
  readonly #open: () => Promise<OpenedDevice>
  readonly #onGone: () => void
  #opened: Promise<OpenedDevice> | null = null

  /** `onGone` is called when a device is lost or closed: what lies on it is gone as well. */
  constructor(open: () => Promise<OpenedDevice>, onGone: () => void) {
    this.#open = open
    this.#onGone = onGone
  }

  /** The device, opened when it is not. Errors: gpu/unavailable. */
  device(): Promise<OpenedDevice> {
    this.#opened ??= this.#watch()
    return this.#opened
  }

  async #watch(): Promise<OpenedDevice> {
    try {
      const opened = await this.#open()
      opened.device.lost.then(() => this.#forget(opened))
      return opened
    } catch (error) {
      this.#opened = null
      throw error
    }
  }

  async #forget(lost: OpenedDevice): Promise<void> {
    if (this.#opened === null || (await this.#opened) !== lost) return
    this.#opened = null
    this.#onGone()
  }

  /** Runs a step on the device. Errors: those of the step; gpu/device-lost when the device is lost twice. */
  async run<Out>(ctx: Context, step: (ctx: GpuContext) => Promise<Out>): Promise<Out> {
    const first = await this.device()
    try {
      return await step({ ...ctx, device: first.device })
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'gpu/device-lost') throw error
      await this.#forget(first)
    }
    const { device } = await this.device()
    return step({ ...ctx, device })
  }

  /** Closes the device; the next use opens another. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => null)
    if (!opened) return
    await this.#forget(opened)
    opened.device.destroy()
  }
}
