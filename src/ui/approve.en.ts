import type { ApprovalStanding, CaseApproval, SendBackReason } from '../app/approval.ts'
import type { Released } from '../app/review-view.ts'
import type { AiRegion, LabelAi } from '../segment/label-ai.ts'
import { AI } from './ai.en.ts'
import { count, decimal, mm, plural, volume, withUnit } from './format.ts'
import { ROLE } from './people.en.ts'

// The words of Approve: who signs what, what goes back and why, and what waits for its operator.

const staff = (number: string | null) => (number === null ? 'Somebody' : `Staff ${number}`)

const LEAD: Readonly<Record<ApprovalStanding, string>> = {
  closed: 'The gates come first. A part that is refused cannot be approved.',
  'by-designer': 'Accepted under teaching, by its designer. This is what leaves.',
  'no-reviewer': 'A part for this use leaves only when a reviewer has signed it, and there is none here.',
  waits: 'A reviewer, who is another person than its designer, looks at the part and signs it.',
  returned: 'The reviewer gave it back. Change it and check it again.',
  approved: 'Signed. An operator can release it once, within 30 days.',
  released: 'Signed, and released by an operator.',
  void: 'It was signed, and changed since. It has to be signed again.',
}

export const APPROVE = {
  title: 'Approve',
  lead: (standing: ApprovalStanding) => LEAD[standing],
  readerLead: 'You did not make this part, so you can sign it. You can look and accept, not edit.',
  whatPrints: 'What will be printed',
  unsureHere: 'Amber: where the AI was unsure',
  allByPerson: 'No network marked this part',
  moved: 'The part lies elsewhere than in the scan, so places are shown in the slices only',
  figures: {
    'pairwise-dice': ['Agreement', (v: number) => decimal(v, 2), (v: number) => `green from ${decimal(v, 2)}`],
    s95: ['Surface spread', mm, (v: number) => `green to ${withUnit(decimal(v, Number.isInteger(v) ? 0 : 2), 'mm')}`],
    cv: [
      'Volume spread',
      (v: number) => withUnit(decimal(v, 1), '%'),
      (v: number) => `green to ${withUnit(decimal(v, 0), '%')}`,
    ],
    p: ['Fits known scans', (v: number) => `p ${decimal(v, 2)}`, (v: number) => `green from ${decimal(v, 2)}`],
  } as const,
  unknown: 'unknown',
  regions: 'Unsure regions',
  noRegions: 'No place was unsure over more than 50\u2009mm³.',
  visited: (done: number, all: number) => `${count(done)} of ${count(all)} visited`,
  region: (region: AiRegion) => `${volume(region.mm3)}. ${AI.states[region.state]}`,
  regionAt: (n: number, mm3: number): readonly [string, string] => [`Place ${count(n)}`, volume(mm3)],
  findings: 'Findings',
  accept: 'Accept with a reason',
  withdraw: 'Withdraw',
  hard: 'This cannot be accepted by anybody. Send the part back.',
  changed: 'What changed since the AI’s mask',
  changedPlain: 'What changed since the mask',
  edits: (n: number) => (n === 0 ? 'no edit of the part' : plural(n, 'edit of the part', 'edits of the part')),
  byHand: (netMm3: number) =>
    Math.abs(netMm3) < 1 ? 'Nothing by hand' : `${netMm3 < 0 ? '−' : '+'}${volume(Math.abs(netMm3))} by hand`,
  byHandSay: ({ editedMm3, aiMm3 }: LabelAi) =>
    editedMm3 === 0 ? 'No voxel differs from the AI’s' : `${volume(editedMm3)} of ${volume(aiMm3)} differ`,
  noAi: 'Marked by a person',
  noAiSay: 'No network was used',
  walls: (value: string) => `${value} of thin wall`,
  wallsSay: (n: number, movedMm: number) =>
    n === 0
      ? 'Not thickened anywhere'
      : `Thickened ${n === 1 ? 'once' : `${count(n)} times`}, surface moved ${mm(movedMm)} at most`,
  volume: (value: string) => `${value} volume`,
  volumeSay: 'Model against mask',
  distance: (mean: number) => `Mean ${mm(mean)} from mask`,
  distanceSay: (p95: number, max: number) =>
    `95th ${mm(p95)}, max ${mm(max)}; all points, both ways, without what was added`,
  sign: 'What you sign',
  toSign: 'What is to be signed',
  signed: 'What was signed',
  leaves: 'What leaves',
  facts: {
    use: 'Intended use',
    side: 'Side',
    gates: 'Gates',
    model: 'Model',
    valid: 'Valid for',
    by: 'Signed by',
    at: 'On',
    revision: 'Revision of the case',
  },
  sides: {
    left: 'Left, signed on the scan',
    right: 'Right, signed on the scan',
    'not-applicable': 'Has none',
    none: 'Not signed',
  },
  gates: (passed: number, accepted: number) =>
    accepted === 0 ? `${count(passed)} hold` : `${count(passed)} hold, ${count(accepted)} accepted`,
  days: withUnit('30', 'days'),
  untilEdit: 'Until it is changed',
  by: ({ role, staff: number }: Pick<CaseApproval, 'role' | 'staff'>) =>
    number === null ? 'Its designer, under teaching' : `${staff(number)}, ${ROLE[role].toLowerCase()}`,
  was: (approval: CaseApproval, day: string) =>
    `${APPROVE.by(approval)}, signed revision ${count(approval.revision)} (${day}). That no longer holds.`,
  lookFirst: (left: number) => `Look at each unsure place first: ${plural(left, 'place is', 'places are')} left.`,
  act: 'Sign',
  actWhy: 'Your passphrase or passkey is asked again. You sign exactly this model and this revision of the case.',
  decide: (n: number) =>
    `${plural(n, 'finding refuses', 'findings refuse')}. Accept each with a reason, or send the part back.`,
  mustGoBack: (n: number) =>
    `${plural(n, 'finding', 'findings')} can be accepted by nobody. Send the part back, with the reason.`,
  already: 'You signed this part as it is.',
  signTitle: 'Sign this part',
  signLead:
    'With your signature an operator can print exactly this model, once, within 30 days. Any change of the case voids it.',
  passphrase: 'Your passphrase',
  passkey: 'Use your passkey',
  cancel: 'Cancel',
  back: 'Send back with a reason',
  backTitle: 'Send back to its designer',
  backLead:
    'The designer sees the reason at Check. It is written into the log. Give no name and nothing about the patient.',
  backAct: 'Send back',
  reason: 'Reason',
  words: 'In your words',
  bySelf: 'Accepted under teaching, by its designer.',
  toPrint: 'Go to Print',
  toCheck: 'Go to Check',
  toApprove: 'Go to Approve',
  toPrintWhy: 'The file is written from exactly this model.',
  operatorWhy: 'An operator releases it, with their own passphrase.',
  noReviewerWhy: 'Set up people in this vault: a custodian, a reviewer and an operator. Or choose teaching at Check.',
  sampleWhy: 'Teaching sessions are for teaching alone.',
  returnedBy: (number: string | null, reason: SendBackReason) =>
    `${staff(number)} gave it back: ${BACK_REASON[reason].toLowerCase()}`,
  give: 'Who looks at it',
  reader: 'You review this case',
  readerSay: 'Look at everything. Only its designer changes it.',
}

