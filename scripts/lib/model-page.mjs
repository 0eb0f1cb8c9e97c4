// @ts-check

/** @typedef {import('../../tests/support/model-row.ts').ModelRow} ModelRow */
/** @typedef {ModelRow & { date: string, machine: string, load: number, peakMiB: number }} Measured */
/** @typedef {Measured['structures'][number]} StructureRow */
/** @typedef {import('../../tests/support/model-cases.ts').ModelCase} ModelCase */
/** @typedef {Pick<ModelCase, 'id' | 'what' | 'stratum' | 'kind' | 'expected'>} Known */
/** @typedef {import('../../src/infer/card.ts').EvaluationRow} EvaluationRow */
/** @typedef {import('../../src/evidence/degradation.ts').Robustness} Robustness */
/**
 * `robustness` is null until a corruption was tried.
 * @typedef {{
 *   node: string, card: EvaluationRow[], robustness: Robustness | null, rows: Measured[]
 * }} ModelEvidence
 */

const NONE = '–'
const fixed = (/** @type {number | null | undefined} */ value, digits = 3) =>
  Number.isFinite(value) ? Number(value).toFixed(digits) : NONE
const line = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(' | ')} |`
const table = (/** @type {readonly string[]} */ head, /** @type {readonly (readonly (string | number)[])[]} */ rows) =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')

/** A value and what it had to be. @param {StructureRow['reasons'][number]} reason */
function reasonText({ rule, value, limit }) {
  const shown = typeof value === 'number' ? String(Number(value.toPrecision(3))) : (value ?? 'unknown')
  return `${rule} ${shown} (${limit})`
}

const reasonsOf = (/** @type {StructureRow} */ { band, reasons }) =>
  reasons
    .filter((reason) => reason.band === band)
    .map(reasonText)
    .join(', ') || NONE

/**
 * The page for people, from the figures.
 * @param {ModelEvidence} evidence
 * @param {readonly Measured[]} each one row for each case and network
 * @param {readonly Known[]} cases
 */
export function modelPage(evidence, each, cases) {
  const { node, card, robustness, rows } = evidence
  const pairsOf = (/** @type {readonly Measured[]} */ some, /** @type {ModelCase['kind']} */ kind) =>
    some.flatMap((row) => {
      const known = cases.find(({ id }) => id === row.case)
      return known?.kind === kind ? [{ row, known }] : []
    })
  const of = (/** @type {ModelCase['kind']} */ kind) => pairsOf(each, kind)
  return `# The network that ships, on scans it was never trained on

Made by \`npm run evidence:model\` (Node ${node}): the shipped package through the app's own path: conformed, every member of
the card, agreement, scope features, band. Every row bears its date, machine and provider; where a scan ran on several, the figures
of accuracy are those of the processor. Rows of 16 cores come from a lent machine: the same code, up to twenty processes at once,
brought in with \`--rows\`; those that ended in broken-output ran beside the most others. Dice, surface Dice (NSD, within the tolerance named) and the 95 % distance between surfaces (HD95, mm) as \`src/evidence/metrics.ts\`
has them. **Nothing here has been judged by a clinician**, and a painted head is no patient: see below what the figures can show.

## On the card: median, lowest and highest Dice

The range is that of so few scans, no interval of confidence.

${cardTable(card)}

## Each scan

${scanTable(of('accuracy'))}

## What it took

A pass is the network alone, once over the scan; a run is all members, with conforming, agreement and features. Memory is the most
that the process held (resident), the scan and its reference within it. The limit sets the
tiles; 1024 MiB is the app's own, 4096 MiB all that WebAssembly has. Load counts what wanted to run,
this included: seconds are longer by what stood beside. WebGPU in Node is Dawn, as in Chromium.

${costTable(pairsOf(rows, 'accuracy'))}

## Inputs that must be refused

${redTable(of('red'))}

Not tellable: a head mirrored left to right. Both halves look alike to it, and the features are the same; the letters on the views and
the person who compares them with the scan are all there is.

## Made worse

${robustnessText(robustness, of('corruption'))}

## Not run yet

${absentText(each, cases)}

## What the figures can show

- **Painted heads.** The maps 17, 18 and 20 of SynthSeg (exact truth) took no part in the training, but come from the same
  collection, and the mean brightness of tissues is that of the training: expect less on real scans of the same kind.
- **Colin27.** One man, a mean of 27 scans, sharper than any one scan. Its brain was marked by BET, a program, which counts the fluid in the folds
  as brain; nobody drew it. The walls of the folds lie up to 20 mm within that hull, so NSD and HD95 measure this difference of custom. No real skull, ventricles or grey matter has been compared.
- **MNI152.** A mean of many people with all but the brain taken away; its grey and white are maps of chance cut at one half.
- **The networks of other people** have no structures for skull and skin, their brain leaves out the ventricles, and one pass is all they
  have, so that no agreement is known and AMBER is their best. Those of more than five channels are run in slabs.
- T2 and FLAIR have been seen painted only, never real. No child, no tumour, no bleeding, no implant is among these scans.
`
}

