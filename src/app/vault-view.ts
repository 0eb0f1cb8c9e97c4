import type { Unreadable } from '../vault/case.ts'
import type { FirstPeople } from '../vault/set-up.ts'
import type { OldSlots } from '../vault/slot-keeper.io.ts'
import type { StationId, StationState } from './place.ts'

export type VaultState = 'unknown' | 'none' | 'locked' | 'open' | 'teaching'

export interface VaultView {
  readonly state: VaultState
  /** Milliseconds until the idle lock; null when nothing is open. */
  readonly lockInMs: number | null
  /** Whether the browser promised not to evict the store; null when it was not asked. */
  readonly persisted: boolean | null
  readonly usedBytes: number | null
  /** What becomes of keys that are replaced or removed; null before it was asked. */
  readonly oldSlots: OldSlots | null
}

export interface CaseRow {
  readonly id: string
  readonly pseudonym: string
  readonly templateName: string
  readonly station: StationId
  readonly state: StationState
  readonly openedAt: string
  readonly bytes: number
  /** Why the case is there but does not open; null when it does. */
  readonly unreadable: Unreadable | null
}

/** The vault, who is in it, and its library of cases. */
export interface VaultVerbs {
  readonly vault: VaultView
  readonly cases: readonly CaseRow[]

  createVault(passphrase: string): Promise<void>
  /** `person`: whose passphrase it is; none in a vault without people. */
  unlock(passphrase: string, person?: string): Promise<void>
  /** As `unlock`, by a passkey of this person. */
  unlockWithPasskey(person: string): Promise<void>
  /** Makes people of a vault without any, and locks it. False when it was refused. */
  setUpPeople(first: FirstPeople): Promise<boolean>
  startTeaching(): Promise<void>
  lock(): Promise<void>
  /** Any user activity: postpones the idle lock. */
  touch(): void
  /** The page is seen, or hidden behind another: where there are people a hidden one locks soon. */
  seen(isSeen: boolean): void
  /** The page is left: where there are people it locks. */
  left(): void
  reopen(caseId: string): Promise<void>
  deleteCase(caseId: string): Promise<void>
  closeCase(): Promise<void>
}
