import type { Finding } from '../core/finding.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { CheckResult } from '../qa/check.ts'
import { canonicalJson } from '../trace/canonical.ts'

/** A check and the digest of the mesh it was made on. */
export type Checked = CheckResult & { readonly meshDigest: string }

type Header = { readonly findings: Finding[]; readonly meshDigest: string; readonly vertices: number }

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

/** The check back from its bytes, which the vault has verified. */
export function decodeCheck(bytes: Uint8Array): Checked {
  const own = bytes.slice()
  const length = new DataView(own.buffer).getUint32(0, true)
  const text = new TextDecoder().decode(own.subarray(LENGTH_BYTES, LENGTH_BYTES + length))
  const { findings, meshDigest, vertices } = JSON.parse(text) as Header
  const maps = new Float32Array(own.buffer, LENGTH_BYTES + length)
  return { findings, meshDigest, thicknessMm: maps.slice(0, vertices), deviationMm: maps.slice(vertices) }
}

const digests = new WeakMap<Checked, Promise<string>>()

/** SHA-256 of the encoded check, once per object. */
export function checkDigest(check: Checked): Promise<string> {
  const known = digests.get(check) ?? sha256(encodeCheck(check))
  digests.set(check, known)
  return known
}
