import './trusted-types.ts'
import './wire.ts'
import { expose, transfer } from 'comlink'
import { PipelineError } from '../src/core/errors.ts'
import type { PolicyId } from '../src/core/finding.ts'
import type { Grid, Mesh } from '../src/core/types.ts'
import { surfaceGrid } from '../src/prepare/surface-grid.ts'
import type { NearSurface } from '../src/prepare/surface-tree.ts'
import { vertexConfidence } from '../src/prepare/vertex-confidence.ts'
import { awayPlacesAboveMm } from '../src/qa/check.ts'
import { type Deviation, deviation } from '../src/qa/deviation.ts'
import { ledgerMeasure } from '../src/qa/error-ledger.ts'
import { type Fit, fitOf } from '../src/qa/fit.ts'
import { measurable } from '../src/qa/measurable.ts'
import { type ProgressListener, workerContext } from './context.ts'
import { benchApi } from './measure-bench.ts'
import { printApi } from './measure-print.ts'
import { verifyApi } from './measure-verify.ts'

let held: { digest: string; reference: Mesh; nearReference: NearSurface } | null = null

function heldAs(digest: string) {
  if (held?.digest === digest) return held
  throw new PipelineError('app/worker-lost', 'The reference surface is no longer at hand. Run the step again.')
}

/**
 * Distances from a mesh to the one reference surface that it keeps, beside the mesh worker: while that makes the next mesh or
 * measures walls, this one uses the other core. Meshes come in as copies.
 */
const api = {
  ...benchApi,
  ...printApi,
  ...verifyApi,

  has: (digest: string): boolean => held?.digest === digest,

  /** Keeps this reference in place of the one before. */
  hold(digest: string, reference: Mesh): void {
    const sound = measurable(reference)
    held = { digest, reference: sound, nearReference: surfaceGrid(sound) }
  },

  /** One row of the error ledger. */
  ledger(mesh: Mesh, digest: string) {
    const { reference, nearReference } = heldAs(digest)
    return ledgerMeasure(mesh, reference, nearReference)
  },

  /** How sure the AI was at each vertex, 0 to 255. */
  confidence(mesh: Mesh, grid: Grid, certainty: Uint8Array, filmMm: number): Uint8Array {
    const sure = vertexConfidence(mesh, grid, certainty, filmMm)
    return transfer(sure, [sure.buffer as ArrayBuffer])
  },

  /** How two parts lie to each other; sent with its arrays transferred. */
  async fit(a: Mesh, b: Mesh, clearanceMm: number, signal: AbortSignal, onProgress: ProgressListener): Promise<Fit> {
    const found = await fitOf(a, b, clearanceMm, workerContext(signal, onProgress))
    return transfer(
      found,
      found.gapMm.map(({ buffer }) => buffer as ArrayBuffer),
    )
  },

  /** What the check needs of distances; sent with its array transferred. */
  async deviation(
    mesh: Mesh,
    digest: string,
    policy: PolicyId,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<Deviation> {
    const { reference, nearReference } = heldAs(digest)
    const context = workerContext(signal, onProgress)
    const away = await deviation(measurable(mesh), reference, awayPlacesAboveMm(policy), context, nearReference)
    return transfer(away, [away.signedMm.buffer as ArrayBuffer])
  },
}

export type MeasureApi = typeof api

expose(api)
