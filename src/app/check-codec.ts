import { PipelineError } from '../core/errors.ts'
import { type Finding, POLICY_IDS, type PolicyStamp } from '../core/finding.ts'
import { sha256 } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { hasFields, isAbsentOr, isCount, isListOf, isNumber, isOneOf, isRecord, isText } from '../core/shape.ts'
import type { CheckResult } from '../qa/check.ts'
import { canonicalJson } from '../trace/canonical.ts'

/** A check and the digest of the mesh it was made on. */
export type Checked = CheckResult & { readonly meshDigest: string }

/** Checks that were stored before findings said by which limits: of a version that no policy has. */
const UNSTATED: PolicyStamp = { id: 'teaching', version: 0 }

export type StoredFinding = Omit<Finding, 'policy'> & { readonly policy?: PolicyStamp }
type Header = { readonly findings: StoredFinding[]; readonly meshDigest: string; readonly vertices: number }

const LENGTH_BYTES = 4

/**
 * A check as bytes: length of the header (uint32), header as canonical JSON padded with spaces to four bytes, then
 * thickness and deviation of every vertex as float32. All little-endian.
 */
export function encodeCheck(check: Checked): Uint8Array {
  const { findings, meshDigest, thicknessMm, deviationMm } = check
  const header = { findings, meshDigest, vertices: thicknessMm.length } as unknown as JsonValue
  const text = canonicalJson(header)
  const json = new TextEncoder().encode(text)
  const padded = Math.ceil(json.length / 4) * 4
  const bytes = new Uint8Array(LENGTH_BYTES + padded + 4 * (thicknessMm.length + deviationMm.length))
  new DataView(bytes.buffer).setUint32(0, padded, true)
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded)
  bytes.set(json, LENGTH_BYTES)
  const maps = new Float32Array(bytes.buffer, LENGTH_BYTES + padded)
  maps.set(thicknessMm)
  maps.set(deviationMm, thicknessMm.length)
  return bytes
}

export const isFinding = hasFields({
  check: isText,
  level: isOneOf(['pass', 'warn', 'fail']),
  value: isNumber,
  limit: isNumber,
  unit: isText,
  policy: isAbsentOr(hasFields({ id: isOneOf(POLICY_IDS), version: isCount })),
  detail: isRecord,
  places: isListOf(hasFields({ at: isListOf(isNumber), value: isNumber })),
})
const hasHeaderFields = hasFields({ findings: isListOf(isFinding), meshDigest: isText, vertices: isCount })
const isHeader = (value: unknown): value is Header => hasHeaderFields(value)

/**
 * The check back from its bytes, which the vault has verified. Throws 'vault/tampered' for what encodeCheck of this version
 * did not make.
 */
export function decodeCheck(bytes: Uint8Array): Checked {
  const own = bytes.slice()
  const length = own.length < LENGTH_BYTES ? 0 : new DataView(own.buffer).getUint32(0, true)
  const mapsAt = LENGTH_BYTES + length
  const header = mapsAt > own.length ? undefined : parsedJson(own.subarray(LENGTH_BYTES, mapsAt))
  if (!isHeader(header) || mapsAt % 4 !== 0 || own.length !== mapsAt + 8 * header.vertices) throw misfit()
  const { meshDigest, vertices } = header
  const findings = header.findings.map((found) => ({ ...found, policy: found.policy ?? UNSTATED }))
  const maps = new Float32Array(own.buffer, mapsAt)
  return { findings, meshDigest, thicknessMm: maps.slice(0, vertices), deviationMm: maps.slice(vertices) }
}

/** What the vault signs of a check, beside its bytes. A check of the whole part begins with its first body. */
export const checkFactsOf = ({ findings, meshDigest }: Checked): JsonValue => ({
  meshDigest,
  findings: findings.map(({ check, level, hard }) => ({ check, level, hard })),
  begins: true,
})

const misfit = () =>
  new PipelineError(
    'vault/tampered',
    'The stored check of this model cannot be read. Nothing of it was used. Check again.',
  )

const digests = new WeakMap<Checked, Promise<string>>()

/** SHA-256 of the encoded check, once per object. */
export function checkDigest(check: Checked): Promise<string> {
  const known = digests.get(check) ?? sha256(encodeCheck(check))
  digests.set(check, known)
  return known
}
