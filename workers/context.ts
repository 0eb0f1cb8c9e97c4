import type { Context } from '../src/core/stage.ts'

/** What crosses the border for progress: a comlink proxy of the page's listener. */
export type ProgressListener = (fraction: number, note?: string) => void

const MIN_INTERVAL_MS = 100

/** A stage context over the border's signal and listener; progress is passed on at most ten times a second. */
export function workerContext(signal: AbortSignal, onProgress: ProgressListener): Context {
  let last = 0
  return {
    signal,
    progress(fraction, note) {
      const now = performance.now()
      if (fraction < 1 && now - last < MIN_INTERVAL_MS) return
      last = now
      onProgress(fraction, note)
    },
  }
}
