import type { ErrorCode } from '../core/errors.ts'
import { staffList } from './people.en.ts'

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
  'handover/bad-checkpoint': 'Ask the sender to release and seal the file again, and tell them why.',
  'handover/other-file': 'Save and release the file again, then seal that one.',
  'handover/expired': 'Ask for a new release.',
  'handover/used': 'Ask for a new release for another print.',
  'handover/no-station': 'Go to Hand-over: it shows the key of this station.',
  'handover/unknown-signer': 'Compare their six words with them, keep them at Hand-over, then try again.',
  'handover/no-receipt': 'Ask the station for the receipt of the file that was sealed for it.',
}

/** Words of a form that keeps a key after its words were compared. */
export interface PinWords {
  readonly adding: string
  readonly address: string
  readonly compare: string
  readonly pin: string
}

export const STATION_PIN: PinWords = {
  adding: 'A new print station',
  address: 'Its address, as it shows it',
  compare:
    'Have somebody at the station read theirs to you, by telephone or face to face. Not by the way the address came.',
  pin: 'Keep this station',
}

export const SIGNER_PIN: PinWords = {
  adding: 'Somebody whose signature counts',
  address: 'Their signing key, as they show it',
  compare: 'Have them read theirs to you, by telephone or face to face. Not by the way the key or the file came.',
  pin: 'Let this signature count',
}

export const HANDOVER = {
  title: 'Seal for a print station',
  lead: 'Only that station can open the sealed file, once, and only until the release expires.',
  none: 'No print station is known yet.',
  stations: 'Print stations',
  add: 'Add a station',
  close: 'Close',
  name: 'What you call it',
  show: 'Show the six words',
  words: 'Six words',
  compared: 'They read the same six words',
  fingerprint: 'Fingerprint',
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  for: 'For',
  file: 'File',
  seal: (name: string) => `Seal for ${name}`,
  noFile: 'Save a file first: it is that one that is sealed.',
  noSigner: 'Under teaching its designer seals a file. Otherwise its operator does, when they release it.',

  offer: 'Print a sealed file',
  offerLead: 'That was sealed for this print station, or send one to another.',
  openTitle: 'Open a sealed file',
  openLead: 'The plain file is handed to you once. Open it when the printer is ready.',
  choose: 'Choose a sealed file',
  own: 'Address of this station',
  copy: 'Copy',
  copied: 'Copied',
  code: (label: string) => `${label} as a QR code`,
} as const

export const PAGE = {
  title: 'Hand-over',
  lead: 'A released file travels sealed to one print station. Only that station opens it, once, and a signed receipt comes back.',
  locked: 'Open your vault first',
  notYours: (operators: readonly string[]) =>
    `Files are sealed and opened by print operators: ${staffList(operators) || 'nobody yet, a custodian can add someone'}.`,
  send: 'Send',
  sendLead: 'On the device where parts are designed and released.',
  stationsLead: 'Where files may be sealed for. Add one by its address; its six words are compared first.',
  print: 'Print',
  printLead: 'On the device beside the printer.',
  both: 'Who signs',
  bothLead: 'Releases and receipts are signed. A signature counts after its six words were compared, on each side.',
  me: 'Your signing words',
  meLead: 'Read them to the other side: to the station when you release, to who released when you print.',
  key: 'Your signing key',
} as const

export const STATION_KEY = {
  title: 'This print station',
  lead: 'Give this address to whoever seals for you, and read them the six words by another way.',
  make: 'Make the key of this station',
  teaching: 'A teaching session forgets its keys when it ends, so it can be no print station. Make a vault first.',
  closed: 'This station has a key that you were not given. An operator who has it can give it to you, here.',
  without: (staff: readonly string[]) =>
    `${staffList(staff)} ${staff.length === 1 ? 'was' : 'were'} not given the key, and cannot open files here.`,
  give: 'Give them the key',
  replace: 'Make a new key',
  replaceTitle: 'Make a new key for this station?',
  replaceLead:
    'Files that are sealed for the old one open nowhere any more. Whoever seals for this station needs the new address and compares its words again.',
  replaceYes: 'Make a new key',
  keep: 'Keep the key',
} as const

export const SIGNERS = {
  title: 'Whose signature counts',
  lead: 'Of releases that come to this station, and of receipts that come back.',
  none: 'Nobody yet. When a file comes from somebody new, you are shown their words.',
  add: 'Add somebody by their key',
  close: 'Close',
  unknown: 'Signed by somebody who is not known here',
  unknownLead:
    'Nothing of the file was used. Compare the six words with who signed it, keep them, then choose the file again.',
  noKey: 'The file does not carry their key. Ask them for it, and add it below.',
} as const

export const RECEIPT = {
  opened: 'Opened here',
  noneOpened: 'Nothing was opened yet. A file is opened once; it then stands here until its receipt is written.',
  openedAt: (process: string, at: string) => `Checked for ${process}, opened ${at}`,
  write: 'Write the receipt',
  writeFor: (name: string) => `Write the receipt of ${name}`,
  save: 'Save the receipt',
  saveFor: (name: string) => `Save the receipt of ${name}`,
  said: (printer: string, material: string, at: string) => `Printed on ${printer}, ${material}, ${at}`,
  lead: 'When it is printed. You sign it, and send the file to who released the part.',
  printer: 'Printer',
  material: 'Material and its lot',
  sign: 'Sign and save the receipt',
} as const

export const SENT = {
  title: 'Sealed from here',
  lead: 'Each waits for the receipt of its print. Drop the receipt here, or choose it.',
  none: 'Nothing was sealed yet. It is done at Print under teaching, and otherwise when an operator releases a part.',
  to: (station: string, at: string) => `For ${station}, ${at}`,
  waits: 'No receipt yet',
  printed: ({ printer, material, by }: { printer: string; material: string; by: string }, at: string) =>
    `Printed on ${printer}, ${material}, ${at}. Signed by ${by}.`,
  take: 'Take in a receipt',
} as const
