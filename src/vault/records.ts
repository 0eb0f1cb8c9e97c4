import type { SealedLine } from './audit-lines.ts'
import type { CaseSeals } from './case-seals.ts'
import type { Person } from './person.ts'
import type { KeySlot } from './slot.ts'

/** A case in the store. Everything but the random id and the counter is sealed. */
export interface CaseRow {
  readonly id: string
  readonly revision: number
  /** The case key, sealed under the master key; empty where `seals` has it. */
  readonly envelope: Uint8Array
  readonly manifest: Uint8Array
  /** Who may open it, where there are people. */
  readonly seals?: CaseSeals
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
  readonly audit: readonly SealedLine[]
  /** Lines that are there and get another seal. */
  readonly resealed?: readonly SealedLine[]
  readonly site?: readonly SiteRow[]
}

/** A person and what only they open. */
export interface PersonRow {
  readonly id: string
  readonly person: Person
  /** Their key set, sealed under their root key. */
  readonly keys: Uint8Array
  /** The keys of the site, sealed to them; empty once their time was ended. */
  readonly site: Uint8Array
}

/** Something of the device beside people. */
export interface SiteRow {
  readonly name: 'end' | 'policy' | 'signer' | 'proof' | 'backup' | 'knocks' | 'station'
  readonly sealed: Uint8Array
}

/** What one change of people, site or who may open a case writes, all of it or nothing. */
export interface SiteWrite {
  /** The only key object that is ever stored. */
  readonly deviceKey?: CryptoKey
  readonly slots?: readonly KeySlot[]
  readonly dropSlots?: readonly string[]
  readonly people?: readonly PersonRow[]
  readonly site?: readonly SiteRow[]
  readonly log?: readonly SealedLine[]
  /** Lines of the device log that are there and get another seal. */
  readonly relog?: readonly SealedLine[]
  /** Same revision, another seal. */
  readonly settings?: readonly SettingRow[]
  /** Same revision, other seals. */
  readonly cases?: readonly CaseRow[]
  readonly audit?: readonly { readonly caseId: string; readonly lines: readonly SealedLine[] }[]
  /** Cases that are overwritten and removed with all that is theirs. */
  readonly erase?: readonly Pick<CaseRow, 'id' | 'revision'>[]
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
  /** Of the key it is sealed under; absent: 0. */
  readonly epoch?: number
  readonly sealed: Uint8Array
}

/** How large a case is, without opening it. */
export interface CaseExtent {
  readonly pieces: number
  readonly lines: number
}

/** The store as the vault sees it. It holds only what may lie on a stolen disk. */
export interface VaultRecords {
  slots(): Promise<readonly KeySlot[]>
  /** The slot and the key of this device. Throws 'app/bad-parameter' when there is a slot already. */
  addFirstSlot(slot: KeySlot, deviceKey: CryptoKey): Promise<void>
  deviceKey(): Promise<CryptoKey | undefined>
  people(): Promise<PersonRow[]>
  site(name: SiteRow['name']): Promise<SiteRow | undefined>
  /** The sealed lines of the device log. */
  log(): Promise<Uint8Array[]>
  /** Throws 'vault/busy' when another tab wrote since, 'vault/quota' when nothing was stored. */
  apply(change: SiteWrite): Promise<void>
  cases(): Promise<CaseRow[]>
  case(id: string): Promise<CaseRow | undefined>
  pieces(caseId: string, assetId: string): Promise<Uint8Array[]>
  audit(caseId: string): Promise<Uint8Array[]>
  /** How many pieces, each of less than 1 MiB, and lines of the log lie under the id of a case. */
  extent(caseId: string): Promise<CaseExtent>
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
  settings(): Promise<SettingRow[]>
  setting(name: string): Promise<SettingRow | undefined>
  /** Throws 'vault/busy' when the stored revision is not the one before, 'vault/quota' when nothing was stored. */
  putSetting(row: SettingRow): Promise<void>
  models(): Promise<ModelRow[]>
  model(id: string): Promise<ModelRow | undefined>
  modelPieces(id: string): Promise<Uint8Array[]>
  /** All of it or nothing. Throws 'vault/quota'. */
  addModel(row: ModelRow, pieces: readonly Uint8Array[]): Promise<void>
  deleteModel(id: string): Promise<void>
  /** Removes pieces of cases or assets that `assetsOf` does not know; null keeps all of a case. Returns how many. */
  sweep(assetsOf: ReadonlyMap<string, ReadonlySet<string> | null>): Promise<number>
  close(): void
  /** Closes and deletes the whole store. */
  destroy(): Promise<void>
}
