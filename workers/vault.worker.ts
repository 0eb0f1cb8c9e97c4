import './trusted-types.ts'
import './wire.ts'
import { expose, transfer } from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import { transferOf } from '../src/core/shared.ts'
import { verifyChain } from '../src/trace/chain.ts'
import type { CaseChange, CaseRecord, NewAsset, StoredAsset } from '../src/vault/case.ts'
import type { Proof } from '../src/vault/entry.ts'
import { PRODUCTION, type Vault } from '../src/vault/vault.io.ts'
import { type ProgressListener, workerContext } from './context.ts'
import { StationWorker } from './vault-station.ts'

/** An asset that is a file, lies on shared memory, or whose bytes were sent before under the number that `expect` gave. */
export type SentAsset = Omit<NewAsset, 'bytes'> &
  ({ readonly upload: number } | { readonly file: Blob } | { readonly shared: Uint8Array })

export type SentChange = Omit<CaseChange, 'assets'> & { readonly assets: readonly SentAsset[] }

const notWhole = () =>
  new PipelineError('app/worker-lost', 'What was to be stored did not arrive whole. It will be sent again.')

/** The vault of this device; asset bytes are transferred out, and a case whose trace does not hold is not opened. */
class VaultWorker extends StationWorker {
  readonly #arriving = new Map<number, { readonly bytes: Uint8Array; at: number }>()
  #uploads = 0

  /** Makes room for an asset whose bytes come piece by piece; the number names it. */
  expect(total: number): number {
    this.#arriving.set(++this.#uploads, { bytes: new Uint8Array(total), at: 0 })
    return this.#uploads
  }

  /** Takes the next bytes of an asset (transferred). */
  receive(upload: number, piece: Uint8Array): void {
    const arriving = this.#arriving.get(upload)
    if (!arriving) throw notWhole()
    arriving.bytes.set(piece, arriving.at)
    arriving.at += piece.length
  }

  /** As `commit`, with assets that came piece by piece; their bytes are let go, stored or not. */
  async commitSent(caseId: string, change: SentChange): Promise<string[]> {
    return this.commit(caseId, { ...change, assets: change.assets.map((asset) => this.#arrived(asset)) })
  }

  /** As `ingest`, with an asset that came piece by piece. */
  ingestSent(caseId: string, asset: SentAsset): Promise<string> {
    return this.ingest(caseId, this.#arrived(asset))
  }

  #arrived(sent: SentAsset): NewAsset {
    if ('file' in sent) {
      const { file, ...asset } = sent
      return { ...asset, bytes: file }
    }
    if ('shared' in sent) {
      const { shared, ...asset } = sent
      return { ...asset, bytes: shared }
    }
    const { upload, ...asset } = sent
    const arriving = this.#arriving.get(upload)
    this.#arriving.delete(upload)
    if (arriving?.at !== arriving?.bytes.length || !arriving) throw notWhole()
    return { ...asset, bytes: arriving.bytes }
  }

  override async openCase(id: string): Promise<CaseRecord> {
    const record = await super.openCase(id)
    const verdict = await verifyChain(record.trace)
    if (verdict.ok) return record
    throw new PipelineError('vault/tampered', 'The trace of this case does not hold together.', {
      entry: verdict.brokenAt,
    })
  }

  /** As `backup`, with the border's cancel and listener; so are the next two. */
  backupWith(
    passphrase: string,
    proof: Proof | null,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<Blob> {
    return this.backup(passphrase, proof, workerContext(signal, onProgress))
  }

  lookIntoBackupWith(file: Blob, passphrase: string, signal: AbortSignal, onProgress: ProgressListener) {
    return this.lookIntoBackup(file, passphrase, workerContext(signal, onProgress))
  }

  restoreWith(file: Blob, passphrase: string, signal: AbortSignal, onProgress: ProgressListener): Promise<void> {
    return this.restore(file, passphrase, workerContext(signal, onProgress))
  }

  override async readAsset(caseId: string, assetId: string): Promise<StoredAsset> {
    const asset = await super.readAsset(caseId, assetId)
    return transfer(asset, transferOf(asset.bytes))
  }

  override async release(...given: Parameters<Vault['release']>): Promise<StoredAsset> {
    const asset = await super.release(...given)
    return transfer(asset, transferOf(asset.bytes))
  }

  override async readModel(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const weights = await super.readModel(id)
    return transfer(weights, [weights.buffer])
  }
}

export type VaultApi = VaultWorker

expose(
  new VaultWorker({
    ...PRODUCTION,
    locks: navigator.locks ?? null,
    storage: navigator.storage ?? null,
    files: navigator.storage ?? null,
  }),
)
