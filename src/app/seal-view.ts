import type { PinnedRecipient, RecipientDraft, SealRecipient } from '../export/secure-content/recipient.ts'

/** Who a 3MF can be sealed for, as the screen sees it. Problems are told as those of any job. */
export interface SealView {
  /** By name. */
  readonly recipients: readonly PinnedRecipient[]
  /** Whether who is here says who they are: a custodian, or the one person of a vault without people. */
  readonly canKeep: boolean
  /** The recipient of a public key, for the words to be compared; null when there is a problem. */
  read(draft: RecipientDraft): Promise<SealRecipient | null>
  /** Keeps it; `areCompared` is what the person said. False when there was a problem. */
  pin(recipient: SealRecipient, areCompared: boolean): Promise<boolean>
  unpin(fingerprint: string): Promise<void>
}
