/** How long a session lasts, in milliseconds; null: no such end. */
export interface SessionLimits {
  readonly idleMs: number
  /** From its beginning, whatever is done. */
  readonly longestMs: number | null
  readonly hiddenMs: number | null
}

export const PEOPLE_LIMITS: SessionLimits = { idleMs: 120_000, longestMs: 30 * 60_000, hiddenMs: 30_000 }

/**
 * Ends a session in time. Timers of a sleeping computer or a hidden page come late, so `isOver` also looks at the clock: nothing
 * is done after the end, whichever comes first.
 */
export class SessionClock {
  readonly #onEnd: () => void
  #limits: SessionLimits | null = null
  #longestAt = Number.POSITIVE_INFINITY
  #idleAt = 0
  #hiddenAt = Number.POSITIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  start(limits: SessionLimits): void {
    this.#limits = limits
    this.#longestAt = limits.longestMs === null ? Number.POSITIVE_INFINITY : Date.now() + limits.longestMs
    this.#hiddenAt = Number.POSITIVE_INFINITY
    this.touch()
  }

  stop(): void {
    this.#limits = null
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Another idle time; the other limits stay. */
  setIdle(idleMs: number): void {
    if (this.#limits) this.#limits = { ...this.#limits, idleMs }
    this.touch()
  }

  touch(): void {
    if (!this.#limits) return
    this.#idleAt = Date.now() + this.#limits.idleMs
    this.#arm()
  }

  /** The page is hidden from now on, or no more. */
  setHidden(isHidden: boolean): void {
    const { hiddenMs = null } = this.#limits ?? {}
    this.#hiddenAt = isHidden && hiddenMs !== null ? Date.now() + hiddenMs : Number.POSITIVE_INFINITY
    if (this.#limits) this.#arm()
  }

  isOver(): boolean {
    return this.#limits !== null && Date.now() >= this.#endAt()
  }

  /** Milliseconds to the end; null when nothing runs. */
  left(): number | null {
    return this.#limits ? Math.max(0, this.#endAt() - Date.now()) : null
  }

  #endAt(): number {
    return Math.min(this.#idleAt, this.#longestAt, this.#hiddenAt)
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#onEnd(), Math.max(0, this.#endAt() - Date.now()))
  }
}
