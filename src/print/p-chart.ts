/** Share of prints that were refused, over time (p-chart: NIST/SEMATECH e-Handbook, 6.3.3.2). */
export interface ReprintChart {
  readonly prints: number
  readonly refused: number
  /** Over the last RATE_WINDOW prints; NaN without any. */
  readonly rate: number
  /** Prints in that window; fewer than RATE_WINDOW while there are not more. */
  readonly window: number
  /** At or above 10 % of RATE_WINDOW prints: find out why. */
  readonly mustAct: boolean
  /** One for each full group of GROUP prints, oldest first. */
  readonly points: readonly ReprintPoint[]
  readonly centre: number
  /** Three standard errors of a group, within 0 and 1; null below LEAST_GROUPS groups. */
  readonly limits: { readonly low: number; readonly high: number } | null
}

export interface ReprintPoint {
  readonly rate: number
  readonly isBeyond: boolean
}

/** The project's gate: act at 10 % over the last 50 prints. */
export const RATE_WINDOW = 50
export const ACT_AT = 0.1
export const GROUP = 10
const LEAST_GROUPS = 3
const SIGMAS = 3

/**
 * `refused`: whether each print was, oldest first. The rule counts refused prints against a full window, so that one failure among the
 * first three prints is no alarm, and five are one however few prints there were.
 */
export function reprintChart(refused: readonly boolean[]): ReprintChart {
  const last = refused.slice(-RATE_WINDOW)
  const failures = countOf(last)
  const groups = Math.floor(refused.length / GROUP)
  const rates = Array.from({ length: groups }, (_, n) => countOf(refused.slice(n * GROUP, (n + 1) * GROUP)) / GROUP)
  const centre = rates.reduce((sum, rate) => sum + rate, 0) / groups
  const reach = SIGMAS * Math.sqrt((centre * (1 - centre)) / GROUP)
  const limits = groups < LEAST_GROUPS ? null : { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) }
  return {
    prints: refused.length,
    refused: countOf(refused),
    rate: failures / last.length,
    window: last.length,
    mustAct: failures >= ACT_AT * RATE_WINDOW,
    points: rates.map((rate) => ({ rate, isBeyond: limits !== null && (rate > limits.high || rate < limits.low) })),
    centre,
    limits,
  }
}

const countOf = (flags: readonly boolean[]) => flags.filter(Boolean).length
