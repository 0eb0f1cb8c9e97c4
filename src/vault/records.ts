import type { KeySlot } from './slot.ts'

/** A case in the store. Everything but the random id and the counter is sealed. */
export interface CaseRow {
  readonly id: string
  readonly revision: number
  /** The case key, sealed under the master key. */
  readonly envelope: Uint8Array
  readonly manifest: Uint8Array
}

/** A sealed asset, cut into pieces for the store. */
export interface AssetPieces {
  readonly assetId: string
  readonly pieces: readonly Uint8Array[]
}

/** What one commit writes, all of it or nothing. */
export interface CaseWrite {
  readonly row: CaseRow
  readonly assets: readonly AssetPieces[]
  readonly remove: readonly string[]
  /** Sealed audit lines with their place in the log. */
  readonly audit: readonly { readonly seq: number; readonly line: Uint8Array }[]
}

/** The store as the vault sees it. It holds only what may lie on a stolen disk. */
export interface VaultRecords {
  slots(): Promise<KeySlot[]>
  /** Throws 'app/bad-parameter' when there is a slot already. */
  addFirstSlot(slot: KeySlot): Promise<void>
  replaceSlot(slot: KeySlot): Promise<void>
  cases(): Promise<CaseRow[]>
  case(id: string): Promise<CaseRow | undefined>
  pieces(caseId: string, assetId: string): Promise<Uint8Array[]>
  audit(caseId: string): Promise<Uint8Array[]>
  /** Throws 'vault/busy' when the stored revision is not the one before `row`, 'vault/quota' when nothing was stored. */
  commit(write: CaseWrite): Promise<void>
  deleteCase(id: string): Promise<void>
  /** Removes pieces of cases or assets that `assetsOf` does not know; returns how many. */
  sweep(assetsOf: ReadonlyMap<string, ReadonlySet<string>>): Promise<number>
  close(): void
  /** Closes and deletes the whole store. */
  destroy(): Promise<void>
}
