import type { PrintStation } from '../export/handover/print-station.ts'
import type { PrintedWith } from '../export/handover/receipt.ts'
import type { OpenedFile } from '../export/handover/received.ts'
import type { HandoverSigner, PinnedSigner } from '../export/handover/signers.ts'
import type { HandedOver } from '../vault/handed-over.ts'

/** Ends the name of a receipt, so that a file of that kind is known when it is dropped. */
export const RECEIPT_ENDING = '.receipt.json'

/** Who signed a file whose signature counts for nothing yet. `publicKey`: theirs, hex, where the file carries it; else empty. */
export interface UnknownSigner {
  readonly publicKey: string
  /** SHA-256 of the key, of which the six words are made. */
  readonly fingerprint: string
}

/** This device as a print station, and what comes back from others. Problems are told as those of any job. */
export interface StationView {
  /**
   * 'not-yours': who is here neither prints nor releases. 'teaching': the session keeps no key. 'none': no key was made; 'closed': there
   * is one that this person was not given.
   */
  readonly standing: 'unknown' | 'not-yours' | 'teaching' | 'none' | 'closed' | 'own'
  /** Address of this station, for others to seal for. */
  readonly own: PrintStation | null
  /** Staff numbers of operators who were not given its key. */
  readonly without: readonly string[]
  /** What who is here signs with; null before it was looked at, and for who signs no hand-over. */
  readonly me: UnknownSigner | null
  /** Whose signature counts here, by name. */
  readonly signers: readonly PinnedSigner[]
  /** Who signed the last file that was refused for it; null when none was. */
  readonly unknown: UnknownSigner | null
  /** Opened here, the newest first. */
  readonly opened: readonly OpenedFile[]
  /** Sealed here for other stations, the newest first. */
  readonly handedOver: readonly HandedOver[]
  makeKey(): Promise<void>
  /** Gives the key to all operators. */
  giveKey(): Promise<void>
  /** The signer of a key, for their words to be compared; null when there is a problem. */
  readSigner(publicKey: string, name: string): Promise<HandoverSigner | null>
  /** Lets their signature count; `areCompared` is what the person said. False when there was a problem. */
  pinSigner(signer: HandoverSigner, areCompared: boolean): Promise<boolean>
  unpinSigner(fingerprint: string): Promise<void>
  /** Opens a sealed file, once, and hands the plain one to the download. False when it was refused. */
  open(sealed: Blob): Promise<boolean>
  /** Signs that a file was printed, keeps the receipt and hands it to the download. */
  signReceipt(file: OpenedFile, said: PrintedWith): Promise<void>
  /** Hands a receipt to the download again. */
  saveReceipt(file: OpenedFile): void
  /** Takes in a receipt that a station sent. False when it was refused. */
  takeReceipt(file: Blob): Promise<boolean>
}
