import type { BiasCheck, Verdict } from '../evidence/bias-checks.ts'
import { DEFAULT_BIAS_LIMITS } from '../evidence/bias-limits.ts'
import type { Interval } from '../evidence/bootstrap.ts'
import type { DatasetProblem } from '../evidence/dataset.ts'
import { ATTACK, SILENT } from '../evidence/limits.ts'
import type { AttackRun, CasesRun } from '../evidence/model-evidence.ts'
import type { Share } from '../evidence/share.ts'
import { count, decimal, mm, percent, plural } from './format.ts'

// The words of the evidence bench; those of what a network is put to stand in evidence.en.ts.

export type TabId = 'overview' | 'run' | 'bias' | 'robustness' | 'red-team' | 'card'

export const TAB: Readonly<Record<TabId, string>> = {
  overview: 'Overview',
  run: 'Cases',
  bias: 'Bias',
  robustness: 'Robustness',
  'red-team': 'Red team',
  card: 'Model card',
}

const PROBLEM: Readonly<Record<DatasetProblem['kind'], string>> = {
  'bad-line': 'has more or fewer cells than the first line',
  'no-scan': 'names a scan that is not in the folder',
  'no-label': 'has no labels in the folder',
  twice: 'fits more than one file, or was named before',
  'not-listed': 'is in no line of the table',
}

const CHECK: Readonly<Record<BiasCheck['name'], string>> = {
  gap: 'Gap between group means',
  'gap-upper': 'Upper end of that gap',
  floor: 'Lower end of the worst group',
  'error-ratio': 'Largest to smallest error',
  'pass-gap': 'Good cases let through, gap',
  'unsafe-pass-gap': 'Bad cases let through, gap',
  'abstention-gap': 'Cases held back, gap',
}

export const VERDICT_NAME: Readonly<Record<Verdict, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  insufficient: 'Insufficient evidence',
}

export const TRIAL_KIND = {
  grid: 'Worse scans',
  relations: 'Told otherwise',
  'edge-cases': 'Must be refused',
  attack: 'Attacks',
} as const

export const ATTACK_NAME = { spsa: 'SPSA, guessed slopes', square: 'Square, random cubes' } as const

/** What a group is called: "sex f, age 41-65". */
export const groupName = (by: readonly string[], values: readonly string[]) =>
  by.map((property, n) => `${property} ${values[n] ?? ''}`).join(', ')

export const intervalText = ({ low, high }: Interval) => `${decimal(low, 2)} to ${decimal(high, 2)}`
/** A mean with the interval that it lies in. */
export const meanText = (mean: number, interval: Interval) => `${decimal(mean, 2)}, ${intervalText(interval)}`
/** Infinite where one side is empty. */
export const distanceText = (value: number) => (Number.isFinite(value) ? mm(value) : decimal(value, 0))
export const shareText = ({ count: number, of }: Share) => `${count(number)} of ${count(of)}`
export const checkText = ({ name, value, limit }: BiasCheck) => ({
  name: CHECK[name],
  value: decimal(value, name === 'error-ratio' ? 2 : 3),
  limit: `${name === 'floor' ? 'at least' : 'at most'} ${decimal(limit, 2)}`,
})

/** "Line 4 has no labels in the folder." A path is for the screen alone. */
export const problemText = ({ kind, line, path }: DatasetProblem) =>
  `${line === null ? (path ?? 'A file') : `Line ${count(line)}`} ${PROBLEM[kind]}.`

