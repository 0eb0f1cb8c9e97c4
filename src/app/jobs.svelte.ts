import { isAbort, PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { JobView, Problem } from './job-view.ts'

/** Below this share an estimate of the time left would jump about. */
const ESTIMATE_FROM = 0.05

/** The one piece of work that runs, its progress and its cancel; and the last problem, until it is dismissed. */
export class Jobs {
  current = $state<JobView | null>(null)
  problem = $state<Problem | null>(null)
  #controller: AbortController | null = null
  #running: Promise<void> | null = null

  get busy(): boolean {
    return this.current !== null
  }

  cancel(): void {
    this.#controller?.abort()
  }

  /** Resolves when no work runs. */
  async free(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** Names the step that now runs, within the job. */
  onStage = (stage: string): void => {
    if (this.current) this.current = { ...this.current, stage }
  }

  /**
   * Runs work and returns its result, or null when it was cancelled, failed (then `problem` says why) or when other
   * work is still running.
   */
  async run<T>(stage: string, work: (ctx: Context) => Promise<T>): Promise<T | null> {
    if (this.#controller) return null
    const controller = new AbortController()
    this.#controller = controller
    let ended = () => {}
    this.#running = new Promise((resolve) => {
      ended = resolve
    })
    this.problem = null
    this.current = { stage, fraction: 0, secondsLeft: null }
    try {
      return await work({ signal: controller.signal, progress: this.#progressFrom(performance.now()) })
    } catch (error) {
      this.report(error)
      return null
    } finally {
      this.#controller = null
      this.current = null
      this.#running = null
      ended()
    }
  }

  /** Shows an error to the person; a cancel is none. */
  report(error: unknown): void {
    if (!isAbort(error)) this.problem = problemOf(error)
  }

  #progressFrom(start: number): Context['progress'] {
    return (fraction) => {
      if (!this.current) return
      const elapsed = (performance.now() - start) / 1000
      const secondsLeft = fraction > ESTIMATE_FROM ? Math.round((elapsed * (1 - fraction)) / fraction) : null
      this.current = { ...this.current, fraction, secondsLeft }
    }
  }
}

/** An error as a person is told of it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof PipelineError) return { code: error.code, message: error.message }
  // A bug: its text may hold anything, so it goes to the console of this machine and not onto the screen.
  console.error(error)
  return { code: 'app/bug', message: 'Something went wrong inside the program. Nothing was changed.' }
}
