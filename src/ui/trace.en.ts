import type { IdAsked, ReleaseWithPrints } from '../app/trace-view.ts'
import type { PolicyId, ProcessId } from '../core/finding.ts'
import type { NotReplayed, ReplayFigures } from '../trace/replay-result.ts'
import { count, decimal, plural, seconds, spacing3, withUnit } from './format.ts'
import { POLICY, PROCESS } from './terms.en.ts'

// The words of Trace: the way from the scan to the part, its replay, and how an id or a file leads back.

/** Stations of a trace; an approval has a place of its own once there is one. */
export type TraceStationId = 'scan' | 'mask' | 'model' | 'check' | 'approval' | 'file' | 'print'

const mm3 = (value: number) => withUnit(decimal(value, 3), 'mm')

export const TRACE = {
  title: (id: string | null) => (id === null ? 'Trace' : `Trace of ${id}`),
  lead: (name: string | null, what: string | null) =>
    [...(name === null ? [] : [name]), ...(what === null ? [] : [what])].map((part) => `${part}. `).join('') +
    'Each line is bound to the one above it.',
  leadNoCase: 'Type the id that stands on a part, or drop its file, and see where it came from.',
  chain: (n: number) => `Chain unbroken, ${plural(n, 'step', 'steps')}`,
  broken: (step: number) => `Chain broken at step ${count(step)}`,
  older: 'An earlier release. The part has been changed since, so its pictures are not shown.',
  toNow: 'Show the part as it stands',
  empty: 'Nothing has been done in this case yet. Each step will be written here with its parameters and digests.',
  noCase: 'No case is open. Find a part on the side, or open a case in the library.',
  on: (backend: string, adapter: string) => (adapter === '' ? backend : `${backend}, ${adapter}`),
  backend: { cpu: 'Processor', webgpu: 'Graphics card', wasm: 'Processor, WebAssembly' },
  station: {
    scan: 'Scan',
    mask: 'Mask',
    model: 'Model',
    check: 'Check',
    approval: 'Approval',
    file: 'File',
    print: 'Print',
  } satisfies Record<TraceStationId, string>,
  picture: {
    scan: 'A slice of the scan',
    mask: 'A slice of the scan with the mask on it',
    model: 'The part',
    check: 'The part, coloured by wall thickness',
    print: 'The part in the room of the printer',
  },
  notYet: 'Not yet',
  byOperator: 'Released by an operator',
  noPicture: 'No picture',
  showSteps: (n: number) => plural(n, 'step', 'steps'),
  showStepsOf: (station: string, n: number) => `${station}: ${plural(n, 'step', 'steps')}`,
  allSteps: 'Show all steps',
  fewSteps: 'Hide the steps',
  nothingSet: 'Nothing to set',
  scan: (slices: number) => `${plural(slices, 'slice', 'slices')}, no name kept`,
  scanFact: (spacing: readonly [number, number, number], side: 'left' | 'right' | 'not-applicable' | null) =>
    `${spacing3(spacing)}, ${side === null ? 'side not signed' : side === 'not-applicable' ? 'has no side' : `${side} signed`}`,
  mask: (how: string, edits: number) =>
    edits === 0 ? how : `${how}, then ${edits === 1 ? 'one edit' : `${count(edits)} edits`}`,
  byNetwork: 'AI',
  byHand: 'Set by hand or read from a file',
  model: (steps: number) =>
    steps === 0 ? 'Marching cubes' : `Marching cubes and ${steps === 1 ? 'one step' : `${count(steps)} steps`}`,
  fromMask: (meanMm: number) => `Mean ${withUnit(decimal(meanMm, 2), 'mm')} from the mask`,
  gates: (n: number, use: PolicyId) => `${plural(n, 'gate', 'gates')}, ${POLICY[use].toLowerCase()}`,
  measured: (use: PolicyId, process: ProcessId) => `${POLICY[use]}, ${PROCESS[process]}`,
  held: (passed: number, accepted: number, refused: number, noted: number) =>
    [
      `${count(passed)} passed`,
      ...(accepted > 0 ? [`${count(accepted)} accepted`] : []),
      ...(noted > 0 ? [`${count(noted)} to note`] : []),
      ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ].join(', '),
  approval: 'Signed',
  files: (formats: readonly string[]) => formats.map((format) => format.toUpperCase().replace('-', ' ')).join(', '),
  readBack: 'Read back and compared',
  prints: (n: number, printer: string) => `${n === 1 ? 'First print' : `${count(n)} prints`}, ${printer}`,
  printFact: (meanMm: number | null, decision: string) =>
    meanMm === null ? decision : `Mean error ${withUnit(decimal(meanMm, 2), 'mm')}, ${decision.toLowerCase()}`,

  ofScan: 'Made from this scan',
  ofScanLead: 'Every file that left here of the same scan, and what was printed of it.',
  columns: { id: 'Id', case: 'Case', files: 'Files', at: 'Saved', prints: 'Prints', accepted: 'Accepted' },
  shownNow: 'shown',
  showRelease: (id: string) => `Show ${id}`,
  noReleases: 'No file of this scan has been saved yet.',

  sideTitle: 'Verify',
  sideLead: 'Anybody can check a part back to its scan here, without a network.',
  find: 'Find a part',
  findField: 'Id on the part',
  findHint: 'For example 7K3MQ-2XA9B',
  findAct: 'Find',
  camera: 'Scan the code',
  cameraStop: 'Stop the camera',
  cameraView: 'Picture of the camera',
  cameraFailed: 'The camera cannot be used here. Allow it in the browser, or type the id.',
  asked: (asked: IdAsked): string => {
    if (asked.state === 'no-id') {
      return 'That is no id. An id has ten letters and digits, in two groups of five. Read it off the part once more.'
    }
    if (asked.state === 'unknown') {
      const held =
        asked.releases === 0
          ? 'nothing was released from it'
          : `it holds ${plural(asked.releases, 'release', 'releases')}`
      return `${asked.id} is not in this vault: ${held}. Check the id letter by letter, or unlock the vault of the station that made the part.`
    }
    const { release, id } = asked
    return release.traceId === id
      ? `Release of the case ${release.pseudonym}. Its trace is shown.`
      : `Stands on release ${release.traceId} of the case ${release.pseudonym}. Its trace is shown.`
  },

  replay: 'Replay on this device',
  replayLead:
    'Runs every step again from the stored scan with the recorded values, and compares. You can go on working.',
  replayRunning: (step: number, steps: number, name: string) =>
    steps === 0 ? 'Reading the stored scan' : `Step ${count(step)} of ${count(steps)}: ${name}`,
  replayStop: 'Stop the replay',
  replayAct: (isReleased: boolean) => (isReleased ? 'Replay this release' : 'Replay these steps'),
  replayAgain: 'Replay it again',
  verdict: {
    same: 'Same',
    partly: 'Same as far as run',
    differs: 'Differs',
    nothing: 'Not run',
  } satisfies Record<ReplayFigures['verdict'], string>,
  ran: (steps: number, ms: number, isOnGraphics: boolean, at: string) =>
    `Ran ${plural(steps, 'step', 'steps')} again from the scan in ${seconds(ms / 1000)} on this ${isOnGraphics ? 'graphics card' : 'processor'}, then compared: ${at}.`,
  computedOn: 'Computed with',
  version: 'Version of the app',
  otherBackend: 'On another kind of processor than before: small differences are to be expected.',
  equal: 'Digests equal',
  equalOf: (equal: number, all: number) => `${count(equal)} of ${count(all)}`,
  voxels: 'Mask voxels that differ',
  largest: 'Largest surface distance',
  mean: 'Mean surface distance',
  countOf: count,
  notKnown: 'not known',
  distance: mm3,
  notReplayed: 'Steps not run again',
  firstDiffers: (name: string) => `The first step with another result: ${name}.`,
  failed: (name: string) => `${name} could not be run again: it failed here.`,
  replayedOther: 'The last replay was of another release. Run it again for this one.',
  reason: {
    'input-not-kept': 'what it was made from is no longer kept',
    'not-explained': 'taken as it is kept; no step says how it was made',
    'file-not-kept': 'the file it was read from is not kept',
    'set-by-hand': 'set by hand, undone, or read from a file',
    'rules-not-kept': 'which labels were locked then is not kept',
    'no-network': 'the network of these weights is not here; add it in Models',
    'part-changed': 'the part has been changed since',
    'patient-not-kept': 'the name written into the file is not kept',
    'other-version': 'its values are of another version of this step',
    'unknown-step': 'this version does not know the step',
  } satisfies Record<NotReplayed, string>,
  keptResult: 'A kept result',

  file: 'Is this file ours?',
  fileDrop: 'Drop an STL, 3MF, OBJ or PLY',
  fileWhy: 'Learn whether it is ours, changed, rescaled or mirrored.',
  fileMore: 'See where it differs',

  left: 'What left this device',
  noFiles: 'No file has been saved.',
  saved: (fileName: string) => `${fileName}, saved by a person`,
  report: 'Save the report',
  evidence: 'Save the signed evidence',
}

/** Names of the formats of a release. */
export const formatsOf = ({ files }: ReleaseWithPrints): string =>
  TRACE.files([...new Set(files.map(({ format }) => format))])