const dayText = (iso: string) =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export const BENCH = {
  lead: 'Run a network on your own labelled cases, and see where it fails before it fails a patient.',
  region: 'Evidence about a network',
  sections: 'Parts of the evidence',
  network: 'Network',
  noNetworks: 'No network is here yet. Add one under Models.',
  unevaluated: 'Unevaluated',
  unevaluatedWhy: 'The bench has not run on these weights. A run of another version, however near, does not count.',
  toRun: 'Choose cases',
  emptyTitle: 'Nothing is known of this network yet',
  empty: {
    bias: 'Run the bench on cases with a table of groups first. Then groups are compared here.',
    robustness: 'Choose a test beside, and run it on one of your cases.',
    card: 'The page is made from runs. Without one it says that nothing was measured.',
  },
  noGroups: 'These cases have no groups. Add a table (.csv) with a column such as sex, age or vendor.',
  when: ({ date, seed, toleranceMm }: CasesRun) =>
    `Run on ${dayText(date)}, seed ${count(seed)}, surfaces within ${mm(toleranceMm)}.`,
  day: dayText,
  cases: (n: number) => plural(n, 'case', 'cases'),
  people: 'People',
  caseName: (row: number) => `Case ${count(row)}`,
  seedName: 'Seed',
  results: 'Results',
  diceBy: 'Dice of each structure',
  columns: {
    structure: 'Structure',
    n: 'Cases',
    dice: 'Dice, median',
    interval: '95 % interval',
    mean: 'Mean, 95 % interval',
    nsd: 'Surface Dice',
    hd95: '95 % distance',
    volume: 'Volume error',
    worst: 'Worst Dice',
    silent: 'Wrong and GREEN',
    case: 'Case',
    band: 'Band',
    time: 'Time',
    group: 'Group',
    median: 'Median',
    worstNsd: 'Worst',
    attack: 'Attack',
    size: 'Largest change',
    tries: 'Tries',
    lowest: 'Lowest Dice',
    through: 'Wrong and GREEN',
  },
  percent: (value: number) => (Number.isFinite(value) ? percent(value) : decimal(value, 0)),
  silentNote: `GREEN with a surface Dice under ${decimal(SILENT.nsdBelow, 2)}.`,
  empties: (oneEmpty: number, bothEmpty: number) =>
    `One side empty: ${plural(oneEmpty, 'case', 'cases')}, counted as a failure. Both empty: ${count(bothEmpty)}, left out.`,
  notRunCases: (n: number) =>
    `${plural(n, 'case lies', 'cases lie')} outside what the network was made for: RED, and not run.`,
  bands: 'Bands',
  data: 'Cases',
  dataLead:
    'A folder of scans with labels: NAME.nii.gz and NAME_label.nii.gz, or labels in a folder "labels". A table (.csv) with a column "scan" adds groups.',
  choose: 'Choose a folder',
  chooseFiles: 'Choose files',
  found: (n: number) => `${plural(n, 'case', 'cases')} with labels`,
  problems: (n: number) => `${plural(n, 'line or file was', 'lines or files were')} left out`,
  badGroup: (line: number) => `Line ${count(line)} has an age or a slice thickness that is none.`,
  refusedColumn: (column: string) => `Column "${column}" has too many values to be groups.`,
  groups: 'Compare groups by',
  meanings: 'Numbers in the label files',
  meaningsLead: 'One number, or several with commas.',
  modality: 'Files that do not say are',
  modalities: [
    { id: 'MR', label: 'MR' },
    { id: 'CT', label: 'CT' },
    { id: 'other', label: 'Unknown' },
  ] as const,
  tolerance: 'Tolerance of surfaces',
  go: 'Run the bench',
  why: 'Files are read on this device. Nothing is kept until you say so.',
  progress: (done: number, of: number) => `${count(done)} of ${plural(of, 'case', 'cases')}`,
  stopped: (done: number, of: number) =>
    `Stopped after ${count(done)} of ${plural(of, 'case', 'cases')}. Nothing of it counts.`,
  failures: (n: number) => `${plural(n, 'case', 'cases')} could not be run`,
  keepTitle: 'Results',
  inMemory: 'In the memory of this tab. Gone when it closes.',
  kept: 'Kept in the vault, encrypted.',
  keepWhy: 'Numbers and group values only: no scan, no file name.',
  keepNeeds: 'To keep results, open the vault first.',
  keep: 'Keep results',
  discard: 'Discard results',
  discardTitle: 'Discard the results of this network?',
  discardLead: 'They are taken out of this tab and out of the vault. This cannot be undone.',
  no: 'Leave them',
  structure: 'Structure',
  biasLead: `Surface Dice by group. A group of fewer than ${count(DEFAULT_BIAS_LIMITS.leastPatients)} people is never judged.`,
  biasLegend: `Dot: mean. Bar: 95 % interval, drawn by person. Ring: worst case. Dashed: limit, ${decimal(DEFAULT_BIAS_LIMITS.floor, 2)}.`,
  biasAxis: 'Surface Dice',
  by: (by: readonly string[]) => `By ${by.join(' and ')}`,
  tooFew: (n: number) =>
    `${plural(n, 'measure has', 'measures have')} too few people or cases to say anything: ${VERDICT_NAME.insufficient.toLowerCase()}.`,
  pairs: 'Two properties at once',
  withoutValue: (n: number) => `${plural(n, 'case', 'cases')} without a value.`,
  plot: (group: string, low: number, high: number) =>
    `${group}: from ${decimal(low, 2)} to ${decimal(high, 2)}, limit ${decimal(DEFAULT_BIAS_LIMITS.floor, 2)}`,
  verdict: 'Verdict',
  test: 'Test',
  corruptions: 'Make scans worse by',
  severities: 'Steps',
  onCases: 'On these cases',
  onCase: 'On this case',
  all: 'All',
  none: 'None',
  runs: (n: number) => `${plural(n, 'run', 'runs')} of the network`,
  search: 'Search',
  budget: 'Most tries, each of three sizes',
  budgetWhy: `Fewer than ${count(ATTACK.queries)} tries count in the register only when one got through.`,
  tries: 'tries',
  start: 'Run the test',
  needsData: 'Choose a folder of cases first.',
  needsCases: 'Choose cases first, under Cases.',
  curve: (name: string) => `${name}: Dice and surface Dice from the scan as it is to step 5`,
  legend: `Solid: Dice. Dashed: surface Dice. Dotted: limit of a silent failure, ${decimal(SILENT.nsdBelow, 2)}.`,
  lost: (value: number | null) => (value === null ? 'Not all five steps were tried' : `Dice lost ${decimal(value, 3)}`),
  bandCounts: (green: number, amber: number, red: number) =>
    `${count(green)} GREEN, ${count(amber)} AMBER, ${count(red)} RED`,
  meanLost: 'Mean Dice lost',
  steps: ['0', '1', '2', '3', '4', '5'],
  held: 'Held',
  broken: 'Did not hold',
  sentBack: 'Refused before it ran',
  change: ({ epsilon }: AttackRun, isHu: boolean) =>
    isHu ? `${decimal(epsilon, 0)} HU` : `${decimal(epsilon, 2)} a.u.`,
  yes: 'Yes',
  nothing: 'No',
  tooFewTries: 'Run with too few tries to count.',
  byTest: 'By a test of the project',
  figures: (figures: Readonly<Record<string, number>>) =>
    Object.entries(figures)
      .map(([name, value]) => `${FIGURE[name] ?? name} ${decimal(value, Number.isInteger(value) ? 0 : 3)}`)
      .join(', '),
  seedOf: (seed: number) => `seed ${count(seed)}`,
  saveCard: 'Save as HTML',
  cardLead: 'Made from the card and from the runs above. No number of it is typed.',
  cardFromFile: 'No run on these weights: the figures are those the card came with.',
}

const FIGURE: Readonly<Record<string, string>> = {
  structures: 'structures',
  failed: 'failed',
  meanDegradation: 'mean loss',
  worstDegradation: 'worst loss',
  caughtShare: 'caught share',
  trials: 'runs',
  silentByNsd: 'silent by surface Dice',
  silentByDice: 'silent by Dice',
  silentUpper95: 'upper bound',
  tried: 'tried',
  broken: 'broken',
  sentBack: 'refused before it ran',
  worstDice: 'worst Dice',
  runs: 'searches',
  silentSmall: 'silent at the smallest',
  silentMiddle: 'at the middle',
  silentLarge: 'at the largest',
  queries: 'tries',
  wrong: 'wrong',
}
