import * as Comlink from 'comlink'
import type { Context } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import { DECIMATE, type DecimateParams } from '../prepare/decimate.ts'
import { REPAIR, type RepairParams } from '../prepare/repair.ts'
import { SMOOTH, SMOOTH_GPU_FROM_VERTICES, type SmoothParams } from '../prepare/smooth.ts'
import { CHECK, type CheckInput, type CheckParams } from '../qa/check.ts'
import { SURFACE, type SurfaceParams } from '../surface/marching-cubes.ts'
import { type Checked, checkDigest, checkFactsOf, encodeCheck } from './check-codec.ts'
import { maskDigest, meshDigest, volumeDigest } from './digests.ts'
import type { StageRun, Step } from './pipeline.ts'
import { heldReference } from './queries.ts'
import { resident } from './resident.ts'
import { cpu, keepMesh, listener, wasm } from './step-parts.ts'
import type { Workers } from './workers.ts'

export const SURFACE_STEP: Step<{ mask: Mask; field: Volume | null }, SurfaceParams, Mesh> = {
  spec: SURFACE,
  run: async (workers, { mask, field }, params, ctx) => {
    const digest = field ? await resident(workers, field, ctx.signal) : null
    return workers.compute.call((api) => api.surface(mask, digest, params, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async ({ mask, field }) =>
    field ? [await maskDigest(mask), await volumeDigest(field)] : [await maskDigest(mask)],
  outputDigest: meshDigest,
  keep: keepMesh('reference-mesh'),
}

/** A step from one mesh to the next in the mesh worker. */
function meshStep<P extends object>(
  spec: Step<Mesh, P, Mesh>['spec'],
  run: (workers: Workers, mesh: Mesh, params: P, ctx: Context) => Promise<StageRun<Mesh>>,
): Step<Mesh, P, Mesh> {
  return {
    spec,
    run,
    inputDigests: async (mesh) => [await meshDigest(mesh)],
    outputDigest: meshDigest,
    keep: keepMesh('mesh'),
  }
}

/** A large mesh is smoothed by the worker that owns the graphics card; the bytes are the same everywhere. */
export const SMOOTH_STEP = meshStep<SmoothParams>(SMOOTH, async (workers, mesh, params, ctx) => {
  if (mesh.positions.length / 3 >= SMOOTH_GPU_FROM_VERTICES) {
    return workers.compute.call((api) => api.smooth(mesh, params, ctx.signal, listener(ctx)), ctx.signal)
  }
  return cpu(await workers.mesh.call((api) => api.smooth(mesh, params, ctx.signal, listener(ctx)), ctx.signal))
})

export const DECIMATE_STEP = meshStep<DecimateParams>(DECIMATE, async ({ mesh: worker }, mesh, params, ctx) =>
  wasm(await worker.call((api) => api.decimate(mesh, params, ctx.signal, listener(ctx)), ctx.signal), 'meshoptimizer'),
)

export const REPAIR_STEP = meshStep<RepairParams>(REPAIR, async ({ mesh: worker }, mesh, params, ctx) => {
  const { mesh: whole, mended } = await worker.call(
    (api) => api.repair(mesh, params, ctx.signal, listener(ctx)),
    ctx.signal,
  )
  return mended.some((action) => action.startsWith('sewn-rims')) ? wasm(whole, 'manifold-3d') : cpu(whole)
})

/** Begins to measure distances in the measure worker; the mesh worker asks for them when it has measured the rest. */
async function measureAway(workers: Workers, { mesh, reference }: CheckInput, { policy }: CheckParams, ctx: Context) {
  const { signal } = ctx
  const digest = await heldReference(workers, reference, signal)
  const unheard = Comlink.proxy(() => {})
  const away = workers.measure.call((api) => api.deviation(mesh, digest, policy, signal, unheard), signal)
  // Whoever asks is told; until then it must not count as unhandled.
  away.catch(() => {})
  // Sending a mesh copies tens of MB: the copy for the mesh worker is made in a task of its own.
  await new Promise((resume) => setTimeout(resume))
  return Comlink.proxy(async () => {
    const measured = await away
    return Comlink.transfer(measured, [measured.signedMm.buffer as ArrayBuffer])
  })
}

export const CHECK_STEP: Step<CheckInput, CheckParams, Checked> = {
  spec: CHECK,
  run: async (workers, input, params, ctx) => {
    const away = await measureAway(workers, input, params, ctx)
    const result = await workers.mesh.call(
      (api) => api.check(input, params, ctx.signal, listener(ctx), away),
      ctx.signal,
    )
    return cpu({ ...result, meshDigest: await meshDigest(input.mesh) })
  },
  inputDigests: async ({ mesh, reference }) => [await meshDigest(mesh), await meshDigest(reference)],
  outputDigest: checkDigest,
  keep: (result, digest) => [{ role: 'findings', digest, meta: checkFactsOf(result), parts: [encodeCheck(result)] }],
}
