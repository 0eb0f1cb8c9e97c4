import { digestBytes, sha256 } from '../core/hash.ts'
import { meshVolumeMm3 } from '../core/mesh.ts'
import { subContext } from '../core/pace.ts'
import type { Mesh, Volume } from '../core/types.ts'
import type { PartComparison } from '../print/compare-part.ts'
import { REGISTER, type RegisterParams } from '../print/icp.ts'
import { meshDigest, volumeDigest } from './digests.ts'
import { partSurface } from './part-ct.ts'
import type { Step } from './pipeline.ts'
import { listener } from './step-parts.ts'

export interface ComparedPart {
  readonly design: Mesh
  /** What was scanned of the printed part: a file with its surface, or a CT. */
  readonly scan: File | Volume
}

export type ComparePartParams = RegisterParams & {
  /** Where the surface lies in a CT, real units of the CT; null for a file with a surface. */
  readonly thresholdValue: number | null
}

/** Share of the work that finding the surface takes. */
const SURFACE = 0.4

/** Holds a scan of the printed part against its model. Digests of both are in the trace; of the scan nothing is kept. */
export const COMPARE_PART_STEP: Step<ComparedPart, ComparePartParams, PartComparison> = {
  spec: { name: 'compare-part', version: 1, defaults: { ...REGISTER.defaults, thresholdValue: null } },
  run: async (workers, { design, scan }, { thresholdValue, ...params }, ctx) => {
    const { signal } = ctx
    const found = async () => {
      if (scan instanceof File) return { file: scan, name: scan.name }
      const order = { thresholdValue: thresholdValue ?? 0, modelMm3: Math.abs(meshVolumeMm3(design)) }
      return { outer: await partSurface(workers, scan, order, subContext(ctx, 0, SURFACE)) }
    }
    const given = await found()
    const told = listener(subContext(ctx, 'file' in given ? 0 : SURFACE, 1))
    const output = await workers.measure.call((api) => api.comparePart(given, design, params, signal, told), signal)
    return { output, backend: 'cpu', adapter: 'JavaScript' }
  },
  inputDigests: async ({ design, scan }) => [await meshDigest(design), await scanDigest(scan)],
  outputDigest: ({ registration, biasMm, printed, missing, areaMm2 }) =>
    sha256(new TextEncoder().encode(JSON.stringify({ registration, biasMm, printed, missing, areaMm2 }))),
  keep: () => [],
}

const scanDigest = async (scan: File | Volume): Promise<string> =>
  scan instanceof File ? digestBytes(new Uint8Array(await scan.arrayBuffer())) : volumeDigest(scan)
