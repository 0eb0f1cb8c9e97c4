import { plural } from './format.ts'

// The words of the start page and of its vault.

export const START = {
  title: 'Turn a scan into a model you can trust',
  lead: 'Open a CT or MR scan. It is read, checked and prepared in this browser. Nothing is uploaded.',
  drop: 'Drop a scan here',
  formats: 'A DICOM folder or zip, NIfTI, NRRD or MHA.',
  removed: 'Names and dates of birth are left behind as it is read.',
  folder: 'Choose a folder',
  files: 'Choose files',
  sample: 'Try the sample',
  sampleLead: 'A made-up left hip. One press runs every station and ends with a printable file.',
  sampleTime: 'Under a minute on most devices',
  runSample: 'Run the sample',
  line: 'The stations',
  cases: 'Recent cases',
  encrypted: (used: string | null) =>
    `Encrypted on this device${used === null ? '' : `, ${used}`}. Shown under pseudonyms.`,
  inMemory: 'In memory only. Gone when this tab closes.',
  columns: { name: 'Case', anatomy: 'Template', station: 'Station', state: 'State', opened: 'Opened', size: 'Size' },
  open: (name: string) => `Open ${name}`,
  showAll: (n: number) => `Show all ${plural(n, 'case', 'cases')}`,
  unnamed: 'Unreadable case',
  unreadable: {
    damaged: 'Damaged. It can only be deleted.',
    newer: 'Stored by a newer version of this app. Reload the page to open it.',
  },
  remove: (name: string) => `Delete ${name}`,
  removeTitle: (name: string) => `Delete ${name}?`,
  removeLead:
    'Its scan, masks, models and files are removed from this device, and nobody can bring them back. A backup made before still has them, and the disk may keep sealed remains for a while.',
  removeYes: 'Delete the case',
  keep: 'Keep it',
  noCases: 'No cases yet. Open a scan, and it is kept here encrypted, under a pseudonym.',
  notDevice: 'For teaching, patient communication and as a planning aid. Not a medical device.',
  kiosk: 'Shared computer?',
  kioskAct: 'Start a teaching session',
  kioskAfter: ': nothing is kept when the tab closes.',
}

export const VAULT = {
  looking: 'Looking for stored cases',
  none: {
    title: 'Keep your cases encrypted',
    lead: 'Cases are stored in this browser, sealed with a passphrase that only you know. It cannot be recovered.',
    first: 'Passphrase, at least 12 characters',
    again: 'Passphrase again',
    act: 'Create the vault',
    differ: 'The two passphrases differ.',
    short: (missing: number) => `${plural(missing, 'character', 'characters')} more.`,
  },
  locked: {
    title: 'Your cases are locked',
    lead: 'Enter the passphrase to open them. They stay encrypted on this device.',
    field: 'Passphrase',
    act: 'Unlock',
  },
  teaching: 'Start a teaching session',
  teachingWhy: 'No passphrase. Keys live in memory only and everything is gone with this tab.',
  or: 'or',
}
