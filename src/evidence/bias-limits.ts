/** When groups count as served alike. Proposals of this project, to be calibrated; the ratio is from arXiv 2106.12387. */
export interface BiasLimits {
  /** Patients a group needs to be judged; also cases a rate needs. */
  readonly leastPatients: number
  /** Widest gap between group means of NSD, and the highest value its interval may reach. */
  readonly gap: number
  readonly gapUpper: number
  /** Lowest value the interval of the worst group's mean may reach. */
  readonly floor: number
  /** Largest to smallest mean error (1 - NSD), at most: the skewed error ratio. */
  readonly errorRatio: number
  /** Errors below this count as this: a ratio of two tiny ones says nothing. */
  readonly leastError: number
  /** A case is truly acceptable from this NSD on. */
  readonly acceptableNsd: number
  /** Acceptable cases let through: widest gap of the rates. */
  readonly passGap: number
  /** Unacceptable cases let through: widest gap of the rates. */
  readonly unsafePassGap: number
  /** Cases held back: widest gap of the rates. */
  readonly abstentionGap: number
}

export const DEFAULT_BIAS_LIMITS: BiasLimits = {
  leastPatients: 20,
  gap: 0.05,
  gapUpper: 0.08,
  floor: 0.85,
  errorRatio: 1.5,
  leastError: 0.01,
  acceptableNsd: 0.9,
  passGap: 0.1,
  unsafePassGap: 0.05,
  abstentionGap: 0.15,
}
