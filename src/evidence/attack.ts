import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import type { Band } from '../infer/outcome.ts'
import { intensitiesOf } from './intensity.ts'
import { ATTACK } from './limits.ts'

/** The network as an attacker sees it: scans in, answers out. Both run on the cut that the attack is given. */
export interface AttackTarget {
  /** Overlap with the truth, 1 for perfect. A soft one (of probabilities) tells an attacker more than one of labels. */
  readonly query: (volume: Volume) => Promise<number>
  /** The confidence band that a person would see. */
  readonly band: (volume: Volume) => Promise<Band>
}

export interface AttackOrder {
  /** Small enough that thousands of runs are affordable: see cutOut(). */
  readonly volume: Volume
  /** Largest change of any voxel, in real units; at least one stored step, the least that a file can hold. */
  readonly epsilon: number
  /** Most runs, those for the band included. */
  readonly queries: number
  /** Overlap below which the answer is wrong. */
  readonly overlapBelow: number
  readonly seed: number
}

export interface AttackResult {
  readonly queries: number
  readonly startOverlap: number
  readonly lowestOverlap: number
  /** The wrong answer stayed GREEN: nobody would have been warned. */
  readonly silentSuccess: boolean
  /** The scan with the lowest overlap, or the one that was silent. */
  readonly volume: Volume
}

/** An attack that needs no gradients. Same order and target: same result. Cancelled between queries. */
export type Attack = (order: AttackOrder, target: AttackTarget, ctx: Context) => Promise<AttackResult>

/** The three sizes of change, smallest first: 2, 5 and 10 HU, else 0.5, 1 and 2 % of the 99 % quantile above the darkest value. */
export function attackSizes(volume: Volume): readonly number[] {
  if (volume.modality === 'CT') return ATTACK.hu
  const { p99, floor } = intensitiesOf(volume)
  return ATTACK.shareOfP99.map((share) => share * (p99 - floor))
}

/** Keeps count of the runs, and of the worst that was found. */
export class Hunt {
  /** Largest change in stored steps. */
  readonly steps: number
  readonly #order: AttackOrder
  readonly #target: AttackTarget
  readonly #ctx: Context
  #queries = 0
  #startOverlap = Number.NaN
  #lowest = Number.POSITIVE_INFINITY
  #worst: Volume
  #silent = false

  constructor(order: AttackOrder, target: AttackTarget, ctx: Context) {
    this.#order = order
    this.#target = target
    this.#ctx = ctx
    this.#worst = order.volume
    // A hair more than the quotient: 0.3 / 0.1 is just below 3.
    this.steps = Math.max(1, Math.floor(order.epsilon / Math.abs(order.volume.slope) + 1e-6))
  }
  /** The scan as it is. */
  async start(): Promise<number> {
    this.#startOverlap = await this.#ask(this.#order.volume)
    return this.#startOverlap
  }
  get isOver(): boolean {
    return this.#silent || this.#queries >= this.#order.queries
  }
  /** Overlap for the scan plus these stored steps, cut to what is allowed. */
  try(change: Int16Array): Promise<number> {
    const { volume } = this.#order
    const data = new Int16Array(volume.data.length)
    for (let n = 0; n < data.length; n++) {
      const by = Math.max(-this.steps, Math.min(this.steps, change[n] as number))
      data[n] = Math.max(-32768, Math.min(32767, (volume.data[n] as number) + by))
    }
    return this.#ask({ ...volume, data })
  }
  async #ask(volume: Volume): Promise<number> {
    this.#count()
    const overlap = await this.#target.query(volume)
    if (overlap >= this.#lowest) return overlap
    this.#lowest = overlap
    this.#worst = volume
    if (overlap < this.#order.overlapBelow && this.#queries < this.#order.queries) {
      this.#count()
      this.#silent = (await this.#target.band(volume)) === 'green'
    }
    return overlap
  }
  #count(): void {
    this.#ctx.signal.throwIfAborted()
    this.#queries++
    this.#ctx.progress(this.#queries / this.#order.queries)
  }
  get result(): AttackResult {
    return {
      queries: this.#queries,
      startOverlap: this.#startOverlap,
      lowestOverlap: this.#lowest,
      silentSuccess: this.#silent,
      volume: this.#worst,
    }
  }
}
