import { transfer } from 'comlink'
import { subContext } from '../src/core/pace.ts'
import type { Context } from '../src/core/stage.ts'
import type { Mesh } from '../src/core/types.ts'
import { partScan } from '../src/export/verify/part-scan.io.ts'
import { comparePart, type PartComparison } from '../src/print/compare-part.ts'
import type { RegisterParams } from '../src/print/icp.ts'
import { type Orientation, type OrientParams, orient } from '../src/print/orient.ts'
import { momentsOf } from '../src/print/surface-samples.ts'
import { outerSolids } from '../src/qa/outer-solids.ts'
import { type ProgressListener, workerContext } from './context.ts'

/** A scan of a printed part: a file with its surface, or the outer surface that was found in a CT. */
export type PartSurface = { readonly file: Blob; readonly name: string } | { readonly outer: Mesh }

/** What is compared. A CT shows no cavities: its own are filled, since what is in them may be the infill. */
async function compared(scan: PartSurface, design: Mesh, ctx: Context): Promise<readonly [Mesh, Mesh]> {
  return 'file' in scan ? [await partScan(scan.file, scan.name, ctx), design] : [scan.outer, outerSolids(design)]
}

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

  /** As comparePart(). Errors: those of partScan() too. */
  async comparePart(
    given: PartSurface,
    mesh: Mesh,
    params: RegisterParams,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<PartComparison> {
    const ctx = workerContext(signal, onProgress)
    const [scan, design] = await compared(given, mesh, subContext(ctx, 0, 0.2))
    const found = await comparePart(scan, design, params, subContext(ctx, 0.2, 1))
    const { positions } = found.placed
    return transfer(found, [found.signedMm.buffer as ArrayBuffer, positions.buffer as ArrayBuffer])
  },
}
