import { PipelineError } from '../core/errors.ts'
import { cosignNote, noteText, parseNote } from '../trace/note.ts'
import { addLines } from './approval.ts'
import { makerOf } from './case-entries.ts'
import { readCaseLog } from './case-log.ts'
import { checkpointsIn } from './log-checkpoints.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import type { OpenVault } from './vault-keys.ts'

const NAME_DIGITS = 16

/**
 * An auditor reads the whole log of a case and puts their word under its newest checkpoint (C2SP tlog-cosignature v1), which is kept as a
 * line. Returns the note, for whoever keeps it elsewhere. Throws 'vault/tampered', 'vault/missing' when there is none yet.
 */
export async function witness(vault: OpenVault, auditor: PersonKeys, row: CaseRow): Promise<string> {
  const newest = checkpointsIn(await readCaseLog(vault.records, auditor, row)).at(-1)
  if (newest === undefined)
    throw new PipelineError(
      'vault/missing',
      'The log of this case has no checkpoint yet. Lock the vault once, then try again.',
    )
  const maker = await makerOf(vault)
  const name = `proofprint/witness/${maker.signer.keyId.slice(0, NAME_DIGITS)}`
  const seconds = Math.floor(Date.parse(maker.at) / 1000)
  const cosigned = noteText(await cosignNote(parseNote(newest), name, maker.signer, seconds))
  await addLines(vault, auditor, row, [{ code: 'witness', digests: [], cosigned }], maker)
  return cosigned
}
