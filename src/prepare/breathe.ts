import type { Context } from '../core/stage.ts'

const SLICE_MS = 50

/**
 * Makes long loops cancellable in a worker: call the result often. It throws when cancelled, and every 50 ms reports the
 * fraction and waits one macrotask, without which the abort message could not arrive.
 */
export function breather(ctx: Context): (fraction: number, note?: string) => Promise<void> | undefined {
  let last = performance.now()
  let lastReport = Number.NEGATIVE_INFINITY
  return (fraction, note) => {
    ctx.signal.throwIfAborted()
    const now = performance.now()
    if (now - last < SLICE_MS) return undefined
    if (now - lastReport >= 2 * SLICE_MS) {
      ctx.progress(fraction, note)
      lastReport = now
    }
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      last = performance.now()
      ctx.signal.throwIfAborted()
    })
  }
}

/** A context that maps its progress into [from, to] of another. */
export function subContext(ctx: Context, from: number, to: number): Context {
  return { signal: ctx.signal, progress: (f, note) => ctx.progress(from + f * (to - from), note) }
}
