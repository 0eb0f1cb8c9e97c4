import type { Role } from '../core/role.ts'
import type { AuditRecord } from '../vault/case.ts'

/** What somebody did with a case beside its steps, as its log has it. */
export interface CaseAct {
  readonly seq: number
  /** When it was written down. ISO 8601, UTC. */
  readonly at: string
  /** Id of the person; null in a vault without people. */
  readonly by: string | null
  readonly role: Role | null
  readonly code: string
  readonly isDenied: boolean
  /** Whether a statement was signed with it. */
  readonly isSigned: boolean
}

const ACTS: readonly string[] = [
  ...[
    'create-case',
    'take-in',
    'approve',
    'release',
    'write-files',
    'release-files',
    'print',
    'accept-print',
    'receipt',
  ],
  ...['replay', 'witness', 'bundle', 'new-key', 'stated-later'],
]
const STARTS = ['send-back/', 'share/']

const isAct = ({ code, outcome, statement, role }: AuditRecord): boolean =>
  outcome === 'denied' ||
  ACTS.includes(code) ||
  STARTS.some((start) => code.startsWith(start)) ||
  (statement !== undefined && role !== undefined && role !== 'designer' && role !== 'intake')

/** The acts of a log, the newest first. */
export const actsOf = (audit: readonly AuditRecord[]): readonly CaseAct[] =>
  audit
    .filter(isAct)
    .map(({ seq, at, by, role, code, outcome, statement, checkpoint }) => ({
      ...{ seq, at, by: by ?? null, role: role ?? null, code },
      ...{ isDenied: outcome === 'denied', isSigned: statement !== undefined || checkpoint !== undefined },
    }))
    .toReversed()
