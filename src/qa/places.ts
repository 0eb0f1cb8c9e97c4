import type { Place } from '../core/finding.ts'
import type { Vec3 } from '../core/types.ts'
import { MAX_PLACES } from './grade.ts'

/** Spots nearer to each other than this are one place to visit. */
const APART_MM = 5

/** Collects candidate spots and gives the worst ones that lie apart from each other, worst first. */
export class Places {
  readonly #at: number[] = []
  readonly #value: number[] = []
  readonly #worstIs: 'high' | 'low'
  constructor(worstIs: 'high' | 'low') {
    this.#worstIs = worstIs
  }

  /** x, y, z in LPS mm. Only spots beyond a limit should be added: each costs 32 bytes. */
  add(x: number, y: number, z: number, value: number): void {
    this.#at.push(x, y, z)
    this.#value.push(value)
  }

  worst(): Place[] {
    const sign = this.#worstIs === 'high' ? -1 : 1
    const order = Float64Array.from(this.#value, (_, i) => i).sort(
      (p, q) => sign * ((this.#value[p] as number) - (this.#value[q] as number)) || p - q,
    )
    const chosen: Place[] = []
    for (const i of order) {
      const at: Vec3 = [this.#at[3 * i] as number, this.#at[3 * i + 1] as number, this.#at[3 * i + 2] as number]
      if (chosen.some((c) => Math.hypot(c.at[0] - at[0], c.at[1] - at[1], c.at[2] - at[2]) < APART_MM)) continue
      chosen.push({ at, value: this.#value[i] as number })
      if (chosen.length === MAX_PLACES) break
    }
    return chosen
  }
}
