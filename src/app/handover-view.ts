import type { PinnedStation, PrintStation } from '../export/handover/print-station.ts'

/** Handing a released file to a print station, as the screen sees it. Problems are told as those of any job. */
export interface HandoverView {
  /** By name. */
  readonly stations: readonly PinnedStation[]
  /** Whether somebody is here who can sign a release; without one nothing is sealed. */
  readonly canSeal: boolean
  /** The station of an address, for its words to be compared; null when there is a problem. */
  read(recipient: string, name: string): Promise<PrintStation | null>
  /** Keeps it; `areCompared` is what the person said. False when there was a problem. */
  pin(station: PrintStation, areCompared: boolean): Promise<boolean>
  unpin(fingerprint: string): Promise<void>
  /** Seals a file that was exported from the open case, and hands it to the browser's download. */
  seal(fileName: string, fingerprint: string): Promise<void>
}
