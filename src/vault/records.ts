import type { KeySlot } from './slot.ts'

/** A case in the store. Everything but the random id and the counter is sealed. */
export interface CaseRow {
  readonly id: string
  readonly revision: number
  /** The case key, sealed under the master key. */
  readonly envelope: Uint8Array
  readonly manifest: Uint8Array
}

/** Pieces of a sealed asset, for the store; the first of them is number `from`. */
export interface AssetPieces {
  readonly assetId: string
  readonly from: number
  readonly pieces: readonly Uint8Array[]
}

/** What one commit writes, all of it or nothing. */
export interface CaseWrite {
  readonly row: CaseRow
  /** The last pieces of each asset; those before `from` were given to addPieces. */
  readonly assets: readonly AssetPieces[]
  readonly remove: readonly string[]
  /** Sealed audit lines with their place in the log. */
  readonly audit: readonly { readonly seq: number; readonly line: Uint8Array }[]
}

/** Something a person keeps beside cases, sealed under the master key. */
export interface SettingRow {
  readonly name: string
  readonly revision: number
  readonly sealed: Uint8Array
}

/** A network that a person brought, sealed under the master key. Its weights lie beside it, in pieces. */
export interface ModelRow {
  /** Random. */
  readonly id: string
  readonly sealed: Uint8Array
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
  /**
   * Stores pieces of an asset that no case names yet, ahead of the commit that does: a large one is never held as a whole. What
   * no commit names is swept. Throws 'vault/quota'.
   */
  addPieces(caseId: string, asset: AssetPieces): Promise<void>
  /** Removes what addPieces stored of these assets. */
  dropPieces(caseId: string, assetIds: readonly string[]): Promise<void>
  /** Throws 'vault/busy' when the stored revision is not the one before `row` or pieces given ahead are gone, 'vault/quota' when nothing was stored. */
  commit(write: CaseWrite): Promise<void>
  deleteCase(id: string): Promise<void>
  setting(name: string): Promise<SettingRow | undefined>
  /** Throws 'vault/busy' when the stored revision is not the one before, 'vault/quota' when nothing was stored. */
  putSetting(row: SettingRow): Promise<void>
  models(): Promise<ModelRow[]>
  model(id: string): Promise<ModelRow | undefined>
  modelPieces(id: string): Promise<Uint8Array[]>
  /** All of it or nothing. Throws 'vault/quota'. */
  addModel(row: ModelRow, pieces: readonly Uint8Array[]): Promise<void>
  deleteModel(id: string): Promise<void>
  /** Removes pieces of cases or assets that `assetsOf` does not know; returns how many. */
  sweep(assetsOf: ReadonlyMap<string, ReadonlySet<string>>): Promise<number>
  close(): void
  /** Closes and deletes the whole store. */
  destroy(): Promise<void>
}
