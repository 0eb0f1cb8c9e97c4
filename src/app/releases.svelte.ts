import type { OfflineOrder } from '../../workers/offline.worker.ts'
import type { ReleaseState } from '../../workers/release-cache.ts'
import type { ReleasesView } from './releases-view.ts'

const WORKER_PATH = '/sw.js'
/** The first screen comes first. */
const START_MS = 2000

/** Installs the app in this browser, and asks once a start what the host offers. */
export class Releases implements ReleasesView {
  state = $state.raw<ReleaseState>({ state: 'none' })
  isPutOff = $state(false)
  readonly #leave: () => Promise<void>

  /** `leave` locks and loads the page anew. */
  constructor(leave: () => Promise<void>) {
    this.#leave = leave
  }

  start(): void {
    if (!('serviceWorker' in navigator)) return
    navigator.serviceWorker.addEventListener('message', (event) => this.#take(event.data as ReleaseState))
    // Refused by the browser's settings or by the worker itself, which then says why: the app goes on without it.
    setTimeout(() => this.#install().catch(() => {}), START_MS)
  }

  putOff(): void {
    this.isPutOff = true
  }

  async use(): Promise<void> {
    await this.#ask('use')
    await this.#leave()
  }

  async #install(): Promise<void> {
    await navigator.serviceWorker.register(WORKER_PATH)
    this.#take((await this.#ask('check')) as ReleaseState)
  }

  #take(state: ReleaseState): void {
    this.state = state
    this.isPutOff = false
  }

  async #ask(order: OfflineOrder): Promise<unknown> {
    const { active } = await navigator.serviceWorker.ready
    const { port1, port2 } = new MessageChannel()
    return new Promise((resolve) => {
      port1.onmessage = (event) => resolve(event.data)
      active?.postMessage(order, [port2])
    })
  }
}
