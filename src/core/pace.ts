import type { Context } from './stage.ts'

const REPORT_MS = 100
const HOLD_MS = 50

/** Keeps a long loop polite: cancel is looked at on every call, progress goes out at most ten times a second. */
export interface Pacer {
  /** Throws when cancelled. For loops that do not await. */
  look(fraction: number, note?: string): void
  /** As look; also lets waiting messages in (a cancel is one) when the thread was held for 50 ms: await the result. */
  breathe(fraction: number, note?: string): Promise<void> | undefined
}

/** A pacer over this context; one per loop or shared by the loops of a step. */
export function pacer(ctx: Context): Pacer {
  let reported = performance.now()
  let breathed = reported
  const look = (fraction: number, note?: string) => {
    ctx.signal.throwIfAborted()
    const now = performance.now()
    if (now - reported < REPORT_MS) return
    reported = now
    ctx.progress(fraction, note)
  }
  const breathe = (fraction: number, note?: string) => {
    look(fraction, note)
    if (performance.now() - breathed < HOLD_MS) return undefined
    return new Promise<void>((resume) => setTimeout(resume)).then(() => {
      breathed = performance.now()
      ctx.signal.throwIfAborted()
    })
  }
  return { look, breathe }
}

/** A context whose progress fills the stretch [from, to] of another. */
export function subContext(ctx: Context, from: number, to: number): Context {
  return { signal: ctx.signal, progress: (fraction, note) => ctx.progress(from + fraction * (to - from), note) }
}
