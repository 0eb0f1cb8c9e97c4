import type { AnatomyId } from '../core/anatomy.ts'
import { htmlTable, safe } from '../export/html-text.ts'
import type { BandLimit, EvaluationRow, ModelCard } from '../infer/card.ts'
import type { BiasReport } from './bias.ts'
import type { Verdict } from './bias-checks.ts'

/** The words of the page, from the catalogue of a language. */
export interface CardPageWords {
  readonly language: string
  readonly facts: Readonly<Record<CardFact, string>>
  readonly headings: Readonly<Record<'failures' | 'scope' | 'bands' | 'results' | 'groups', string>>
  /** Column names of the three tables, in the order of the cells below. */
  readonly bandColumns: readonly string[]
  readonly resultColumns: readonly string[]
  readonly groupColumns: readonly string[]
  readonly bandName: Readonly<Record<'green' | 'amber', string>>
  readonly scopeName: Readonly<Record<'modality' | 'spacing' | 'anisotropy' | 'field' | 'age', string>>
  readonly verdict: Readonly<Record<Verdict, string>>
  readonly anatomy: (id: AnatomyId) => string
  /** How metrics are counted: printed on every page. */
  readonly convention: string
  readonly none: string
  readonly never: string
}

const FACTS = [
  'version',
  'weights',
  'licence',
  'origin',
  'trainingData',
  'trainingLicence',
  'use',
  'calibration',
] as const
type CardFact = (typeof FACTS)[number]

/** Groups of one structure, compared. */
export interface StructureBias {
  readonly anatomy: AnatomyId
  readonly report: BiasReport
}

const numberText = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '-')

/** Nothing is loaded and nothing runs: the page is only this text. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`

const STYLE =
  'body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:.25rem .5rem;text-align:left}'

const section = (heading: string, body: string) => `<h2>${safe(heading)}</h2>${body}`

/**
 * A page that tells what a network is and how it did (model cards, Mitchell et al. 2019, 10.1145/3287560.3287596), made from
 * its card and from runs on the bench: no number of it is written by hand. Self-contained HTML without a script; every text
 * of the card is escaped. Same input, same bytes.
 */
export function modelCardHtml(card: ModelCard, groups: readonly StructureBias[], words: CardPageWords): string {
  const failures = card.knownFailures.map((failure) => `<li>${safe(failure)}</li>`).join('')
  const parts = [
    factsOf(card, words),
    section(words.headings.failures, failures === '' ? `<p>${safe(words.none)}</p>` : `<ul>${failures}</ul>`),
    section(words.headings.scope, scopeOf(card, words)),
    section(words.headings.bands, htmlTable(words.bandColumns, bandRows(card, words))),
    section(words.headings.results, resultsOf(card.evaluation, words)),
    section(words.headings.groups, groupsOf(groups, words)),
    `<p>${safe(words.convention)}</p>`,
  ]
  const head = `<meta charset="utf-8">${POLICY}<title>${safe(card.name)}</title><style>${STYLE}</style>`
  const body = `<h1>${safe(card.name)}</h1>${parts.join('')}`
  return `<!doctype html><html lang="${safe(words.language)}"><head>${head}</head><body>${body}</body></html>\n`
}

function factsOf(card: ModelCard, words: CardPageWords): string {
  const values: Readonly<Record<CardFact, string>> = {
    version: `${card.id} ${card.version}`,
    weights: card.weights.sha256,
    licence: card.licence,
    origin: card.origin,
    trainingData: card.training.data,
    trainingLicence: card.training.licence,
    use: card.intendedUse,
    calibration: card.calibration?.from ?? words.never,
  }
  return `<dl>${FACTS.map((fact) => `<dt>${safe(words.facts[fact])}</dt><dd>${safe(values[fact])}</dd>`).join('')}</dl>`
}

function scopeOf({ scope }: ModelCard, { scopeName }: CardPageWords): string {
  const lines = [
    `${scopeName.modality}: ${scope.modalities.join(', ')}`,
    `${scopeName.spacing}: ${scope.spacingMm.join(' - ')} mm`,
    `${scopeName.anisotropy}: ${scope.anisotropy}`,
    `${scopeName.field}: ${scope.fieldOfViewMm.join(' - ')} mm`,
    `${scopeName.age}: ${scope.ageYears.join(' - ')}`,
  ]
  return `<ul>${lines.map((line) => `<li>${safe(line)}</li>`).join('')}</ul>`
}

function bandRows({ bands }: ModelCard, { bandName }: CardPageWords): string[][] {
  const row = (name: string, limit: BandLimit) => [
    name,
    `>= ${limit.pairwiseDice}`,
    `<= ${limit.s95Mm} mm`,
    `<= ${limit.cvPercent} %`,
    `>= ${limit.p}`,
  ]
  return [row(bandName.green, bands.green), row(bandName.amber, bands.amber)]
}

function resultsOf(rows: readonly EvaluationRow[], words: CardPageWords): string {
  if (rows.length === 0) return `<p>${safe(words.never)}</p>`
  const cells = rows.map(({ structure, stratum, n, dice, nsd, worstDice }) => [
    words.anatomy(structure),
    stratum,
    String(n),
    `${numberText(dice.median, 3)} (${numberText(dice.low, 3)} - ${numberText(dice.high, 3)})`,
    numberText(worstDice, 3),
    nsd ? `${numberText(nsd.median, 3)} (${nsd.toleranceMm} mm)` : '-',
  ])
  return htmlTable(words.resultColumns, cells)
}

function groupsOf(groups: readonly StructureBias[], words: CardPageWords): string {
  const rows = groups.flatMap(({ anatomy, report }) =>
    report.groupings.flatMap(({ by, rows: members, verdict }) =>
      members.map(({ values, patients, median, mean, worst, interval, isGated }) => [
        words.anatomy(anatomy),
        by.map((property, n) => `${property}: ${values[n]}`).join(', '),
        String(patients),
        numberText(median, 3),
        `${numberText(mean, 3)} (${numberText(interval.low, 3)} - ${numberText(interval.high, 3)})`,
        numberText(worst, 3),
        words.verdict[isGated ? verdict : 'insufficient'],
      ]),
    ),
  )
  return rows.length === 0 ? `<p>${safe(words.never)}</p>` : htmlTable(words.groupColumns, rows)
}