export const BACK_REASON: Readonly<Record<SendBackReason, string>> = {
  anatomy: 'The anatomy is not right',
  'unsure-places': 'An unsure place needs an edit',
  shape: 'The shape was changed too much',
  marks: 'The side or the ID is not right',
  findings: 'A finding cannot be accepted',
  other: 'Another reason, in words',
}

export const RELEASE = {
  title: 'Ready to print',
  lead: 'Signed by a reviewer. Each is released once, with your passphrase or passkey.',
  none: 'Nothing waits for you. A part comes here when its designer gave you the case and a reviewer has signed it.',
  by: (number: string, day: string) => `${staff(number)}, reviewer, ${day}`,
  act: 'Release',
  released: 'Released since you came in',
  left: ({ files, sealedFor }: Released) =>
    `${files.join(', ')}, ${sealedFor.length === 0 ? 'saved as a plain file' : `sealed for ${sealedFor.join(', ')} and saved`}`,
  dialog: (id: string) => `Release ${id}`,
  dialogLead: 'The file is written, read back and handed to you. The approval is used up by it.',
  format: 'File',
  way: 'How it leaves',
  sealedFor: (name: string) => `Sealed for ${name}`,
  sealed3mf: 'As a sealed 3MF',
  plain: 'As the plain file',
  sealedWhy: 'Only that station opens it, once. Its receipt is taken in at Hand-over.',
  sealed3mfWhy: 'Only whoever you tick opens it, with their own key.',
  plainWhy: 'Whoever has the plain file can print it. To seal it, add the print station at Hand-over first.',
  designer: 'An operator releases this part. You can follow it here.',
  waits: 'A reviewer has not signed this part yet.',
  void: 'It was signed and changed since. A reviewer has to sign it again.',
  done: 'An operator released this part.',
}

export const PRINTED = {
  title: 'Prints of released files',
  lead: 'Once a file is printed, write down on what. You sign it, once for each release.',
  none: 'Nothing was released as a file yet. What was sealed for a print station is at Hand-over, with its receipt.',
  released: (id: string, day: string) => `${id}, released ${day}`,
  write: 'Write down the print',
  writeFor: (files: string) => `Write down the print of ${files}`,
  formLead: 'Both stay in the sealed log of the case and in its evidence.',
  sign: 'Sign and keep it',
  later: 'Not yet',
  by: (number: string | null) => (number === null ? 'Signed by somebody' : `Signed by ${staff(number)}`),
  all: (n: number) => `Show all ${n}`,
}
