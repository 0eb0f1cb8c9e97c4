export type AttackClass = 'data-leakage' | 'robustness' | 'unfair-variation' | 'pipeline-manipulation'

/** Why an attack cannot be run yet. */
export type NotRunReason = 'needs-data' | 'not-built'

/** How an attack is run: by the evidence bench on a network, by a test of the project, or not yet. */
export type HowRun =
  | { readonly kind: 'bench' }
  | { readonly kind: 'test'; readonly file: string }
  | { readonly kind: 'not-run'; readonly why: NotRunReason }

interface Entry {
  readonly id: string
  readonly class: AttackClass
  readonly how: HowRun
  /** Its result counts only for the very model it was run on. */
  readonly ofModel: boolean
}

const BENCH: HowRun = { kind: 'bench' }
const test = (file: string): HowRun => ({ kind: 'test', file })
const notRun = (why: NotRunReason): HowRun => ({ kind: 'not-run', why })
const MANIPULATION = test('tests/hostile/pipeline-manipulation.test.ts')
/** By people who have keys, against a bundle of evidence. */
const BY_PEOPLE = test('tests/hostile/evidence-manipulation.test.ts')

/**
 * Every attack that the product is to be put to, in the classes of the customer; what they are called in NIST AI 100-2e2025:
 * privacy, evasion, and attacks on the supply chain. Titles stand in the catalogue. A test names the id of its attack.
 */
