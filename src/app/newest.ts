/**
 * Work of which only the newest counts, as for a picture under a slider: asking again cancels what runs, and begins when
 * that has ended, so that a worker never holds more than one.
 */
export class Newest {
  #controller: AbortController | null = null
  #ended: Promise<unknown> = Promise.resolve()

  /** The result, or null when something newer was asked or cancel() was called. Errors of the work are thrown. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.cancel()
    const controller = new AbortController()
    this.#controller = controller
    const { signal } = controller
    const before = this.#ended
    const turn = (async () => {
      await before
      return signal.aborted ? null : work(signal)
    })()
    this.#ended = turn.catch(() => {})
    try {
      const result = await turn
      return signal.aborted ? null : result
    } catch (error) {
      if (signal.aborted) return null
      throw error
    }
  }

  cancel(): void {
    this.#controller?.abort()
    this.#controller = null
  }
}
