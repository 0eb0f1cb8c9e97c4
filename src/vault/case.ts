import type { PolicyId, ProcessId } from '../core/finding.ts'
import type { Taken } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { Role } from '../core/role.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import type { AuditEntry, Outcome } from '../trace/audit-log.ts'
import type { Envelope } from '../trace/dsse.ts'
import type { Stride } from './compress.ts'

export type AssetType =
  | 'volume'
  | 'field'
  | 'mask'
  | 'certainty'
  | 'reference-mesh'
  | 'mesh'
  | 'findings'
  | 'picture'
  | 'export-stl'
  | 'export-3mf'
  | 'export-obj'
  | 'export-ply'
  | 'export-dicom-stl'
  | 'export-dicom-obj'
  | 'report'
  | 'photo'
  | 'replay'

/** What a person chose for a case. No patient data: the pseudonym is random. */
export type CaseMeta = {
  readonly pseudonym: string
  readonly templateId: string
  readonly policy: PolicyId
  readonly process: ProcessId
}

export type CaseInit = CaseMeta

export interface NewAsset {
  readonly type: AssetType
  /** Of what the bytes mean. For a volume, mask or mesh of codec.ts it is checked when stored and each time it is read. */
  readonly digest: string
  readonly meta: JsonValue
  /** A blob crosses to the vault as a handle and is read there. */
  readonly bytes: Uint8Array | Blob
}

export type AssetInfo = {
  readonly id: string
  readonly type: AssetType
  readonly digest: string
  /** Of the bytes as given, see digestBytes. */
  readonly contentDigest: string
  readonly meta: JsonValue
  /** Unpacked. */
  readonly bytes: number
  readonly storedBytes: number
  /** How its bytes were dealt before packing, see compress.ts. */
  readonly stride: Stride
  /** How its bytes were dealt and hashed, and so how they are read and compared; 'whole' in what format 1 stored. */
  readonly taken: Taken
  /** Of the case when the asset was added. */
  readonly revision: number
  /** Of the case key it is sealed under; absent: 0. */
  readonly epoch?: number | undefined
  /** The id its pieces lie under once they were sealed anew; absent: its own. */
  readonly stored?: string | undefined
}

/** One line of the audit: what was done to which digests, how it ended. No names, no free text from a scan. */
export type AuditLine = {
  readonly at: string
  readonly code: string
  readonly outcome: Outcome
  readonly digests: readonly string[]
  /** Who, where there are people: their id, and what they were on the case. */
  readonly by?: string | undefined
  readonly role?: Role | undefined
  /** What a reviewer added who gave the case back. Never of anybody else. */
  readonly words?: string | undefined
  /** The same for the eyes of others, as a leaf of the tree of the case; absent in lines of before. */
  readonly entry?: AuditEntry | undefined
  /** What was said and signed at that moment. */
  readonly statement?: Envelope | undefined
  /** A signed head of the tree up to this line, or of a line before it with the word of a witness. */
  readonly checkpoint?: string | undefined
}

/** A line in its place; `prev` is the SHA-256 of the line before it, as stored. */
export type AuditRecord = AuditLine & { readonly seq: number; readonly prev: string }

/** One step forward of a case: stored whole or not at all. */
export interface CaseChange {
  readonly assets: readonly NewAsset[]
  /** Ids of assets that are replaced and no longer wanted. */
  readonly remove?: readonly string[]
  readonly trace: readonly TraceEntry[]
  readonly audit: readonly AuditLine[]
  readonly meta?: Partial<CaseMeta>
  /** What the screen needs to continue where it was. */
  readonly state?: JsonValue
}

export interface CaseRecord {
  readonly id: string
  readonly revision: number
  readonly meta: CaseMeta
  readonly createdAt: string
  readonly updatedAt: string
  /** In the order they were added. */
  readonly assets: readonly AssetInfo[]
  readonly trace: readonly TraceEntry[]
  readonly audit: readonly AuditRecord[]
  readonly state: JsonValue
}

export interface CaseSummary {
  readonly id: string
  /** Empty when `unreadable`. */
  readonly pseudonym: string
  readonly templateId: string
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly createdAt: string
  readonly updatedAt: string
  readonly assets: number
  /** Stored, so packed and encrypted. */
  readonly bytes: number
  readonly state: JsonValue
  /** Why the case is there but does not open; null when it does. */
  readonly unreadable: Unreadable | null
}

/** 'damaged': changed by something else than this app. 'newer': whole, and stored by a later version of it. */
export type Unreadable = 'damaged' | 'newer'

export interface StoredAsset {
  readonly bytes: Uint8Array
  readonly type: AssetType
  readonly digest: string
  /** How `digest` was made. */
  readonly taken: Taken
  readonly meta: JsonValue
}
