import type { CorruptionId } from '../evidence/corruptions.ts'
import type { Robustness } from '../evidence/degradation.ts'
import type { EdgeCaseId } from '../evidence/edge-cases.ts'
import { ATTACK, CAUGHT_SHARE, METAMORPHIC, ROBUSTNESS, SILENT } from '../evidence/limits.ts'
import type { RelationId } from '../evidence/metamorphic.ts'
import type {
  AttackClass,
  HowRun,
  NotRunReason,
  RedTeamId,
  RedTeamReport,
  RedTeamRow,
} from '../evidence/red-team/register.ts'
import type { Severity } from '../evidence/severity.ts'
import type { Band } from '../infer/outcome.ts'
import { count, decimal, percent, plural } from './format.ts'

// The words of what a network was put to: robustness, attacks, the register.

/** What was done to a scan, and what it stands for. */
export const CORRUPTION: Readonly<Record<CorruptionId, readonly [name: string, stands: string]>> = {
  motion: ['Motion', 'The patient moved while the scan was taken.'],
  ghost: ['Ghosts', 'Weaker copies of the picture, as from breathing or pulsing.'],
  spike: ['Spike', 'One wrong measurement, seen as stripes over the whole scan.'],
  'bias-field': ['Uneven brightness', 'The receiving coil is more sensitive in some places.'],
  noise: ['Noise', 'Less signal, or a lower dose.'],
  blur: ['Blur', 'Fine detail is lost.'],
  gamma: ['Other contrast', 'Dark, middle and bright tissue lie otherwise to each other.'],
  anisotropy: ['Thick slices', 'Slices up to five times as thick as the voxels are wide.'],
  offset: ['Shifted values', 'All values are higher or lower, as with another tube voltage.'],
  crop: ['Cut field of view', 'The scan ends early on one side.'],
  metal: ['Metal', 'A metal ball, with bright and dark streaks in its slices.'],
}

export const SEVERITY: Readonly<Record<Severity, string>> = {
  0: 'as it is',
  1: 'slight',
  2: 'mild',
  3: 'moderate',
  4: 'strong',
  5: 'severe',
}

export const RELATION: Readonly<Record<RelationId, string>> = {
  'flip-x': 'Stored backwards along the first axis',
  'flip-y': 'Stored backwards along the second axis',
  'flip-z': 'Stored backwards along the third axis',
  'axes-yzx': 'Axes exchanged in a ring',
  'axes-zyx': 'First and third axis exchanged',
  mirror: 'Mirror image, left for right',
  shift: 'Moved by a few voxels',
  intensity: 'Values on another scale, or 5 HU higher',
  'cut-margin': 'A narrow margin cut off',
}

export const EDGE_CASE: Readonly<Record<EdgeCaseId, string>> = {
  empty: 'Nothing in it',
  constant: 'One value everywhere',
  'one-slice': 'One slice only',
  'anisotropy-10': 'Slices ten times as far apart as the voxels are wide',
  'upside-down': 'A head upside down',
  'back-to-front': 'A head back to front',
  'wrong-modality': 'A CT of an abdomen',
  'wrong-modality-unsaid': 'A CT of an abdomen that says it is what the network knows',
  'noise-only': 'Noise and nothing else',
  'spacing-in-cm': 'Centimetres given as millimetres',
}

export const ATTACK_CLASS: Readonly<Record<AttackClass, string>> = {
  'data-leakage': 'Data leakage',
  robustness: 'Robustness',
  'unfair-variation': 'Unfair variation',
  'pipeline-manipulation': 'Pipeline manipulation',
}

