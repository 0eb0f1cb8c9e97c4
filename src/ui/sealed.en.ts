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
