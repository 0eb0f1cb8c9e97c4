import './trusted-types.ts'
import './wire.ts'
import { expose, transfer } from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import { verifyChain } from '../src/trace/chain.ts'
import type { CaseRecord, StoredAsset } from '../src/vault/case.ts'
import { PRODUCTION, Vault } from '../src/vault/vault.io.ts'

/** The vault of this device; asset bytes are transferred out, and a case whose trace does not hold is not opened. */
class VaultWorker extends Vault {
  override async openCase(id: string): Promise<CaseRecord> {
    const record = await super.openCase(id)
    const verdict = await verifyChain(record.trace)
    if (verdict.ok) return record
    throw new PipelineError('vault/tampered', 'The trace of this case does not hold together.', {
      entry: verdict.brokenAt,
    })
  }

  override async readAsset(caseId: string, assetId: string): Promise<StoredAsset> {
    const asset = await super.readAsset(caseId, assetId)
    return transfer(asset, [asset.bytes.buffer])
  }
}

export type VaultApi = VaultWorker

expose(
  new VaultWorker({
    ...PRODUCTION,
    locks: navigator.locks ?? null,
    storage: navigator.storage ?? null,
  }),
)
