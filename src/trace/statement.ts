import { utf8 } from '../core/bytes.ts'
import type { PolicyId } from '../core/finding.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { Role } from '../core/role.ts'
import type { Signer } from '../core/signer.ts'
import { canonicalJson } from './canonical.ts'
import { type Envelope, sealStatement } from './dsse.ts'

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

const SVR = 'https://in-toto.io/attestation/svr/v0.2'
/** What each kind of statement says, by its predicate type; a public one where there is one. */
export const PREDICATES = {
  stage: 'urn:proofprint:stage/1',
  'model-run': 'urn:proofprint:model-run/1',
  findings: 'https://in-toto.io/attestation/test-result/v0.1',
  approval: SVR,
  release: SVR,
  receipt: 'urn:proofprint:receipt/1',
  acceptance: 'urn:proofprint:acceptance/1',
  written: 'urn:proofprint:written/1',
  replay: 'urn:proofprint:replay/1',
} as const
export type StatementKind = keyof typeof PREDICATES

/** Who says it, as what, when, and under which policy (its digest; null where none applies). */
export interface Maker {
  readonly signer: Signer
  readonly role: Role
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string
  readonly policy: string | null
}

/** Something a statement is about. */
export interface Subject {
  readonly name: string
  /** SHA-256 in lower-case hex: of a file its bytes, else as the Digests section of the formats. */
  readonly digest: string
}

/** What the case is about, besides the frame that all statements share. */
export interface Said {
  readonly kind: StatementKind
  readonly subjects: readonly Subject[]
  /** Digests it rests on: subjects of earlier statements. */
  readonly materials: readonly string[]
  /** Fields of its own. */
  readonly facts: { readonly [name: string]: JsonValue }
  /** Fields that a public predicate type asks for. */
  readonly standard?: { readonly [name: string]: JsonValue }
}

export interface SignedStatement {
  readonly kind: StatementKind
  readonly envelope: Envelope
  /** SHA-256 of the payload, by which log and later statements name it. */
  readonly digest: string
  readonly subjects: readonly string[]
}

/** An in-toto statement as canonical JSON, signed. Throws what the signer throws. */
export async function statement(maker: Maker, said: Said): Promise<SignedStatement> {
  const { signer, role, at, policy } = maker
  const { kind, subjects, materials, facts, standard } = said
  const made = { kind, at, keyId: signer.keyId, keyStrength: signer.strength, role, policy, materials }
  const payload = utf8(
    canonicalJson({
      _type: STATEMENT_TYPE,
      subject: subjects.map(({ name, digest }) => ({ name, digest: { sha256: digest } })),
      predicateType: PREDICATES[kind],
      predicate: { ...standard, proofprint: { ...facts, ...made } },
    }),
  )
  const envelope = await sealStatement(PAYLOAD_TYPE, payload, signer)
  return { kind, envelope, digest: await sha256(payload), subjects: subjects.map(({ digest }) => digest) }
}

/** Policy and revision of what is checked, approved and released: the three must agree. */
export type Revision = {
  readonly policyId: PolicyId
  /** Counts the versions of the part; a later one supersedes. */
  readonly revision: number
}

/** What a public predicate says of the policy. */
export const policyResource = (policy: string | null): JsonValue[] =>
  policy === null ? [] : [{ name: 'policy', digest: { sha256: policy } }]
