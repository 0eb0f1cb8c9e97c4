import type { ChangeView } from '../app/session-view.ts'
import { capital, count, plural, volume } from './format.ts'

// The words of steps: what they are called, what is running, what the last one changed; see text.en.ts.

/** Steps as written in the trace and the ledger. */
const STEP: Readonly<Record<string, string>> = {
  scan: 'Scan read',
  'read-labels': 'Labels read',
  'fit-labels': 'Labels brought to the scan',
  sample: 'Sample made',
  straighten: 'Resampled to even slices',
  denoise: 'Denoise',
  threshold: 'Threshold',
  islands: 'Islands',
  'fill-holes': 'Fill holes',
  margin: 'Margin',
  airway: 'Find the airway',
  lung: 'Find the lungs',
  'remove-table': 'Remove the table',
  'grow-from-core': 'Grow into softer tissue',
  open: 'Open: cut thin bridges',
  close: 'Close narrow gaps',
  morphology: 'Open or close',
  paint: 'Brush',
  scissors: 'Scissors',
  'view-scissors': 'Scissors in 3-D',
  crop: 'Crop',
  'grow-at-click': 'Grow from a point',
  'grow-from-seeds': 'Grow from seeds',
  infer: 'AI segmentation',
  'self-test': 'Network tested on this device',
  'between-slices': 'Fill between slices',
  'split-islands': 'Split into labels',
  'smooth-mask': 'Smooth the label',
  'smooth-joint': 'Smooth labels together',
  'hollow-mask': 'Hollow',
  combine: 'Combine labels',
  complement: 'Invert',
  'copy-label': 'Copy a label',
  'clear-label': 'Clear a label',
  surface: 'Marching cubes',
  mask: 'Segment',
  model: 'Model',
  segment: 'Segment',
  smooth: 'Smooth, keep volume',
  decimate: 'Simplify',
  repair: 'Repair',
  check: 'Check',
  release: 'Release',
  export: 'File written',
  restore: 'Labels changed',
  place: 'Placed in the label',
  template: 'Template',
  'add-label': 'New label',
  'remove-label': 'Label removed',
  'describe-label': 'Label described',
  'sign-side': 'Side signed',
  promote: 'AI result made a label',
  'review-region': 'Unsure region reviewed',
  'second-reader': 'Second reader signed',
}
/** A step's name for people; an unknown step is shown by its own name, spaced out. */
export const stepText = (stage: string) => STEP[stage] ?? capital(stage.replaceAll('-', ' '))
const SHORT: Readonly<Record<string, string>> = { smooth: 'Smooth', surface: 'Cubes' }
const BUSY: Readonly<Record<string, string>> = {
  'add-model': 'Sealing the network',
  'remove-model': 'Removing the network',
  'approve-model': 'Writing the approval',
  'revoke-model': 'Writing the approval',
  'bench-data': 'Looking for scans and labels',
  bench: 'Running the network on the cases',
  'bench-grid': 'Making scans worse',
  'bench-relations': 'Telling scans in other ways',
  'bench-edge-cases': 'Trying scans that must be refused',
  'bench-attack': 'Searching for a change that misleads',
  'bench-keep': 'Sealing the results',
  'bench-discard': 'Removing the results',
  scan: 'Reading the scan',
  'read-labels': 'Reading the labels',
  'fit-labels': 'Bringing the labels to the scan',
  sample: 'Making the sample',
  straighten: 'Resampling to even slices',
  denoise: 'Denoising the scan',
  threshold: 'Marking the range',
  islands: 'Sorting the pieces',
  'fill-holes': 'Filling holes',
  margin: 'Moving the edge of the mask',
  airway: 'Looking for the airway',
  lung: 'Looking for the lungs',
  'grow-from-core': 'Growing into softer tissue',
  open: 'Cutting thin bridges',
  close: 'Closing narrow gaps',
  'save-template': 'Keeping the template',
  'remove-template': 'Removing the template',
  paint: 'Writing the stroke',
  scissors: 'Cutting along the outline',
  'view-scissors': 'Cutting along the outline',
  crop: 'Cropping',
  'grow-at-click': 'Growing from the point',
  'grow-from-seeds': 'Growing the labels until they meet',
  'between-slices': 'Filling between the slices',
  'split-islands': 'Splitting into labels',
  morphology: 'Moving the edge there and back',
  'smooth-mask': 'Smoothing the label',
  'smooth-joint': 'Smoothing the labels together',
  'remove-table': 'Finding the patient',
  'hollow-mask': 'Hollowing the mask',
  combine: 'Combining labels',
  complement: 'Inverting the label',
  surface: 'Making the surface',
  smooth: 'Smoothing',
  decimate: 'Simplifying',
  repair: 'Repairing',
  check: 'Measuring the model',
  export: 'Writing and reading back the file',
  'sign-side': 'Writing the side into the trace',
  infer: 'The AI looks at the scan',
  promote: 'Making the AI result a label',
  'review-region': 'Writing the review into the trace',
  'second-reader': 'Writing the signature into the trace',
  segment: 'Running the template',
  unlock: 'Opening the vault',
  reopen: 'Opening the case',
  delete: 'Deleting the case',
  'close-case': 'Closing the case',
}
/** What is running now. */
export const busyText = (stage: string) => BUSY[stage] ?? stepText(stage)

/** What the last finished step changed, with units. */
export function changeText({ stage, from, to, unit }: ChangeView): string {
  const step = `Last change: ${stepText(stage).toLowerCase()}, `
  if (unit === 'findings')
    return step + (to === 0 ? 'all gates hold' : `${plural(to, 'gate does', 'gates do')} not hold`)
  if (unit === 'triangles') return `${step}${count(from)} to ${plural(to, 'triangle', 'triangles')}`
  const sign = to > from ? '+' : ''
  return to === from ? `${step}nothing changed` : `${step}${sign}${volume(to - from)}`
}

/** A step's name under a chart. */
export const stepShort = (stage: string) => SHORT[stage] ?? stepText(stage)
