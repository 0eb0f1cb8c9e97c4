import type { JsonValue } from './json.ts'
import type { Backend } from './stage.ts'

/** One step of a case, as it really ran. Written by trace/, kept by vault/. */
export type TraceEntry = {
  readonly seq: number
  readonly stage: string
  readonly version: number
  readonly params: JsonValue
  readonly inputDigests: readonly string[]
  readonly outputDigest: string
  readonly backend: Backend
  readonly adapter: string
  readonly ms: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Digest of the entry before it. */
  readonly prev: string
}