export const RED_TEAM = [
  { id: 'canaries-in-files', class: 'data-leakage', how: test('tests/e2e/canary.test.ts'), ofModel: false },
  { id: 'canaries-past-import', class: 'data-leakage', how: test('tests/unit/import/canary.test.ts'), ofModel: false },
  { id: 'plain-text-at-rest', class: 'data-leakage', how: test('tests/unit/vault/store.test.ts'), ofModel: false },
  { id: 'metadata-in-parts', class: 'data-leakage', how: test('tests/unit/export/threemf.test.ts'), ofModel: false },
  { id: 'ways-out-of-the-page', class: 'data-leakage', how: test('tests/e2e/egress.test.ts'), ofModel: false },
  { id: 'keys-after-lock', class: 'data-leakage', how: test('tests/e2e/key-residue.test.ts'), ofModel: false },
  { id: 'statistics-of-few', class: 'data-leakage', how: test('tests/unit/infer/parse-card.test.ts'), ofModel: false },
  { id: 'face-in-surface', class: 'data-leakage', how: notRun('not-built'), ofModel: false },

  { id: 'corruption-grid', class: 'robustness', how: BENCH, ofModel: true },
  { id: 'metamorphic', class: 'robustness', how: BENCH, ofModel: true },
  { id: 'spsa', class: 'robustness', how: BENCH, ofModel: true },
  { id: 'square', class: 'robustness', how: BENCH, ofModel: true },
  { id: 'edge-cases', class: 'robustness', how: BENCH, ofModel: true },
  { id: 'zero-severity', class: 'robustness', how: test('tests/unit/evidence/corruptions.test.ts'), ofModel: false },
  { id: 'contrast-phase', class: 'robustness', how: notRun('needs-data'), ofModel: true },
  { id: 'paediatric', class: 'robustness', how: notRun('needs-data'), ofModel: true },
  { id: 'post-surgery', class: 'robustness', how: notRun('needs-data'), ofModel: true },

  { id: 'group-gates', class: 'unfair-variation', how: BENCH, ofModel: true },
  { id: 'planted-gap', class: 'unfair-variation', how: test('tests/unit/evidence/bias.test.ts'), ofModel: false },
  { id: 'body-size-pairs', class: 'unfair-variation', how: notRun('not-built'), ofModel: true },
  { id: 'site-pairs', class: 'unfair-variation', how: notRun('needs-data'), ofModel: true },

  { id: 'mesh-swap', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'mirror-image', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'inch-scale', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'label-swap', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'threshold-edit', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'hidden-object', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'policy-downgrade', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'seed-change', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'thinned-wall', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'added-island', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  { id: 'model-byte-flip', class: 'pipeline-manipulation', how: MANIPULATION, ofModel: false },
  {
    id: 'hostile-network-file',
    class: 'pipeline-manipulation',
    how: test('tests/unit/infer/sniff-onnx.test.ts'),
    ofModel: false,
  },
  { id: 'racing-tabs', class: 'pipeline-manipulation', how: test('tests/unit/vault/vault.test.ts'), ofModel: false },
  { id: 'approval-replay', class: 'pipeline-manipulation', how: BY_PEOPLE, ofModel: false },
  { id: 'stale-approval', class: 'pipeline-manipulation', how: BY_PEOPLE, ofModel: false },
  { id: 'wrong-recipient', class: 'pipeline-manipulation', how: BY_PEOPLE, ofModel: false },
  { id: 'clock-back', class: 'pipeline-manipulation', how: test('tests/unit/vault/people.test.ts'), ofModel: false },
  {
    id: 'colluding-roles',
    class: 'pipeline-manipulation',
    how: test('tests/unit/vault/people.test.ts'),
    ofModel: false,
  },
  {
    id: 'older-app',
    class: 'pipeline-manipulation',
    how: test('tests/unit/workers/release-cache.test.ts'),
    ofModel: false,
  },
] as const satisfies readonly Entry[]

export type RedTeamId = (typeof RED_TEAM)[number]['id']

export interface RedTeamEntry extends Entry {
  readonly id: RedTeamId
}

/** One run of one attack. */
export interface RedTeamResult {
  readonly id: RedTeamId
  /** ISO 8601, UTC. */
  readonly date: string
  readonly seed: number
  /** SHA-256 of the weights; null when no network took part. */
  readonly modelSha256: string | null
  readonly passed: boolean
  /** Named numbers behind the verdict. */
  readonly figures: Readonly<Record<string, number>>
}

export interface RedTeamRow {
  readonly entry: RedTeamEntry
  readonly state: 'passed' | 'failed' | 'not-run'
  /** The newest run that counts. */
  readonly latest: RedTeamResult | null
}

export interface RedTeamReport {
  /** One row an attack, in the order of the register. */
  readonly rows: readonly RedTeamRow[]
  readonly passed: number
  readonly failed: number
  readonly notRun: number
  /** 'unevaluated' as long as nothing was run on this very model; after that a failure outweighs what was not run. */
  readonly verdict: 'passed' | 'failed' | 'incomplete' | 'unevaluated'
}

/**
 * What was run for one network, by the digest of its weights, and what was not. A result of another digest counts for
 * nothing here, however small the difference. Of several runs the newest counts.
 */
export function redTeamReport(modelSha256: string, results: readonly RedTeamResult[]): RedTeamReport {
  const counts = (entry: RedTeamEntry, r: RedTeamResult) =>
    r.id === entry.id && r.modelSha256 === (entry.ofModel ? modelSha256 : null)
  const rows = RED_TEAM.map((entry): RedTeamRow => {
    const runs = results.filter((r) => counts(entry, r))
    const latest = runs.reduce<RedTeamResult | null>((a, b) => (a !== null && a.date > b.date ? a : b), null)
    return { entry, latest, state: latest === null ? 'not-run' : latest.passed ? 'passed' : 'failed' }
  })
  const number = (state: RedTeamRow['state'], of = rows) => of.filter((row) => row.state === state).length
  const ofModel = rows.filter((row) => row.entry.ofModel)
  const verdict =
    number('not-run', ofModel) === ofModel.length
      ? 'unevaluated'
      : number('failed') > 0
        ? 'failed'
        : number('not-run') > 0
          ? 'incomplete'
          : 'passed'
  return { rows, passed: number('passed'), failed: number('failed'), notRun: number('not-run'), verdict }
}
