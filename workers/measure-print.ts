import { transfer } from 'comlink'
import { subContext } from '../src/core/pace.ts'
import type { Mesh } from '../src/core/types.ts'
import { partScan } from '../src/export/verify/part-scan.io.ts'
import { comparePart, type PartComparison } from '../src/print/compare-part.ts'
import type { RegisterParams } from '../src/print/icp.ts'
import { type Orientation, type OrientParams, orient } from '../src/print/orient.ts'
import { momentsOf } from '../src/print/surface-samples.ts'
import { type ProgressListener, workerContext } from './context.ts'

/** What the Print and Verify stations ask of the measure worker. */
export const printApi = {
  async orient(
    mesh: Mesh,
    params: OrientParams,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<Orientation & { readonly areaMm2: number }> {
    const found = await orient(mesh, params, workerContext(signal, onProgress))
    return { ...found, areaMm2: momentsOf(mesh).areaMm2 }
  },

  /** As comparePart(), of the scan in a file. */
  async comparePart(
    file: Blob,
    name: string,
    design: Mesh,
    params: RegisterParams,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<PartComparison> {
    const ctx = workerContext(signal, onProgress)
    const scan = await partScan(file, name, subContext(ctx, 0, 0.2))
    const found = await comparePart(scan, design, params, subContext(ctx, 0.2, 1))
    const { positions } = found.placed
    return transfer(found, [found.signedMm.buffer as ArrayBuffer, positions.buffer as ArrayBuffer])
  },
}
