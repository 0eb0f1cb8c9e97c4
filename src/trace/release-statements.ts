import type { CheckId } from '../core/finding.ts'
import type { Decision, ReprintReason } from '../print/acceptance.ts'
import { type ReplayResult, replayStatement } from './replay-result.ts'
import {
  type Maker,
  policyResource,
  type Revision,
  type SignedStatement,
  type Subject,
  statement,
} from './statement.ts'

export const RELEASE_DAYS = 30
const DAY_MS = 86_400_000

const verdict = (maker: Maker, property: string) => ({
  verifier: { id: 'urn:proofprint:gate/1' },
  timeCreated: maker.at,
  policies: policyResource(maker.policy),
  properties: [property],
})

export interface Approval extends Revision {
  /** Meshes and their findings, exactly these. */
  readonly checked: readonly Subject[]
  /** Failing checks that the reviewer accepts. */
  readonly accepted: readonly CheckId[]
  /** Digests of the weights that may have marked it. */
  readonly models: readonly string[]
  readonly expiresAt: string
}

/** A reviewer's word for one revision. */
export function approvalStatement(maker: Maker, approval: Approval): Promise<SignedStatement> {
  const { checked, policyId, revision, accepted, models, expiresAt } = approval
  return statement(maker, {
    kind: 'approval',
    subjects: checked,
    materials: checked.map(({ digest }) => digest),
    facts: { policyId, revision, accepted, models, expiresAt },
    standard: verdict(maker, 'PROOFPRINT_APPROVED'),
  })
}

export interface Release extends Revision {
  readonly files: readonly Subject[]
  /** Digests of the meshes and findings they were written from. */
  readonly checked: readonly string[]
  /** Digest of the approval; null under teaching, where there is none. */
  readonly approval: string | null
  /** Failing checks accepted without a reviewer, which only teaching allows. */
  readonly accepted: readonly CheckId[]
  /** Fingerprint of who may open the sealed file; null when it is not sealed to anybody. */
  readonly recipient: string | null
  /** 32 random bytes in hex: good for one print. */
  readonly nonce: string
  readonly traceId: string
  /** Digest of the acceptance that asked for another print. */
  readonly reprintOf: string | null
}

/** Lets files leave, for one print within 30 days. */
export function releaseStatement(maker: Maker, release: Release): Promise<SignedStatement> {
  const { files, checked, ...facts } = release
  const expiresAt = new Date(Date.parse(maker.at) + RELEASE_DAYS * DAY_MS).toISOString()
  return statement(maker, {
    kind: 'release',
    subjects: files,
    materials: checked,
    facts: { ...facts, expiresAt },
    standard: verdict(maker, 'PROOFPRINT_RELEASED'),
  })
}

export interface Receipt {
  readonly print: Subject
  readonly files: readonly string[]
  /** Digest of the release that it used up. */
  readonly release: string
  readonly nonce: string
  /** Fingerprint of who opened the file. */
  readonly recipient: string | null
  readonly printer: string
  readonly material: string
}

/** That a released file was printed: where and from what. */
export function receiptStatement(maker: Maker, receipt: Receipt): Promise<SignedStatement> {
  const { print, files, ...facts } = receipt
  return statement(maker, { kind: 'receipt', subjects: [print], materials: files, facts })
}

export interface Judged {
  readonly print: Subject
  /** Digest of the receipt of that print. */
  readonly receipt: string
  readonly decision: Exclude<Decision, 'open'>
  readonly reasons: readonly ReprintReason[]
  /** Null where nothing was measured. */
  readonly meanMm: number | null
  readonly maxMm: number | null
}

/** Whether a print is accepted, or is to be made again. */
export function acceptanceStatement(maker: Maker, { print, ...facts }: Judged): Promise<SignedStatement> {
  return statement(maker, { kind: 'acceptance', subjects: [print], materials: [print.digest], facts })
}

export interface Written {
  readonly files: readonly Subject[]
  /** Digests of the meshes and findings they were written from. */
  readonly from: readonly string[]
  /** Fingerprints of those that a sealed 3MF is for; empty for another file. */
  readonly sealedFor: readonly string[]
}

/** That an operator wrote files from what was released to them: a step that stands in no trace, as they have no key to it. */
export function writtenStatement(maker: Maker, { files, from, sealedFor }: Written): Promise<SignedStatement> {
  return statement(maker, { kind: 'written', subjects: files, materials: from, facts: { sealedFor } })
}

export interface Replayed {
  readonly result: ReplayResult
  /** Of the result as it is kept. */
  readonly digest: string
  /** What it made again, of what was stated before. */
  readonly outputs: readonly string[]
}

/** What came of running a case again. */
export function replayedStatement(maker: Maker, { result, digest, outputs }: Replayed): Promise<SignedStatement> {
  const { at: ranAt, ...facts } = replayStatement(result)
  const subjects = [{ name: 'replay', digest }]
  return statement(maker, { kind: 'replay', subjects, materials: outputs, facts: { ...facts, ranAt } })
}
