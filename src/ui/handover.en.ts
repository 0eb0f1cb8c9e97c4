import type { ErrorCode } from '../core/errors.ts'

// The words of print stations and of sealed files.

type HandoverCode = Extract<ErrorCode, `handover/${string}`>

/** What to do next about each problem of a sealed hand-over. */
export const HANDOVER_NEXT: Readonly<Record<HandoverCode, string>> = {
  'handover/bad-recipient': 'Ask the station for its address again, and copy it whole.',
  'handover/not-compared': 'Read the six words to each other, by telephone or face to face.',
  'handover/not-sealed': 'Choose the .age file, or have it sent again.',
  'handover/other-recipient': 'Open it at the station it was sealed for, or have it sealed for this one.',
  'handover/forwarded': 'Ask the sender to release and seal it for this station.',
  'handover/tampered': 'Have the file sent again.',
  'handover/bad-parcel': 'Have it sealed again with the same version of this program.',
  'handover/other-file': 'Save and release the file again, then seal that one.',
  'handover/expired': 'Ask for a new release.',
  'handover/used': 'Ask for a new release for another print.',
}

export const HANDOVER = {
  title: 'Seal for a print station',
  lead: 'Only that station can open the sealed file, once, and only until the release expires.',
  none: 'No print station is known yet.',
  stations: 'Print stations',
  add: 'Add a station',
  close: 'Close',
  adding: 'A new print station',
  name: 'What you call it',
  address: 'Its address, as it shows it',
  show: 'Show its words',
  words: 'Its six words',
  compare:
    'Have somebody at the station read theirs to you, by telephone or face to face. Not by the way the address came.',
  compared: 'They read the same six words',
  fingerprint: 'Fingerprint',
  pin: 'Keep this station',
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  for: 'For',
  file: 'File',
  seal: (name: string) => `Seal for ${name}`,
  noFile: 'Save a file first: it is that one that is sealed.',
  noSigner: 'Files are sealed under the teaching policy. Under another one a release needs a reviewer and an operator.',

  openTitle: 'Open a sealed file',
  openLead: 'Of what was sealed for this station. It opens once.',
  choose: 'Choose a sealed file',
  own: 'Address of this station',
  ownLead: 'Give it to whoever seals for you, and read the six words to them by another way.',
  opened: 'Opened and saved',
  process: 'Checked for',
  expires: 'Released until',
  digest: 'SHA-256 of the file',
} as const
