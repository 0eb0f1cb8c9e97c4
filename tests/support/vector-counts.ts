/** What a suite of public vectors came to. `passed`, `skipped` and `wrong` add up to `total`. */
export interface VectorCounts {
  readonly suite: string
  readonly total: number
  readonly passed: number
  /** How many were not run, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** Those that came out otherwise, in words. */
  readonly wrong: readonly string[]
}

/** 'right', why it was not run, or what came instead. */
export type Outcome = 'right' | { readonly skipped: string } | { readonly wrong: string }

/** Runs every case of a suite, one after the other. An exception counts as wrong. */
export async function countVectors<Case>(
  suite: string,
  cases: readonly Case[],
  nameOf: (one: Case) => string,
  run: (one: Case) => Promise<Outcome>,
): Promise<VectorCounts> {
  const skipped: Record<string, number> = {}
  const wrong: string[] = []
  for (const one of cases) {
    const outcome = await run(one).catch((error: unknown): Outcome => ({ wrong: String(error) }))
    if (outcome === 'right') continue
    if ('wrong' in outcome) wrong.push(`${nameOf(one)}: ${outcome.wrong}`)
    else skipped[outcome.skipped] = (skipped[outcome.skipped] ?? 0) + 1
  }
  const notRun = Object.values(skipped).reduce((sum, n) => sum + n, 0)
  return { suite, total: cases.length, passed: cases.length - notRun - wrong.length, skipped, wrong }
}

/** How many came out right, how many not, and why others were not run. */
export function counted({ total, passed, skipped, wrong }: Omit<VectorCounts, 'suite'>): string {
  const reasons = Object.entries(skipped).map(([reason, n]) => `${n} not run: ${reason}`)
  return [`${passed} of ${total} right`, `${wrong.length} wrong`, ...reasons].join(', ')
}

/** One line for a log. */
export const said = (counts: VectorCounts): string => `${counts.suite}: ${counted(counts)}`
