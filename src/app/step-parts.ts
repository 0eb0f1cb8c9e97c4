import * as Comlink from 'comlink'
import type { Ran } from '../../workers/compute-masks.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import { type Encoded, encodeMesh } from '../vault/codec.ts'
import { maskDigest, volumeDigest } from './digests.ts'
import type { AssetRole, KeptAsset, StageRun, Step } from './pipeline.ts'
import { resident } from './resident.ts'
import type { Workers } from './workers.ts'

/** Tells a worker's progress to a context. */
export const listener = (ctx: Context) =>
  Comlink.proxy((fraction: number, note?: string) => ctx.progress(fraction, note))

export const wasm = <Out>(output: Out, adapter: string): StageRun<Out> => ({ output, backend: 'wasm', adapter })

export const cpu = <Out>(output: Out, adapter = 'JavaScript'): StageRun<Out> => ({ output, backend: 'cpu', adapter })

export const asset = (role: AssetRole, digest: string, encoded: Encoded): KeptAsset => ({ role, digest, ...encoded })

/** What an edit proposes is kept once it is placed in a label (label-steps.ts). */
export const keepNothing = (): KeptAsset[] => []

export const keepMesh = (role: AssetRole) => (mesh: Mesh, digest: string) => [asset(role, digest, encodeMesh(mesh))]

/** A step from one mask to the next in the compute worker. */
export function maskStep<P extends object>(
  spec: Step<Mask, P, Mask>['spec'],
  run: (workers: Workers, mask: Mask, params: P, ctx: Context) => Promise<Ran<Mask>>,
): Step<Mask, P, Mask> {
  return {
    spec,
    run,
    inputDigests: async (mask) => [await maskDigest(mask)],
    outputDigest: maskDigest,
    keep: keepNothing,
  }
}

/** A step that marks a scan by itself, in the compute worker: a mask from the scan alone. */
export function findingStep<P extends object>(
  spec: StageSpec<P>,
  run: (compute: Workers['compute'], digest: string, params: P, ctx: Context) => Promise<Ran<Mask>>,
): Step<Volume, P, Mask> {
  return {
    spec,
    run: async (workers, volume, params, ctx) =>
      run(workers.compute, await resident(workers, volume, ctx.signal), params, ctx),
    inputDigests: async (volume) => [await volumeDigest(volume)],
    outputDigest: maskDigest,
    keep: keepNothing,
  }
}
