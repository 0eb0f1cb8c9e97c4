/** Limits of the robustness and red-team figures. (P): a proposal of this project, to be calibrated. */
export const ROBUSTNESS = {
  /** Corruptions, each at all five severities, before anything is said. */
  leastCorruptions: 10,
  /** Weight of severity s is this to the power s: mild faults are common and count more (ROOD-MRI, Boone et al. 2023). */
  severityWeight: 2 / 3,
  /** Mean over the corruptions; the best published clean-to-corrupt gap of a trained network. */
  meanDegradation: 0.06,
  /** Any one corruption (P). */
  anyDegradation: 0.15,
} as const

/** A silent failure: GREEN, and below one of these. */
export const SILENT = {
  nsdBelow: 0.8,
  diceBelow: 0.85,
  /** Of all trials; 0 of 300 gives an upper bound of 1 % (P). */
  share: 0.01,
} as const

/** Share of the failed trials that are AMBER or RED, at least (P). */
export const CAUGHT_SHARE = 0.95

/** A scan told another way gives the same labels (P). A CT moved by 5 HU is held to the closer one. */
export const METAMORPHIC = { dice: 0.97, diceAfterHu: 0.98 } as const

/** Black-box attacks (P): queries of one attack, and steps in HU or, elsewhere, as shares of the 99 % quantile. */
export const ATTACK = {
  queries: 2000,
  hu: [2, 5, 10],
  shareOfP99: [0.005, 0.01, 0.02],
  /** Of the searches with the middle size, at most (P). With the smallest none may be silent. */
  silentShareAtMiddle: 0.05,
} as const
