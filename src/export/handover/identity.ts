/**
 * Opens what was sealed for one print station. The private key stays with whoever keeps it (the vault); out comes the key of one
 * file at a time.
 */
export interface StationIdentity {
  /** `age1...`, which the station gives to others. */
  readonly recipient: string
  /**
   * The 16-byte file key of the header of an age file, MAC line included. Throws 'handover/other-recipient',
   * 'handover/tampered', 'handover/not-sealed'.
   */
  fileKey(header: Uint8Array): Promise<Uint8Array>
}
