import type { Place } from '../core/finding.ts'
import { MAX_PLACES } from './grade.ts'

/** Spots nearer to each other than this are one place to visit. */
const APART_MM = 5

/** Collects candidate spots and gives the worst ones that lie apart from each other, worst first. */
export class Places {
  /** The worst spot of each cube of APART_MM: a spoilt mesh offers millions of spots. */
  readonly #cells = new Map<number, Place>()
  readonly #isWorse: (a: number, b: number) => boolean
  constructor(worstIs: 'high' | 'low') {
    this.#isWorse = worstIs === 'high' ? (a, b) => a > b : (a, b) => a < b
  }

  /** x, y, z in LPS mm. */
  add(x: number, y: number, z: number, value: number): void {
    const cell = (v: number) => Math.floor(v / APART_MM) & 0xffff
    const key = (cell(x) * 65536 + cell(y)) * 65536 + cell(z)
    const known = this.#cells.get(key)
    if (known === undefined || this.#isWorse(value, known.value)) this.#cells.set(key, { at: [x, y, z], value })
  }

  /** At most as many as a person can visit; equal ones in the order in which they were added. */
  worst(): Place[] {
    const sorted = [...this.#cells.values()].sort((a, b) =>
      a.value === b.value ? 0 : this.#isWorse(a.value, b.value) ? -1 : 1,
    )
    const chosen: Place[] = []
    for (const place of sorted) {
      const [x, y, z] = place.at
      if (chosen.some(({ at }) => Math.hypot(at[0] - x, at[1] - y, at[2] - z) < APART_MM)) continue
      chosen.push(place)
      if (chosen.length === MAX_PLACES) break
    }
    return chosen
  }
}
