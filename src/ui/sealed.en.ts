import type { ErrorCode } from '../core/errors.ts'

// The words of sealed 3MF files.

type SealedCode = Extract<ErrorCode, `sealed/${string}`>

/** What to do next about each problem of a sealed 3MF. */
export const SEALED_NEXT: Readonly<Record<SealedCode, string>> = {
  'sealed/bad-key': 'Ask for the public key as a PEM file, and paste all of it.',
  'sealed/weak-key': 'Ask for a key of 3,072 bits.',
  'sealed/bad-recipient': 'Correct it, or ask the recipient for what they are called.',
  'sealed/no-recipient': 'Tick at least one recipient.',
  'sealed/too-large': 'Decimate the part, or seal the saved file for a print station instead.',
  'sealed/bad-keystore': 'Have the file sent again.',
  'sealed/other-recipient': 'Have it sealed for you, or open it where its key is.',
  'sealed/tampered': 'Have the file sent again.',
}

export const SEALED = {
  title: 'Sealed 3MF (3MF Secure Content)',
  lead: 'Only whoever you choose can open this file, with their own key. Few printers and slicers read such files yet: ask before you send one.',
  cardLead: 'A 3MF can be sealed for printers and services that have their own key. Few read such files yet.',
  keeper: 'A custodian adds and removes them.',
  none: 'No recipient is known yet.',
  recipients: 'Recipients of sealed 3MF files',
  add: 'Add a recipient',
  adding: 'A new recipient',
  consumerId: 'Their consumer ID',
  keyId: 'Their key ID, if they have one',
  pem: 'Their public key (RSA, PEM)',
  pemHint: '-----BEGIN PUBLIC KEY-----',
  asked: 'Whoever runs the printer or slicer gives you these three.',
  compare:
    'Have them tell you the SHA-256 of their public key (of its DER form), by telephone or face to face. Not by the way the key came. It is the fingerprint; the six words stand for its first six bytes.',
  compared: 'Theirs is the same',
  pin: 'Keep this recipient',
  tick: 'Tick who can open it.',
  open: 'You cannot open it yourself, nor can Verify read it. It is larger than a plain 3MF.',
  save: 'Save sealed 3MF',
  left: 'Kept here; it left sealed',
} as const