/** @param {readonly Measured[]} rows @param {readonly Known[]} cases */
function absentText(rows, cases) {
  const ran = new Set(rows.filter(({ network }) => network === 'head-tissues').map((row) => row.case))
  const absent = cases.filter(({ id, kind }) => kind !== 'corruption' && !ran.has(id)).map(({ what }) => `- ${what}`)
  return absent.join('\n') || 'Every scan was run with the network that ships.'
}

/** @param {readonly EvaluationRow[]} card */
const cardTable = (card) =>
  table(
    ['scans', 'structure', 'n', 'Dice', 'lowest', 'highest', 'NSD', 'within (mm)'],
    card.map(({ stratum, structure, n, dice, nsd }) => [
      ...[stratum, structure, n, `**${fixed(dice.median)}**`, fixed(dice.low), fixed(dice.high)],
      ...[fixed(nsd?.median), nsd?.toleranceMm ?? NONE],
    ]),
  )

/** @typedef {readonly { row: Measured, known: Known }[]} Pairs */

/** @param {Pairs} pairs */
const scanTable = (pairs) =>
  table(
    ['scan', 'network', 'structure', 'Dice', 'NSD', 'within (mm)', 'HD95 (mm)', 'band', 'why not better'],
    pairs.flatMap(({ row, known }) =>
      row.error
        ? [[known.what, row.network, NONE, NONE, NONE, NONE, NONE, NONE, row.error]]
        : row.structures.map((one) => [
            ...[known.what, row.network, one.anatomy, fixed(one.metrics?.dice), fixed(one.metrics?.nsd)],
            ...[
              one.metrics?.toleranceMm ?? NONE,
              fixed(one.metrics?.hd95Mm, 1),
              one.band.toUpperCase(),
              reasonsOf(one),
            ],
          ]),
    ),
  )

/** @param {Pairs} pairs */
const costTable = (pairs) =>
  table(
    [
      'scan',
      'network',
      'on',
      'voxels',
      'tiles',
      'members',
      'limit (MiB)',
      'pass (s)',
      'run (s)',
      'load',
      'memory (MiB)',
      'machine',
      'date',
    ],
    pairs.map(({ row, known }) => [
      ...[known.what, row.network, providerText(row), row.size.join(' × ')],
      ...[`${row.tiles ?? NONE} of ${row.tile?.join(' × ') ?? NONE}`],
      ...[
        row.members,
        row.limitMiB,
        fixed(row.passSeconds, 0),
        fixed(row.runSeconds, 0),
        fixed(row.load, 1),
        row.peakMiB,
        row.machine,
        row.date,
      ],
    ]),
  )

const providerText = (/** @type {Measured} */ { provider: { backend, adapter, threads } }) =>
  backend === 'wasm' ? `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : `WebGPU, ${adapter}`

const RANK = ['green', 'amber', 'red']

/** @param {Pairs} pairs */
function redTable(pairs) {
  const rows = pairs.map(({ row, known }) => {
    const best = row.structures.reduce(
      (/** @type {StructureRow | null} */ least, one) =>
        least && RANK.indexOf(least.band) <= RANK.indexOf(one.band) ? least : one,
      null,
    )
    const isMet = row.structures.every(({ band }) => band === known.expected)
    const said = row.error ?? best?.band.toUpperCase() ?? NONE
    return [
      known.what,
      row.tiles === null ? 'no' : 'yes',
      said,
      isMet ? 'yes' : '**no**',
      best ? reasonsOf(best) : NONE,
      row.date,
    ]
  })
  return table(['input', 'ran', 'best band of a structure', 'as wanted', 'why', 'date'], rows)
}

/** @param {Robustness | null} robustness @param {Pairs} pairs */
function robustnessText(robustness, pairs) {
  if (robustness === null) return 'Not tried yet (`--only corruption`, hours).'
  const { silentByDice, silentByNsd, caught, meanDegradation, verdict } = robustness
  const curves = robustness.curves.flatMap(({ corruption, points, degradation }) =>
    points.map(({ severity, dice, nsd, bands }) => [
      ...[
        corruption,
        severity,
        fixed(dice),
        fixed(nsd),
        `${bands.green} / ${bands.amber} / ${bands.red}`,
        fixed(degradation),
      ],
    ]),
  )
  return `Head 17 painted as T1, ${pairs.length} scans; means over its structures. Silent (GREEN though wrong): ${silentByDice.count} of
${silentByDice.of} by Dice, ${silentByNsd.count} by NSD (at most ${fixed(100 * silentByNsd.upper95, 1)} % at 95 %). Caught: ${caught ? `${caught.count} of ${caught.of}` : 'none failed'}.
Mean degradation ${fixed(meanDegradation)}; ${verdict}.

${table(['corruption', 'severity', 'Dice', 'NSD', 'GREEN / AMBER / RED', 'degradation'], curves)}`
}
