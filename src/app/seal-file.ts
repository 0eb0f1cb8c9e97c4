import type { Context } from '../core/stage.ts'
import type { PinnedStation } from '../export/handover/print-station.ts'
import { type HandoverOrder, sealForStation } from '../export/handover/seal.ts'
import type { StatementReader } from '../export/handover/terms.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import { withHandedOver } from './print-records.ts'

/** A released file, for which station, and of which case. */
export interface SealedFile {
  readonly order: HandoverOrder
  readonly station: PinnedStation
  readonly caseId: string
  readonly traceId: string
  /** SHA-256 of the file. */
  readonly job: string
}

/** Seals it, writes down that it is on its way, and hands it to the download. Throws as sealForStation, and those of the vault. */
export async function sealAndKeep(
  { prints }: Pick<Desk, 'prints'>,
  { order, station, caseId, traceId, job }: SealedFile,
  readStatement: StatementReader,
  ctx: Context,
): Promise<void> {
  const now = new Date()
  const sealed = await sealForStation(order, station, { readStatement, now }, ctx)
  const { release, expires } = await readStatement(order.statement)
  const one = {
    ...{ caseId, traceId, job, fileName: order.fileName, release, expires, at: now.toISOString(), receipt: null },
    ...{ station: station.fingerprint, stationName: station.name },
  }
  await prints.change((kept) => withHandedOver(kept, one))
  download(`${order.fileName.replace(/\.[a-z0-9]+$/, '')}.age`, sealed)
}
