import type { PlaceId, StationId, StationState } from '../app/place.ts'
import { percent, timeLeft } from './format.ts'

// Every word a person reads on the screen, except the sentences of errors, stands in the files *.en.ts, which together are the one
// catalogue, so that it can be translated. Here: what surrounds the stations.

export const STATION: Readonly<Record<StationId, string>> = {
  scan: 'Scan',
  segment: 'Segment',
  model: 'Model',
  check: 'Check',
  approve: 'Approve',
  print: 'Print',
  verify: 'Verify',
}

export const STATION_ACT: Readonly<Record<StationId, string>> = {
  scan: 'Read and measure',
  segment: 'Mark the anatomy',
  model: 'Make and prepare',
  check: 'Measure against limits',
  approve: 'Sign what leaves',
  print: 'Save the file',
  verify: 'Measure the print',
}

export const STATE: Readonly<Record<StationState, string>> = {
  empty: 'not started',
  working: 'in work',
  'needs-you': 'needs you',
  passed: 'passed',
  refused: 'refused',
}

export const SHELL = {
  name: 'Proofprint',
  stations: 'Stations',
  library: 'Library',
  trace: 'Trace',
  models: 'Models',
  evidence: 'Evidence',
  people: 'People',
  handover: 'Hand-over',
  state: (name: string, state: StationState) => `${name}, ${STATE[state]}`,
  saved: { saved: 'Saved', saving: 'Saving', 'not-saved': 'Not saved' },
  teaching: 'Teaching session',
  onDevice: 'On this device',
  nothingSent: '0 bytes sent',
  lockIn: (time: string) => `Lock now. Locks by itself in ${time}.`,
  endTeaching: 'End the session and erase it',
  light: 'Use the light theme',
  dark: 'Use the dark theme',
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  progress: (fraction: number, secondsLeft: number | null) =>
    percent(Math.round(fraction * 100)) + (secondsLeft === null ? '' : `, about ${timeLeft(secondsLeft)} left`),
  cpu: {
    'no-webgpu': 'No WebGPU: computing on the processor',
    'software-adapter': 'No graphics card: computing on the processor',
    chosen: 'Computing on the processor',
  },
  dropHere: 'Drop to open the scan',
  dropModel: 'Drop to add the network',
  dropCases: 'Drop the folder of cases',
  dropPart: 'Drop to verify the file',
  onPaper: 'What is on the screen of Proofprint is not printed. Save the report, and print that.',
  dropSealed: 'Drop a sealed file or a receipt',
}

export const DEVICE = {
  title: 'What stays and what leaves',
  stays:
    'The scan, the mask, the model and the trace stay in this browser, encrypted. Nothing is uploaded: the page is not allowed to talk to any other address.',
  staysTeaching:
    'The scan, the mask, the model and the trace stay in the memory of this tab. They are gone when it is closed.',
  leaves: 'Only a file you save yourself leaves, and it carries no name unless you add one.',
  network: 'Sent over the network',
  saved: 'Files saved by a person',
  storage: 'Used in this browser',
  persisted: 'Kept when space runs low',
  oldSlots: 'Keys that were replaced',
  oldSlotsAre: {
    overwritten: 'overwritten',
    waiting: 'overwritten when you unlock again',
    lingering: 'may stay on the disk until everything here is erased',
  },
  yes: 'yes',
  no: 'not promised',
  compute: 'Computing on',
}

/** Title of the browser tab. */
export const pageTitle = (place: PlaceId, pseudonym: string | null) => {
  if (place === 'start') return SHELL.name
  if (place === 'models' || place === 'evidence' || place === 'people' || place === 'handover')
    return `${SHELL[place]}, ${SHELL.name}`
  return `${place === 'trace' ? SHELL.trace : STATION[place]}, ${pseudonym ?? SHELL.name}`
}
