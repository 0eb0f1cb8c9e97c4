import { fromBase64 } from '../core/base64.ts'
import { POLICY_IDS } from '../core/finding.ts'
import { parsedJson } from '../core/json.ts'
import { type Guarded, hasFields, isAbsentOr, isCount, isListOf, isNullOr, isOneOf, isText } from '../core/shape.ts'
import type { Envelope } from '../trace/dsse.ts'
import type { AuditRecord } from './case.ts'

const isSaid = hasFields({
  kind: isText,
  at: isText,
  policy: isNullOr(isText),
  materials: isListOf(isText),
  policyId: isAbsentOr(isOneOf(POLICY_IDS)),
  revision: isAbsentOr(isCount),
  model: isAbsentOr(hasFields({ sha256: isText })),
  recipient: isAbsentOr(isNullOr(isText)),
  nonce: isAbsentOr(isText),
  traceId: isAbsentOr(isText),
  release: isAbsentOr(isText),
  expiresAt: isAbsentOr(isText),
  decision: isAbsentOr(isText),
})
const isStatement = hasFields({
  subject: isListOf(hasFields({ name: isText, digest: hasFields({ sha256: isText }) })),
  predicate: hasFields({ proofprint: isSaid }),
})

/** What a statement in the log of a case says, as far as later ones rest on it. */
export interface SaidLine {
  readonly digest: string
  readonly subjects: readonly { readonly name: string; readonly digest: string }[]
  readonly said: Guarded<typeof isSaid>
}

/** Null for what no statement of this version says. */
export function saidIn({ payload }: Envelope, digest: string): SaidLine | null {
  const bytes = fromBase64(payload)
  const value: unknown = bytes ? parsedJson(bytes) : null
  if (!isStatement(value)) return null
  const subjects = value.subject.map(({ name, digest: of }) => ({ name, digest: of.sha256 }))
  return { digest, subjects, said: value.predicate.proofprint }
}

/** The statements of a log, oldest first. */
export const saidLines = (records: readonly AuditRecord[]): readonly SaidLine[] =>
  records.flatMap(({ statement, entry }) => (statement && entry && saidIn(statement, entry.objects[0] ?? '')) || [])

export const ofKind = (lines: readonly SaidLine[], kind: string) => lines.filter(({ said }) => said.kind === kind)

/** What these digests come from, newest first. */
export function behind(lines: readonly SaidLine[], digests: readonly string[]): readonly SaidLine[] {
  const open = new Set(digests)
  return lines.toReversed().filter(({ subjects, said }) => {
    if (!subjects.some(({ digest }) => open.has(digest))) return false
    for (const one of said.materials) open.add(one)
    return true
  })
}

/** What was checked last, of one revision and under one policy. */
export interface CheckedPart {
  readonly revision: number
  readonly policyId: (typeof POLICY_IDS)[number]
  readonly policy: string | null
  /** Meshes and findings, each once. */
  readonly subjects: readonly { readonly name: string; readonly digest: string }[]
}

/** The findings of these meshes as they were stated last; null when one has none, or they are not of one check. */
export function checkedPart(lines: readonly SaidLine[], meshes: readonly string[]): CheckedPart | null {
  const last = ofKind(lines, 'findings').at(-1)
  const { revision, policyId, policy } = last?.said ?? {}
  if (revision === undefined || policyId === undefined || policy === undefined) return null
  const meant = ofKind(lines, 'findings').filter(
    ({ said, subjects }) => said.revision === revision && subjects.some(({ digest }) => meshes.includes(digest)),
  )
  const subjects = [...new Map(meant.flatMap((one) => one.subjects).map((one) => [one.digest, one])).values()]
  const isWhole = meshes.length > 0 && meshes.every((mesh) => subjects.some(({ digest }) => digest === mesh))
  const isOne = meant.every(({ said }) => said.policyId === policyId && said.policy === policy)
  return isWhole && isOne ? { revision, policyId, policy, subjects } : null
}
