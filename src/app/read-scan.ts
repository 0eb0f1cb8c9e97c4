import { PipelineError } from '../core/errors.ts'
import type { TraceStep } from '../trace/chain.ts'
import { denied } from '../vault/roles.ts'
import type { People } from './people.svelte.ts'
import type { KeptAsset, Recorder } from './pipeline.ts'

/** A scan that was read to be handed in: what is stored of it and the steps that made it, in memory until then. */
export class ReadScan implements Recorder {
  readonly steps: TraceStep[] = []
  asset: KeptAsset | null = null
  /** A case that was made for it when storing the scan failed. */
  caseId: string | null = null

  async record(step: TraceStep, assets: KeptAsset[]): Promise<void> {
    this.steps.push(step)
    this.asset = assets.find(({ role }) => role === 'volume') ?? this.asset
  }
}

/** Throws 'vault/denied' for who hands in no scans, 'app/bad-parameter' where nobody could open one. */
export function assertMayHandIn(people: Pick<People, 'may' | 'designers'>): void {
  if (!people.may('ingest')) throw denied('ingest', 'role')
  if (people.designers.length > 0) return
  throw new PipelineError(
    'app/bad-parameter',
    'There is no other designer on this device, so nobody could open the scan. Ask the custodian to add one.',
  )
}
