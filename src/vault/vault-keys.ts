import type { Role } from '../core/role.ts'
import type { Signer } from '../core/signer.ts'
import type { EpochSeals } from './case-seals.ts'
import { deriveKey, newCaseKey, openCaseKey } from './keys.ts'
import type { CaseRow, VaultRecords } from './records.ts'

/** What the person of a session can open. */
export interface VaultKeys {
  settings(): Promise<CryptoKey>
  /** Of networks; without an epoch the key of the next one. Throws 'vault/tampered' for an epoch that is not there. */
  models(epoch?: number): Promise<CryptoKey>
  /** Of the key of the next network. */
  readonly modelEpoch: number
  /** The whole key of a case in its epoch. Throws 'vault/denied' when it was not given, 'vault/tampered'. */
  caseKey(row: CaseRow, epoch?: EpochSeals): Promise<CryptoKey>
  /** A new case and its sealed key. */
  newCase(
    id: string,
    now: Date,
  ): Promise<{ readonly key: CryptoKey; readonly sealed: Pick<CaseRow, 'envelope' | 'seals'> }>
  /** Whom audit lines name; null where nobody has a name. */
  readonly who: Who | null
}

/** Who acts, as what. */
export interface Who {
  readonly by: string
  readonly role: Role
}

/** An open vault: the store and the keys that open it. */
export interface OpenVault {
  readonly records: VaultRecords
  readonly keys: VaultKeys
  /** Signs for whoever is at the vault. Throws 'vault/quota' when an owner's key cannot be kept at its first use. */
  readonly signer: () => Promise<Signer>
  readonly now: () => Date
  /** Throws 'vault/locked' once the vault was locked; asked right before anything is written. */
  readonly assertOpen: () => void
}

/** One master key opens everything: a vault without people, and a teaching session. */
export function masterKeys(master: CryptoKey): VaultKeys {
  return {
    who: null,
    settings: () => deriveKey(master, 'settings'),
    models: () => deriveKey(master, 'models'),
    modelEpoch: 0,
    caseKey: (row) => openCaseKey(master, row.id, row.envelope),
    newCase: async (id) => {
      const { envelope, key } = await newCaseKey(master, id)
      return { key, sealed: { envelope } }
    },
  }
}
