import { APP_VERSION } from '../core/app-version.ts'
import { isAbort } from '../core/errors.ts'
import { parsedJson } from '../core/json.ts'
import type { Context } from '../core/stage.ts'
import { isReplayResult, REPLAY_FORMAT, type ReplayResult } from '../trace/replay-result.ts'
import type { CaseStore } from './case-store.svelte.ts'
import type { Desk } from './desk.svelte.ts'
import { replay } from './replay.ts'
import { REPLAY_SLOT, replayAsset, replayOrder, replayTargets } from './replay-order.ts'
import type { ReplayRun, ReplayView } from './replay-view.ts'
import { createWorkers, type Workers } from './workers.ts'

const HOSTS = ['compute', 'mesh', 'measure', 'infer'] as const

/** Runs the open case again in workers of its own, so that a person can go on working, and keeps what came of it. */
export class Replays implements ReplayView {
  running = $state.raw<ReplayRun | null>(null)
  #result = $state.raw<ReplayResult | null>(null)
  /** The case that the result is of. */
  #of = $state.raw<CaseStore | null>(null)
  #controller: AbortController | null = null
  readonly #desk: Desk
  readonly #spawn: () => Workers

  constructor(desk: Desk, spawn: () => Workers = createWorkers) {
    this.#desk = desk
    this.#spawn = spawn
    $effect.root(() => {
      $effect(() => {
        if (this.#of !== desk.store) this.#load(desk.store).catch(desk.report)
      })
    })
  }

  get result(): ReplayResult | null {
    return this.#of === this.#desk.store ? this.#result : null
  }

  isOf(traceId: string | null): boolean {
    const { result } = this
    if (result?.traceId !== traceId) return false
    // A part that is not released is what it was as long as nothing was done since.
    return traceId !== null || (this.#desk.store?.trace ?? []).every(({ at }) => at <= result.at)
  }

  async start(traceId: string | null): Promise<void> {
    const { store } = this.#desk
    if (this.#controller || !store) return
    const controller = new AbortController()
    this.#controller = controller
    const workers = this.#spawn()
    try {
      this.running = { stage: 'scan', step: 0, steps: 0, fraction: 0 }
      const result = await this.#run(store, workers, traceId, controller.signal)
      if (this.#desk.store !== store) return
      await store.keep(await replayAsset(result), 'replay')
      this.#show(store, result)
      this.#desk.saveState()
    } catch (error) {
      if (!isAbort(error)) this.#desk.report(error)
    } finally {
      for (const name of HOSTS) workers[name].terminate()
      this.#controller = null
      this.running = null
    }
  }

  cancel(): void {
    this.#controller?.abort()
  }

  async #run(store: CaseStore, workers: Workers, traceId: string | null, signal: AbortSignal): Promise<ReplayResult> {
    const desk = this.#desk
    const [begun, at] = [performance.now(), new Date().toISOString()]
    const onStep = (stage: string, step: number, steps: number) => {
      // The case was left, or the vault locked: what would be read now is another's.
      if (desk.store !== store) this.cancel()
      this.running = { stage, step, steps, fraction: (step - 1) / steps }
    }
    const outputs = await replayTargets(desk, traceId)
    const order = await replayOrder(desk, outputs, onStep)
    await workers.compute.call((api) => api.useBackend('auto'), signal)
    const progress: Context['progress'] = (fraction) => {
      if (this.running) this.running = { ...this.running, fraction }
    }
    const steps = await replay(workers, order, { signal, progress })
    return {
      ...{ format: REPLAY_FORMAT, traceId, scan: order.scan.digest, outputs, steps, appVersion: APP_VERSION, at },
      ms: Math.round(performance.now() - begun),
    }
  }

  /** What the case that was opened keeps of its last replay. */
  async #load(store: CaseStore | null): Promise<void> {
    this.cancel()
    this.#show(store, null)
    const kept = await store?.read(REPLAY_SLOT)
    const stored = kept && parsedJson(kept.bytes)
    // One of another version is made again.
    if (this.#of === store && this.#result === null && isReplayResult(stored)) this.#show(store, stored)
  }

  #show(store: CaseStore | null, result: ReplayResult | null): void {
    this.#of = store
    this.#result = result
  }
}
