import { PipelineError } from '../core/errors.ts'
import type { Role } from '../core/role.ts'

export const VERBS = [
  'ingest',
  'open',
  'infer',
  'edit',
  'mesh',
  'qa',
  'approve',
  'release',
  'receipt',
  'readAudit',
  'witness',
  'enrol',
  'rotate',
  'shred',
] as const
export type Verb = (typeof VERBS)[number]

/** All that a role may do. Who it may do it to is asked of the case. */
const MAY: Readonly<Record<Role, readonly Verb[]>> = {
  intake: ['ingest'],
  designer: ['open', 'infer', 'edit', 'mesh', 'qa'],
  reviewer: ['open', 'approve'],
  operator: ['release', 'receipt'],
  auditor: ['readAudit', 'witness'],
  custodian: ['readAudit', 'enrol', 'rotate', 'shred'],
}

/** What needs a proof of the person within the call, however short ago the last one was. */
const FRESH: readonly Verb[] = ['approve', 'release', 'rotate', 'shred']

export function may(role: Role, verb: Verb): boolean {
  return MAY[role].includes(verb)
}

export function needsProof(verb: Verb): boolean {
  return FRESH.includes(verb)
}

/** Why something was refused; each has its sentence. */
const SENTENCES = {
  role: 'Your role does not do this. Ask someone whose role does.',
  'not-on-case': 'You are not on this case. Its designer can add you.',
  'own-work': 'You worked on this case in another role, so you cannot do this. Someone else has to.',
  'two-roles': 'This person has or had another role on this case. Choose someone else.',
  'not-yet': 'Your time on this device has not begun. Ask the custodian.',
  expired: 'Your time on this device has ended. Ask the custodian.',
  revoked: 'You are no longer on this device. Ask the custodian.',
  clock: 'The clock of this computer is behind what was written last. Set it right, then try again.',
  stale: 'The case was changed since. Look at it as it is now, then decide.',
  replayed: 'That release was used already or is not one of this case. Ask the reviewer for a new one.',
  'late-release': 'That release is older than 30 days. Ask the reviewer for a new one.',
  'not-stated': 'This was checked or approved before either was signed. Check it and have it approved again.',
  'no-proof': 'This needs your passphrase or passkey again.',
  'no-reviewer': 'A release under this policy needs a reviewer. Set up people, or use the teaching policy.',
  'second-custodian': 'A second custodian has to confirm this.',
  'last-custodian': 'This is the only custodian. Enrol another one first.',
  'last-designer': 'Nobody would be left who designs a case. Give it to another designer first, or recover it.',
  'own-roles': 'Nobody changes their own roles. Another custodian does it.',
  'rests-on-them': 'Your own place on this device rests on the word of this person. Another custodian has to do it.',
  'scan-waits': 'A scan that this person handed in was not taken in yet. Its designer takes it in first.',
} as const
export type Refusal = keyof typeof SENTENCES

/** The error of a refusal: 'vault/denied', with `verb` and `why`. */
export function denied(verb: Verb | 'unlock', why: Refusal): PipelineError {
  return new PipelineError('vault/denied', SENTENCES[why], { verb, why })
}

export function isDenied(error: unknown): error is PipelineError & { readonly detail: { readonly why: Refusal } } {
  return error instanceof PipelineError && error.code === 'vault/denied'
}
