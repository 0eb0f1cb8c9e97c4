/** What a running step may use: cancel and progress, nothing else. Stages know nothing of trace, vault or audit. */
export interface Context {
  readonly signal: AbortSignal
  /** fraction 0..1; note is a short catalogue-free technical word such as "pass 2 of 3". */
  progress(fraction: number, note?: string): void
}

/** One step. Same input, params and seed give the same output. */
export type Stage<In, Params, Out> = (input: In, params: Params, ctx: Context) => Promise<Out> | Out

/** Name, version (bumped when output bytes change for the same input) and default parameters of a step. */
export interface StageSpec<Params> {
  readonly name: string
  readonly version: number
  readonly defaults: Params
}

/** A context that is never cancelled and reports nothing: for tests and for one-shot calls. */
export const IDLE_CONTEXT: Context = { signal: new AbortController().signal, progress: () => {} }

/** Where a step really ran; written into the trace and shown. */
export type Backend = 'cpu' | 'webgpu' | 'wasm'
