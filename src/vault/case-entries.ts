import { APP_VERSION } from '../core/app-version.ts'
import { type AuditActor, type AuditEvent, isDueAfter } from '../trace/audit-log.ts'
import { isDigest, NO_ENTRIES, originOf, signedHead, withEntry } from '../trace/log-end.ts'
import { noteText } from '../trace/note.ts'
import { digestOfJson } from '../trace/policy-digest.ts'
import type { Maker, SignedStatement } from '../trace/statement.ts'
import { type AuditEnd, type Log, sealLines } from './audit-lines.ts'
import type { AuditLine } from './case.ts'
import type { OpenVault } from './vault-keys.ts'

/** A line to be written, with what was signed for it. */
export interface NewLine extends Omit<AuditLine, 'entry' | 'statement' | 'checkpoint'> {
  readonly said?: SignedStatement | undefined
  /** Digests of the policy and the weights that it is about. */
  readonly policy?: string | null
  readonly model?: string | null
  /** A checkpoint of before, with the word of a witness. */
  readonly cosigned?: string
}

/** Who writes now, as what: the same for the lines of one write and for what is signed with them. */
export async function makerOf(vault: Pick<OpenVault, 'signer' | 'now' | 'keys'>): Promise<Maker> {
  const role = vault.keys.who?.role ?? 'designer'
  return { signer: await vault.signer(), role, at: vault.now().toISOString(), policy: null }
}

/** What others may know of a line: no id, no word of a person. */
function eventOf({ code, outcome, digests, said, policy = null, model = null }: NewLine): AuditEvent {
  if (said) return { code: `statement/${said.kind}`, outcome, objects: [said.digest], policy, model }
  return { code, outcome, objects: digests.filter(isDigest), policy, model }
}

export const appDigest = digestOfJson(`proofprint/${APP_VERSION}`)

/**
 * Lines of the log of a case, sealed in their places: the one way they are made. Each gets its entry; the last one a checkpoint when it
 * is due. Throws 'trace/clock-behind', and what the signer throws.
 */
export async function sealEntries(log: Log, from: AuditEnd, lines: readonly NewLine[], maker: Maker) {
  const { signer, at: time } = maker
  const app = await appDigest
  let end = from.entries ?? NO_ENTRIES
  const signed = end.signed
  const made: AuditLine[] = []
  let isDue = false
  for (const [n, line] of lines.entries()) {
    const by: AuditActor = { keyId: signer.keyId, role: line.role ?? maker.role, strength: signer.strength }
    const clock = { time, count: from.auditCount + n + 1 }
    const next = await withEntry(end, eventOf(line), { by, clock, app })
    end = next.end
    isDue ||= isDueAfter(next.entry.code, end.size - signed)
    made.push(asLine(line, next.entry))
  }
  const last = made.at(-1)
  if (last && isDue && last.checkpoint === undefined) {
    const checkpoint = noteText(await signedHead(end, await originOf(log.id), signer))
    made[made.length - 1] = { ...last, checkpoint }
    end = { ...end, signed: end.size }
  }
  return { ...(await sealLines(log, from, made)), entries: end }
}

function asLine(
  { said, policy: _policy, model: _model, cosigned, ...line }: NewLine,
  entry: AuditLine['entry'],
): AuditLine {
  return {
    ...line,
    entry,
    ...(said ? { statement: said.envelope } : {}),
    ...(cosigned ? { checkpoint: cosigned } : {}),
  }
}
