/** What is stored again and again until the process is killed: steps of a case, or the key slots of people. */
export type What = 'steps' | 'slots'

/** What a look found of the steps of the runs before. */
export interface Looked {
  /** Newest step that the vault holds; 0 for none. */
  readonly step: number
  /** Whether anything of it did not fit together. */
  readonly isTorn: boolean
}

export interface Found extends Looked {
  /** From a locked vault to the last byte compared. */
  readonly recoveryMs: number
  /** What of it went into making the key of the passphrase, which is slow on purpose. */
  readonly passphraseMs: number
}

/** Tells who kills that a step is stored, and waits until they know: whatever is stored beyond what they know is one step. */
export type Acknowledge = (step: number) => Promise<void>

/** What a page asks of its worker. */
export interface Asked {
  readonly what: What
  /** The newest step that was acknowledged before. */
  readonly acknowledged: number
}

/** What a worker says: what it found, then each step that the vault said is stored. */
export type Said = { readonly found: Found } | { readonly step: number }

export const askedOf = (request: IDBRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
