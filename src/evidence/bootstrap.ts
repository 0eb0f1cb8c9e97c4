import { seededRandom } from '../core/random.ts'
import { quantileOf, sortedOf } from './statistics.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** How often, and with what numbers. */
export interface Draws {
  readonly draws: number
  readonly seed: number
}

export const DRAWS = 2000

/**
 * Bootstrap by patient (Efron 1979, 10.1214/aos/1176344552; whole clusters, as Davison and Hinkley 1997, 3.8): in every draw
 * as many patients as there are, each with all cases. `patientOf` names the patient of every case by any number; `visit` gets how often each
 * case was drawn, in an array that is reused.
 */
export function bootstrapDraws(
  patientOf: readonly number[],
  { draws, seed }: Draws,
  visit: (times: Uint16Array) => void,
): void {
  const numbers = new Map([...new Set(patientOf)].map((patient, n) => [patient, n]))
  const owner = patientOf.map((patient) => numbers.get(patient) as number)
  const random = seededRandom(seed)
  const drawn = new Uint16Array(numbers.size)
  const times = new Uint16Array(patientOf.length)
  for (let draw = 0; draw < draws; draw++) {
    drawn.fill(0)
    for (let n = 0; n < drawn.length; n++) {
      const who = Math.floor(random() * drawn.length)
      drawn[who] = (drawn[who] as number) + 1
    }
    for (let n = 0; n < times.length; n++) times[n] = drawn[owner[n] as number] as number
    visit(times)
  }
}

/** The middle 95 % of drawn values; NaN ones, of draws without a case, are left out. */
export function intervalOf(drawn: readonly number[]): Interval {
  const sorted = sortedOf(drawn.filter((value) => !Number.isNaN(value)))
  return { low: quantileOf(sorted, 0.025), high: quantileOf(sorted, 0.975) }
}

/** 95 % percentile interval of a statistic of values, drawn by patient. The statistic gets the values of one draw, sorted. */
export function bootstrapInterval(
  values: readonly number[],
  patientOf: readonly number[],
  statistic: (sorted: Float64Array) => number,
  how: Draws,
): Interval {
  const order = values.map((_, n) => n).sort((a, b) => (values[a] as number) - (values[b] as number))
  const drawn: number[] = []
  bootstrapDraws(patientOf, how, (times) => {
    const sample = new Float64Array(order.reduce((count, n) => count + (times[n] as number), 0))
    let put = 0
    for (const n of order) {
      const end = put + (times[n] as number)
      sample.fill(values[n] as number, put, end)
      put = end
    }
    drawn.push(statistic(sample))
  })
  return intervalOf(drawn)
}
