import type { TraceEntry } from '../core/trace-entry.ts'
import {
  type AuditClock,
  type AuditEvent,
  type AuditLog,
  appended,
  isCheckpointDue,
  statementEvent,
  withCheckpoint,
} from './audit-log.ts'
import type { TracedStep } from './stage-statements.ts'
import type { Maker, SignedStatement } from './statement.ts'

/** What was said of a case so far, and the log that says when. A value: whoever keeps it keeps the newest. */
export interface Stated {
  readonly statements: readonly SignedStatement[]
  readonly log: AuditLog
}

/** A step with those of its inputs that no statement so far is about. */
export function tracedStep({ statements }: Stated, entry: TraceEntry): TracedStep {
  const known = new Set(statements.flatMap(({ subjects }) => subjects))
  return { entry, sources: [...new Set(entry.inputDigests.filter((digest) => !known.has(digest)))] }
}

/** Writes an event down, and signs a checkpoint when one is due. Throws as `appended` and `withCheckpoint`. */
export async function noted(log: AuditLog, event: AuditEvent, by: Maker, count: number): Promise<AuditLog> {
  const { signer, role, at } = by
  const clock: AuditClock = { time: at, count }
  const after = await appended(log, event, { keyId: signer.keyId, role, strength: signer.strength }, clock)
  return isCheckpointDue(after) ? withCheckpoint(after, signer) : after
}

/** Takes up a signed statement and writes down that it was made, by whom it was made. Throws as `noted`. */
export async function withStatement(
  { statements, log }: Stated,
  signed: SignedStatement,
  by: Maker,
  count: number,
  model: string | null = null,
): Promise<Stated> {
  const after = await noted(log, statementEvent(signed, by.policy, model), by, count)
  return { statements: [...statements, signed], log: after }
}
