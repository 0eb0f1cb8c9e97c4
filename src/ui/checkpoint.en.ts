import type { PersonRow } from '../app/people-view.ts'
import type { LogCheckpoint, Signed } from '../vault/log-checkpoints.ts'
import { count, plural } from './format.ts'
import { LOG, staffOf } from './people.en.ts'

// The words of the newest checkpoint of the log of a case, and of an auditor's word under it.

export const CHECKPOINT = {
  title: 'Newest checkpoint',
  none: 'This log has no checkpoint yet. One is signed when the vault is locked.',
  facts: { size: 'Lines under it', signed: 'Signed', digest: 'Digest', confirmed: 'Confirmed' },
  size: ({ size, behind }: LogCheckpoint) =>
    behind === 0 ? `${count(size)}, all there are` : `${count(size)}, and ${count(behind)} came later`,
  signed: ({ by, at }: Signed, rows: readonly PersonRow[]) => `${staffOf(by ?? undefined, rows)}, ${LOG.at(at)}`,
  notYet: 'By nobody yet',
  earlier: (one: Signed & { readonly size: number }, rows: readonly PersonRow[]) =>
    `An earlier one of ${plural(one.size, 'line', 'lines')}: ${CHECKPOINT.signed(one, rows)}`,
  act: 'Confirm this checkpoint',
  why: 'You sign that you saw the log with these lines. Then save the file and keep it elsewhere: a log that is cut or rewritten later does not fit it.',
  mine: 'You confirmed it. Save the file and keep it elsewhere: a log that is cut or rewritten later does not fit it.',
  save: 'Save the checkpoint',
}
