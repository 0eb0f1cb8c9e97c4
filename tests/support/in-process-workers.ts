import type { Workers } from '../../src/app/workers.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Mesh } from '../../src/core/types.ts'
import { type BodiesInput, exportBodies } from '../../src/export/export.io.ts'
import { ScanShelf, type Slab, type VolumeWords } from '../../src/gpu/scan-shelf.gpu.ts'
import { type DecimateParams, decimate } from '../../src/prepare/decimate.ts'
import { type LayFlatParams, layFlat } from '../../src/prepare/lay-flat.ts'
import { loadManifold } from '../../src/prepare/manifold.io.ts'
import { type LandingParams, landingBlocks } from '../../src/prepare/marks/landing-blocks.ts'
import { applyMark, type Mark } from '../../src/prepare/marks/mark.ts'
import { type RepairParams, repair } from '../../src/prepare/repair.ts'
import { type SmoothParams, smooth } from '../../src/prepare/smooth.ts'
import { surfaceGrid } from '../../src/prepare/surface-grid.ts'
import { awayPlacesAboveMm, type CheckInput, type CheckParams, checkMesh } from '../../src/qa/check.ts'
import { type Deviation, deviation } from '../../src/qa/deviation.ts'
import { ledgerMeasure } from '../../src/qa/error-ledger.ts'
import { marchingCubes, type SurfaceParams } from '../../src/surface/marching-cubes.ts'
import { type DenoiseParams, denoise } from '../../src/volume/denoise.ts'
import { maskMethods } from '../../workers/compute-masks.ts'
import { meshEdits } from '../../workers/mesh-edits.ts'

// The workers' own methods on the processor, without a worker around them.

const ran = <Out>(output: Out) => ({ output, backend: 'cpu' as const, adapter: 'JavaScript' })

function computeApi() {
  const shelf = new ScanShelf(2)
  return {
    ...maskMethods(async (ctx, _gpu, cpu) => ran(await cpu(ctx)), shelf),
    has: (digest: string) => shelf.has(digest),
    adopt: (digest: string, words: VolumeWords) => shelf.adopt(digest, words),
    receive: (slab: Slab) => shelf.receive(slab, null),
    async denoise(digest: string, params: DenoiseParams) {
      const made = await denoise(shelf.volume(digest), params, IDLE_CONTEXT)
      shelf.receive({ grid: made.grid, firstSlice: 0, data: made.data.slice() }, null)
      return ran(made)
    },
    surface: async (mask: Mask, digest: string | null, params: SurfaceParams) =>
      ran(await marchingCubes({ mask, volume: digest === null ? null : shelf.volume(digest) }, params, IDLE_CONTEXT)),
  }
}

const meshApi = {
  ...meshEdits,
  landingBlocks: (mesh: Mesh, params: LandingParams) => landingBlocks(mesh, params, IDLE_CONTEXT, loadManifold),
  applyMark: (mesh: Mesh, mark: Mark) => applyMark(mesh, mark, IDLE_CONTEXT, loadManifold),
  layFlat: (mesh: Mesh, params: LayFlatParams) => layFlat(mesh, params, IDLE_CONTEXT),
  smooth: (mesh: Mesh, params: SmoothParams) => smooth(mesh, params, IDLE_CONTEXT),
  decimate: (mesh: Mesh, params: DecimateParams) => decimate(mesh, params, IDLE_CONTEXT),
  repair: (mesh: Mesh, params: RepairParams) => repair(mesh, params, IDLE_CONTEXT, loadManifold),
  check: (input: CheckInput, params: CheckParams, _s: unknown, _p: unknown, away: () => Promise<Deviation>) =>
    checkMesh(input, params, IDLE_CONTEXT, () => away()),
  write: (input: BodiesInput) => exportBodies(input, IDLE_CONTEXT),
}

function measureApi() {
  let held: { readonly digest: string; readonly reference: Mesh } | null = null
  const at = (digest: string): Mesh => {
    if (held?.digest !== digest) throw new Error('this reference is not held')
    return held.reference
  }
  return {
    has: (digest: string) => held?.digest === digest,
    hold: (digest: string, reference: Mesh) => {
      held = { digest, reference }
    },
    ledger: (mesh: Mesh, digest: string) => ledgerMeasure(mesh, at(digest)),
    deviation: (mesh: Mesh, digest: string, policy: Parameters<typeof awayPlacesAboveMm>[0]) =>
      deviation(mesh, at(digest), awayPlacesAboveMm(policy), IDLE_CONTEXT, surfaceGrid(at(digest))),
  }
}

/** Workers without workers; `compute` methods may be replaced, to plant a fault. */
export function inProcessWorkers(compute: object = {}): Workers {
  const host = <Api>(api: Api) => ({
    call: async (work: (remote: Api) => unknown, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      return work(api)
    },
  })
  return {
    compute: host({ ...computeApi(), ...compute }),
    mesh: host(meshApi),
    measure: host(measureApi()),
  } as unknown as Workers
}
