import './trusted-types.ts'
import './wire.ts'
import { expose, transfer } from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import { digestLabels, digestVolume } from '../src/core/hash.ts'
import { isShared, transferOf } from '../src/core/shared.ts'
import type { Grid, Volume } from '../src/core/types.ts'
import type { Slab } from '../src/gpu/scan-shelf.gpu.ts'
import {
  type Found,
  type Imported,
  importedFrom,
  onlyScan,
  type ReadChoice,
  type SliceSink,
  volumeOf,
} from '../src/import/found.ts'
import { useItkFrom } from '../src/import/itk.io.ts'
import { femurPhantom } from '../src/import/phantom.ts'
import { type GivenFile, scanFiles } from '../src/import/scan.io.ts'
import type { SeriesInfo } from '../src/import/series.ts'
import { toInt16 } from '../src/import/to-int16.ts'
import { knownLabels } from '../src/segment/file-labels.ts'
import { type ProgressListener, workerContext } from './context.ts'

useItkFrom(new URL('/vendor/itk', self.location.origin).href)

const found = new Map<string, Found>()

/** A scan and the digest of its volume, made here: over 157 MB it would hold up the page. */
export type Decoded = Imported & { readonly volumeDigest: string }

/** A scan that is still being decoded, on shared memory: its first `slices` slices are there. */
export interface Arriving {
  readonly volume: Volume
  readonly slices: number
}

export type ArrivalListener = (arriving: Arriving) => void

async function sent(imported: Imported): Promise<Decoded> {
  const volumeDigest = await digestVolume(imported.volume)
  return transfer({ ...imported, volumeDigest }, transferOf(imported.volume.data))
}

const api = {
  /** Lists the series in these files; the list replaces the one before. */
  async scan(files: readonly GivenFile[], signal: AbortSignal, onProgress: ProgressListener): Promise<SeriesInfo[]> {
    found.clear()
    const series = await scanFiles(files, workerContext(signal, onProgress))
    return series.map((one, n) => {
      const id = `series-${n + 1}`
      found.set(id, one)
      return { id, ...one.info }
    })
  },

  /**
   * Reads one series of the last scan; slices go to the port as they are decoded, and where memory is shared `onArrival` is
   * told. The voxels are shared or transferred.
   */
  async read(
    seriesId: string,
    choice: ReadChoice,
    signal: AbortSignal,
    onProgress: ProgressListener,
    slabs: MessagePort,
    onArrival: ArrivalListener,
  ): Promise<Decoded> {
    const one = found.get(seriesId)
    if (!one) throw new PipelineError('import/choose-series', 'This series is no longer open. Open the files again.')
    const sink: SliceSink = (grid, firstSlice, values, map) => {
      const data = isShared(values) ? values : values.slice()
      slabs.postMessage({ grid, firstSlice, data } satisfies Slab, transferOf(data))
      if (!isShared(values)) return
      const slices = firstSlice + values.length / (grid.size[0] * grid.size[1])
      onArrival({ volume: volumeOf(new Int16Array(values.buffer), grid, map), slices })
    }
    return sent(await one.load(workerContext(signal, onProgress), sink, choice))
  },

  /**
   * Reads a series of the last scan, or a file that came later, as labels for a scan on this grid. Their names stay here. The
   * labels are transferred.
   */
  async readLabels(from: string | GivenFile, grid: Grid, signal: AbortSignal, onProgress: ProgressListener) {
    const ctx = workerContext(signal, onProgress)
    const one = typeof from === 'string' ? found.get(from) : (await scanFiles([from], ctx))[0]
    if (!one?.readLabels) throw new PipelineError('import/not-labels', 'Labels come from one NIfTI, NRRD or MHA file.')
    const { map, found: labels, names } = await one.readLabels(grid, ctx)
    const read = { map, digest: await digestLabels(map), labels: knownLabels(labels, names) }
    return transfer(read, [map.labels.buffer as ArrayBuffer])
  },

  /** Reads the one scan of these files, and leaves the list of series as it is. Errors: those of onlyScan() and of reading. */
  async readOne(given: readonly GivenFile[], signal: AbortSignal, onProgress: ProgressListener): Promise<Decoded> {
    const ctx = workerContext(signal, onProgress)
    return sent(await onlyScan(await scanFiles(given, ctx)).load(ctx, () => {}))
  },

  /** Makes the built-in sample. The voxels are transferred. */
  async sample(signal: AbortSignal, onProgress: ProgressListener): Promise<Decoded> {
    signal.throwIfAborted()
    const volume = femurPhantom()
    onProgress(1)
    const values = toInt16(volume.data, 'CT')
    return sent(importedFrom(values, volume.grid, { source: 'sample', tagsKept: 0, tagsTotal: 0, notes: [] }))
  },
}

export type DecodeApi = typeof api

expose(api)
