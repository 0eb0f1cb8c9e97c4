import type { Volume } from '../core/types.ts'

/** 0 is the scan as it is; 5 is the worst that is still a scan. */
export type Severity = 0 | 1 | 2 | 3 | 4 | 5
export const SEVERITIES = [1, 2, 3, 4, 5] as const satisfies readonly Severity[]

/**
 * A scan made worse on its own grid, so that labels still fit. Same scan, severity and seed: same bytes. Severity 0 gives the
 * scan itself. What is drawn from the seed (places, directions, signs) does not depend on the severity.
 */
export type Corrupt = (volume: Volume, severity: Severity, seed: number) => Promise<Volume>

type Five<Level> = readonly [Level, Level, Level, Level, Level]

/** A corruption from the parameters of its five severities. */
export function atLevels<Level>(
  levels: Five<Level>,
  apply: (volume: Volume, level: Level, seed: number) => Volume | Promise<Volume>,
): Corrupt {
  return async (volume, severity, seed) =>
    severity === 0 ? volume : apply(volume, levels[severity - 1] as Level, seed)
}
