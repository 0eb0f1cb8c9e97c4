import { meanOf } from './statistics.ts'

/**
 * Conformal risk control (Angelopoulos et al., arXiv 2208.02814): the largest setting for which the mean loss of a new case
 * stays at or below `alpha`, whatever the network, when new cases come from where these did.
 *
 * `losses` has a row a case of 0 to 1, a column a setting, in settings that lose more and more (such as the part of a
 * structure that is missed when less certain voxels are left out). Answers a column, -1 when even the first loses too much,
 * as with fewer cases than 1 / alpha - 1.
 */
export function conformalSetting(losses: readonly ArrayLike<number>[], alpha: number): number {
  const n = losses.length
  const settings = losses[0]?.length ?? 0
  let best = -1
  for (let setting = 0; setting < settings; setting++) {
    const risk = n === 0 ? 0 : meanOf(losses.map((row) => row[setting] as number))
    // Rounded sums may pass a limit that they meet.
    if ((n * risk + 1) / (n + 1) > alpha + 1e-12) break
    best = setting
  }
  return best
}
