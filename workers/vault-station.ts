import { fromHex } from '../src/core/bytes.ts'
import { toHex } from '../src/core/hash.ts'
import { openHeader } from '../src/export/handover/age.ts'
import { addressOf } from '../src/export/handover/print-station.ts'
import { openedHere, type PrintedWith, readReceipt, signedReceipt } from '../src/export/handover/receipt.ts'
import { type ReceivedFile, readReceived } from '../src/export/handover/received.ts'
import { denied } from '../src/vault/roles.ts'
import { Vault, type VaultOptions } from '../src/vault/vault.io.ts'

/** What the vault worker does for hand-overs with the keys that it holds. Outside it this is only for tests. */
export class StationWorker extends Vault {
  constructor(options: Omit<VaultOptions, 'readReceipt'>) {
    super({ ...options, readReceipt })
  }

  /** The public half of what the person of this session signs with, hex, and its key id. */
  async whoSigns(): Promise<{ readonly publicKey: string; readonly keyId: string }> {
    const { keyId, publicKey } = await this.signer()
    return { keyId, publicKey: toHex(publicKey) }
  }

  /** The key of one file that was sealed for this station, of its header. Throws 'handover/...', 'vault/denied' for no operator. */
  async stationFileKey(header: Uint8Array): Promise<Uint8Array> {
    return openHeader(await this.stationKey(), header)
  }

  /** Signs that a file opened here was printed. Throws 'handover/no-receipt' for one that was not, 'vault/denied' for no operator. */
  async signReceipt(file: Pick<ReceivedFile, 'nonce' | 'file'>, said: PrintedWith): Promise<Uint8Array> {
    const opened = openedHere(readReceived((await this.readSetting('received')).value), file)
    const station = await this.station()
    if (station.state !== 'own') throw denied('receipt', 'role')
    return signedReceipt(await this.stationMaker(), opened, addressOf(fromHex(station.publicKey)), said)
  }
}
