import { PipelineError } from '../core/errors.ts'
import type { StationIdentity } from '../export/handover/identity.ts'
import { openHandover } from '../export/handover/open.ts'
import {
  type PinnedStation,
  type PrintStation,
  printStation,
  withoutPinned,
  withPinned,
} from '../export/handover/print-station.ts'
import { withReceived } from '../export/handover/received.ts'
import { sealForStation } from '../export/handover/seal.ts'
import type { StatementReader } from '../export/handover/terms.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import type { ExportRow } from './export-row.ts'
import type { HandoverView } from './handover-view.ts'

/** Who signs and checks releases, and the key of this station. Each is there only where a person of the vault has it. */
export interface HandoverPeople {
  /** Signs that this file may be printed by that station. */
  readonly release: ((file: ExportRow, station: PinnedStation) => Promise<Uint8Array>) | null
  readonly readStatement: StatementReader
  readonly own: { readonly identity: StationIdentity; readonly station: PrintStation } | null
}

/** Where the vault keeps an exported file: by its format, and by its number when there are several of one. */
function slotOf(exports: readonly ExportRow[], row: ExportRow): string {
  const alike = exports.filter(({ format }) => format === row.format)
  const slot = `export-${row.format}`
  return alike.length === 1 ? slot : `${slot}/${alike.findIndex(({ fileName }) => fileName === row.fileName) + 1}`
}

/** What a person does to hand files over, each as a job of the desk. `people` is null while the vault knows nobody who may. */
export function handoverVerbs(desk: Desk, people: () => HandoverPeople | null): HandoverView {
  const { jobs, stations, received } = desk
  const readStatement: StatementReader = async (statement) => {
    const reader = people()?.readStatement
    if (reader) return reader(statement)
    throw new PipelineError('vault/locked', 'The vault is locked. Unlock it to check who released this.')
  }

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
      return Boolean(people()?.release)
    },
    get own() {
      return people()?.own?.station ?? null
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
      const release = people()?.release
      const station = stations.kept.stations.find((one) => one.fingerprint === fingerprint)
      const row = desk.data.exports.find((one) => one.fileName === fileName)
      if (!release || !station || !row) return
      await jobs.run('seal-file', async (ctx) => {
        const file = await exported(row)
        const statement = await release(row, station)
        const order = { file, fileName, statement, process: desk.data.process, checkpoint: null }
        const sealed = await sealForStation(order, station, { readStatement, now: new Date() }, ctx)
        download(`${fileName.replace(/\.[a-z0-9]+$/, '')}.age`, sealed)
      })
    },
    open(sealed) {
      return jobs.run('open-sealed', async (ctx) => {
        const own = people()?.own
        if (!own) throw new PipelineError('vault/locked', 'This browser keeps no key of a print station.')
        const now = new Date()
        const spend = (file: Parameters<typeof withReceived>[1]) => received.change((kept) => withReceived(kept, file))
        const opened = await openHandover(sealed, { identity: own.identity, readStatement, spend, now }, ctx)
        download(opened.fileName, opened.file)
        return opened
      })
    },
  }
}
