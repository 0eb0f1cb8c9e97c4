import { vi } from 'vitest'
import { createPipeline } from '../../src/app/pipeline.ts'
import { createWorkers, type WorkerHost, type Workers } from '../../src/app/workers.ts'
import { digestVolume } from '../../src/core/hash.ts'
import type { Context } from '../../src/core/stage.ts'
import type { Mask } from '../../src/core/types.ts'
import { ScanShelf } from '../../src/gpu/scan-shelf.gpu.ts'
import { onlyScan } from '../../src/import/found.ts'
import { type GivenFile, scanFiles } from '../../src/import/scan.io.ts'
import { marchingCubes, type SurfaceParams } from '../../src/surface/marching-cubes.ts'
import type { TraceStep } from '../../src/trace/chain.ts'
import { histogram } from '../../src/volume/histogram.ts'
import { maskMethods } from '../../workers/compute-masks.ts'
import { workerContext } from '../../workers/context.ts'
import { printApi } from '../../workers/measure-print.ts'

type Progress = Context['progress']

function computeApi() {
  const shelf = new ScanShelf(2)
  const cpu = { backend: 'cpu', adapter: 'JavaScript' } as const
  const masks = maskMethods(async (ctx, _, work) => ({ ...cpu, output: await work(ctx) }), shelf)
  return {
    ...masks,
    has: (digest: string) => shelf.has(digest),
    adopt: (...given: Parameters<ScanShelf['adopt']>) => shelf.adopt(...given),
    receive: (slab: Parameters<ScanShelf['receive']>[0]) => shelf.receive(slab, null),
    histogram: (digest: string, bins: number) => histogram(shelf.volume(digest), bins),
    surface: async (mask: Mask, digest: string, params: SurfaceParams, signal: AbortSignal, told: Progress) => ({
      ...cpu,
      output: await marchingCubes({ mask, volume: shelf.volume(digest) }, params, workerContext(signal, told)),
    }),
  }
}

const decodeApi = {
  async readOne(files: readonly GivenFile[], signal: AbortSignal, told: Progress) {
    const ctx = workerContext(signal, told)
    const imported = await onlyScan(await scanFiles(files, ctx)).load(ctx, () => {})
    return { ...imported, volumeDigest: await digestVolume(imported.volume) }
  },
}

/** The workers that hold a part against its model, their methods run here; and the trace of what went through them. */
export function compareBench() {
  const workers: Workers = createWorkers()
  const answer = <Api>(host: WorkerHost<Api>, api: object) =>
    vi.spyOn(host, 'call').mockImplementation(async (work, signal) => {
      signal?.throwIfAborted()
      return work(api as never)
    })
  answer(workers.compute, computeApi())
  answer(workers.measure, printApi)
  answer(workers.benchDecode, decodeApi)
  const trace: TraceStep[] = []
  const kept: unknown[] = []
  const pipeline = createPipeline(workers, {
    record: async (step, assets) => {
      trace.push(step)
      kept.push(...assets)
    },
  })
  return { workers, pipeline, trace, kept }
}
