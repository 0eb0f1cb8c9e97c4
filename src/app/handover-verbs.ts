import { PipelineError } from '../core/errors.ts'
import { type PinnedStation, printStation, withoutPinned, withPinned } from '../export/handover/print-station.ts'
import type { StatementReader } from '../export/handover/terms.ts'
import type { SignedRelease } from '../vault/release-files.ts'
import type { Desk } from './desk.svelte.ts'
import type { ExportRow } from './export-row.ts'
import type { HandoverView } from './handover-view.ts'
import { sealAndKeep } from './seal-file.ts'

/** Who signs releases of the open case, and reads what they signed. */
export interface HandoverPeople {
  /** Signs that this file may be printed by that station. */
  release(file: ExportRow, station: PinnedStation): Promise<SignedRelease>
  readonly readStatement: StatementReader
}

/** Where the vault keeps an exported file: by its format, and by its number when there are several of one. */
function slotOf(exports: readonly ExportRow[], row: ExportRow): string {
  const alike = exports.filter(({ format }) => format === row.format)
  const slot = `export-${row.format}`
  return alike.length === 1 ? slot : `${slot}/${alike.findIndex(({ fileName }) => fileName === row.fileName) + 1}`
}

/** What a person does to hand files over, each as a job of the desk. `people` is null while the vault knows nobody who may. */
export function handoverVerbs(desk: Desk, people: () => HandoverPeople | null): HandoverView {
  const { jobs, stations } = desk

  async function exported(row: ExportRow): Promise<Blob> {
    const kept = await desk.store?.read(slotOf(desk.data.exports, row))
    if (kept) return new Blob([new Uint8Array(kept.bytes)])
    throw new PipelineError('vault/missing', 'The saved file is not in the vault any more. Save it again.')
  }

  return {
    get stations() {
      return stations.kept.stations.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    },
    get canSeal() {
      return people() !== null
    },
    read: (recipient, name) => jobs.run('read-station', () => printStation(recipient, name)),
    async pin(station, areCompared) {
      const at = new Date().toISOString()
      const pinned = await jobs.run('keep-stations', async () => {
        await stations.change((kept) => withPinned(kept, station, { areCompared, at }))
        return true
      })
      return pinned ?? false
    },
    async unpin(fingerprint) {
      await jobs.run('keep-stations', () => stations.change((kept) => withoutPinned(kept, fingerprint)))
    },
    async seal(fileName, fingerprint) {
      const may = people()
      const station = stations.kept.stations.find((one) => one.fingerprint === fingerprint)
      const row = desk.data.exports.find((one) => one.fileName === fileName)
      const caseId = desk.store?.id
      if (!may || !station || !row || caseId === undefined) return
      await jobs.run('seal-file', async (ctx) => {
        const file = await exported(row)
        const signed = await may.release(row, station)
        const { process, traceId } = desk.data
        const order = { file, fileName, process, ...signed }
        await sealAndKeep(
          desk,
          { order, station, caseId, traceId: traceId ?? '', job: row.digest },
          may.readStatement,
          ctx,
        )
      })
    },
  }
}
