import type { ErrorCode } from '../core/errors.ts'

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
