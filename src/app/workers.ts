import * as Comlink from 'comlink'
import type { ComputeApi } from '../../workers/compute.worker.ts'
import type { DecodeApi } from '../../workers/decode.worker.ts'
import type { InferApi } from '../../workers/infer.worker.ts'
import type { MeasureApi } from '../../workers/measure.worker.ts'
import type { MeshApi } from '../../workers/mesh.worker.ts'
import type { VaultApi } from '../../workers/vault.worker.ts'
import '../../workers/wire.ts'
import { PipelineError } from '../core/errors.ts'

/** How long a step may ignore its abort signal before its worker is ended. */
const GRACE_MS = 2000

const abortError = () => new DOMException('Cancelled', 'AbortError')

/**
 * One worker behind comlink: spawned on first use, and again after it was ended.
 * Cancel has two steps: the signal is passed on; if the call has not settled after `graceMs` (two seconds), the worker is
 * terminated.
 */
export class WorkerHost<Api> {
  readonly #spawn: () => Worker
  readonly #graceMs: number
  #worker: Worker | null = null
  #remote: Comlink.Remote<Api> | null = null
  #fail: ((reason: Error) => void) | null = null
  #lost: Promise<never> | null = null

  constructor(spawn: () => Worker, graceMs = GRACE_MS) {
    this.#spawn = spawn
    this.#graceMs = graceMs
  }

  /** True while the worker of the last call lives, with whatever state it holds. */
  get alive(): boolean {
    return this.#worker !== null
  }

  /** Runs one call. Rejects with 'app/worker-lost' when the worker dies, with AbortError when cancelled. */
  async call<T>(work: (api: Comlink.Remote<Api>) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const { remote, lost } = this.#start()
    const settled = work(remote)
    if (!signal) return Promise.race([settled, lost])
    return Promise.race([settled, lost, this.#graceful(settled, signal)])
  }

  /** Ends the worker and everything it holds. */
  terminate(reason: Error = abortError()): void {
    this.#worker?.terminate()
    this.#remote = null
    this.#worker = null
    this.#fail?.(reason)
    this.#fail = null
    this.#lost = null
  }

  #start(): { remote: Comlink.Remote<Api>; lost: Promise<never> } {
    if (this.#remote && this.#lost) return { remote: this.#remote, lost: this.#lost }
    const worker = this.#spawn()
    const lost = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    lost.catch(() => {})
    worker.addEventListener('error', (event) => {
      if (worker !== this.#worker) return
      const reason = event.message ? `: ${event.message}` : ''
      this.terminate(new PipelineError('app/worker-lost', `A background worker stopped${reason}. Run the step again.`))
    })
    this.#worker = worker
    this.#remote = Comlink.wrap<Api>(worker)
    this.#lost = lost
    return { remote: this.#remote, lost }
  }

  #graceful(settled: Promise<unknown>, signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const onAbort = () => {
        const timer = setTimeout(() => {
          this.terminate()
          reject(abortError())
        }, this.#graceMs)
        settled.then(
          () => clearTimeout(timer),
          () => clearTimeout(timer),
        )
      }
      signal.addEventListener('abort', onAbort, { once: true })
      const forget = () => signal.removeEventListener('abort', onAbort)
      settled.then(forget, forget)
    })
  }
}

/**
 * The workers, split by resource: decode (wasm codecs), compute (the GPU), mesh (wasm geometry), measure (the reference surface
 * and the second core), infer (ONNX Runtime), vault (the keys).
 */
export interface Workers {
  readonly decode: WorkerHost<DecodeApi>
  /** Reads cases of the bench and CTs of printed parts, apart from the files of the open case, and is ended after each: codecs keep all they read. */
  readonly benchDecode: WorkerHost<DecodeApi>
  readonly compute: WorkerHost<ComputeApi>
  readonly mesh: WorkerHost<MeshApi>
  readonly measure: WorkerHost<MeasureApi>
  readonly infer: WorkerHost<InferApi>
  readonly vault: WorkerHost<VaultApi>
}

/** Nothing is started until it is used. */
export function createWorkers(): Workers {
  // The URL must be written inline in new Worker(...): otherwise the bundler does not see the worker.
  const decode = () =>
    new Worker(new URL('../../workers/decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' })
  return {
    decode: new WorkerHost(decode),
    benchDecode: new WorkerHost(decode),
    compute: new WorkerHost(
      () =>
        new Worker(new URL('../../workers/compute.worker.ts', import.meta.url), { type: 'module', name: 'compute' }),
    ),
    mesh: new WorkerHost(
      () => new Worker(new URL('../../workers/mesh.worker.ts', import.meta.url), { type: 'module', name: 'mesh' }),
    ),
    measure: new WorkerHost(
      () =>
        new Worker(new URL('../../workers/measure.worker.ts', import.meta.url), { type: 'module', name: 'measure' }),
    ),
    // A run of a network does not listen for a cancel.
    infer: new WorkerHost(
      () => new Worker(new URL('../../workers/infer.worker.ts', import.meta.url), { type: 'module', name: 'infer' }),
      0,
    ),
    vault: new WorkerHost(
      () => new Worker(new URL('../../workers/vault.worker.ts', import.meta.url), { type: 'module', name: 'vault' }),
    ),
  }
}