export const ATTACK_TITLE: Readonly<Record<RedTeamId, string>> = {
  'canaries-in-files': 'Search every file that leaves for planted names and numbers of a patient',
  'canaries-past-import': 'Search everything past the import for planted names and numbers of a patient',
  'plain-text-at-rest': 'Search the store on this device for voxels, names, digests and passphrases',
  'metadata-in-parts': 'Look for anything beyond the allowed words in a part file',
  'ways-out-of-the-page': 'Try every way out of the page with a listener outside',
  'keys-after-lock': 'Search memory and profile for keys after the vault was locked',
  'statistics-of-few': 'Bring in a card whose statistics come from fewer than 20 scans',
  'face-in-surface': 'Recognise a person by the face in an exported surface',
  'corruption-grid': 'Make scans worse in every way and step, and look for wrong answers without a warning',
  metamorphic: 'Tell the same scan in other ways and compare the answers',
  spsa: 'Search for a small change that misleads, by guessed slopes (SPSA)',
  square: 'Search for a small change that misleads, by random cubes (Square)',
  'edge-cases': 'Give it scans that no answer can be right for',
  'zero-severity': 'Change nothing, and compare byte by byte',
  'contrast-phase': 'Scans in another phase of the contrast agent',
  paediatric: 'Scans of children',
  'post-surgery': 'Scans after surgery',
  'group-gates': 'Compare groups of people',
  'planted-gap': 'Plant a gap between groups and see it found, and none where there is none',
  'body-size-pairs': 'The same scan of a smaller and a larger body',
  'site-pairs': 'The same person at two sites',
  'mesh-swap': 'Exchange the model after the check',
  'mirror-image': 'Make the mirror image of the part',
  'inch-scale': 'Take inches for millimetres',
  'label-swap': 'Exchange two labels',
  'threshold-edit': 'Change a threshold in the trace',
  'hidden-object': 'Hide a second object in the file or in the model',
  'policy-downgrade': 'Measure against the limits of another use',
  'seed-change': 'Change a seed in the trace',
  'thinned-wall': 'Thin a wall after the check',
  'added-island': 'Add a loose piece after the check',
  'model-byte-flip': 'Change one byte of an approved network',
  'hostile-network-file': 'Bring in a file that only looks like a network',
  'racing-tabs': 'Change a case in two tabs at once',
  'approval-replay': 'Use an approval twice',
  'stale-approval': 'Use an approval of an older model',
  'wrong-recipient': 'Send a part to another recipient than the one approved',
  'clock-back': 'Set the clock back to revive an approval',
  'colluding-roles': 'Two people share their roles to pass a part',
  'older-app': 'Bring back an older version of the app',
}

const NOT_RUN: Readonly<Record<NotRunReason, string>> = {
  'needs-data': 'Not run: there are no scans to run it on.',
  'not-built': 'Not run: nothing runs it yet.',
}

const DONE: Readonly<Record<Exclude<RedTeamRow['state'], 'not-run'>, string>> = {
  passed: 'Held',
  failed: 'Got through',
}

/** How an attack is run. */
export function howRunText(how: HowRun): string {
  if (how.kind === 'not-run') return NOT_RUN[how.why]
  return how.kind === 'bench' ? 'Run on this network by the bench.' : `Run by ${how.file}.`
}

/** What came of an attack. */
export function attackStateText({ entry, state }: RedTeamRow): string {
  if (state !== 'not-run') return DONE[state]
  return entry.how.kind === 'not-run' ? NOT_RUN[entry.how.why] : 'Not run on this network.'
}

const VERDICT: Readonly<Record<RedTeamReport['verdict'] | Robustness['verdict'], string>> = {
  passed: 'Passed',
  failed: 'Failed',
  incomplete: 'Not all was run',
  unevaluated: 'Nothing was run yet',
}
export const verdictText = (verdict: keyof typeof VERDICT) => VERDICT[verdict]

export const BAND_NAME: Readonly<Record<Band, string>> = { green: 'GREEN', amber: 'AMBER', red: 'RED' }

export const EVIDENCE = {
  robustness: 'Robustness',
  robustnessWhy: `Scans of the evaluation set, made worse in ${ROBUSTNESS.leastCorruptions} ways or more and in five steps each.`,
  drop: 'Dice lost',
  silent: 'Wrong without a warning',
  caught: 'Wrong and warned of',
  relations: 'The same scan, told otherwise',
  edgeCases: 'Scans that must be refused',
  attacks: 'Attacks',
  register: 'Register of attacks',
  registerWhy: 'A result counts only for the very network it was run on.',
  summary: ({ passed, failed, notRun }: RedTeamReport) =>
    `${plural(passed, 'attack', 'attacks')} held, ${count(failed)} got through, ${count(notRun)} not run.`,
  expected: (band: Band) => `must be ${BAND_NAME[band]}`,
  limits: {
    mean: `Mean loss at most ${decimal(ROBUSTNESS.meanDegradation, 2)}; mild steps count more.`,
    any: `No way of making it worse may cost more than ${decimal(ROBUSTNESS.anyDegradation, 2)}.`,
    silent: `GREEN with a surface Dice under ${decimal(SILENT.nsdBelow, 2)} or a Dice under ${decimal(SILENT.diceBelow, 2)}: at most ${percent(100 * SILENT.share)} of all runs.`,
    caught: `At least ${percent(100 * CAUGHT_SHARE)} of the wrong answers are AMBER or RED.`,
    relations: `Dice at least ${decimal(METAMORPHIC.dice, 2)} between both answers, ${decimal(METAMORPHIC.diceAfterHu, 2)} after 5 HU.`,
    attack: `${count(ATTACK.queries)} tries with at most ${ATTACK.hu.join(', ')} HU a voxel, or ${ATTACK.shareOfP99.map((share) => percent(100 * share)).join(', ')} of the brightest values where there are no HU. At the smallest none may get through.`,
    edgeCases: 'Every one of them must be RED.',
  },
}
